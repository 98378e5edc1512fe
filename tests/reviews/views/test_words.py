from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import waves
from tests.factories import (
    create_criterion,
    create_search,
    create_staffed_review,
    create_study,
)


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

    def test_the_flow_is_told_as_of_an_earlier_day(self) -> None:
        page = self.client.get(self.url, {"as_of": "2020-01-01"})
        self.assertContains(page, "As it stood on 1 January 2020")
        self.assertContains(page, "No records have been identified yet.")
        self.assertNotContains(page, "<h2>Methods</h2>")

    def test_a_day_that_is_none_is_told_and_today_is_shown(self) -> None:
        page = self.client.get(self.url, {"as_of": "yesterday"})
        self.assertContains(page, "is not a day", status_code=422)
        self.assertContains(page, "These are the words of today.", status_code=422)
        self.assertContains(page, "<h2>Methods</h2>", status_code=422)

    def test_a_file_of_an_earlier_day_says_so_and_is_of_the_flow_alone(self) -> None:
        for kind, status in (("flow", 200), ("methods", 404), ("all", 404)):
            url = reverse("reviews:words_file", args=[self.review.slug, kind, "txt"])
            answer = self.client.get(url, {"as_of": "2020-01-01"})
            self.assertEqual(answer.status_code, status, kind)
            if status == 200:
                told = b"".join(answer.streaming_content).decode()
                self.assertIn("As the review stood on 1 January 2020", told)

    def test_the_flow_of_a_wave_is_told_alone(self) -> None:
        create_search(review=self.review, name="MEDLINE")
        waves.begin(self.review, name="Update", by=self.cast.alice)
        page = self.client.get(self.url, {"wave": "1"})
        self.assertContains(page, "Only what the searches of wave 1 found")
        self.assertContains(page, "This wave led to")
        self.assertNotContains(page, "<h2>Methods</h2>")
        box = reverse("reviews:flow_box", args=[self.review.slug, "studies_included"])
        self.assertContains(page, f'<a href="{box}?wave=1">1</a> study')
        flow = self.client.get(
            reverse("reviews:flow", args=[self.review.slug]), {"wave": "1"}
        )
        self.assertContains(flow, f'href="{self.url}?wave=1"')
        page = self.client.get(self.url, {"wave": "2"})
        self.assertContains(page, "No records have been identified yet.")
        for kind, status in (("flow", 200), ("methods", 404), ("all", 404)):
            url = reverse("reviews:words_file", args=[self.review.slug, kind, "txt"])
            answer = self.client.get(url, {"wave": "2", "as_of": "2020-01-01"})
            self.assertEqual(answer.status_code, status, kind)
        answer = self.client.get(url.replace("all", "flow"), {"wave": "2"})
        told = b"".join(answer.streaming_content).decode()
        self.assertIn("Only what the searches of wave 2 found: Update.", told)
        self.assertEqual(self.client.get(self.url, {"wave": "9"}).status_code, 404)

    def test_a_list_of_another_kind_is_not_there(self) -> None:
        for unit, way, of in (
            ("studies", "two", ""),
            ("values", "all", ""),
            ("studies", "value", "0:Japan"),
            ("targets", "overall", ":"),
            ("searches", "any", ""),
        ):
            url = reverse("reviews:words_settled", args=[self.review.slug, unit, way])
            self.assertEqual(self.client.get(url, {"of": of}).status_code, 404, url)
