from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import reports
from reviews.models import Report, Review
from tests.cast import Cast
from tests.factories import (
    create_included_report,
    create_record,
    create_report,
    create_review,
    create_staffed_review,
)
from tests.reviews.pdfs import create_pdf


class ReportPageTests(TestCase):
    review: Review
    cast: Cast
    report: Report

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.report = create_report(
            review=cls.review, retrieval=Report.Retrieval.AWAITING
        )

    def setUp(self) -> None:
        self.client.force_login(self.cast.bob)

    def url(self, name: str, *args: int) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *args])

    def stored(self) -> Report:
        return Report.objects.get(pk=self.report.pk)


class ListTests(ReportPageTests):
    def titles(self, **query: str) -> set[str]:
        page = self.client.get(self.url("report_list"), query)
        self.assertEqual(page.status_code, 200)
        return {str(report) for report in page.context["page_obj"]}

    def test_filters_by_state_and_words(self) -> None:
        included = create_included_report(review=self.review, title="Psilocybin")
        self.assertEqual(self.titles(state="included"), {str(included)})
        self.assertEqual(self.titles(state="awaiting_retrieval"), {str(self.report)})
        self.assertEqual(self.titles(text="psilo*"), {str(included)})
        self.assertEqual(self.titles(state="not_retrieved"), set())
        self.assertEqual(
            self.titles(state="nonsense"), {"Psilocybin", str(self.report)}
        )

    def test_searches_what_a_report_says_and_what_its_records_say(self) -> None:
        record = create_record(
            review=self.review,
            title="Psilocybin in mice",
            abstract="A trial of TNF-α.",
            year=2015,
        )
        found = create_report(
            review=self.review,
            record=record,
            title="Psilocybin",
            citation="Zebra et al., a thesis",
        )
        Report.objects.filter(pk=found.pk).update(authors=["Müller, A"], year=2016)
        for text in (
            "psilocybin",
            "tnf-alpha",
            '"in mice"',
            "zebra thesis",
            "author:muller year:2016",
            "abstract:trial psilo* -ketamine",
        ):
            self.assertEqual(self.titles(text=text), {"Psilocybin"}, text)
        for text in ("psilo", "psilocybin -zebra", "title:zebra", "year:2015", '"'):
            self.assertEqual(self.titles(text=text), set(), text)
        page = self.client.get(self.url("report_list"), {"text": '"in mice"'})
        self.assertContains(page, "Looked for “in mice”.")

    def test_says_that_a_report_is_dormant(self) -> None:
        record = self.report.records.get()
        record.removal, record.removal_reason = "other", "Retracted"
        record.save()
        page = self.client.get(self.url("report_list"))
        self.assertContains(page, "Its record is no longer included")

    def test_asks_as_often_for_many_reports_as_for_few(self) -> None:
        with CaptureQueriesContext(connection) as few:
            self.client.get(self.url("report_list"))
        for _ in range(10):
            create_included_report(review=self.review)
        with self.assertNumQueries(len(few.captured_queries)):
            self.client.get(self.url("report_list"))

    def test_an_empty_list_says_how_reports_come(self) -> None:
        self.report.delete()
        page = self.client.get(self.url("report_list"))
        self.assertContains(page, "No full text is sought yet")


