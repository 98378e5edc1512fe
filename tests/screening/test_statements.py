"""Each side of a conflict states what decided before it sees the other's."""

from django.test import TestCase

from reviews import access, members
from reviews.models import Record, Stage, User
from screening import conflicts, decisions, statements
from screening.models import Choice, Statement
from tests.factories import create_criterion, create_record, create_staffed_review


class StatementTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="held")
        cls.review.plan.states_reason_first = True
        cls.review.plan.save()
        cls.criterion = create_criterion(review=cls.review, code="E1")
        cls.record = create_record(review=cls.review)
        decisions.decide(cls.record, Choice.INCLUDE, reviewer=cls.cast.bob)
        decisions.decide(
            cls.record,
            Choice.EXCLUDE,
            reviewer=cls.cast.carol,
            criteria=[cls.criterion],
        )

    def state(self, user: User, quote: str = "in children") -> Statement:
        return statements.state(self.record, by=user, quote=quote)

    def open_to(self) -> list[str]:
        people = (self.cast.bob, self.cast.carol, self.cast.dan)
        found = [
            user.username for user in people if statements.is_open_to(self.record, user)
        ]
        shown = [
            user.username
            for user in people
            if conflicts.visible_to(self.review, Stage.TITLE_ABSTRACT, user)
            .filter(~statements.closed_to(self.review, Stage.TITLE_ABSTRACT, user))
            .exists()
        ]
        self.assertEqual(found, shown)
        return found

    def test_without_the_rule_both_sides_are_open_at_once(self) -> None:
        self.review.plan.states_reason_first = False
        self.review.plan.save()
        self.assertEqual(self.open_to(), ["bob", "carol", "dan"])

    def test_each_side_sees_the_other_once_it_has_stated(self) -> None:
        self.assertEqual(self.open_to(), [])
        self.state(self.cast.bob)
        self.assertEqual(self.open_to(), ["bob"])
        statements.state(self.record, by=self.cast.carol, criterion=self.criterion)
        self.assertEqual(self.open_to(), ["bob", "carol", "dan"])

    def test_an_adjudicator_may_call_it_in_and_the_others_are_still_asked(self) -> None:
        statements.call_in(self.record, by=self.cast.dan)
        self.assertEqual(self.open_to(), ["dan"])
        self.assertEqual(
            statements.waits_for(self.record), [self.cast.bob, self.cast.carol]
        )
        statements.call_in(self.record, by=self.cast.dan)
        self.assertEqual(Statement.objects.count(), 2)

    def test_a_side_that_has_left_holds_nobody_up(self) -> None:
        self.state(self.cast.bob)
        left = self.review.members.get(user=self.cast.carol)
        members.remove(left, by=self.cast.alice)
        self.assertEqual(self.open_to(), ["bob", "dan"])

    def test_who_changes_their_mind_states_anew(self) -> None:
        self.state(self.cast.bob)
        decisions.decide(self.record, Choice.MAYBE, reviewer=self.cast.bob)
        self.assertEqual(self.open_to(), [])

    def test_what_was_stated_stays_as_it_is(self) -> None:
        first = self.state(self.cast.bob)
        self.assertEqual(self.state(self.cast.bob, "something else"), first)
        self.assertEqual(Statement.objects.get().quote, "in children")

    def test_a_statement_says_something(self) -> None:
        with self.assertRaises(statements.NothingStated):
            self.state(self.cast.bob, " ")

    def test_only_a_side_states_and_only_an_adjudicator_calls_in(self) -> None:
        with self.assertRaises(access.WrongRole):
            self.state(self.cast.dan)
        with self.assertRaises(access.WrongRole):
            statements.call_in(self.record, by=self.cast.bob)
        other = create_record(review=self.review)
        decisions.decide(other, Choice.INCLUDE, reviewer=self.cast.bob)
        with self.assertRaises(statements.NothingToState):
            statements.state(other, by=self.cast.bob, quote="in adults")
        with self.assertRaises(statements.NothingToState):
            statements.call_in(other, by=self.cast.dan)

    def test_nobody_settles_what_is_not_open_to_them(self) -> None:
        for user in (self.cast.bob, self.cast.dan):
            with self.assertRaises(conflicts.NotStatedYet):
                conflicts.resolve(
                    self.record, Choice.INCLUDE, resolver=user, reason="So"
                )
        statements.call_in(self.record, by=self.cast.dan)
        conflicts.resolve(
            self.record, Choice.INCLUDE, resolver=self.cast.dan, reason="So"
        )
        self.assertTrue(Record.objects.get().verdict)
