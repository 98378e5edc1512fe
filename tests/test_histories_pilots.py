"""Pilot rounds in any history: nothing settles in one, no vote is lost, all replays.

The histories of `test_histories`, in which rounds are begun, judged, closed and
abandoned as well, of both kinds and at any moment.
"""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from reviews.models import Stage, Verdict
from screening import judging
from screening.models import Choice, PilotRound, PilotVote
from screening.pilots import measuring, rounds, standing
from tests.test_histories import CHOICES, REFUSALS, Histories

STAGES = st.sampled_from([Stage.TITLE_ABSTRACT, Stage.FULL_TEXT])


class PilotHistories(Histories):
    """The same people, who try the criteria out between."""

    pilot_rows = 0

    @rule(stage=STAGES, counts=st.booleans(), people=st.integers(2, 3))
    def begin_round(self, stage: Stage, counts: bool, people: int) -> None:
        chosen = self.reviewers[:people]
        self.attempt(
            lambda: rounds.begin(
                self.review, stage, size=2, people=chosen, counts=counts, by=self.owner
            )
        )

    @rule(stage=STAGES, place=st.integers(0, 1), who=st.integers(0, 2), choice=CHOICES)
    def judge_in_it(self, stage: Stage, place: int, who: int, choice: Choice) -> None:
        found = standing.open_round(self.review, stage)
        if found is None or (stage == Stage.FULL_TEXT and choice == Choice.MAYBE):
            return
        drawn = found.items.order_by("position")[place]
        item = drawn.record or drawn.report
        assert item is not None
        if found.counts:
            self.judge(item, self.reviewers[who], choice, 1)
            return
        self.attempt(
            lambda: judging.judge(
                item,
                choice,
                reviewer=self.reviewers[who],
                criteria=self.criteria[:1],
                pilot=found.number,
            )
        )

    @rule(who=st.integers(0, 2))
    def take_a_vote_back(self, who: int) -> None:
        last = PilotVote.objects.current().filter(reviewer=self.reviewers[who]).last()
        if last is not None:
            self.attempt(lambda: judging.take_back(last, self.reviewers[who]))

    @rule(stage=STAGES, is_abandoned=st.booleans())
    def end_round(self, stage: Stage, is_abandoned: bool) -> None:
        found = standing.open_round(self.review, stage)
        if found is not None and is_abandoned:
            rounds.abandon(found, by=self.owner, reason="Enough.")
        elif found is not None:
            rounds.close(found, by=self.owner)

    @invariant()
    def nothing_that_was_drawn_is_settled_before_its_round_is_closed(self) -> None:
        if hasattr(self, "review"):
            held = standing.held([self.review], Stage.TITLE_ABSTRACT)
            records = self.review.records.filter(pk__in=held)
            assert not records.exclude(verdict=Verdict.OPEN).exists()

    @invariant()
    def no_vote_is_lost_and_no_figure_moves(self) -> None:
        assert PilotVote.objects.count() >= self.pilot_rows
        self.pilot_rows = PilotVote.objects.count()
        for found in PilotRound.objects.filter(state=PilotRound.State.CLOSED):
            assert found.figures == measuring.figures(measuring.measured(found))

    def attempt(self, act: Any) -> Any:
        try:
            with transaction.atomic():
                return act()
        except (*REFUSALS, rounds.CannotBegin):
            return None


@pytest.mark.django_db
def test_any_history_with_pilot_rounds_balances_and_loses_nothing() -> None:
    run_state_machine_as_test(
        PilotHistories,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
