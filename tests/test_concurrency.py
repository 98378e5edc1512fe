"""Two people at the same instant: no vote lost, none doubled, one verdict."""

import threading
import uuid
from collections.abc import Callable
from functools import partial

from django.db import connection, connections, transaction
from django.test import TransactionTestCase

from reviews.models import Record, Stage, Verdict
from screening import conflicts, decisions, replay
from screening.labels import vocabulary
from screening.models import Choice, Decision, Resolution
from screening.numbers import changing as numbers
from tests.factories import create_record, create_staffed_review

ROUNDS = 25


def at_once(*acts: Callable[[], object]) -> list[BaseException]:
    """Run the acts in threads that start together; return what they raised."""
    barrier = threading.Barrier(len(acts))
    raised: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            act()
        except (
            decisions.JudgedByOthers,
            conflicts.NotInConflict,
            vocabulary.NameTaken,
        ) as refusal:
            raised.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


class ConcurrencyTests(TransactionTestCase):
    def setUp(self) -> None:
        self.review, self.cast = create_staffed_review()

    def test_runs_with_the_settings_that_keep_votes(self) -> None:
        if connection.vendor != "sqlite":
            self.skipTest("SQLite's own settings")
        with connection.cursor() as cursor:
            for pragma, value in (("journal_mode", "wal"), ("synchronous", 2)):
                cursor.execute(f"PRAGMA {pragma}")
                self.assertEqual(cursor.fetchone()[0], value)

    def test_two_who_judge_at_once_give_one_verdict_and_lose_no_vote(self) -> None:
        for _ in range(ROUNDS):
            record = create_record(review=self.review)
            raised = at_once(
                partial(
                    decisions.decide, record, Choice.INCLUDE, reviewer=self.cast.bob
                ),
                partial(
                    decisions.decide, record, Choice.INCLUDE, reviewer=self.cast.carol
                ),
            )
            self.assertEqual(raised, [])
            self.assertEqual(Decision.objects.filter(record=record).count(), 2)
            self.assertEqual(Record.objects.get(pk=record.pk).verdict, Verdict.INCLUDE)
            self.assertEqual(record.reports.count(), 1)
        self.assertEqual(replay.check(self.review), [])

    def test_one_form_posted_at_once_counts_once(self) -> None:
        for _ in range(ROUNDS):
            record = create_record(review=self.review)
            token = uuid.uuid4()
            at_once(
                *[
                    partial(
                        decisions.decide,
                        record,
                        Choice.EXCLUDE,
                        reviewer=self.cast.bob,
                        token=token,
                    )
                ]
                * 2
            )
            self.assertEqual(Decision.objects.filter(record=record).count(), 1)

    def test_two_who_resolve_at_once_give_one_resolution(self) -> None:
        for _ in range(ROUNDS):
            record = create_record(review=self.review)
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
            decisions.decide(record, Choice.EXCLUDE, reviewer=self.cast.carol)
            raised = at_once(
                partial(
                    conflicts.resolve,
                    record,
                    Choice.INCLUDE,
                    resolver=self.cast.dan,
                    reason="It fits.",
                ),
                partial(
                    conflicts.resolve,
                    record,
                    Choice.EXCLUDE,
                    resolver=self.cast.bob,
                    reason="It does not.",
                ),
            )
            self.assertEqual(len(raised), 1)
            self.assertEqual(Resolution.objects.filter(record=record).count(), 1)
        self.assertEqual(replay.check(self.review), [])

    def test_two_labels_that_get_one_name_at_once_are_told_so(self) -> None:
        alice = self.cast.alice
        for number in range(ROUNDS):
            labels = [
                vocabulary.create(self.review, f"{name} {number}", by=alice)
                for name in ("First", "Second")
            ]
            raised = at_once(
                *[
                    partial(vocabulary.rename, label, f"One {number}", by=alice)
                    for label in labels
                ]
            )
            self.assertEqual(len(raised), 1)

    def test_a_mind_changed_while_the_other_judges_is_kept(self) -> None:
        for _ in range(ROUNDS):
            record = create_record(review=self.review)
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
            at_once(
                partial(
                    decisions.decide, record, Choice.EXCLUDE, reviewer=self.cast.bob
                ),
                partial(
                    decisions.decide, record, Choice.INCLUDE, reviewer=self.cast.carol
                ),
            )
            self.assertEqual(Decision.objects.filter(record=record).count(), 3)
            self.assertEqual(Record.objects.get(pk=record.pk).verdict, Verdict.OPEN)
        self.assertEqual(replay.check(self.review), [])


class NumberTests(TransactionTestCase):
    """The number of judges is changed while one of the last judgments is made."""

    def setUp(self) -> None:
        if not connection.features.has_select_for_update:
            self.skipTest("Here one at a time writes at all")
        self.review, self.cast = create_staffed_review()
        self.record = create_record(review=self.review)
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        self.made = numbers.ask(
            self.review,
            Stage.TITLE_ABSTRACT,
            3,
            by=self.cast.alice,
            because="To be sure",
        )

    def judge(self) -> None:
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.carol)

    def change(self) -> None:
        numbers.change(self.made, by=self.cast.alice)

    def meanwhile(self, first: Callable[[], None], second: Callable[[], None]) -> None:
        """Begin the second while the first is done and not kept yet."""

        def run() -> None:
            try:
                second()
            finally:
                connections.close_all()

        thread = threading.Thread(target=run)
        with transaction.atomic():
            first()
            thread.start()
            thread.join(timeout=1)
            self.assertTrue(thread.is_alive(), "It waits for the other")
        thread.join()

    def test_the_number_waits_for_a_judgment_and_counts_it(self) -> None:
        self.meanwhile(self.judge, self.change)
        self.stands_open()

    def test_a_judgment_waits_for_the_number_and_is_settled_by_it(self) -> None:
        self.meanwhile(self.change, self.judge)
        self.stands_open()

    def stands_open(self) -> None:
        """Two of three have judged, so that nothing is settled."""
        self.record.refresh_from_db()
        self.review.refresh_from_db()
        self.assertEqual(self.record.verdict, Verdict.OPEN)
        self.assertEqual(replay.check(self.review), [])
        self.assertEqual(Decision.objects.count(), 2)
