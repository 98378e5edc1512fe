from datetime import timedelta

from django.test import TestCase

from reviews.models import Review, ScreeningPlan
from screening import conflicts, decisions
from screening.models import Choice
from screening.stopping import reading, rule
from tests.factories import create_record
from tests.screening.stopping.made import (
    BEGIN,
    create_import,
    create_ranked_review,
    judge,
    screen,
)

LATER = BEGIN + timedelta(days=1)


class ReadingTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ranked_review(10)
        screen(cls.records, cls.cast, relevant=2, read=6)

    def test_reads_settled_records_in_the_order_in_which_they_were_completed(
        self,
    ) -> None:
        found = reading.read(self.review)
        self.assertEqual(found.read, tuple(each.pk for each in self.records[:6]))
        self.assertEqual(found.relevant, (self.records[0].pk, self.records[1].pk))
        self.assertEqual(found.screened.pool, 10)
        self.assertEqual(found.screened.since_last, 4)
        self.assertEqual(found.since_last, tuple(each.pk for each in self.records[2:6]))
        self.assertTrue(found.is_ordered)

    def test_a_lone_vote_is_not_read(self) -> None:
        before = reading.read(self.review)
        decisions.decide(self.records[7], Choice.INCLUDE, reviewer=self.cast.bob)
        self.assertEqual(reading.read(self.review), before)

    def test_a_record_settled_again_keeps_its_place(self) -> None:
        first = decisions.own_last(self.review, reading.AT, self.cast.bob)
        assert first is not None
        record = self.records[0]
        decisions.decide(record, Choice.MAYBE, reviewer=self.cast.bob, at=LATER)
        decisions.decide(record, Choice.EXCLUDE, reviewer=self.cast.bob, at=LATER)
        decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob, at=LATER)
        self.assertEqual(reading.read(self.review).read[0], record.pk)

    def test_a_conflict_counts_as_relevant_for_those_who_may_see_it(self) -> None:
        disputed = self.records[6]
        decisions.decide(disputed, Choice.INCLUDE, reviewer=self.cast.bob, at=LATER)
        decisions.decide(disputed, Choice.EXCLUDE, reviewer=self.cast.carol, at=LATER)
        for reader in (self.cast.bob, self.cast.carol, self.cast.dan, None):
            found = reading.read(self.review, reader)
            self.assertEqual(found.conflicts, (disputed.pk,))
            self.assertEqual(found.relevant[-1], disputed.pk)
            self.assertEqual(found.screened.read, 7)
        for reader in (self.cast.alice, self.cast.vera):
            found = reading.read(self.review, reader)
            self.assertEqual(found.conflicts, ())
            self.assertEqual(found.screened.read, 6)
        conflicts.resolve(
            disputed, Choice.EXCLUDE, resolver=self.cast.dan, reason="Design"
        )
        found = reading.read(self.review, self.cast.alice)
        self.assertEqual((found.screened.read, found.screened.found), (7, 2))

    def test_a_conflict_that_is_resolved_late_keeps_its_place(self) -> None:
        disputed = self.records[6]
        for reviewer, choice in (
            (self.cast.bob, Choice.INCLUDE),
            (self.cast.carol, Choice.EXCLUDE),
        ):
            decisions.decide(disputed, choice, reviewer=reviewer, at=LATER)
        judge(
            self.records[7:9],
            self.cast,
            Choice.EXCLUDE,
            since=LATER + timedelta(hours=1),
        )
        conflicts.resolve(
            disputed,
            Choice.INCLUDE,
            resolver=self.cast.dan,
            reason="Fits",
            at=LATER + timedelta(days=1),
        )
        found = reading.read(self.review)
        self.assertEqual(found.read[6], disputed.pk)
        self.assertEqual(found.screened.since_last, 2)

    def test_draws_begin_after_a_new_file(self) -> None:
        create_import(self.records[0].search, 5, at=BEGIN + timedelta(days=2))
        found = reading.read(self.review)
        self.assertEqual(found.screened.valid_from, 6)
        self.assertEqual(found.screened.pool, 15)
        self.assertEqual(found.begun_anew_at, BEGIN + timedelta(days=2))

    def test_a_record_that_was_found_by_hand_is_known_and_not_drawn(self) -> None:
        by_hand = create_record(review=self.review, search=self.records[0].search)
        self.assertEqual(reading.read(self.review).screened.pool, 10)
        judge([by_hand], self.cast, Choice.INCLUDE, since=LATER)
        found = reading.read(self.review)
        self.assertEqual((found.screened.pool, found.screened.read), (10, 6))
        self.assertEqual((found.screened.known, found.known), (1, (by_hand.pk,)))

    def test_asks_no_more_of_more_records(self) -> None:
        with self.assertNumQueries(16):
            reading.read(self.review)
        judge(self.records[6:9], self.cast, Choice.EXCLUDE)
        with self.assertNumQueries(16):
            reading.read(self.review)


class RuleTests(TestCase):
    def plan(self, review: Review, **facts: object) -> ScreeningPlan:
        ScreeningPlan.objects.filter(review=review).update(**facts)
        return ScreeningPlan.objects.get(review=review)

    def test_the_test_holds_once_enough_is_read(self) -> None:
        review, cast, records = create_ranked_review(40)
        screen(records, cast, relevant=10, read=28)
        plan = self.plan(review)
        said = rule.say(plan, reading.read(review))
        self.assertFalse(said.holds)
        more = said.more
        assert more is not None
        judge(
            records[28 : 28 + more],
            cast,
            Choice.EXCLUDE,
            since=BEGIN + timedelta(hours=5),
        )
        said = rule.say(plan, reading.read(review))
        self.assertTrue(said.holds)
        self.assertLess(said.p, 0.02)
        self.assertGreaterEqual(said.certified.recall, 0.8)

    def test_the_test_never_holds_in_the_order_of_import(self) -> None:
        review, cast, records = create_ranked_review(40)
        screen(records, cast, relevant=10, read=38)
        plan = self.plan(review, order="imported")
        said = rule.say(plan, reading.read(review))
        self.assertFalse(said.holds)
        self.assertIsNone(said.more)

    def test_a_run_of_irrelevant_records_holds(self) -> None:
        review, cast, records = create_ranked_review(30)
        screen(records, cast, relevant=2, read=11)
        plan = self.plan(review, stopping="run", run_length=10)
        said = rule.say(plan, reading.read(review))
        self.assertEqual((said.holds, said.more), (False, 1))
        judge([records[11]], cast, Choice.EXCLUDE, since=BEGIN + timedelta(hours=5))
        said = rule.say(plan, reading.read(review))
        self.assertTrue(said.holds)

    def test_screening_everything_never_holds(self) -> None:
        review, cast, records = create_ranked_review(30)
        screen(records, cast, relevant=2, read=29)
        plan = self.plan(review, stopping="everything")
        self.assertFalse(rule.say(plan, reading.read(review)).holds)
