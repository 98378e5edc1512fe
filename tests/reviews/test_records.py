from django.test import TestCase

from reviews import records
from reviews.models import (
    DuplicateSet,
    Event,
    Record,
    Review,
    Settlement,
    Verdict,
)
from tests.cast import Cast
from tests.factories import create_record, create_report, create_staffed_review

OTHER = Record.Removal.OTHER


class RemovalTests(TestCase):
    review: Review
    cast: Cast
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(review=cls.review)

    def remove(self, record: Record, reason: str = "A retraction notice") -> Record:
        return records.remove(record, OTHER, reason=reason, by=self.cast.alice)

    def test_leaves_the_flow_with_its_reason(self) -> None:
        self.remove(self.record)
        self.assertFalse(self.review.records.to_screen().exists())
        removed = self.review.records.removed_for_other_reasons().get()
        self.assertEqual(removed.removal_reason, "A retraction notice")
        event = Event.objects.get()
        self.assertEqual(event.action, "record.removed")
        self.assertEqual(event.by, self.cast.alice)

    def test_twice_is_once(self) -> None:
        self.remove(self.record)
        self.remove(self.record)
        self.assertEqual(Event.objects.count(), 1)

    def test_needs_a_reason(self) -> None:
        with self.assertRaises(records.ReasonMissing):
            self.remove(self.record, reason="  ")
        self.assertTrue(self.review.records.to_screen().exists())

    def test_is_not_for_duplicates(self) -> None:
        found = DuplicateSet.objects.create(review=self.review, number=1)
        copy = create_record(
            review=self.review, duplicate_set=found, duplicate_of=self.record
        )
        with self.assertRaises(records.IsDuplicate):
            self.remove(copy)

    def test_restoring_wakes_the_verdict_and_the_report(self) -> None:
        report = create_report(review=self.review, record=self.record)
        self.remove(self.record)
        self.assertFalse(self.review.reports.sought().exists())
        records.restore(self.record, by=self.cast.alice)
        self.assertEqual(self.review.reports.sought().get(), report)
        record = self.review.records.included().get()
        self.assertEqual(record.verdict, Verdict.INCLUDE)
        self.assertEqual(record.settlement, Settlement.AGREEMENT)
        self.assertEqual(
            list(Event.objects.order_by("pk").values_list("action", flat=True)),
            ["record.removed", "record.restored"],
        )
