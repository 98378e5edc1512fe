"""A round is drawn, judged blind, closed to all at once, and settles nothing before."""

import uuid
from typing import ClassVar

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.access import WrongRole
from reviews.models import Criterion, Event, Record, Review, Role, Stage, Verdict
from reviews.words import parts, selection_process
from reviews.words.facts import read
from screening import conflicts, decisions, judging, queues, replay
from screening.models import Choice, Decision, PilotRound, PilotVote
from screening.pilots import measuring, people, rounds, turns, voting
from tests.cast import Cast, join
from tests.factories import create_criterion, create_record, create_staffed_review

TA = Stage.TITLE_ABSTRACT


class PilotCase(TestCase):
    review: ClassVar[Review]
    cast: ClassVar[Cast]
    criterion: ClassVar[Criterion]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="pilots")
        join(cls.review, cls.cast.vera, Role.REVIEWER)
        cls.criterion = create_criterion(review=cls.review)
        for _ in range(12):
            create_record(review=cls.review)

    def begin(self, *, counts: bool, size: int = 4, people: int = 2) -> PilotRound:
        users = [self.cast.bob, self.cast.carol, self.cast.vera][:people]
        return rounds.begin(
            self.review, TA, size=size, people=users, counts=counts, by=self.cast.alice
        )

    def drawn(self, found: PilotRound) -> list[Record]:
        items = found.items.order_by("position").select_related("record__review")
        return [each.record for each in items if each.record]

    def judge_all(self, found: PilotRound, *choices: Choice) -> None:
        """Let each person say the choices in turn, each from another on."""
        for shift, person in enumerate(found.people.order_by("pk")):
            for place, record in enumerate(self.drawn(found)):
                choice = choices[(place + shift) % len(choices)]
                judging.judge(
                    record,
                    choice,
                    reviewer=person.user,
                    criteria=[self.criterion] if choice == Choice.EXCLUDE else [],
                    pilot=None if found.counts else found.number,
                )


class DrawingTests(PilotCase):
    def test_the_sample_is_drawn_again_from_the_seed_and_the_number(self) -> None:
        first = [record.pk for record in self.drawn(self.begin(counts=False))]
        PilotRound.objects.all().delete()
        self.assertEqual(
            first, [record.pk for record in self.drawn(self.begin(counts=False))]
        )
        self.assertEqual(len(set(first)), 4)

    def test_only_what_nobody_ever_judged_is_drawn(self) -> None:
        records = list(self.review.records.order_by("pk"))
        made = [
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
            for record in records[:9]
        ]
        decisions.take_back(made[0], reviewer=self.cast.bob)
        found = self.begin(counts=True, size=3)
        self.assertEqual(found.pool, 3)
        self.assertEqual(set(self.drawn(found)), set(records[9:]))

    def test_a_refusal_does_not_tell_how_many_nobody_judged(self) -> None:
        for record in self.review.records.order_by("pk")[:9]:
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
        with self.assertRaisesMessage(rounds.CannotBegin, "Fewer than 13 are open"):
            self.begin(counts=False, size=13)
        found = self.begin(counts=False, size=12)
        self.assertEqual(len(self.drawn(found)), 3)

    def test_an_owner_who_judges_too_learns_nothing_by_what_is_drawn(self) -> None:
        alice, bob = self.cast.alice, self.cast.bob
        join(self.review, alice, Role.REVIEWER)
        for record in self.review.records.order_by("pk")[:9]:
            decisions.decide(record, Choice.INCLUDE, reviewer=bob)
        decisions.decide(
            self.review.records.order_by("pk")[0], Choice.INCLUDE, reviewer=alice
        )
        found = self.begin(counts=False, size=11)
        self.assertEqual(found.pool, len(self.drawn(found)))
        self.assertEqual(found.pool, self.review.records.awaiting_screening().count())

    def test_what_was_judged_before_is_a_judgment_of_a_round_that_counts(self) -> None:
        alice, bob = self.cast.alice, self.cast.bob
        join(self.review, alice, Role.REVIEWER)
        for record in self.review.records.order_by("pk"):
            decisions.decide(record, Choice.INCLUDE, reviewer=bob)
        found = rounds.begin(
            self.review, TA, size=5, people=[alice, bob], counts=True, by=alice
        )
        self.assertEqual(turns.waiting(found, bob).count(), 0)
        for record in self.drawn(found):
            decisions.decide(record, Choice.INCLUDE, reviewer=alice)
        self.assertTrue(turns.is_complete(found))
        found = rounds.close(found, by=alice)
        self.assertEqual(measuring.figures(measuring.measured(found))["items"], 5)
        self.assertEqual(self.review.records.screened().count(), 5)
        self.assertEqual(replay.check(self.review), [])

    def test_what_is_too_large_too_small_or_too_lonely_cannot_begin(self) -> None:
        for size, number in ((1, 2), (13, 2), (4, 1)):
            with self.assertRaises(rounds.CannotBegin):
                self.begin(counts=False, size=size, people=number)

    def test_only_an_owner_begins_one_and_only_reviewers_judge_it(self) -> None:
        bob, carol = self.cast.bob, self.cast.carol
        with self.assertRaises(WrongRole):
            rounds.begin(
                self.review, TA, size=4, people=[bob, carol], counts=False, by=bob
            )
        with self.assertRaises(rounds.CannotBegin):
            rounds.begin(
                self.review,
                TA,
                size=4,
                people=[bob, self.cast.dan],
                counts=False,
                by=self.cast.alice,
            )

    def test_the_methods_tell_of_those_that_were_closed(self) -> None:
        rounds.close(self.begin(counts=True, people=3), by=self.cast.alice)
        found = self.begin(counts=False)
        rounds.abandon(found, by=self.cast.alice, reason="A wrong set")
        self.begin(counts=False)
        told = [
            parts.text(each) for each in selection_process.piloting(read(self.review))
        ]
        self.assertEqual(
            told,
            [
                "In pilot round 1, three reviewers each judged the title and abstract "
                "of the same 4 records, drawn at random, without seeing one another's "
                "judgments, and compared them afterwards; these judgments counted for "
                "the review."
            ],
        )

    def test_one_is_open_at_a_time_and_history_tells_of_each(self) -> None:
        self.begin(counts=False)
        with self.assertRaises(rounds.CannotBegin):
            self.begin(counts=True)
        self.assertEqual(Event.objects.filter(action="pilot.begun").count(), 1)


