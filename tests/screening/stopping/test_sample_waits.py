"""Whoever screens, some of them are given each record of the sample of the rest."""

from datetime import timedelta

from django.test import TestCase

from reviews.models import Role, ScreeningPlan, Stage, User
from screening import decisions, queues
from screening.allocation import changing, planning
from screening.allocation.dealing import Part
from screening.models import Allocation, Choice, PilotRound, Stop
from screening.pilots import gate, rounds
from screening.stopping import sampling, stops
from screening.stopping.looking import CannotStop
from tests.cast import join
from tests.screening.stopping.made import (
    BEGIN,
    create_ranked_review,
    judge,
    screen,
)

AT = Stage.TITLE_ABSTRACT
SECOND_DAY = BEGIN + timedelta(days=1)
Way = Allocation.Way


class SampleCase(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ranked_review(60, audit_size=6)
        screen(cls.records, cls.cast, relevant=10, read=48)
        cls.erin = User.objects.create_user("erin", "erin@example.org", "x" * 12)
        join(cls.review, cls.erin, Role.REVIEWER)

    def people(self) -> list[User]:
        return [self.cast.bob, self.cast.carol, self.erin]

    def begin(self) -> Stop:
        return stops.begin(self.review, by=self.cast.alice, at=SECOND_DAY)

    def waits_for(self, record: int) -> list[User]:
        return [
            person
            for person in self.people()
            if queues.queue(self.review, AT, person).filter(pk=record).exists()
        ]

    def judge_as_it_comes(self) -> None:
        """Let each person judge whatever comes to them, until nothing does."""
        for person in self.people():
            while found := queues.ahead(self.review, AT, person, number=1):
                decisions.decide(found[0], Choice.EXCLUDE, reviewer=person)

    def close_the_gate(self) -> None:
        ScreeningPlan.objects.filter(review=self.review).update(
            gate_measure="agreement", gate_value=80
        )
        self.review.refresh_from_db()


class DealtOutTests(SampleCase):
    def parts(self) -> list[tuple[str, list[Part]]]:
        bob, carol, erin = (each.pk for each in self.people())
        begin, end = self.records[0].pk, self.records[-1].pk
        return [
            (Way.SHARE, planning.by_share({bob: 100, carol: 60, erin: 40})),
            (
                Way.PAIR,
                [Part(frozenset({bob, carol, erin}), core=frozenset({bob}))],
            ),
            (Way.BATCH, [Part(frozenset({carol, erin}), first=begin, last=end)]),
            # Fewer than must judge: what is theirs is everybody's.
            (Way.PERSON, [Part(frozenset({erin}), first=begin, last=end)]),
        ]

    def test_it_is_dealt_as_all_others_and_can_be_completed(self) -> None:
        self.begin()
        for way, parts in self.parts():
            changing.change(self.review, AT, way, parts, by=self.cast.alice)
            for record in sampling.records(Stop.objects.get()):
                self.assertGreaterEqual(len(self.waits_for(record.pk)), 2, way)

    def test_those_that_it_is_dealt_to_bring_it_to_a_signature(self) -> None:
        way, parts = self.parts()[0]
        changing.change(self.review, AT, way, parts, by=self.cast.alice)
        stop = self.begin()
        self.judge_as_it_comes()
        self.assertEqual(sampling.judged(stop).waiting, 0)
        stops.sign(stop, by=self.cast.alice)

    def test_somebody_who_leaves_holds_nothing_up(self) -> None:
        way, parts = self.parts()[2]
        changing.change(self.review, AT, way, parts, by=self.cast.alice)
        stop = self.begin()
        self.review.members.filter(user=self.erin).update(removed_at=SECOND_DAY)
        for record in sampling.records(stop):
            people = [each for each in self.waits_for(record.pk) if each != self.erin]
            self.assertEqual(len(people), 2)


class PilotTests(SampleCase):
    def begin_round(self) -> PilotRound:
        return rounds.begin(
            self.review,
            AT,
            size=4,
            people=self.people(),
            counts=True,
            by=self.cast.alice,
        )

    def test_no_sample_is_drawn_while_a_round_holds_records(self) -> None:
        self.begin_round()
        with self.assertRaisesMessage(CannotStop, "A pilot round is open"):
            self.begin()

    def test_no_round_is_drawn_while_a_sample_is_judged(self) -> None:
        self.begin()
        with self.assertRaisesMessage(rounds.CannotBegin, "A sample of the rest"):
            self.begin_round()

    def test_no_sample_is_drawn_before_screening_is_open(self) -> None:
        self.close_the_gate()
        with self.assertRaisesMessage(CannotStop, "is not open yet"):
            self.begin()

    def test_a_gate_that_closes_meanwhile_does_not_hold_the_sample(self) -> None:
        stop = self.begin()
        self.close_the_gate()
        self.assertFalse(gate.is_closed(self.review, AT))
        judge(sampling.records(stop), self.cast, Choice.EXCLUDE, since=SECOND_DAY)
        stops.sign(stop, by=self.cast.alice)
        self.assertTrue(gate.is_closed(self.review, AT))
