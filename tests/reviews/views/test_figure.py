"""The pages of the figures."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import create_record, create_search
from tests.reviews.appraised import appraise
from tests.reviews.test_appraisals import WHOLE, AppraisalsTestCase

ROBVIS = b"Study,D1,D2,Overall\nBrody <b>2024</b>,Low,High,High\nAdams,Low,Low,Low\n"


class FigurePageTestCase(AppraisalsTestCase):
    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def url(self, name: str, *args: str) -> str:
        return reverse(f"reviews:{name}", args=["ketamine", *args])


class AppraisalFigureTests(FigurePageTestCase):
    def test_draws_the_lights_and_lists_their_numbers(self) -> None:
        page = self.client.get(self.url("appraisal_figures"))
        self.assertContains(page, "<svg", count=None)
        self.assertContains(page, "Brody 2024: D2 ")
        self.assertContains(page, "domain=D2a&amp;level=high")
        self.assertContains(page, "CSV for robvis")

    def test_every_choice_draws(self) -> None:
        for kind in ("traffic", "summary"):
            for colours in ("cochrane", "colour-blind", "monochrome"):
                query = {"kind": kind, "colours": colours, "overall": "no"}
                page = self.client.get(self.url("appraisal_figures"), query)
                self.assertContains(page, "<figure")
                file = self.client.get(self.url("appraisal_file", "svg"), query)
                self.assertEqual(file["Content-Type"], "image/svg+xml")

    def test_an_unknown_choice_is_said_to_be_one(self) -> None:
        page = self.client.get(self.url("appraisal_figures"), {"colours": "pink"})
        self.assertEqual(page.status_code, 422)

    def test_a_number_opens_its_studies(self) -> None:
        query = {"instrument": "rob2", "domain": "D2a", "level": "high"}
        page = self.client.get(self.url("appraisal_behind"), query)
        self.assertContains(page, "1 result at “High risk”")
        self.assertContains(page, self.brody.study.get_absolute_url())
        query["domain"] = "D9"
        page = self.client.get(self.url("appraisal_behind"), query)
        self.assertEqual(page.status_code, 404)

    def test_says_why_a_file_is_refused(self) -> None:
        appraise(self.review, "Open 2020", {"D1": "low"}, instrument=self.rob2)
        page = self.client.get(self.url("appraisal_file", "csv"))
        self.assertContains(page, "no word for what is not settled", status_code=409)

    def test_nothing_settled_says_what_to_do(self) -> None:
        self.brody.judgments.all().delete()
        page = self.client.get(self.url("appraisal_figures"))
        self.assertContains(page, "Nothing is settled yet")

    def test_its_queries_do_not_grow(self) -> None:
        self.client.get(self.url("appraisal_figures"))
        with self.assertNumQueries(7):
            self.client.get(self.url("appraisal_figures"))
        for number in range(5):
            appraise(self.review, f"More {number}", WHOLE, instrument=self.rob2)
        with self.assertNumQueries(7):
            self.client.get(self.url("appraisal_figures"))


class RobvisPageTests(FigurePageTestCase):
    def draw(self, data: bytes, **more: str) -> object:
        file = SimpleUploadedFile("rob.csv", data)
        return self.client.post(self.url("appraisal_robvis"), {"file": file, **more})

    def test_draws_what_is_sent_along_and_keeps_nothing(self) -> None:
        page = self.client.post(
            self.url("appraisal_robvis"), {"file": SimpleUploadedFile("a.csv", ROBVIS)}
        )
        self.assertContains(page, "<figure")
        self.assertNotContains(page, "<b>2024")
        self.assertContains(page, "Brody &lt;b&gt;2024")
        self.assertEqual(self.review.studies.count(), 1)

    def test_the_same_is_downloaded_from_its_text(self) -> None:
        file = self.client.post(
            self.url("appraisal_robvis"),
            {"text": ROBVIS.decode(), "kind": "summary", "suffix": "svg"},
        )
        self.assertEqual(file["Content-Type"], "image/svg+xml")
        self.assertIn(b"summary", b"".join(file.streaming_content))

    def test_every_problem_is_named_with_its_place(self) -> None:
        data = SimpleUploadedFile("a.csv", b"Study,D1,D2\nA,Lwo,High\nB,Low,?\n")
        page = self.client.post(self.url("appraisal_robvis"), {"file": data})
        self.assertContains(page, "Line 2, column D1", status_code=422)
        self.assertContains(page, "Line 3, column D2", status_code=422)

    def test_nothing_sent_along_is_a_problem_too(self) -> None:
        page = self.client.post(self.url("appraisal_robvis"), {})
        self.assertContains(page, "The file is empty", status_code=422)


class OverlapFigureTests(FigurePageTestCase):
    def test_every_number_of_the_figure_leads_to_its_records(self) -> None:
        search = create_search(review=self.review, name="MEDLINE")
        create_record(review=self.review, search=search)
        page = self.client.get(self.url("overlap_figure"))
        self.assertContains(page, "MEDLINE alone: 1")
        self.assertContains(page, f"only-{search.pk}")
        file = self.client.get(self.url("overlap_file", "svg"))
        text = b"".join(file.streaming_content).decode()
        self.assertIn("MEDLINE", text)
        self.assertNotIn("href", text)

    def test_without_records_there_is_nothing_to_draw(self) -> None:
        self.review.reports.all().delete()
        self.review.records.all().delete()
        page = self.client.get(self.url("overlap_figure"))
        self.assertContains(page, "No record is identified yet")
        file = self.client.get(self.url("overlap_file", "svg"))
        self.assertEqual(file.status_code, 409)