class OpenRoundTests(PilotCase):
    def test_its_records_come_first_and_wait_in_no_ordinary_queue(self) -> None:
        found = self.begin(counts=True)
        bob = self.cast.bob
        keys = {record.pk for record in self.drawn(found)}
        place = turns.place(self.review, TA, bob)
        assert place is not None
        self.assertEqual((place.judged, place.waiting, place.total), (0, 4, 4))
        for person in (bob, self.cast.vera):
            queue = queues.queue(self.review, TA, person)
            self.assertEqual(queue.count(), 8)
            self.assertFalse(queue.filter(pk__in=keys).exists())
        self.assertIsNone(turns.place(self.review, TA, self.cast.vera))

    def test_nobody_outside_it_judges_its_records(self) -> None:
        for counts in (True, False):
            found = self.begin(counts=counts)
            record = self.drawn(found)[0]
            with self.assertRaises(decisions.NotOpenForDecision):
                decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.vera)
            with self.assertRaises(
                voting.RoundEnded if counts else voting.NotOneOfThem
            ):
                voting.vote(found, record, Choice.INCLUDE, reviewer=self.cast.vera)
            rounds.abandon(found, by=self.cast.alice, reason="Too small.")

    def test_nothing_settles_and_no_conflict_shows_before_it_is_closed(self) -> None:
        found = self.begin(counts=True)
        self.judge_all(found, Choice.INCLUDE, Choice.INCLUDE, Choice.EXCLUDE)
        keys = [record.pk for record in self.drawn(found)]
        self.assertEqual(self.review.records.awaiting_screening().count(), 12)
        self.assertFalse(conflicts.in_conflict(self.review, TA).exists())
        self.assertFalse(
            conflicts.visible_in(
                adjudicated=[self.review], judged=[], stage=TA, user=self.cast.dan
            ).exists()
        )
        for record in self.drawn(found):
            self.assertFalse(conflicts.may_see(record, self.cast.bob))
        self.assertEqual(replay.check(self.review), [])
        self.assertTrue(turns.is_complete(found))
        rounds.close(found, by=self.cast.alice)
        self.assertEqual(
            conflicts.in_conflict(self.review, TA).filter(pk__in=keys).count(), 2
        )
        settled = self.review.records.screened()
        self.assertEqual({each.verdict for each in settled}, {Verdict.INCLUDE})
        self.assertEqual(replay.check(self.review), [])

    def test_all_of_its_people_are_to_judge_also_beyond_the_protocols_number(
        self,
    ) -> None:
        found = self.begin(counts=True, people=3)
        record = self.drawn(found)[0]
        for person in (self.cast.bob, self.cast.carol, self.cast.vera):
            decisions.decide(record, Choice.INCLUDE, reviewer=person)
        rounds.close(found, by=self.cast.alice)
        record.refresh_from_db()
        self.assertEqual(record.verdict, Verdict.INCLUDE)

    def test_votes_of_one_that_does_not_count_are_no_decisions(self) -> None:
        found = self.begin(counts=False)
        self.judge_all(found, Choice.INCLUDE, Choice.EXCLUDE)
        self.assertEqual(Decision.objects.count(), 0)
        self.assertEqual(PilotVote.objects.count(), 8)
        rounds.close(found, by=self.cast.alice)
        self.assertEqual(queues.queue(self.review, TA, self.cast.bob).count(), 12)
        self.assertEqual(queues.progress(self.review, TA, self.cast.bob).judged, 0)
        self.assertEqual(replay.check(self.review), [])

    def test_an_ordinary_form_is_refused_while_one_that_does_not_count_is_open(
        self,
    ) -> None:
        record = self.drawn(self.begin(counts=False))[0]
        with self.assertRaises(decisions.NotOpenForDecision):
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)

    def test_a_form_of_a_round_that_was_ended_is_refused(self) -> None:
        found = self.begin(counts=False)
        record = self.drawn(found)[0]
        rounds.close(found, by=self.cast.alice)
        with self.assertRaises(voting.RoundEnded):
            judging.judge(
                record, Choice.INCLUDE, reviewer=self.cast.bob, pilot=found.number
            )
        self.assertEqual(PilotVote.objects.count(), 0)

    def test_a_record_that_was_merged_meanwhile_waits_no_more(self) -> None:
        found = self.begin(counts=False)
        record = self.drawn(found)[0]
        record.removal, record.removal_reason = "other", "Retracted."
        record.save()
        self.assertEqual(turns.waiting(found, self.cast.bob).count(), 3)


