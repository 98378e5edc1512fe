from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import create_criterion, create_staffed_review, create_study


class WordsPageTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        create_study(review=cls.review)
        create_criterion(review=cls.review, text="<script>alert(1)</script>")
        cls.url = reverse("reviews:words", args=[cls.review.slug])

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def test_each_number_is_a_link_to_what_it_counts(self) -> None:
        page = self.client.get(self.url)

        box = reverse("reviews:flow_box", args=[self.review.slug, "studies_included"])
        self.assertContains(page, f'<a href="{box}">1</a> study')

    def test_no_word_of_the_team_becomes_markup(self) -> None:
        self.assertNotContains(self.client.get(self.url), "<script>alert")

    def test_every_passage_can_be_downloaded(self) -> None:
        for kind in ("all", "methods", "results", "flow"):
            for suffix in ("docx", "md", "html", "txt"):
                url = reverse(
                    "reviews:words_file", args=[self.review.slug, kind, suffix]
                )
                self.assertEqual(self.client.get(url).status_code, 200, url)

    def test_there_is_no_file_of_another_kind(self) -> None:
        for kind, suffix in (("methods", "pdf"), ("discussion", "md")):
            url = reverse("reviews:words_file", args=[self.review.slug, kind, suffix])
            self.assertEqual(self.client.get(url).status_code, 404, url)

    def test_queries_do_not_grow_with_the_review(self) -> None:
        with CaptureQueriesContext(connection) as before:
            self.client.get(self.url)
        for _ in range(3):
            create_study(review=self.review)
        with self.assertNumQueries(len(before.captured_queries)):
            self.client.get(self.url)
