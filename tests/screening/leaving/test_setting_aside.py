"""Votes set aside and brought back: nothing is lost, and everything adds up."""

import uuid
from collections.abc import Collection
from contextlib import AbstractContextManager
from unittest import mock

from django.test import TestCase
from django.urls import reverse

from reviews.models import Criterion, Record, Review, Role, Stage, User
from screening import conflicts, decisions, queues, replay
from screening.agreement import reading
from screening.leaving import previewing, setting_aside
from screening.models import Choice, Decision, SetAside
from screening.moving_in import settling
from tests.cast import Cast, join
from tests.factories import create_criterion, create_record, create_staffed_review
from tests.screening.moving_in.moved import moved, row

TA = Stage.TITLE_ABSTRACT


class SettingAsideTests(TestCase):
    review: Review
    cast: Cast
    erin: User
    criterion: Criterion

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.erin = User.objects.create_user("erin", "erin@example.org", "x" * 12)
        join(cls.review, cls.erin, Role.REVIEWER)
        cls.criterion = create_criterion(review=cls.review)
        cls.agreed, cls.disputed, cls.resolved, cls.lone = (
            create_record(review=cls.review, title=title)
            for title in ("Agreed", "Disputed", "Resolved", "Lone")
        )
        bob, carol = cls.cast.bob, cls.cast.carol
        decisions.decide(cls.agreed, Choice.INCLUDE, reviewer=bob, note="Fits")
        decisions.decide(cls.agreed, Choice.INCLUDE, reviewer=carol)
        decisions.decide(cls.lone, Choice.INCLUDE, reviewer=bob)
        for record in (cls.disputed, cls.resolved):
            decisions.decide(
                record, Choice.EXCLUDE, reviewer=bob, criteria=[cls.criterion]
            )
            decisions.decide(record, Choice.INCLUDE, reviewer=carol)
        conflicts.resolve(
            cls.resolved, Choice.EXCLUDE, resolver=cls.cast.dan, reason="Read it"
        )

    def ask(self, person: User | None = None) -> SetAside:
        (made,) = setting_aside.ask(
            self.review,
            person or self.cast.bob,
            [TA],
            reason="Not trained",
            by=self.cast.alice,
            token=uuid.uuid4(),
        )
        return made

    def set_aside(self) -> SetAside:
        return setting_aside.set_aside(self.ask(), by=self.cast.alice)

    def verdicts(self) -> dict[str, tuple[str, str, int | None]]:
        rows = Record.objects.filter(review=self.review)
        return {
            each.title: (each.verdict, each.settlement, each.counted_reason_id)
            for each in rows
        }

    def test_what_the_votes_settled_opens_again(self) -> None:
        self.set_aside()
        self.assertEqual({each[0] for each in self.verdicts().values()}, {""})
        self.assertFalse(conflicts.in_conflict(self.review, TA).exists())
        self.assertEqual(replay.check(self.review), [])

    def test_one_step_brings_everything_back_as_it_was(self) -> None:
        before = self.verdicts()
        made = self.set_aside()
        setting_aside.bring_back(made, by=self.cast.alice)
        self.assertEqual(self.verdicts(), before)
        self.assertEqual(replay.check(self.review), [])
        self.assertEqual(list(conflicts.in_conflict(self.review, TA)), [self.disputed])
        settled = conflicts.settled_by_resolution(self.review, self.cast.dan)
        self.assertEqual([each.record for each in settled], [self.resolved])
        vote = decisions.last_word(self.agreed, self.cast.bob)
        assert vote is not None
        self.assertEqual((vote.note, vote.choice), ("Fits", "include"))
        again = decisions.last_word(self.disputed, self.cast.bob)
        assert again is not None
        self.assertEqual(again.ticks.count(), 1)

    def test_a_vote_moved_in_comes_back_with_what_its_file_said(self) -> None:
        record = create_record(review=self.review, title="Moved")
        file = moved(
            self.review,
            [row(record, "Bob B", "include", labels="rct")],
            by=self.cast.alice,
            people={"Bob B": self.cast.bob},
        )
        setting_aside.bring_back(self.set_aside(), by=self.cast.alice)
        vote = decisions.last_word(record, self.cast.bob)
        assert vote is not None
        self.assertEqual(vote.imported.vote_import, file)
        self.assertEqual(
            (vote.imported.person, vote.imported.labels), ("Bob B", ["rct"])
        )

    def test_a_conflict_brought_back_can_be_settled(self) -> None:
        setting_aside.bring_back(self.set_aside(), by=self.cast.alice)
        seen = [each.vote_key for each in conflicts.sides(self.disputed)]
        conflicts.resolve(
            self.disputed,
            Choice.INCLUDE,
            resolver=self.cast.dan,
            reason="Read it",
            seen=seen,
        )
        self.disputed.refresh_from_db()
        self.assertEqual(self.disputed.verdict, "include")
        self.assertEqual(replay.check(self.review), [])

    def test_it_can_be_done_and_undone_again_and_again(self) -> None:
        before = self.verdicts()
        for _ in range(3):
            setting_aside.bring_back(self.set_aside(), by=self.cast.alice)
            self.assertEqual(self.verdicts(), before)
        self.assertEqual(replay.check(self.review), [])

    def test_who_settles_without_names_is_not_told_which_would_open(self) -> None:
        alice, bob = self.cast.alice, self.cast.bob
        join(self.review, alice, Role.ADJUDICATOR)
        found = previewing.effect(self.review, TA, bob, reader=alice)
        self.assertTrue(found.is_listed)
        self.review.plan.hides_judges = True
        self.review.plan.save()
        found = previewing.effect(self.review, TA, bob, reader=alice)
        self.assertFalse(found.is_listed)
        member = self.review.members.get(user=bob)
        self.client.force_login(alice)
        page = self.client.get(
            reverse("screening:leaving", args=[self.review.slug, member.pk])
        )
        self.assertContains(page, "you settle conflicts without names here")
        self.assertNotContains(page, "The verdicts that would open again")

    def test_twice_is_once(self) -> None:
        made = self.set_aside()
        rows = Decision.objects.count()
        setting_aside.set_aside(made, by=self.cast.alice)
        self.assertEqual(Decision.objects.count(), rows)
        for _ in range(2):
            setting_aside.bring_back(made, by=self.cast.alice)
        self.assertEqual(replay.check(self.review), [])

    def test_the_person_may_judge_anew_and_that_stays(self) -> None:
        made = self.set_aside()
        waiting = queues.queue(self.review, TA, self.cast.bob)
        self.assertEqual(waiting.count(), 4)
        decisions.decide(self.agreed, Choice.EXCLUDE, reviewer=self.cast.bob)
        setting_aside.bring_back(made, by=self.cast.alice)
        vote = decisions.last_word(self.agreed, self.cast.bob)
        assert vote is not None
        self.assertEqual(vote.choice, Choice.EXCLUDE)
        self.assertEqual(replay.check(self.review), [])

    def judging_while_they_are_locked(
        self, record: Record, locked: set[int]
    ) -> AbstractContextManager[object]:
        """Let bob judge the record just before the first rows are locked."""
        lock = settling.lock

        def judge_and_lock(stage: Stage, items: Collection[int]) -> None:
            if not locked:
                decisions.decide(record, Choice.EXCLUDE, reviewer=self.cast.bob)
            locked.update(items)
            lock(stage, items)

        return mock.patch.object(settling, "lock", judge_and_lock)

    def test_what_is_judged_meanwhile_is_held_before_it_is_set_aside(self) -> None:
        new = create_record(review=self.review, title="New")
        locked: set[int] = set()
        with self.judging_while_they_are_locked(new, locked):
            made = self.set_aside()
        aside = set(made.votes.values_list("vote__record", flat=True))
        self.assertEqual(aside, locked)
        self.assertIn(new.pk, aside)
        self.assertEqual(replay.check(self.review), [])

    def test_what_is_judged_while_votes_come_back_stays(self) -> None:
        made = self.set_aside()
        with self.judging_while_they_are_locked(self.agreed, set()):
            setting_aside.bring_back(made, by=self.cast.alice)
        vote = decisions.last_word(self.agreed, self.cast.bob)
        assert vote is not None
        self.assertEqual(vote.choice, Choice.EXCLUDE)
        self.assertEqual(replay.check(self.review), [])

    def test_the_event_tells_of_no_judgment(self) -> None:
        self.set_aside()
        event = self.review.events.get(action="votes.set_aside")
        self.assertEqual(event.new, {"reason": "Not trained"})

    def test_a_vote_set_aside_is_none_of_the_independent_ones(self) -> None:
        self.set_aside()
        for record in (self.agreed, self.disputed, self.resolved, self.lone):
            if not decisions.last_word(record, self.cast.carol):
                decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.carol)
            decisions.decide(record, Choice.INCLUDE, reviewer=self.erin)
        (found,) = [
            each for each in reading.agreements(self.review) if each.stage == TA
        ]
        pairs = {(pair.first.username, pair.second.username) for pair in found.pairs}
        self.assertEqual(pairs, {("carol", "erin")})
