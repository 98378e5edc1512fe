"""What is kept of a reading tells the same as counting everything anew."""

import os
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from unittest.mock import patch

from django.db import connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext

from reviews import records as settled_records
from reviews.models import Event, Record, User
from screening import conflicts, decisions
from screening.models import Choice, Decision, Resolution
from screening.stopping import counting, keeping, reading, sampling, stops
from tests.factories import create_record
from tests.screening.stopping.made import (
    BEGIN,
    create_import,
    create_ranked_review,
    judge,
    screen,
)

LATER = BEGIN + timedelta(days=1)


class KeepingTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ranked_review(60, audit_size=6)
        screen(cls.records, cls.cast, relevant=10, read=48)

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for change in (
            override_settings(DATA_DIR=self.folder),
            patch("screening.stopping.keeping.FEW", 0),
        ):
            change.__enter__()
            self.addCleanup(change.__exit__, None, None, None)

    def assert_same(self) -> None:
        """Hold what is kept against all of it, for each who may look."""
        readers: tuple[User | None, ...] = (
            None,
            self.cast.alice,
            self.cast.bob,
            self.cast.dan,
        )
        for reader in readers:
            self.assertEqual(
                reading.read(self.review, reader),
                reading.read(self.review, reader, from_scratch=True),
            )

    def counts_all(self) -> bool:
        """Tell whether everything is counted to answer now."""
        with patch.object(counting, "whole", wraps=counting.whole) as whole:
            reading.read(self.review)
        return whole.called

    def decide(self, record: Record, person: User, choice: Choice) -> None:
        decisions.decide(record, choice, reviewer=person)

    def test_what_was_judged_since_alone_is_read_again(self) -> None:
        self.assertTrue(self.counts_all())
        self.assertFalse(self.counts_all())
        steps: list[Callable[[], object]] = [
            lambda: self.decide(self.records[50], self.cast.bob, Choice.INCLUDE),
            lambda: self.decide(self.records[50], self.cast.carol, Choice.EXCLUDE),
            lambda: self.decide(self.records[51], self.cast.bob, Choice.EXCLUDE),
            lambda: self.decide(self.records[51], self.cast.carol, Choice.EXCLUDE),
            # A changed mind opens a settled record, and makes a conflict.
            lambda: self.decide(self.records[3], self.cast.bob, Choice.EXCLUDE),
            lambda: conflicts.resolve(
                self.records[50], Choice.INCLUDE, resolver=self.cast.dan, reason="It is"
            ),
            lambda: self.decide(self.records[3], self.cast.bob, Choice.INCLUDE),
            lambda: conflicts.reopen(
                Resolution.objects.get(), by=self.cast.dan, reason="It is not"
            ),
        ]
        for step in steps:
            step()
            self.assertFalse(self.counts_all())
            self.assert_same()

    def test_what_else_happens_has_all_counted_anew(self) -> None:
        self.assert_same()
        settled_records.remove(
            self.records[55],
            Record.Removal.OTHER,
            reason="Withdrawn",
            by=self.cast.alice,
        )
        self.assertTrue(self.counts_all())
        self.assert_same()

    def test_a_stop_and_what_comes_after_it(self) -> None:
        self.assert_same()
        stop = stops.begin(self.review, by=self.cast.alice, at=LATER)
        judge(sampling.records(stop), self.cast, Choice.EXCLUDE, since=LATER)
        self.assert_same()
        stops.sign(stop, by=self.cast.alice)
        self.assert_same()
        stops.lift(stop, because="Too early", by=self.cast.alice)
        self.assert_same()

    def test_a_decision_that_came_to_light_late_is_not_missed(self) -> None:
        """As where a transaction is kept after one that was begun later."""
        self.decide(self.records[50], self.cast.bob, Choice.EXCLUDE)
        self.decide(self.records[50], self.cast.carol, Choice.EXCLUDE)
        self.decide(self.records[51], self.cast.bob, Choice.EXCLUDE)
        early = Decision.objects.get(record=self.records[50], reviewer=self.cast.carol)
        keeping.counted(self.review)
        mark = keeping.mark(self.review)
        path = keeping._path(self.review)
        kept = keeping._load(path)
        assert kept is not None
        # As if the earlier one had not been there.
        stale = keeping.Mark(**{**vars(mark), "decisions": mark.decisions - 1})
        keeping._save(path, stale, kept[1])
        self.assertGreater(mark.last_decision, early.pk)
        self.assertTrue(self.counts_all())

    def test_a_folder_of_another_database_is_not_taken_for_this_ones(self) -> None:
        keeping.counted(self.review)
        mark = keeping.mark(self.review)
        kept = keeping._load(keeping._path(self.review))
        assert kept is not None
        stale = keeping.Mark(**{**vars(mark), "token": "another"})
        keeping._save(keeping._path(self.review), stale, kept[1])
        self.assertTrue(self.counts_all())
        keeping._path(self.review).write_bytes(b"torn")
        with self.assertLogs("screening.stopping.keeping"):
            self.assertTrue(self.counts_all())

    def test_what_cannot_be_kept_is_counted_all_the_same(self) -> None:
        (self.folder / "readings").write_text("no folder")
        with self.assertLogs("screening.stopping.keeping"):
            found = reading.read(self.review)
        self.assertEqual(found.screened.read, 48)

    def test_any_history_tells_the_same(self) -> None:
        chance = Random(5)
        people = (self.cast.bob, self.cast.carol)
        choices = (Choice.INCLUDE, Choice.EXCLUDE, Choice.MAYBE)
        for step in range(40):
            what = chance.random()
            if what < 0.8:
                record = chance.choice(self.records)
                person = chance.choice(people)
                self.decide(record, person, chance.choice(choices))
            elif what < 0.9:
                waiting = conflicts.in_conflict(self.review, counting.AT)
                for record in waiting[:1]:
                    conflicts.resolve(
                        record, Choice.EXCLUDE, resolver=self.cast.dan, reason="So"
                    )
            else:
                last = Decision.objects.current().filter(reviewer=self.cast.bob)
                made = last.exclude(choice=Choice.WITHDRAWN).order_by("-pk").first()
                if made is not None:
                    decisions.take_back(made, reviewer=self.cast.bob)
            if step % 5 == 0:
                self.assert_same()

    def test_votes_that_are_set_aside_are_not_told_by_what_was_kept(self) -> None:
        self.assert_same()
        Event.objects.create(review=self.review, action="votes.set_aside", summary="x")
        self.assertTrue(self.counts_all())

    def test_what_is_kept_of_a_review_that_is_gone_is_removed(self) -> None:
        reading.read(self.review)
        gone = keeping._path(self.review).with_name("987654.npz")
        gone.write_bytes(b"")
        # What a process wrote that was killed, and what another writes just now.
        left, written = (gone.with_name(f".{name}.npz") for name in ("left", "written"))
        for each in (left, written):
            each.write_bytes(b"")
        os.utime(left, (0, 0))
        settled_records.remove(
            self.records[55], Record.Removal.OTHER, reason="Gone", by=self.cast.alice
        )
        reading.read(self.review)
        self.assertFalse(gone.exists())
        self.assertFalse(left.exists())
        self.assertTrue(written.exists())
        self.assertTrue(keeping._path(self.review).exists())

    def test_few_judgments_are_counted_whenever_they_are_asked_for(self) -> None:
        with patch("screening.stopping.keeping.FEW", 10_000):
            reading.read(self.review)
            create_import(self.records[0].search, 3, at=LATER)
            create_record(review=self.review, search=self.records[0].search)
            self.assertEqual(reading.read(self.review).screened.pool, 63)
        self.assertFalse((self.folder / "readings").exists())

    def test_asks_no_more_of_more_records(self) -> None:
        reading.read(self.review)
        with CaptureQueriesContext(connection) as before:
            reading.read(self.review)
        judge(self.records[48:56], self.cast, Choice.EXCLUDE, since=LATER)
        reading.read(self.review)
        with CaptureQueriesContext(connection) as after:
            reading.read(self.review)
        self.assertLessEqual(len(after), len(before) + 6)
