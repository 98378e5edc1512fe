"""The flow of a moment is kept, and held against its hash and against the replay."""

import hashlib
import json
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.test import SimpleTestCase, TestCase
from django.utils import timezone

from reviews import records, snapshots
from reviews.access import WrongRole
from reviews.exports.flow import canonical
from reviews.models import (
    Event,
    FlowSnapshot,
    Record,
    Review,
    Search,
    Settlement,
    Verdict,
)
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review


class FigureTests(SimpleTestCase):
    def test_every_figure_is_a_line(self) -> None:
        figures = {"screened": 1200, "reasons": [{"code": "E1", "n": 3}], "final": True}
        self.assertEqual(
            snapshots.lines(figures),
            [
                ("screened", "1,200"),
                ("reasons 1 › code", "E1"),
                ("reasons 1 › n", "3"),
                ("final", "yes"),
            ],
        )


class SnapshotTests(TestCase):
    review: Review
    cast: Cast
    search: Search
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE")
        cls.record = create_record(review=cls.review, search=cls.search)

    def take(self, name: str = "Interim report") -> FlowSnapshot:
        return snapshots.take(
            self.review, name=name, note="Table 2", by=self.cast.alice
        )

    def test_keeps_the_figures_with_their_hash(self) -> None:
        snapshot = self.take()
        self.assertEqual(snapshot.figures["identified"], 1)
        data = canonical(snapshot.figures)
        self.assertEqual(snapshot.sha256, hashlib.sha256(data).hexdigest())
        event = Event.objects.get(action="flow.snapshot_taken")
        self.assertEqual((event.new or {})["sha256"], snapshot.sha256)
        self.assertEqual(json.loads(data), snapshot.figures)

    def test_is_verified_while_nothing_changes_and_after_work_goes_on(self) -> None:
        snapshot = self.take()
        self.assertTrue(snapshots.verify(snapshot).holds)
        records.settle(
            self.record,
            Verdict.INCLUDE,
            settlement=Settlement.AGREEMENT,
            counted_reason=None,
            by=self.cast.bob,
        )
        self.assertTrue(snapshots.verify(snapshot).holds)

    def test_says_what_the_replay_gives_otherwise_and_what_was_changed(self) -> None:
        snapshot = self.take()
        Search.objects.filter(pk=self.search.pk).update(name="Embase")
        verification = snapshots.verify(snapshot)
        self.assertTrue(verification.hash_holds)
        self.assertFalse(verification.holds)
        (difference,) = verification.differences
        self.assertEqual((difference.kept, difference.replayed), ("MEDLINE", "Embase"))

    def test_a_day_in_the_past_is_kept_as_it_stood_then(self) -> None:
        earlier = timezone.now() - timedelta(days=3650)
        snapshot = snapshots.take(
            self.review, name="Before", as_of=earlier, by=self.cast.alice
        )
        self.assertEqual(snapshot.as_of, earlier)
        self.assertEqual(snapshot.figures["identified"], 0)

    def test_a_name_is_asked_for_and_is_given_once(self) -> None:
        self.take()
        with self.assertRaises(snapshots.NameTaken):
            self.take("interim  REPORT")
        for name in (" ", "x" * 201):
            with self.assertRaises(snapshots.NameMissing):
                self.take(name)

    def test_only_an_owner_takes_one(self) -> None:
        with self.assertRaises(WrongRole):
            snapshots.take(self.review, name="Mine", by=self.cast.bob)
        self.assertFalse(self.review.flow_snapshots.exists())

    def test_the_database_refuses_to_change_one(self) -> None:
        snapshot = self.take()
        with self.assertRaises(DatabaseError), transaction.atomic():
            FlowSnapshot.objects.filter(pk=snapshot.pk).update(name="Final report")
