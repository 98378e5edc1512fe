"""How many judge, changed on the way: nothing is lost, and changing back undoes it."""

import uuid

from django.test import TestCase
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from reviews import members, protocol
from reviews.access import WrongRole
from reviews.flow import counting
from reviews.models import Record, Review, Role, Stage, User
from reviews.words import parts, selection_process
from reviews.words.facts import read
from screening import conflicts, decisions, replay
from screening.models import Choice, Decision, NumberChange
from screening.numbers import changing
from tests.cast import Cast, join
from tests.factories import create_record, create_staffed_review

TA = Stage.TITLE_ABSTRACT


def to(review: Review, cast: Cast, number: int) -> NumberChange:
    """Change how many judge titles and abstracts."""
    review.refresh_from_db()
    made = changing.ask(review, TA, number, by=cast.alice, because="Few of us")
    made = changing.change(made, by=cast.alice)
    review.refresh_from_db()
    return made


def verdicts(review: Review) -> dict[str, tuple[str, str]]:
    rows = Record.objects.filter(review=review)
    return {each.title: (each.verdict, each.settlement) for each in rows}


class NumberTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.agreed, cls.disputed, cls.lone, cls.untouched = (
            create_record(review=cls.review, title=title)
            for title in ("Agreed", "Disputed", "Lone", "Untouched")
        )
        bob, carol = cls.cast.bob, cls.cast.carol
        decisions.decide(cls.agreed, Choice.EXCLUDE, reviewer=bob)
        decisions.decide(cls.agreed, Choice.EXCLUDE, reviewer=carol)
        decisions.decide(cls.disputed, Choice.EXCLUDE, reviewer=bob)
        decisions.decide(cls.disputed, Choice.INCLUDE, reviewer=carol)
        decisions.decide(cls.lone, Choice.INCLUDE, reviewer=bob)

    def test_one_instead_of_two_settles_what_one_has_judged(self) -> None:
        to(self.review, self.cast, 1)
        found = verdicts(self.review)
        self.assertEqual(found["Lone"], ("include", "single"))
        self.assertEqual(found["Agreed"], ("exclude", "agreement"))
        self.assertEqual(found["Disputed"], ("", ""))
        self.assertEqual(found["Untouched"], ("", ""))
        self.assertEqual(replay.check(self.review), [])
        self.assertEqual(counting.flow(self.review).screened, 2)

    def test_two_again_opens_it_and_nothing_is_lost(self) -> None:
        before, rows = verdicts(self.review), Decision.objects.count()
        to(self.review, self.cast, 1)
        to(self.review, self.cast, 2)
        self.assertEqual(verdicts(self.review), before)
        self.assertEqual(Decision.objects.count(), rows)
        self.assertEqual(replay.check(self.review), [])

    def test_a_resolution_holds_through_it(self) -> None:
        conflicts.resolve(
            self.disputed, Choice.INCLUDE, resolver=self.cast.dan, reason="Read it"
        )
        to(self.review, self.cast, 1)
        self.assertEqual(verdicts(self.review)["Disputed"][1], "adjudication")
        self.assertEqual(replay.check(self.review), [])

    def test_it_is_an_amendment_with_a_reason(self) -> None:
        with self.assertRaises(protocol.ReasonMissing):
            changing.ask(self.review, TA, 1, by=self.cast.alice, because=" ")
        made = to(self.review, self.cast, 1)
        assert made.amendment is not None
        self.assertEqual(made.amendment.reason, "Few of us")
        self.assertIn("one person", made.amendment.what)

    def test_the_same_form_again_asks_once(self) -> None:
        token = uuid.uuid4()
        for _ in range(2):
            made = changing.ask(
                self.review, TA, 1, by=self.cast.alice, because="So", token=token
            )
            changing.change(made, by=self.cast.alice)
        self.assertEqual(self.review.amendments.count(), 1)

    def test_only_an_owner_changes_it(self) -> None:
        with self.assertRaises(WrongRole):
            changing.ask(self.review, TA, 1, by=self.cast.bob, because="So")

    def test_an_owner_who_does_not_judge_sees_what_it_would_settle(self) -> None:
        found = changing.effect(self.review, TA, 1, reader=self.cast.alice)
        self.assertEqual(list(found.settles), [self.lone])
        self.assertTrue(found.knows_all)

    def test_an_owner_who_judges_sees_their_own_alone(self) -> None:
        join(self.review, self.cast.alice, Role.REVIEWER)
        found = changing.effect(self.review, TA, 1, reader=self.cast.alice)
        self.assertEqual(list(found.settles), [])
        decisions.decide(self.untouched, Choice.INCLUDE, reviewer=self.cast.alice)
        found = changing.effect(self.review, TA, 1, reader=self.cast.alice)
        self.assertEqual(list(found.settles), [self.untouched])

    def test_an_owner_who_gives_up_judging_for_a_minute_learns_no_more(self) -> None:
        alice = self.cast.alice
        member = self.review.members.get(user=alice)
        owner = members.Part(Role.OWNER)
        judge = members.Part(Role.REVIEWER, TA)
        members.change_parts(member, [owner, judge], by=alice)
        members.change_parts(member, [owner], by=alice)
        found = changing.effect(self.review, TA, 1, reader=alice)
        self.assertFalse(found.knows_all)
        self.assertEqual(list(found.settles), [])
        elsewhere = changing.effect(self.review, Stage.FULL_TEXT, 1, reader=alice)
        self.assertTrue(elsewhere.knows_all)

    def test_an_owner_who_once_judged_learns_no_more(self) -> None:
        alice = self.cast.alice
        join(self.review, alice, Role.REVIEWER)
        decisions.decide(self.untouched, Choice.INCLUDE, reviewer=alice)
        self.review.members.get(user=alice).roles.filter(role=Role.REVIEWER).delete()
        found = changing.effect(self.review, TA, 1, reader=alice)
        self.assertFalse(found.knows_all)

    def test_what_it_would_open_again_is_listed_to_everybody_who_asks(self) -> None:
        to(self.review, self.cast, 1)
        join(self.review, self.cast.alice, Role.REVIEWER)
        found = changing.effect(self.review, TA, 2, reader=self.cast.alice)
        self.assertEqual(list(found.reopens), [self.lone])

    def test_three_instead_of_two_opens_all_that_two_settled(self) -> None:
        found = changing.effect(self.review, TA, 3, reader=self.cast.alice)
        self.assertEqual(list(found.reopens), [self.agreed])
        self.assertEqual(list(found.lapses), [self.disputed])
        before = verdicts(self.review)
        to(self.review, self.cast, 3)
        self.assertEqual(verdicts(self.review)["Agreed"], ("", ""))
        self.assertFalse(conflicts.in_conflict(self.review, TA).exists())
        self.assertEqual(replay.check(self.review), [])
        back = changing.effect(self.review, TA, 2, reader=self.cast.alice)
        self.assertEqual(list(back.settles), [self.agreed, self.disputed])
        to(self.review, self.cast, 2)
        self.assertEqual(verdicts(self.review), before)
        self.assertEqual(list(conflicts.in_conflict(self.review, TA)), [self.disputed])

    def test_three_judge_and_differ_or_agree(self) -> None:
        to(self.review, self.cast, 3)
        erin = User.objects.create_user("erin", "erin@example.org", "x" * 12)
        join(self.review, erin, Role.REVIEWER)
        decisions.decide(self.agreed, Choice.EXCLUDE, reviewer=erin)
        decisions.decide(self.disputed, Choice.INCLUDE, reviewer=erin)
        self.assertEqual(verdicts(self.review)["Agreed"], ("exclude", "agreement"))
        self.assertEqual(list(conflicts.in_conflict(self.review, TA)), [self.disputed])
        conflicts.resolve(
            self.disputed, Choice.INCLUDE, resolver=self.cast.dan, reason="Read it"
        )
        self.assertEqual(verdicts(self.review)["Disputed"][1], "adjudication")
        self.assertEqual(replay.check(self.review), [])
        self.assertEqual(counting.flow(self.review).screened, 2)

    def test_the_methods_call_nothing_the_work_of_two_that_three_judged(self) -> None:
        erin = User.objects.create_user("erin", "erin@example.org", "x" * 12)
        join(self.review, erin, Role.REVIEWER)
        to(self.review, self.cast, 3)
        decisions.decide(self.agreed, Choice.EXCLUDE, reviewer=erin)
        to(self.review, self.cast, 2)
        conflicts.resolve(
            self.disputed, Choice.INCLUDE, resolver=self.cast.dan, reason="Read it"
        )
        told = " ".join(
            parts.text(each) for each in selection_process.judging(read(self.review))
        )
        self.assertIn("At least two reviewers, independently of each other", told)
        self.assertIn("1 was settled by another person", told)

    def test_an_owner_who_judges_is_not_told_which_another_judged_too(self) -> None:
        to(self.review, self.cast, 3)
        join(self.review, self.cast.alice, Role.REVIEWER)
        for record in (self.lone, self.untouched):
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.alice)
        found = changing.effect(self.review, TA, 2, reader=self.cast.alice)
        self.assertEqual(list(found.settles), [self.lone, self.untouched])

    def test_no_more_than_three_judge_each(self) -> None:
        with self.assertRaises(changing.CannotChange):
            to(self.review, self.cast, 4)

    def test_the_number_of_the_day_is_remembered(self) -> None:
        first = Decision.objects.order_by("pk")[0].pk
        to(self.review, self.cast, 1)
        made = decisions.decide(
            self.untouched, Choice.EXCLUDE, reviewer=self.cast.carol
        )
        asked = changing.required_at(self.review, TA)
        self.assertEqual((asked(first), asked(made.pk)), (2, 1))


VOTES = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["bob", "carol"]),
        st.sampled_from([Choice.INCLUDE, Choice.MAYBE, Choice.EXCLUDE]),
    ),
    max_size=12,
)


class NumberHistoryTests(HypothesisTestCase):
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(VOTES)
    def test_changing_it_and_back_gives_the_same_verdicts(
        self, votes: list[tuple[int, str, Choice]]
    ) -> None:
        review, cast = create_staffed_review()
        records = [create_record(review=review, title=f"R{at}") for at in range(5)]
        for at, name, choice in votes:
            decisions.decide(records[at], choice, reviewer=getattr(cast, name))
        before = verdicts(review)
        to(review, cast, 1)
        self.assertEqual(replay.check(review), [])
        counting.flow(review)
        to(review, cast, 3)
        self.assertEqual(replay.check(review), [])
        counting.flow(review)
        to(review, cast, 2)
        self.assertEqual(replay.check(review), [])
        self.assertEqual(verdicts(review), before)
