from unittest import mock

from django.db import DatabaseError
from django.test import TestCase

from reviews import events, reports
from reviews.access import WrongRole
from reviews.formats.pdf import NotReadable
from reviews.models import Event, Report, Review, Role, Verdict
from tests.cast import Cast, join
from tests.factories import (
    create_included_report,
    create_report,
    create_review,
    create_staffed_review,
)
from tests.reviews.pdfs import create_pdf

AWAITING = Report.Retrieval.AWAITING


class ReportTestCase(TestCase):
    review: Review
    cast: Cast
    report: Report

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.report = create_report(review=cls.review, retrieval=AWAITING)

    def stored(self) -> Report:
        return Report.objects.get(pk=self.report.pk)


class RetrievalTests(ReportTestCase):
    def test_a_retrieved_report_is_assessed(self) -> None:
        reports.mark_retrieved(self.report, by=self.cast.bob)
        self.assertEqual(self.review.reports.assessed().get(), self.report)
        self.assertIsNotNone(self.stored().retrieval_at)
        self.assertEqual(Event.objects.get().action, "report.retrieved")

    def test_not_retrieved_needs_a_reason(self) -> None:
        with self.assertRaises(reports.ReasonMissing):
            reports.mark_not_retrieved(self.report, reason=" ", by=self.cast.bob)
        reports.mark_not_retrieved(
            self.report, reason="No library has it", by=self.cast.bob
        )
        self.assertEqual(self.review.reports.not_retrieved().get(), self.report)

    def test_each_state_can_be_undone_by_another(self) -> None:
        reports.mark_not_retrieved(self.report, reason="Lost", by=self.cast.bob)
        reports.mark_awaiting(self.report, by=self.cast.bob)
        report = self.stored()
        self.assertEqual(report.retrieval, AWAITING)
        self.assertEqual(report.not_retrieved_reason, "")
        self.assertIsNone(report.retrieval_at)

    def test_the_same_state_twice_leaves_one_trace(self) -> None:
        for _ in range(2):
            reports.mark_retrieved(self.report, by=self.cast.bob)
        self.assertEqual(Event.objects.count(), 1)

    def test_a_verdict_lies_dormant_while_the_report_is_not_retrieved(self) -> None:
        report = create_included_report(review=self.review)
        reports.mark_not_retrieved(report, reason="Withdrawn", by=self.cast.bob)
        self.assertFalse(self.review.reports.included().exists())
        reports.mark_retrieved(report, by=self.cast.bob)
        self.assertEqual(self.review.reports.included().get().verdict, Verdict.INCLUDE)

    def test_owners_and_reviewers_of_full_texts_may_say_it(self) -> None:
        cast = self.cast
        review = create_review(owner=cast.alice)
        join(review, cast.alice, Role.OWNER)
        join(review, cast.bob, Role.REVIEWER, stage="full_text")
        join(review, cast.carol, Role.REVIEWER, stage="title_abstract")
        join(review, cast.dan, Role.ADJUDICATOR)
        may = [
            name
            for name in ("alice", "bob", "carol", "dan", "vera", "mallory")
            if reports.may_retrieve(review, getattr(cast, name))
        ]
        self.assertEqual(may, ["alice", "bob"])

    def test_counts_every_box_in_one_query(self) -> None:
        create_included_report(review=self.review)
        with self.assertNumQueries(1):
            counts = reports.count(self.review)
        self.assertEqual(
            counts,
            {
                "sought": 2,
                "awaiting_retrieval": 1,
                "not_retrieved": 0,
                "assessed": 1,
                "awaiting_decision": 0,
                "excluded": 0,
                "included": 1,
                "awaiting_classification": 0,
                "ongoing": 0,
            },
        )


