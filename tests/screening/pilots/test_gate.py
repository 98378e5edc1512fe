"""Screening opens once a closed round reached what the protocol set, and not before."""

from reviews import plan, protocol
from reviews.models import Stage
from screening import decisions, queues
from screening.models import Choice, PilotRound
from screening.pilots import gate, rounds, turns
from tests.screening.pilots.test_rounds import PilotCase

TA = Stage.TITLE_ABSTRACT


class GateTests(PilotCase):
    def ask_for(self, measure: str, value: int) -> None:
        facts = {"gate_measure": measure, "gate_value": value}
        plan.change(self.review, facts, by=self.cast.alice, because="So planned.")
        self.review.refresh_from_db()

    def run_round(self, *choices: Choice, counts: bool = False) -> PilotRound:
        found = self.begin(counts=counts)
        self.judge_all(found, *choices)
        return rounds.close(found, by=self.cast.alice)

    def test_without_one_screening_is_open(self) -> None:
        self.assertFalse(gate.is_closed(self.review, TA))
        self.assertEqual(gate.why_closed(self.review), "")

    def test_until_it_is_reached_nothing_waits_and_nothing_is_decided(self) -> None:
        self.ask_for("agreement", 80)
        bob, record = self.cast.bob, self.review.records.order_by("pk")[0]
        self.assertFalse(queues.queue(self.review, TA, bob).exists())
        waiting = queues.waiting_in([self.review], TA, bob)
        self.assertFalse(waiting.exists())
        with self.assertRaisesMessage(decisions.NotOpenForDecision, "No round is clos"):
            decisions.decide(record, Choice.INCLUDE, reviewer=bob)
        self.run_round(Choice.INCLUDE, Choice.EXCLUDE)
        self.assertIn("reached 0%", gate.why_closed(self.review))
        self.run_round(Choice.INCLUDE)
        self.assertFalse(gate.is_closed(self.review, TA))
        decisions.decide(record, Choice.INCLUDE, reviewer=bob)

    def test_an_open_round_is_judged_before_it_is_reached(self) -> None:
        self.ask_for("kappa", 60)
        found = self.begin(counts=True)
        for record in self.drawn(found):
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)
        place = turns.place(self.review, TA, self.cast.bob)
        assert place is not None
        self.assertEqual(place.waiting, 0)

    def test_what_somebody_judged_before_may_be_judged_again(self) -> None:
        bob, record = self.cast.bob, self.review.records.order_by("pk")[0]
        made = decisions.decide(record, Choice.INCLUDE, reviewer=bob)
        self.ask_for("ac1", 60)
        decisions.take_back(made, reviewer=bob)
        self.assertEqual(queues.queue(self.review, TA, bob).get(), record)
        decisions.decide(record, Choice.EXCLUDE, reviewer=bob)

    def test_a_kappa_that_cannot_be_estimated_is_not_reached_and_says_why(self) -> None:
        self.ask_for("kappa", 0)
        found = self.run_round(Choice.INCLUDE)
        self.assertIsNone(found.figures["kappa"])
        self.assertTrue(gate.is_closed(self.review, TA))
        self.assertIn("cannot be estimated", gate.why_closed(self.review))

    def test_a_round_that_nobody_judged_reaches_nothing(self) -> None:
        self.ask_for("agreement", 0)
        rounds.close(self.begin(counts=False), by=self.cast.alice)
        self.assertIn("no record was judged by two", gate.why_closed(self.review))

    def test_an_owner_opens_it_by_an_amendment_with_a_reason_alone(self) -> None:
        self.ask_for("agreement", 100)
        facts = {"gate_measure": ""}
        with self.assertRaises(protocol.ReasonMissing):
            plan.change(self.review, facts, by=self.cast.alice)
        plan.change(self.review, facts, by=self.cast.alice, because="Time is short.")
        self.review.refresh_from_db()
        self.assertFalse(gate.is_closed(self.review, TA))

    def test_it_is_for_titles_and_abstracts_alone(self) -> None:
        self.ask_for("agreement", 100)
        self.assertFalse(gate.is_closed(self.review, Stage.FULL_TEXT))
