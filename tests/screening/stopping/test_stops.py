from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import IntegrityError, transaction
from django.test import TestCase

from reviews import moments, removals
from reviews import records as settled_records
from reviews.access import WrongRole
from reviews.flow.counting import flow
from reviews.models import Event, Record, Review, ScreeningPlan, Stage, Verdict
from screening import decisions, queues, replay
from screening.models import Choice, Decision, Stop, StopCertificate
from screening.stopping import (
    background,
    certificate,
    looking,
    reading,
    rule,
    sampling,
    stops,
)
from screening.stopping.looking import CannotStop
from tests.factories import create_record
from tests.screening.stopping.made import (
    BEGIN,
    create_import,
    create_ranked_review,
    judge,
    screen,
)

SECOND_DAY = BEGIN + timedelta(days=1)
THIRD_DAY = BEGIN + timedelta(days=2)
AT = Stage.TITLE_ABSTRACT


class StopTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ranked_review(60, audit_size=6)
        screen(cls.records, cls.cast, relevant=10, read=48)

    def begin(self) -> Stop:
        return stops.begin(self.review, by=self.cast.alice, at=SECOND_DAY)

    def judge_sample(self, stop: Stop, choice: Choice = Choice.EXCLUDE) -> None:
        judge(sampling.records(stop), self.cast, choice, since=SECOND_DAY)

    def sign(self, stop: Stop) -> StopCertificate:
        return stops.sign(stop, by=self.cast.alice, at=THIRD_DAY)

    # Beginning ---------------------------------------------------------------

    def test_draws_the_sample_from_the_seed_of_the_plan(self) -> None:
        stop = self.begin()
        drawn = [each.record_id for each in stop.sample.order_by("position")]
        rest = [each.pk for each in self.records[48:]]
        self.assertEqual(drawn, sampling.draw(rest, 6, seed=1, number=1))
        self.assertEqual(len(set(drawn)), 6)
        self.assertEqual((stop.seed, stop.rest_count), (1, 12))
        self.assertNotEqual(drawn, sampling.draw(rest, 6, seed=1, number=2))

    def test_the_queue_narrows_to_the_sample(self) -> None:
        stop = self.begin()
        sampled = set(sampling.records(stop).values_list("pk", flat=True))
        waiting = queues.queue(self.review, AT, self.cast.bob)
        self.assertEqual(set(waiting.values_list("pk", flat=True)), sampled)
        at_once = queues.waiting_in([self.review], AT, self.cast.bob)
        self.assertEqual(set(at_once.values_list("pk", flat=True)), sampled)

    def test_what_came_by_hand_goes_on_waiting(self) -> None:
        self.begin()
        by_hand = create_record(review=self.review, search=self.records[0].search)
        waiting = queues.queue(self.review, AT, self.cast.bob)
        self.assertIn(by_hand, waiting)

    def test_is_not_begun_before_the_rule_holds(self) -> None:
        ScreeningPlan.objects.filter(review=self.review).update(target_recall=99)
        with self.assertRaisesMessage(CannotStop, "does not hold"):
            self.begin()

    def test_is_not_begun_while_a_conflict_is_open(self) -> None:
        choices = (Choice.INCLUDE, Choice.EXCLUDE)
        for reviewer, choice in zip(
            (self.cast.bob, self.cast.carol), choices, strict=True
        ):
            decisions.decide(self.records[50], choice, reviewer=reviewer)
        with self.assertRaisesMessage(CannotStop, "is not settled yet"):
            self.begin()

    def test_a_lone_vote_changes_nothing_of_what_an_owner_learns(self) -> None:
        decisions.decide(self.records[50], Choice.INCLUDE, reviewer=self.cast.bob)
        alone = sampling.draw(
            [each.pk for each in self.records[48:]], 6, seed=1, number=1
        )
        drawn = self.begin().sample.order_by("position")
        self.assertEqual([each.record_id for each in drawn], alone)

    def test_is_begun_once_at_a_time_and_by_an_owner(self) -> None:
        with self.assertRaises(WrongRole):
            stops.begin(self.review, by=self.cast.bob)
        self.begin()
        with self.assertRaisesMessage(CannotStop, "already"):
            self.begin()

    def test_it_is_read_before_any_vote_has_to_wait(self) -> None:
        order: list[str] = []

        def told(name: str, rule_of: Callable[..., Any]) -> Callable[..., Any]:
            def tell(*args: Any, **named: Any) -> Any:
                order.append(name)
                return rule_of(*args, **named)

            return tell

        with (
            patch.object(reading, "read", told("read", reading.read)),
            patch.object(sampling, "draw", told("draw", sampling.draw)),
            patch.object(looking, "lock", told("lock", looking.lock)),
        ):
            stop = self.begin()
            self.assertEqual(order, ["read", "draw", "lock"])
            self.judge_sample(stop)
            order.clear()
            self.sign(stop)
        self.assertEqual(order, ["read", "lock"])

    def test_what_is_judged_while_it_is_read_is_read_again(self) -> None:
        draw, drawn = sampling.draw, []

        def judged_meanwhile(keys: Sequence[int], *args: int, **named: int) -> Any:
            drawn.append(len(keys))
            if len(drawn) <= 2:
                judge(
                    self.records[46 + 2 * len(drawn) :][:2],
                    self.cast,
                    Choice.EXCLUDE,
                    since=SECOND_DAY,
                )
            return draw(keys, *args, **named)

        with patch.object(sampling, "draw", judged_meanwhile):
            stop = self.begin()
        self.assertEqual(drawn, [12, 10, 8])
        self.assertEqual((stop.rest_count, stop.sample.count()), (8, 6))
        self.assertEqual(stop.facts["screening"]["screened"], 52)

    @patch("screening.stopping.looking.LOOKS", 0)
    def test_where_it_never_comes_to_rest_votes_wait(self) -> None:
        self.assertEqual(self.begin().rest_count, 12)

    # Signing -----------------------------------------------------------------

    def test_is_not_signed_before_the_sample_is_settled(self) -> None:
        stop = self.begin()
        with self.assertRaisesMessage(CannotStop, "not judged"):
            self.sign(stop)

    def test_what_was_never_screened_leaves_the_flow_as_what_it_is(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        self.sign(stop)
        found = flow(self.review)
        self.assertEqual(found.removed_by_automation, 6)
        self.assertEqual((found.screened, found.awaiting_screening), (54, 0))
        self.assertEqual(found.identified, 60)
        left = self.review.records.removed_by_automation()
        self.assertEqual(
            set(left.values_list("removal_reason", flat=True)),
            {"Never screened: stop certificate 1"},
        )
        self.assertEqual(Event.objects.filter(action="records.removed").count(), 1)
        self.assertFalse(Event.objects.filter(action="record.removed").exists())
        self.assertEqual(replay.check(self.review), [])

    def test_the_certificate_counts_what_left_and_not_what_was_to_leave(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        remove = removals.remove

        def settled_meanwhile(
            review: Review, keys: list[int], *args: Any, **more: Any
        ) -> Any:
            judge(
                Record.objects.filter(pk=keys[0]),
                self.cast,
                Choice.EXCLUDE,
                since=THIRD_DAY,
            )
            return remove(review, keys, *args, **more)

        with patch.object(removals, "remove", settled_meanwhile):
            made = self.sign(stop)
        self.assertEqual(made.facts["never_screened"], 5)
        self.assertEqual(made.removal.records.count(), 5)
        told = Event.objects.get(action="stop.signed").new or {}
        self.assertEqual(told["never_screened"], 5)

    def test_without_a_ranking_they_left_for_another_reason(self) -> None:
        ScreeningPlan.objects.filter(review=self.review).update(
            order="imported", stopping="run", run_length=20
        )
        stop = self.begin()
        self.judge_sample(stop)
        self.sign(stop)
        self.assertEqual(flow(self.review).removed_for_other_reasons, 6)

    def test_the_certificate_says_all_that_it_rests_on(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        facts = self.sign(stop).facts
        self.assertEqual(facts["rule"]["target_recall_percent"], 80)
        self.assertEqual(facts["rule"]["threshold"], 0.02)
        self.assertLess(facts["test"]["p"], 0.02)
        self.assertGreaterEqual(facts["test"]["recall_at_least"], 0.8)
        sample = facts["sample"]
        self.assertEqual((sample["seed"], sample["purpose"]), (1, "stop 1"))
        self.assertEqual((sample["drawn_from"], sample["judged"]), (12, 6))
        # The greatest number of 12 that 6 miss in at least 5 of 100 draws.
        self.assertEqual((sample["relevant"], sample["missed_at_most"]), (0, 3))
        self.assertEqual(sample["recall_at_least"], 10 / 13)
        self.assertEqual(len(sample["records"]), 6)
        self.assertEqual(facts["never_screened"], 6)
        self.assertEqual(facts["people"][0]["name"], "Alice")
        self.assertEqual(facts["signed"]["at"], THIRD_DAY.isoformat())

    def test_the_certificate_is_kept_as_it_was_signed(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        made = self.sign(stop)
        self.assertEqual(made.sha256, certificate.fingerprint(made.facts))
        with self.assertRaises(IntegrityError), transaction.atomic():
            StopCertificate.objects.filter(pk=made.pk).update(facts={})

    def test_a_relevant_record_in_the_sample_lets_screening_go_on(self) -> None:
        stop = self.begin()
        sampled = list(sampling.records(stop).order_by("pk"))
        judge(sampled[:4], self.cast, Choice.INCLUDE, since=SECOND_DAY)
        judge(sampled[4:], self.cast, Choice.EXCLUDE, since=SECOND_DAY)
        with self.assertRaisesMessage(CannotStop, "The sample holds"):
            self.sign(stop)
        stops.give_up(stop, because="The sample held four", by=self.cast.alice)
        self.assertEqual(queues.queue(self.review, AT, self.cast.bob).count(), 6)
        self.assertEqual(reading.read(self.review).screened.found, 14)

    def test_what_the_sample_held_may_leave_the_recall_shown(self) -> None:
        ScreeningPlan.objects.filter(review=self.review).update(
            target_recall=55, audit_size=11
        )
        stop = self.begin()
        sampled = list(sampling.records(stop).order_by("pk"))
        judge(sampled[:1], self.cast, Choice.INCLUDE, since=SECOND_DAY)
        judge(sampled[1:], self.cast, Choice.EXCLUDE, since=SECOND_DAY)
        sample = self.sign(stop).facts["sample"]
        self.assertEqual((sample["relevant"], sample["missed_at_most"]), (1, 1))

    def test_a_file_that_came_since_is_not_swept_away(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        create_import(self.records[0].search, 5, at=THIRD_DAY)
        with self.assertRaises(CannotStop):
            self.sign(stop)

    # Afterwards --------------------------------------------------------------

    def test_a_lone_vote_lies_dormant_and_wakes(self) -> None:
        decided = []
        stop = self.begin()
        sampled = set(sampling.records(stop).values_list("pk", flat=True))
        lone = next(each for each in self.records[48:] if each.pk not in sampled)
        decided.append(decisions.decide(lone, Choice.INCLUDE, reviewer=self.cast.bob))
        self.judge_sample(stop)
        self.sign(stop)
        with self.assertRaises(decisions.NotOpenForDecision):
            decisions.decide(lone, Choice.INCLUDE, reviewer=self.cast.carol)
        stops.lift(stop, because="The search was updated", by=self.cast.alice)
        self.assertNotIn(lone, queues.queue(self.review, AT, self.cast.bob))
        decisions.decide(lone, Choice.INCLUDE, reviewer=self.cast.carol)
        lone.refresh_from_db()
        self.assertEqual(lone.verdict, Verdict.INCLUDE)
        self.assertEqual(Decision.objects.filter(record=lone).count(), 2)

    def test_lifting_brings_everything_back_and_keeps_the_certificate(self) -> None:
        before = flow(self.review, as_of=THIRD_DAY - timedelta(seconds=1))
        stop = self.begin()
        self.judge_sample(stop)
        self.sign(stop)
        with self.assertRaises(stops.ReasonMissing):
            stops.lift(stop, because=" ", by=self.cast.alice)
        lifted = stops.lift(stop, because="Too early", by=self.cast.alice)
        self.assertEqual(lifted.state, Stop.State.LIFTED)
        self.assertTrue(StopCertificate.objects.filter(stop=stop).exists())
        self.assertEqual(flow(self.review).awaiting_screening, 6)
        self.assertEqual(before.identified, flow(self.review).identified)
        with self.assertRaises(CannotStop):
            stops.lift(stop, because="Again", by=self.cast.alice)

    def test_the_flow_of_each_day_is_what_it_was(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        self.sign(stop)
        fourth = THIRD_DAY + timedelta(days=1)
        one = self.review.records.removed_by_automation().order_by("pk").first()
        assert one is not None
        settled_records.restore(one, by=self.cast.alice, at=fourth)
        fifth = fourth + timedelta(days=1)
        stops.lift(stop, because="Too early", by=self.cast.alice, at=fifth)
        told = [
            (found.removed_by_automation, found.awaiting_screening)
            for found in (
                flow(self.review, as_of=at)
                for at in (
                    THIRD_DAY - timedelta(minutes=1),
                    THIRD_DAY,
                    fourth,
                    fifth,
                )
            )
        ]
        self.assertEqual(told, [(0, 6), (6, 0), (5, 1), (0, 6)])
        self.assertIn(THIRD_DAY.date().isoformat(), str(moments.days(self.review)))

    def test_what_was_never_screened_is_still_unread(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        facts = self.sign(stop).facts
        found = reading.read(self.review)
        self.assertEqual((found.screened.pool, found.screened.read), (60, 54))
        self.assertEqual(found.stopped, 6)
        said = rule.say(ScreeningPlan.objects.get(review=self.review), found)
        self.assertEqual(said.certified.missed, facts["test"]["missed_at_most"])

    def test_records_that_come_after_a_stop_are_screened(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        self.sign(stop)
        create_import(self.records[0].search, 3, at=THIRD_DAY + timedelta(days=1))
        self.assertEqual(queues.queue(self.review, AT, self.cast.bob).count(), 3)
        with self.assertRaises(CannotStop):
            self.begin()

    def test_a_small_rest_leaves_and_comes_back_at_once(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        background.sign(stop, by=self.cast.alice)
        background.lift(stop, because="Too early", by=self.cast.alice)
        self.assertIsNone(background.latest(stop))

    @patch("screening.stopping.background.AT_ONCE", 0)
    def test_a_large_one_does_in_the_background(self) -> None:
        stop = self.begin()
        self.judge_sample(stop)
        background.sign(stop, by=self.cast.alice)
        stop.refresh_from_db()
        self.assertEqual(stop.state, Stop.State.SIGNED)
        background.lift(stop, because="Too early", by=self.cast.alice)
        stop.refresh_from_db()
        self.assertEqual(stop.state, Stop.State.LIFTED)
        self.assertEqual(stop.ended_because, "Too early")
        self.assertEqual(Record.objects.filter(removal="").count(), 60)
