"""People come, go and are given work in any order: no vote is lost, nobody is stuck.

The histories of `test_histories`, in which what is to be judged is dealt out and handed
over as well, people leave and come back, their votes are set aside and brought back,
and the number of judges and the reasons' rule are changed, with pilot rounds between.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from reviews import members, setup
from reviews.flow.figures import Flow
from reviews.members import Part as Parts
from reviews.models import Member, Record, Role, Stage, User, Wave
from screening import conflicts, decisions, queues
from screening.allocation import (
    changing,
    dealing,
    handing,
    listing,
    planning,
    previewing,
)
from screening.allocation.dealing import Part
from screening.leaving import leaving, setting_aside
from screening.models import Allocation, Choice, Decision, Handover, SetAside
from screening.numbers import changing as numbers
from screening.pilots import rounds, standing, turns
from tests.test_histories import CHOICES, NUMBERS, REFUSALS
from tests.test_histories_pilots import STAGES, PilotHistories

Way = Allocation.Way
Key = tuple[str, int, int]
MORE_REFUSALS = (
    *REFUSALS,
    rounds.CannotBegin,
    planning.CannotAllocate,
    handing.NothingToHandOver,
    setting_aside.NotSetAside,
    members.AlreadyMember,
    setup.StageBegan,
)
WHO = st.integers(0, 2)
SCREENED = (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)


class StaffHistories(PilotHistories):
    """The same people, who are given work, leave and come back."""

    def __init__(self) -> None:
        super().__init__()
        # How often each person's word on an item was changed, by whomever.
        self.turns: dict[Key, int] = {}
        self.aside: dict[int, dict[Key, tuple[str, int]]] = {}
        self.rows_seen: dict[int, tuple[Any, ...]] = {}

    # What people do ---------------------------------------------------------

    @rule(stage=STAGES, way=st.sampled_from(Way), first=WHO, second=WHO, many=NUMBERS)
    def deal_out(
        self, stage: Stage, way: Way, first: int, second: int, many: int
    ) -> None:
        people = [self.reviewers[at] for at in dict.fromkeys((first, second))]

        def act() -> Allocation:
            parts = self.parts(stage, way, people, many)
            return changing.change(self.review, stage, way, parts, by=self.owner)

        self.attempt(act)

    def parts(
        self, stage: Stage, way: Way, people: Sequence[User], many: int
    ) -> list[Part]:
        team = [each.pk for each in handing.people(self.review, stage)]
        keys = [each.pk for each in people]
        if way == Way.SHARE:
            return planning.by_share(dict.fromkeys(keys, 40 + 10 * (many % 6)))
        if way == Way.PAIR:
            return planning.by_pair(keys[:1], team)
        if way == Way.PERSON:
            return planning.by_person(self.review, stage, dict.fromkeys(keys, many + 1))
        if way == Way.BATCH:
            batch = planning.Batch("First", people, count=1 + many % 3)
            rest = planning.Batch("Rest", people[:1], search=self.searches[many % 2])
            return planning.by_batch(self.review, stage, [batch, rest])
        return []

    @rule(stage=STAGES, number=NUMBERS)
    def take_up_an_earlier_plan(self, stage: Stage, number: int) -> None:
        made = list(changing.history(self.review, stage))
        if made:
            changing.take_up_again(made[number % len(made)], by=self.owner)

    @rule(stage=STAGES, giver=WHO, taker=WHO, some=st.booleans())
    def hand_over(self, stage: Stage, giver: int, taker: int, some: bool) -> None:
        waiting = queues.queue(self.review, stage, self.reviewers[giver])
        keys = list(waiting.values_list("pk", flat=True)[:1]) if some else None
        self.attempt(
            lambda: handing.hand_over(
                self.review,
                stage,
                giver=self.reviewers[giver],
                taker=self.reviewers[taker],
                by=self.owner,
                keys=keys,
            )
        )

    @rule(number=NUMBERS)
    def give_back(self, number: int) -> None:
        made = list(Handover.objects.order_by("pk"))
        if made:
            chosen = made[number % len(made)]
            self.attempt(lambda: handing.undo(chosen, by=self.owner))

    @rule(
        who=WHO,
        stages=st.sets(st.sampled_from(SCREENED)),
        heir=st.none() | WHO,
        leaves=st.booleans(),
    )
    def leave(
        self, who: int, stages: set[Stage], heir: int | None, leaves: bool
    ) -> None:
        person = self.reviewers[who]
        member = self.review.members.get(user=person)
        at = [stage for stage in SCREENED if stage in stages]
        made = leaving.carry_out(
            member,
            stages=at,
            reason="Was not trained.",
            heir=None if heir is None or heir == who else self.reviewers[heir],
            leaves=leaves,
            by=self.owner,
            token=uuid.uuid4(),
        )
        for each in made:
            self.set_aside(each, person)

    @rule(number=NUMBERS)
    def bring_back(self, number: int) -> None:
        made = list(SetAside.objects.order_by("pk"))
        if not made:
            return
        chosen = made[number % len(made)]
        is_new = chosen.undone_at is None
        leaving.bring_back(chosen, by=self.owner)
        for key, (choice, turn) in self.aside[chosen.pk].items():
            # Whoever judged it anew since has said more than what was set aside.
            if is_new and self.turns[key] == turn:
                self.say(key, choice)

    @rule(who=WHO)
    def come_back(self, who: int) -> None:
        self.attempt(
            lambda: members.add(
                self.review,
                self.reviewers[who],
                [Parts(Role.REVIEWER)],
                by=self.owner,
            )
        )

    @rule(stage=STAGES, number=st.integers(0, 3), is_undone=st.booleans())
    def change_the_rules(self, stage: Stage, number: int, is_undone: bool) -> None:
        """Let another number judge each; for none, let differing reasons conflict."""
        old = self.review.reviewers_required(stage)
        if not number:
            self.attempt(
                lambda: setup.change_settings(
                    self.review,
                    title=self.review.title,
                    rules={"reasons_must_agree": not self.review.reasons_must_agree},
                    by=self.owner,
                )
            )
        elif number != old:
            before = self.verdicts(stage)
            self.change_number(stage, number)
            if is_undone:
                self.change_number(stage, old)
                assert self.verdicts(stage) == before
        self.review.refresh_from_db()

    def change_number(self, stage: Stage, number: int) -> None:
        made = numbers.ask(
            self.review, stage, number, by=self.owner, because="Few of us."
        )
        numbers.change(made, by=self.owner)
        self.review.refresh_from_db()

    @rule(stage=STAGES, said=st.lists(st.tuples(WHO, CHOICES), min_size=1, max_size=5))
    def judge_what_comes_next(
        self, stage: Stage, said: list[tuple[int, Choice]]
    ) -> None:
        for who, choice in said:
            item = next(
                iter(queues.ahead(self.review, stage, self.reviewers[who], number=1)),
                None,
            )
            if item is None or (stage == Stage.FULL_TEXT and choice == Choice.MAYBE):
                continue
            held = standing.holding(item)
            if held is None or held.counts:
                self.judge(item, self.reviewers[who], choice, 1)

    def judge(
        self,
        item: decisions.Item | None,
        reviewer: User,
        choice: Choice,
        ticked: int,
    ) -> None:
        """Judge it; what waits for them is kept, and what does not is refused."""
        if item is None:
            return
        stage = decisions.stage_of(item)
        key = (stage, item.pk, reviewer.pk)
        may = item.pk in self.waits(stage, reviewer) or (
            bool(self.said.get(key))
            and self.is_on_the_team(reviewer)
            and self.stands(item)
        )
        before = Decision.objects.count()
        super().judge(item, reviewer, choice, ticked)
        is_kept = Decision.objects.count() > before
        assert is_kept <= may, (key, choice)
        if stage == Stage.TITLE_ABSTRACT or choice != Choice.EXCLUDE or ticked:
            assert is_kept == may, (key, choice)

    @rule(who=WHO, number=NUMBERS)
    def take_back(self, who: int, number: int) -> None:
        if self.is_on_the_team(self.reviewers[who]):
            self.take_back_of(who, number)

    # What must hold ---------------------------------------------------------

    @invariant()
    def no_vote_is_changed_or_doubled(self) -> None:
        rows = {
            row[0]: row[1:]
            for row in Decision.objects.values_list(
                "pk", "stage", "record", "report", "reviewer", "choice", "decided_at"
            )
        }
        assert self.rows_seen.items() <= rows.items()
        self.rows_seen = rows
        current = [self.key(each) for each in Decision.objects.current()]
        assert len(current) == len(set(current))

    @invariant()
    def what_waits_for_somebody_is_theirs_alone(self) -> None:
        if not hasattr(self, "review"):
            return
        for stage in SCREENED:
            open_ones = set(
                decisions.open_items(self.review, stage).values_list("pk", flat=True)
            )
            for person in self.reviewers:
                waits = self.waits(stage, person)
                assert waits <= open_ones
                assert not any(self.said.get((stage, key, person.pk)) for key in waits)

    @invariant()
    def whatever_is_open_can_be_completed_or_is_told_of(self) -> None:
        if not hasattr(self, "review"):
            return
        for stage in SCREENED:
            required = self.review.reviewers_required(stage)
            held = set(standing.held([self.review], stage))
            open_ones = set(
                decisions.open_items(self.review, stage).values_list("pk", flat=True)
            )
            differ = set(
                conflicts.in_conflict(self.review, stage).values_list("pk", flat=True)
            )
            stuck = list(listing.stuck(self.review, stage, self.owner))
            found = dealing.dealt(self.review, stage)
            pool = {each.pk for each in handing.people(self.review, stage)}
            waits = {
                each.pk: self.waits(stage, each)
                for each in self.reviewers
                if each.pk in pool
            }
            assert {each.pk for each in stuck} == open_ones - held - differ
            told = listing.lines(self.review, stage, self.owner, stuck)
            for line in told:
                key = line.item.pk
                judged = [
                    who
                    for (at, item, who), said in self.said.items()
                    if at == stage and item == key and said
                ]
                takers = {who for who, theirs in waits.items() if key in theirs}
                if len(takers) < required - len(judged):
                    assert len(pool) < required
                    assert previewing.warnings(self.review, found)
                assert {each.pk for each in line.holders} <= takers
                assert line.judged == len(judged)

    # What `test_histories` plays already, and takes its time ---------------------

    def every_number_opens_into_as_many(
        self, flow: Flow, wave: Wave | None = None
    ) -> None:
        pass

    def take_out_again(self, number: int) -> None:
        pass

    def take_in_again(self, number: int) -> None:
        pass

    def take_out_and_in_at_once(self, number: int) -> None:
        pass

    # How the model works ----------------------------------------------------

    def waits(self, stage: Stage, person: User) -> set[int]:
        """Return all that waits for somebody, that of their pilot round with it."""
        if not self.is_on_the_team(person):
            return set()
        queue = queues.queue(self.review, stage, person)
        keys = set(queue.values_list("pk", flat=True))
        queue = queues.queue(self.review, stage, person, as_a_whole=True)
        assert set(queue.values_list("pk", flat=True)) == keys
        found = standing.open_round(self.review, stage)
        if found is not None and found.counts and standing.has_part(found, person):
            found.review = self.review
            keys |= set(turns.waiting(found, person).values_list("pk", flat=True))
        return keys

    @staticmethod
    def stands(item: decisions.Item) -> bool:
        try:
            decisions.require_standing(item)
        except decisions.NotOpenForDecision:
            return False
        return not (isinstance(item, Record) and item.duplicate_of_id)

    def is_on_the_team(self, person: User) -> bool:
        return Member.objects.filter(
            review=self.review, user=person, removed_at=None
        ).exists()

    def take_back_of(self, who: int, number: int) -> None:
        mine = list(
            Decision.objects.filter(reviewer=self.reviewers[who]).order_by("pk")
        )
        if not mine:
            return
        decision = mine[number % len(mine)]
        stood = self.said.get(self.key(decision))
        made = decisions.take_back(decision, reviewer=self.reviewers[who])
        if stood and made.choice == Choice.WITHDRAWN:
            self.remember(decision, None)

    def verdicts(self, stage: Stage) -> list[Any]:
        rows = (
            self.review.records
            if stage == Stage.TITLE_ABSTRACT
            else self.review.reports
        )
        return list(
            rows.order_by("pk").values_list(
                "pk", "verdict", "settlement", "counted_reason"
            )
        )

    def set_aside(self, made: SetAside, person: User) -> None:
        self.aside[made.pk] = {}
        for key, choice in list(self.said.items()):
            if choice and key[0] == made.stage and key[2] == person.pk:
                self.say(key, None)
                self.aside[made.pk][key] = (choice, self.turns[key])

    def say(self, key: Key, choice: str | None) -> None:
        self.said[key] = choice
        self.turns[key] = self.turns.get(key, 0) + 1

    def remember(self, decision: Decision, choice: str | None) -> None:
        self.say(self.key(decision), choice)

    def attempt(self, act: Any) -> Any:
        try:
            with transaction.atomic():
                return act()
        except MORE_REFUSALS:
            return None


@pytest.mark.django_db
def test_any_history_of_people_and_plans_loses_nothing_and_leaves_nobody_stuck() -> (
    None
):
    run_state_machine_as_test(
        StaffHistories,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