class VotingTests(PilotCase):
    def test_the_same_form_twice_counts_once_and_another_word_supersedes(self) -> None:
        found = self.begin(counts=False)
        record, bob = self.drawn(found)[0], self.cast.bob
        token = uuid.uuid4()
        for choice in (Choice.INCLUDE, Choice.INCLUDE, Choice.EXCLUDE):
            voting.vote(found, record, choice, reviewer=bob, token=token)
        self.assertEqual(PilotVote.objects.count(), 2)
        last = voting.last_word(found, record, bob)
        assert last is not None
        self.assertEqual(last.choice, Choice.EXCLUDE)

    def test_what_is_taken_back_waits_again_and_stays_in_the_history(self) -> None:
        found = self.begin(counts=False)
        record, bob = self.drawn(found)[0], self.cast.bob
        made = voting.vote(found, record, Choice.INCLUDE, reviewer=bob)
        self.assertEqual(judging.own_last(self.review, TA, bob), made)
        self.assertEqual(turns.waiting(found, bob).count(), 3)
        judging.take_back(made, bob)
        self.assertEqual(judging.stage_of(made), TA)
        self.assertEqual(turns.waiting(found, bob).first(), record)
        self.assertEqual(PilotVote.objects.count(), 2)
        self.assertIsNone(judging.own_last(self.review, TA, bob))

    def test_nobody_takes_back_what_is_anothers(self) -> None:
        found = self.begin(counts=False)
        made = voting.vote(
            found, self.drawn(found)[0], Choice.INCLUDE, reviewer=self.cast.bob
        )
        said = judging.said_by(self.review, made.token, self.cast.carol)
        self.assertIsNone(said)
        with self.assertRaises(WrongRole):
            voting.take_back(made, reviewer=self.cast.carol)