class RetrievalTests(ReportPageTests):
    def say(self, retrieval: str, reason: str = "") -> HttpResponse:
        return self.client.post(  # type: ignore[return-value]
            self.url("report_retrieval", self.report.pk),
            {"retrieval": retrieval, "reason": reason},
            follow=True,
        )

    def test_a_reviewer_says_what_was_not_retrieved_and_why(self) -> None:
        page = self.say("not_retrieved")
        self.assertContains(page, "Say why", status_code=422)
        self.assertEqual(self.stored().retrieval, Report.Retrieval.AWAITING)
        page = self.say("not_retrieved", "No library holds it")
        self.assertContains(page, "No library holds it")
        self.assertEqual(self.stored().retrieval, Report.Retrieval.NOT_RETRIEVED)

    def test_it_can_be_taken_back(self) -> None:
        self.say("retrieved", "a reason left in the form")
        self.assertEqual(self.stored().retrieval, Report.Retrieval.RETRIEVED)
        self.say("awaiting")
        self.assertEqual(self.stored().retrieval, Report.Retrieval.AWAITING)

    def test_a_page_says_that_a_verdict_lies_dormant(self) -> None:
        report = create_included_report(review=self.review)
        reports.mark_not_retrieved(report, reason="Withdrawn", by=self.cast.alice)
        page = self.client.get(self.url("report_detail", report.pk))
        self.assertContains(page, "lies dormant")

    def test_viewers_and_adjudicators_change_nothing(self) -> None:
        for person in (self.cast.vera, self.cast.dan):
            self.client.force_login(person)
            self.assertEqual(self.say("retrieved").status_code, 403)
            page = self.client.get(self.url("report_detail", self.report.pk))
            self.assertNotContains(page, self.url("report_file_add", self.report.pk))


class FileTests(ReportPageTests):
    def upload(
        self, data: bytes, name: str = "brody.pdf", *, follow: bool = True
    ) -> HttpResponse:
        return self.client.post(  # type: ignore[return-value]
            self.url("report_file_add", self.report.pk),
            {"file": SimpleUploadedFile(name, data, "application/pdf")},
            follow=follow,
        )

    def test_shows_the_pdf_in_the_page(self) -> None:
        page = self.upload(create_pdf(pages=2), name="Brody – 自杀.pdf")
        file = self.report.files.get()
        url = self.url("report_file", self.report.pk, file.pk)
        self.assertContains(page, f'<iframe class="tf-pdf" src="{url}"')
        self.assertContains(page, "2 pages")
        self.assertEqual(self.stored().retrieval, Report.Retrieval.RETRIEVED)

    def test_serves_the_pdf_and_nothing_else(self) -> None:
        self.upload(create_pdf(), name='Brody "–" 自杀.pdf')
        file = self.report.files.get()
        url = self.url("report_file", self.report.pk, file.pk)
        served = self.client.get(url)
        self.assertEqual(b"".join(served), create_pdf())
        self.assertEqual(served["Content-Type"], "application/pdf")
        self.assertEqual(served["X-Content-Type-Options"], "nosniff")
        self.assertEqual(served["X-Frame-Options"], "SAMEORIGIN")
        self.assertIn("frame-ancestors 'self'", served["Content-Security-Policy"])
        page = self.client.get(self.report.get_absolute_url())
        self.assertEqual(page["X-Frame-Options"], "DENY")
        self.assertIn("frame-ancestors 'none'", page["Content-Security-Policy"])
        self.assertEqual(served["Cache-Control"], "no-store, private")
        self.assertRegex(
            served["Content-Disposition"], r"^inline; filename\*=utf-8''Brody%20"
        )
        self.client.force_login(self.cast.mallory)
        self.assertEqual(self.client.get(url).status_code, 404)

    def test_a_file_is_not_served_through_another_report(self) -> None:
        self.upload(create_pdf())
        file = self.report.files.get()
        other = create_report(review=self.review)
        page = self.client.get(self.url("report_file", other.pk, file.pk))
        self.assertEqual(page.status_code, 404)
        elsewhere = create_review(owner=self.cast.mallory)
        page = self.client.get(
            reverse(
                "reviews:report_file", args=[elsewhere.slug, self.report.pk, file.pk]
            )
        )
        self.assertEqual(page.status_code, 404)

    def test_says_what_is_wrong_with_a_file(self) -> None:
        for data, words in (
            (b"", "empty"),
            (b"A letter that calls itself a PDF", "not a PDF"),
            (create_pdf()[:60], "damaged"),
            (create_pdf(encrypted=True), "password"),
        ):
            with self.subTest(words=words):
                page = self.upload(data, follow=False)
                self.assertContains(page, words, status_code=422)
        self.assertFalse(self.report.files.exists())
        self.assertEqual(self.stored().retrieval, Report.Retrieval.AWAITING)

    @override_settings(FULL_TEXT_MAX_BYTES=100)
    def test_refuses_a_file_over_the_limit(self) -> None:
        page = self.upload(create_pdf(), follow=False)
        self.assertContains(page, "at most 100", status_code=422)

    @override_settings(FULL_TEXT_MAX_BYTES=100, IMPORT_MAX_BYTES=100)
    def test_refuses_a_file_that_was_dropped_on_the_way(self) -> None:
        page = self.upload(create_pdf(), follow=False)
        self.assertContains(page, "too large", status_code=422)

    def test_the_same_file_twice_says_so(self) -> None:
        self.upload(create_pdf())
        page = self.upload(create_pdf(), follow=False)
        self.assertContains(page, "has this file already", status_code=422)
        self.assertEqual(self.report.files.count(), 1)

    def test_a_file_is_taken_away_and_restored(self) -> None:
        self.upload(create_pdf())
        file = self.report.files.get()
        page = self.client.post(
            self.url("report_file_remove", self.report.pk, file.pk), follow=True
        )
        self.assertContains(page, "Taken away")
        self.assertNotContains(page, "<iframe")
        page = self.client.post(
            self.url("report_file_restore", self.report.pk, file.pk), follow=True
        )
        self.assertContains(page, "<iframe")

    def test_shows_the_file_that_is_asked_for(self) -> None:
        self.upload(create_pdf(pages=1))
        self.upload(create_pdf(pages=2), name="supplement.pdf")
        second = self.report.files.get(name="supplement.pdf")
        url = self.url("report_detail", self.report.pk)
        page = self.client.get(url, {"file": second.pk})
        self.assertEqual(page.context["shown"], second)
        page = self.client.get(url, {"file": "9" * 30})
        self.assertNotEqual(page.context["shown"], second)


