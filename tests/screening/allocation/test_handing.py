"""What was handed over can be completed, whoever leaves and however many must judge."""

import sqlite3
import uuid
from unittest import skipUnless

from django.db import connection
from django.test import TestCase

from reviews import members
from reviews.models import Record, Review, Role, Stage, User
from screening import decisions, queues
from screening.allocation import changing, handing, listing, planning
from screening.leaving import leaving
from screening.models import Allocation, Choice, Handover
from screening.numbers import changing as numbers
from tests.cast import Cast, join
from tests.factories import create_record, create_staffed_review

TA = Stage.TITLE_ABSTRACT


class HandedOverTests(TestCase):
    review: Review
    cast: Cast
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        join(cls.review, cls.cast.vera, Role.REVIEWER)
        cls.record = create_record(review=cls.review)

    def give(self, *people: User) -> None:
        batch = planning.Batch("All", people, count=1)
        parts = planning.by_batch(self.review, TA, [batch])
        way = Allocation.Way.BATCH
        changing.change(self.review, TA, way, parts, by=self.cast.alice)

    def hand(self, giver: User, taker: User) -> Handover:
        return handing.hand_over(
            self.review, TA, giver=giver, taker=taker, by=self.cast.alice
        )

    def leave(self, person: User) -> None:
        member = self.review.members.get(user=person)
        members.remove(member, by=self.cast.alice)

    def holders(self) -> set[User]:
        """Return for whom the record waits; the owner's list names the same."""
        people = (self.cast.bob, self.cast.carol, self.cast.vera)
        team = handing.people(self.review, TA)
        found = {
            each
            for each in people
            if each in team and queues.queue(self.review, TA, each).exists()
        }
        owner = self.cast.alice
        stuck = listing.stuck(self.review, TA, owner)
        (line,) = listing.lines(self.review, TA, owner, stuck)
        self.assertEqual(set(line.holders), found)
        return found

    def test_the_giver_judges_again_where_another_of_the_two_left(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        self.give(bob, carol)
        self.hand(bob, vera)
        self.assertEqual(self.holders(), {carol, vera})
        self.leave(carol)
        self.assertEqual(self.holders(), {bob, vera})

    def test_nothing_tells_an_owner_what_was_judged_and_taken_back(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        made = decisions.decide(self.record, Choice.INCLUDE, reviewer=vera)
        decisions.take_back(made, reviewer=vera)
        self.give(bob, carol)
        self.assertTrue(queues.queue(self.review, TA, vera).exists())
        owner = self.cast.alice
        self.assertFalse(listing.stuck(self.review, TA, owner, person=vera).exists())
        with self.assertRaises(handing.NothingToHandOver):
            self.hand(vera, bob)
        handed = self.hand(bob, vera)
        self.assertEqual(handed.items.get().record, self.record)

    def test_the_giver_judges_again_where_the_taker_left(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        self.give(bob, carol)
        self.hand(bob, vera)
        self.leave(vera)
        self.assertEqual(self.holders(), {bob, carol})

    def test_what_was_handed_on_is_given_back_step_by_step(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        self.number(1)
        self.give(bob)
        first = self.hand(bob, carol)
        second = self.hand(carol, vera)
        self.assertEqual(self.holders(), {vera})
        self.assertEqual(self.may_give_back(), {second})
        with self.assertRaises(handing.NothingToHandOver):
            handing.undo(first, by=self.cast.alice)
        handing.undo(second, by=self.cast.alice)
        self.assertEqual(self.holders(), {carol})
        self.assertEqual(self.may_give_back(), {first})
        handing.undo(first, by=self.cast.alice)
        self.assertEqual(self.holders(), {bob})
        self.assertEqual(self.may_give_back(), set())

    @skipUnless(connection.vendor == "sqlite", "Only SQLite limits parameters.")
    def test_more_are_handed_on_than_a_statement_has_parameters(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        Record.objects.bulk_create(
            Record(review=self.review, search=self.record.search, title=f"R {number}")
            for number in range(1000)
        )
        held = connection.connection
        kind = sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER
        self.addCleanup(held.setlimit, kind, held.setlimit(kind, 1000))
        parts = planning.by_batch(
            self.review, TA, [planning.Batch("All", [bob, carol], count=1001)]
        )
        way = Allocation.Way.BATCH
        changing.change(self.review, TA, way, parts, by=self.cast.alice)
        self.hand(bob, vera)
        back = self.hand(vera, bob)
        self.assertEqual(queues.queue(self.review, TA, vera).count(), 0)
        handing.undo(back, by=self.cast.alice)
        self.assertEqual(queues.queue(self.review, TA, vera).count(), 1001)

    def test_a_step_between_that_was_given_back_is_stepped_over(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        other = create_record(review=self.review)
        self.number(1)
        batch = planning.Batch("All", [bob], count=2)
        parts = planning.by_batch(self.review, TA, [batch])
        way = Allocation.Way.BATCH
        changing.change(self.review, TA, way, parts, by=self.cast.alice)
        first = self.hand(bob, carol)
        second = handing.hand_over(
            self.review,
            TA,
            giver=carol,
            taker=vera,
            by=self.cast.alice,
            keys=[other.pk],
        )
        handing.undo(first, by=self.cast.alice)
        handing.undo(second, by=self.cast.alice)
        for person, number in ((bob, 2), (carol, 0), (vera, 0)):
            waiting = queues.queue(self.review, TA, person)
            self.assertEqual(waiting.count(), number, person)

    def may_give_back(self) -> set[Handover]:
        return {each for each in handing.of(self.review, TA) if each.may_be_undone}

    def test_the_giver_judges_again_where_two_must_and_one_had_to(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        self.number(1)
        self.give(bob)
        self.leave(vera)
        self.hand(bob, carol)
        self.assertEqual(self.holders(), {carol})
        self.number(2)
        self.assertEqual(self.holders(), {bob, carol})

    def test_what_the_giver_has_judged_goes_along_and_nothing_tells_so(self) -> None:
        join(self.review, self.cast.alice, Role.REVIEWER)
        self.give(self.cast.bob, self.cast.carol)
        decisions.decide(self.record, Choice.INCLUDE, reviewer=self.cast.bob)
        handing.hand_over(
            self.review,
            TA,
            giver=self.cast.bob,
            taker=self.cast.vera,
            keys=[self.record.pk],
            by=self.cast.alice,
        )
        self.assertEqual(self.holders(), {self.cast.carol, self.cast.vera})
        again = decisions.decide(
            self.record, Choice.MAYBE, reviewer=self.cast.bob, token=uuid.uuid4()
        )
        self.assertEqual(again.choice, Choice.MAYBE)

    def number(self, wanted: int) -> None:
        made = numbers.ask(
            self.review, TA, wanted, by=self.cast.alice, because="Few of us"
        )
        numbers.change(made, by=self.cast.alice)
        self.review.refresh_from_db()


class HeirTests(TestCase):
    """One is put in another's place while things stand handed over."""

    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(title_abstract_reviewers=1)
        join(cls.review, cls.cast.vera, Role.REVIEWER)
        cls.first, cls.second = (create_record(review=cls.review) for _ in range(2))

    def give(self, *batches: list[User]) -> None:
        parts = planning.by_batch(
            self.review, TA, [planning.Batch("One", each, count=1) for each in batches]
        )
        way = Allocation.Way.BATCH
        changing.change(self.review, TA, way, parts, by=self.cast.alice)

    def hand(self, giver: User, taker: User, record: Record) -> None:
        handing.hand_over(
            self.review,
            TA,
            giver=giver,
            taker=taker,
            keys=[record.pk],
            by=self.cast.alice,
        )

    def leave(self, person: User, heir: User) -> None:
        leaving.carry_out(
            self.review.members.get(user=person),
            stages=[],
            reason="",
            heir=heir,
            leaves=True,
            by=self.cast.alice,
            token=uuid.uuid4(),
        )

    def give_back(self) -> None:
        for each in handing.of(self.review, TA).filter(may_be_undone=True):
            handing.undo(each, by=self.cast.alice)

    def waits_for(self, record: Record) -> set[User]:
        return {
            each
            for each in handing.people(self.review, TA)
            if queues.queue(self.review, TA, each).filter(pk=record.pk).exists()
        }

    def test_what_others_handed_over_stands(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        self.give([bob], [carol])
        self.hand(bob, vera, self.first)
        self.leave(carol, heir=bob)
        self.assertEqual(self.waits_for(self.first), {vera})
        self.assertEqual(self.waits_for(self.second), {bob})
        self.give_back()
        self.assertEqual(self.waits_for(self.first), {bob})

    def test_what_was_handed_to_the_leaver_is_the_heirs(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        self.give([bob], [carol])
        self.hand(bob, carol, self.first)
        self.leave(carol, heir=vera)
        self.assertEqual(self.waits_for(self.first), {vera})
        self.give_back()
        self.assertEqual(self.waits_for(self.first), {bob})

    def test_what_the_heir_had_handed_to_the_leaver_is_theirs_again(self) -> None:
        bob, carol = self.cast.bob, self.cast.carol
        self.give([bob], [carol])
        self.hand(bob, carol, self.first)
        self.leave(carol, heir=bob)
        self.assertEqual(self.waits_for(self.first), {bob})
        self.assertFalse(handing.of(self.review, TA).exists())

    def test_what_was_handed_on_is_still_given_back_step_by_step(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        dave = User.objects.create_user("dave", "dave@example.org", "x" * 12)
        join(self.review, dave, Role.REVIEWER)
        self.give([bob], [carol])
        self.hand(bob, carol, self.first)
        self.hand(carol, vera, self.first)
        self.leave(carol, heir=dave)
        for holder in (vera, dave, bob):
            self.assertEqual(self.waits_for(self.first), {holder})
            self.give_back()

    def test_what_the_heir_judges_anyway_is_left_with_the_giver(self) -> None:
        bob, carol, vera = self.cast.bob, self.cast.carol, self.cast.vera
        dave = User.objects.create_user("dave", "dave@example.org", "x" * 12)
        join(self.review, dave, Role.REVIEWER)
        Review.objects.filter(pk=self.review.pk).update(title_abstract_reviewers=2)
        self.review.refresh_from_db()
        self.give([bob, carol], [vera, bob])
        self.hand(bob, vera, self.first)
        self.assertEqual(self.waits_for(self.first), {carol, vera})
        self.leave(vera, heir=carol)
        self.assertEqual(self.waits_for(self.first), {bob, carol})
