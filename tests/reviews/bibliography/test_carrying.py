from django.test import TestCase

from reviews import events, reports
from reviews.bibliography import editing
from reviews.models import Record, Report, Review
from tests.cast import Cast
from tests.factories import create_record, create_staffed_review


class CarryingTests(TestCase):
    review: Review
    cast: Cast
    record: Record
    report: Report

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(
            review=cls.review, title="A tiral", authors=["Dahl, P."], year=2020
        )
        cls.report = reports.seek(cls.record, by=cls.cast.alice)

    def edit(self, **said: object) -> Report:
        editing.edit(self.record, said, by=self.cast.alice)
        self.report.refresh_from_db()
        return self.report

    def test_a_mended_record_mends_the_citation_of_its_report(self) -> None:
        report = self.edit(title="A trial", authors=["Dahl, Per"])
        self.assertEqual((report.title, report.authors), ("A trial", ["Dahl, Per"]))
        self.assertEqual(report.citation, "Dahl, Per. (2020). A trial")
        event = events.about(report)[0]
        self.assertEqual(event.action, "report.cited_anew")
        self.assertEqual((event.old or {})["title"], "A tiral")

    def test_an_edit_that_is_taken_back_is_taken_back_there_too(self) -> None:
        self.edit(title="A trial")
        latest = editing.latest(self.record)
        editing.take_back(self.record, latest, by=self.cast.alice)
        self.report.refresh_from_db()
        self.assertEqual(self.report.title, "A tiral")

    def test_what_a_report_says_otherwise_stays(self) -> None:
        self.report.title = "Protocol of a trial"
        self.report.save()
        report = self.edit(title="A trial", year=2021)
        self.assertEqual((report.title, report.year), ("Protocol of a trial", 2021))

    def test_what_no_citation_tells_writes_nothing(self) -> None:
        self.edit(abstract="AIM: One.")
        self.assertFalse(
            events.about(self.report).filter(action="report.cited_anew").exists()
        )