class ClosingTests(PilotCase):
    def test_figures_stay_as_they_were_when_minds_change_later(self) -> None:
        found = self.begin(counts=True)
        self.judge_all(found, Choice.INCLUDE, Choice.INCLUDE, Choice.EXCLUDE)
        found = rounds.close(found, by=self.cast.alice)
        self.assertEqual(found.figures["items"], 4)
        self.assertEqual(found.figures["agreement"], 0.5)
        for record in self.drawn(found):
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
        again = measuring.figures(measuring.measured(found))
        self.assertEqual(found.figures, again)

    def test_what_one_judged_alone_of_a_round_closed_early_stays_blind(self) -> None:
        found = self.begin(counts=True)
        first, second = self.drawn(found)[:2]
        for person in (self.cast.bob, self.cast.carol):
            decisions.decide(first, Choice.INCLUDE, reviewer=person)
        decisions.decide(second, Choice.INCLUDE, reviewer=self.cast.bob)
        found = rounds.close(found, by=self.cast.alice)
        self.assertEqual(list(measuring.measured(found).judgments), [first.pk])
        self.assertTrue(
            queues.queue(self.review, TA, self.cast.vera).filter(pk=second.pk).exists()
        )
        self.assertEqual(replay.check(self.review), [])

    def test_an_abandoned_one_keeps_its_votes_and_measures_nothing(self) -> None:
        found = self.begin(counts=False)
        self.judge_all(found, Choice.INCLUDE, Choice.EXCLUDE)
        with self.assertRaises(rounds.ReasonMissing):
            rounds.abandon(found, by=self.cast.alice, reason=" ")
        found = rounds.abandon(found, by=self.cast.alice, reason="Wrong sample.")
        self.assertEqual(PilotVote.objects.count(), 8)
        self.assertEqual(measuring.measured(found).judgments, {})
        self.assertEqual(found.figures, {})

    def test_one_ends_once_and_by_an_owner(self) -> None:
        found = self.begin(counts=False)
        with self.assertRaises(WrongRole):
            rounds.close(found, by=self.cast.bob)
        rounds.close(found, by=self.cast.alice)
        with self.assertRaises(rounds.NotOpen):
            rounds.abandon(found, by=self.cast.alice, reason="Twice.")

    def test_what_was_tried_once_is_not_drawn_again(self) -> None:
        found = self.begin(counts=False)
        self.judge_all(found, Choice.INCLUDE)
        rounds.close(found, by=self.cast.alice)
        first = {record.pk for record in self.drawn(found)}
        again = self.begin(counts=False)
        self.assertEqual(again.number, 2)
        self.assertFalse(first & {record.pk for record in self.drawn(again)})


class TakenOutTests(PilotCase):
    def test_the_others_close_it_and_what_was_said_is_kept(self) -> None:
        found = self.begin(counts=True, people=3)
        self.judge_all(found, Choice.INCLUDE)
        votes = Decision.objects.count()
        people.take_out(found, self.cast.vera, by=self.cast.alice)
        found = rounds.close(found, by=self.cast.alice)
        self.assertEqual(Decision.objects.count(), votes)
        self.assertEqual(len(measuring.measured(found).decisions), 8)
        self.assertEqual(replay.check(self.review), [])

    def test_it_waits_for_them_no_more_and_holds_nothing_up(self) -> None:
        found = self.begin(counts=False, people=3)
        vera = self.cast.vera
        people.take_out(found, vera, by=self.cast.alice)
        self.assertIsNone(turns.place(self.review, TA, vera))
        keys = {record.pk for record in self.drawn(found)}
        waiting = queues.ahead(self.review, TA, vera, number=20)
        self.assertFalse(keys & {item.pk for item in waiting})
        self.judge_all(found, Choice.INCLUDE)
        self.assertTrue(turns.is_complete(found))

    def test_two_stay_and_only_an_owner_takes_out(self) -> None:
        found = self.begin(counts=False)
        with self.assertRaises(people.TooFew):
            people.take_out(found, self.cast.bob, by=self.cast.alice)
        with self.assertRaises(WrongRole):
            people.take_out(found, self.cast.bob, by=self.cast.carol)

    def test_it_is_done_after_a_preview(self) -> None:
        found = self.begin(counts=False, people=3)
        self.client.force_login(self.cast.alice)
        page = reverse("screening:pilot_person", args=[self.review.slug, found.pk])
        self.assertContains(self.client.get(page), "See what it does")
        chosen = {"person": self.cast.vera.pk}
        self.assertContains(
            self.client.get(page, chosen), "The round goes on with Bob, Carol."
        )
        self.assertEqual(found.people.count(), 3)
        self.client.post(page, chosen)
        self.assertEqual(found.people.count(), 2)
        nobody = self.client.post(page, {"person": self.cast.mallory.pk})
        self.assertEqual(nobody.status_code, 422)


class SpeedTests(PilotCase):
    def test_the_queue_asks_as_often_however_large_the_round(self) -> None:
        counted = []
        for size in (2, 6):
            found = self.begin(counts=True, size=size)
            with CaptureQueriesContext(connection) as asked:
                list(queues.queue(self.review, TA, self.cast.bob))
                turns.place(self.review, TA, self.cast.bob)
                list(conflicts.in_conflict(self.review, TA))
            counted.append(len(asked))
            rounds.abandon(found, by=self.cast.alice, reason="Another size.")
        self.assertEqual(counted[0], counted[1])
