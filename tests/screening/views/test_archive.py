import io
import zipfile

from django.test import TestCase
from django.urls import reverse

from reviews.models import AppraisalTarget, Review
from tests.cast import Cast
from tests.factories import create_record
from tests.screening.archive.whole import create_whole_review


class ArchiveTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_whole_review(text="plain")
        AppraisalTarget.objects.update(removed_at=cls.review.created_at)

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)
        self.page, self.whole, self.public = (
            reverse(f"screening:archive_{name}", args=[self.review.slug])
            for name in ("detail", "whole", "public")
        )

    def names(self, url: str) -> list[str]:
        response = self.client.get(url)
        self.assertEqual(response["Content-Type"], "application/zip")
        self.assertIn("attachment", response["Content-Disposition"])
        data = b"".join(response.streaming_content)
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return opened.namelist()

    def test_the_page_offers_both_forms_once_all_is_settled(self) -> None:
        response = self.client.get(self.page)
        self.assertContains(response, self.whole)
        self.assertContains(response, self.public)
        self.assertContains(response, "manage.py restore")

    def test_the_whole_can_be_taken(self) -> None:
        self.assertIn("data/screening_decision.ndjson", self.names(self.whole))

    def test_the_public_form_holds_no_rows(self) -> None:
        names = self.names(self.public)
        self.assertIn("tables/records.csv", names)
        self.assertFalse([name for name in names if name.startswith("data/")])

    def test_an_open_stage_keeps_the_whole_back_and_is_named(self) -> None:
        create_record(review=self.review, title="Not judged")
        response = self.client.get(self.page)
        self.assertNotContains(response, self.whole)
        self.assertContains(response, "Titles and abstracts")
        response = self.client.get(self.whole)
        self.assertContains(response, "Titles and abstracts", status_code=409)
        self.assertIn("tables/records.csv", self.names(self.public))

    def test_only_an_owner_takes_it(self) -> None:
        for url in (self.page, self.whole, self.public):
            for user, status in ((self.cast.bob, 403), (self.cast.mallory, 404)):
                self.client.force_login(user)
                self.assertEqual(self.client.get(url).status_code, status)