class ClassificationTests(ReportPageTests):
    def classify(self, **data: str) -> HttpResponse:
        answer = self.client.post(self.url("report_classify", self.report.pk), data)
        assert isinstance(answer, HttpResponse)
        return answer

    def test_the_page_offers_it_and_then_tells_it(self) -> None:
        page = self.client.get(self.url("report_detail", self.report.pk))
        self.assertContains(page, "Awaiting classification: too little is known")
        answer = self.classify(classification="ongoing", note="Results in 2027")
        self.assertRedirects(answer, self.url("report_detail", self.report.pk))
        page = self.client.get(self.url("report_detail", self.report.pk))
        self.assertContains(page, "the study has no results yet. Results in 2027")

    def test_it_is_taken_back_by_choosing_neither(self) -> None:
        self.classify(classification="ongoing", note="Results in 2027")
        self.classify(classification="")
        self.assertEqual(self.stored().classification, "")

    def test_what_is_no_class_is_refused_with_the_page(self) -> None:
        answer = self.classify(classification="nonsense")
        self.assertEqual(answer.status_code, 422)
        self.assertContains(answer, "Nothing was changed.", status_code=422)

    def test_who_only_looks_on_is_not_asked(self) -> None:
        self.client.force_login(self.cast.vera)
        self.assertEqual(self.classify(classification="ongoing").status_code, 403)
        page = self.client.get(self.url("report_detail", self.report.pk))
        self.assertNotContains(page, "<h3>Classification</h3>")

    def test_the_list_counts_and_filters_it(self) -> None:
        self.classify(classification="awaiting", note="Wrote to the authors")
        page = self.client.get(self.url("report_list"), {"classification": "awaiting"})
        self.assertEqual(list(page.context["page_obj"]), [self.report])
        self.assertContains(page, "Wrote to the authors")
        page = self.client.get(self.url("report_list"), {"classification": "ongoing"})
        self.assertEqual(list(page.context["page_obj"]), [])