class ClassificationTests(ReportTestCase):
    def classify(self, name: str, note: str = "", *, by: str = "bob") -> None:
        reports.classify(
            self.report,
            Report.Classification(name),
            note=note,
            by=getattr(self.cast, by),
        )

    def test_a_report_is_ongoing_with_what_is_known_of_it(self) -> None:
        self.classify("ongoing", " Results in 2027 ")
        report = self.stored()
        self.assertEqual(report.classification, "ongoing")
        self.assertEqual(report.classification_note, "Results in 2027")
        event = Event.objects.get(action="report.classified")
        self.assertIn("Ongoing: ", event.summary)
        self.assertEqual(event.old, {"classification": "", "note": ""})

    def test_it_can_be_taken_back_and_the_note_goes_with_it(self) -> None:
        self.classify("awaiting", "Asked the authors")
        self.classify("", "Left over")
        self.assertEqual(self.stored().classification_note, "")
        last = Event.objects.order_by("pk").last()
        assert last
        self.assertIn("No longer classified", last.summary)
        self.assertEqual((last.old or {})["note"], "Asked the authors")

    def test_the_same_twice_leaves_one_trace(self) -> None:
        for _ in range(2):
            self.classify("awaiting", "Asked the authors")
        self.assertEqual(Event.objects.count(), 1)

    def test_who_may_not_retrieve_may_not_classify(self) -> None:
        for name in ("dan", "vera"):
            with self.assertRaises(WrongRole):
                self.classify("ongoing", by=name)

    def test_it_counts_while_there_is_no_verdict(self) -> None:
        self.classify("ongoing")
        included = create_included_report(review=self.review, classification="ongoing")
        listed = reports.classified(
            self.review.reports.all(), Report.Classification.ONGOING
        )
        self.assertEqual(list(listed), [self.report])
        self.assertNotEqual(included, self.report)
        self.assertEqual(reports.count(self.review)["ongoing"], 1)


class FileTests(ReportTestCase):
    def add(self, data: bytes, name: str = "brody.pdf") -> int:
        file = reports.add_file(self.report, name=name, data=data, by=self.cast.bob)
        return file.pk

    def test_a_pdf_makes_the_report_retrieved(self) -> None:
        self.add(create_pdf(pages=3), name="../Brody – Ä.pdf")
        file = self.report.files.in_use().get()
        self.assertEqual((file.name, file.pages), ("Brody – Ä.pdf", 3))
        self.assertIn(file.sha256, str(file.file))
        self.assertEqual(self.stored().retrieval, Report.Retrieval.RETRIEVED)
        self.assertEqual(
            {event.action for event in events.about(self.report)},
            {"report.file_added", "report.retrieved"},
        )

    def test_what_is_no_pdf_changes_nothing(self) -> None:
        with self.assertRaises(NotReadable):
            self.add(b"A letter")
        self.assertFalse(self.report.files.exists())
        self.assertEqual(self.stored().retrieval, AWAITING)
        self.assertFalse(Event.objects.exists())

    def test_the_same_file_twice_is_refused(self) -> None:
        self.add(create_pdf())
        with self.assertRaises(reports.FileThereAlready):
            self.add(create_pdf(), name="another name.pdf")
        self.assertEqual(self.report.files.count(), 1)

    def test_a_file_that_is_taken_away_can_be_restored(self) -> None:
        self.add(create_pdf())
        file = reports.remove_file(self.report.files.get(), by=self.cast.bob)
        self.assertFalse(self.report.files.in_use().exists())
        reports.remove_file(file, by=self.cast.bob)
        reports.restore_file(file, by=self.cast.bob)
        self.assertEqual(self.report.files.in_use().get(), file)
        self.assertEqual(Event.objects.filter(action="report.file_removed").count(), 1)

    def test_a_file_uploaded_anew_is_not_restored_beside_itself(self) -> None:
        self.add(create_pdf())
        file = reports.remove_file(self.report.files.get(), by=self.cast.bob)
        self.add(create_pdf())
        with self.assertRaises(reports.FileThereAlready):
            reports.restore_file(file, by=self.cast.bob)

    def test_a_failure_halfway_leaves_nothing(self) -> None:
        with (
            mock.patch("reviews.reports.mark_retrieved", side_effect=DatabaseError),
            self.assertRaises(DatabaseError),
        ):
            self.add(create_pdf())
        self.assertFalse(self.report.files.exists())
        self.assertFalse(Event.objects.exists())
