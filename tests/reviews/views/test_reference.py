from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import Manuscript
from tests.factories import create_included_report, create_staffed_review, create_study


class ReferenceListTest(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.study = create_study(review=cls.review, label="Brody 2024")
        cls.url = reverse("reviews:reference_list", args=[cls.review.slug])
        cls.report = create_included_report(
            review=cls.review, study=cls.study, title="<b>Ketamine</b> & co"
        )

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def test_shows_the_included_references_with_their_numbers(self) -> None:
        page = self.client.get(self.url)

        self.assertContains(page, "&lt;b&gt;Ketamine&lt;/b&gt; &amp; co")
        self.assertContains(page, '<ol class="tf-measure">')
        self.assertContains(page, "2 references.")

    def test_follows_the_style_of_the_manuscript_unless_asked(self) -> None:
        Manuscript.objects.create(review=self.review, citation_style="apa")

        self.assertContains(self.client.get(self.url), '<ul class="tf-measure">')
        asked = self.client.get(self.url, {"style": "nature"})
        self.assertContains(asked, '<ol class="tf-measure">')

    def test_every_box_can_be_chosen(self) -> None:
        for box in ("identified", "excluded_reports", "studies_included"):
            page = self.client.get(self.url, {"box": box})
            self.assertEqual(page.status_code, 200, box)

    def test_the_files_are_those_of_the_page(self) -> None:
        page = self.client.get(self.url, {"box": "assessed", "style": "apa"})

        self.assertContains(page, "references.ris?box=assessed&amp;style=apa")

    def test_an_empty_box_says_so(self) -> None:
        page = self.client.get(self.url, {"box": "duplicates"})

        self.assertContains(page, "No reference stands here")

    def test_there_is_no_page_of_an_unknown_box_or_style(self) -> None:
        for asked in ({"box": "nowhere"}, {"style": "nobody"}, {"box": "search-999"}):
            self.assertEqual(self.client.get(self.url, asked).status_code, 404)

    def test_a_file_holds_the_box_that_was_asked_for(self) -> None:
        url = reverse("reviews:reference_file", args=[self.review.slug, "bib"])

        response = self.client.get(url, {"box": "studies_included"})

        text = b"".join(response.streaming_content).decode()
        self.assertEqual(text.count("@"), 2)
        self.assertIn(
            "references-studies_included.bib", response["Content-Disposition"]
        )

    def test_a_file_that_cannot_be_written_says_why(self) -> None:
        url = reverse("reviews:reference_file", args=[self.review.slug, "txt"])

        self.assertContains(
            self.client.get(url, {"style": "nobody"}),
            "no style nobody",
            status_code=409,
        )
        self.assertEqual(self.client.get(f"{url[:-3]}exe").status_code, 404)

    def test_queries_do_not_grow_with_the_references(self) -> None:
        with CaptureQueriesContext(connection) as before:
            self.client.get(self.url)
        for _ in range(4):
            create_included_report(review=self.review, study=self.study)
        with self.assertNumQueries(len(before.captured_queries)):
            self.client.get(self.url)
