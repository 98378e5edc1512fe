"""The pages on which the reports of a previous version are entered."""

from django.http import HttpResponse
from django.test import TestCase
from django.urls import reverse

from reviews import previous
from reviews.models import Review
from tests.cast import Cast
from tests.factories import create_staffed_review

TWO = "Brody 2020: <b>Ketamine</b>. Lancet 2020;1:2\nBrody 2020: Ketamine again"


class PreviousPageTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def url(self, name: str, *args: int) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *args])

    def post(self, text: str, **data: str) -> HttpResponse:
        answer = self.client.post(self.url("previous_add"), {"text": text, **data})
        assert isinstance(answer, HttpResponse)
        return answer

    def test_looks_first_and_adds_when_asked(self) -> None:
        looked = self.post(TWO)
        self.assertContains(looked, "2 reports of 1 study")
        self.assertContains(looked, "&lt;b&gt;Ketamine&lt;/b&gt;")
        self.assertFalse(self.review.previous_reports.exists())
        answer = self.post(TWO, add="1")
        self.assertRedirects(answer, self.url("previous_list"))
        page = self.client.get(self.url("previous_list"))
        self.assertContains(page, "2 reports of 1 study")
        self.assertNotContains(page, "<b>Ketamine")

    def test_names_each_line_that_is_wrong_and_adds_nothing(self) -> None:
        for data in ({}, {"add": "1"}):
            page = self.post("Brody 2020: one\nno colon\nBrody 2020: One", **data)
            self.assertContains(page, "Line 2: no citation", status_code=422)
            self.assertContains(page, "Line 3: the same as line 1", status_code=422)
            self.assertContains(page, "How the lines were read", status_code=422)
        self.assertFalse(self.review.previous_reports.exists())

    def test_asks_for_a_line_at_least(self) -> None:
        self.assertEqual(self.post(" \n ", add="1").status_code, 422)

    def test_removes_and_restores(self) -> None:
        report, other = previous.add(self.review, TWO, by=self.cast.alice)
        self.client.post(self.url("previous_remove", report.pk))
        page = self.client.get(self.url("previous_list"))
        self.assertContains(page, "1 report of 1 study")
        self.assertContains(page, "<h2>Removed</h2>")
        self.client.post(self.url("previous_restore", report.pk))
        page = self.client.get(self.url("previous_list"))
        self.assertContains(page, "2 reports of 1 study")
        self.assertNotEqual(report, other)

    def test_what_was_entered_anew_is_not_restored_beside_itself(self) -> None:
        report, _ = previous.add(self.review, TWO, by=self.cast.alice)
        previous.remove(report, by=self.cast.alice)
        previous.add(self.review, str(report), by=self.cast.alice)
        page = self.client.post(self.url("previous_restore", report.pk), follow=True)
        self.assertContains(page, "The list has this report already.")

    def test_others_read_and_change_nothing(self) -> None:
        previous.add(self.review, TWO, by=self.cast.alice)
        self.client.force_login(self.cast.bob)
        page = self.client.get(self.url("previous_list"))
        self.assertContains(page, "Ketamine again")
        self.assertNotContains(page, "Remove")
        self.assertEqual(self.post(TWO).status_code, 403)
        self.client.force_login(self.cast.mallory)
        self.assertEqual(self.client.get(self.url("previous_list")).status_code, 404)
