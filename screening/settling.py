"""What the decisions on a record or report come to: the one derivation of a verdict.

It is pure, so that `check_settled` can replay every decision and must find every
stored verdict again.

- At titles and abstracts "maybe" goes on to the full text, as "include" does.
- Two who differ on going on are in conflict, until a resolution of these very
  decisions; when one of them changes, the resolution lapses.
- Two exclusions agree, whatever the reasons; one reason is counted: the first in
  protocol order that both ticked, else that either ticked (sequential exclusion,
  PMC8958185). A review may ask instead that differing reasons at full text be a
  conflict.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from reviews.models import Settlement, Stage, Verdict
from screening.models import Choice


class State(enum.Enum):
    """Where an item stands among its reviewers."""

    AWAITING = "awaiting"
    CONFLICT = "conflict"
    SETTLED = "settled"


@dataclass(frozen=True)
class Ticked:
    """A criterion that failed: its place in the protocol's order, and its key."""

    position: int
    criterion: int


@dataclass(frozen=True)
class Vote:
    """The current decision of one reviewer."""

    decision: int
    reviewer: int
    choice: str
    ticks: frozenset[Ticked] = frozenset()


@dataclass(frozen=True)
class Ruling:
    """The current resolution of a conflict, and the decisions that it resolved."""

    choice: str
    how: str
    criterion: int | None
    resolved: frozenset[int]


@dataclass(frozen=True)
class Outcome:
    """What decisions and resolution come to."""

    state: State
    verdict: Verdict = Verdict.OPEN
    settlement: Settlement = Settlement.OPEN
    counted_reason: int | None = None


AWAITING = Outcome(State.AWAITING)
CONFLICT = Outcome(State.CONFLICT)


def outcome(
    votes: Sequence[Vote],
    ruling: Ruling | None,
    *,
    stage: Stage,
    required: int,
    reasons_must_agree: bool = False,
) -> Outcome:
    """Return what the current decisions come to.

    `required` is the number of reviewers that the stage asks for.
    """
    if len(votes) < required:
        return AWAITING
    if ruling is not None and holds(ruling, votes):
        return Outcome(
            State.SETTLED,
            Verdict(ruling.choice),
            Settlement(ruling.how),
            ruling.criterion,
        )
    settlement = Settlement.SINGLE if len(votes) == 1 else Settlement.AGREEMENT
    if all(goes_on(vote) for vote in votes):
        return Outcome(State.SETTLED, Verdict.INCLUDE, settlement)
    if any(goes_on(vote) for vote in votes):
        return CONFLICT
    if reasons_must_agree and stage == Stage.FULL_TEXT and _first_reasons_differ(votes):
        return CONFLICT
    return Outcome(State.SETTLED, Verdict.EXCLUDE, settlement, counted_reason(votes))


def goes_on(vote: Vote) -> bool:
    """Tell whether the vote sends the item on to the next stage."""
    return vote.choice in (Choice.INCLUDE, Choice.MAYBE)


def holds(ruling: Ruling, votes: Sequence[Vote]) -> bool:
    """Tell whether the resolution is of these very decisions."""
    return ruling.resolved == frozenset(vote.decision for vote in votes)


def counted_reason(votes: Sequence[Vote]) -> int | None:
    """Return the criterion that is counted as the reason for an exclusion.

    The first in protocol order among those that all ticked, else among those that
    any ticked; None where nobody ticked one.
    """
    criteria = [{tick.criterion for tick in vote.ticks} for vote in votes]
    shared = set.intersection(*criteria) if criteria else set()
    ticks = sorted(
        (tick for vote in votes for tick in vote.ticks),
        key=lambda tick: (tick.position, tick.criterion),
    )
    for tick in ticks:
        if tick.criterion in shared:
            return tick.criterion
    return ticks[0].criterion if ticks else None


def _first_reasons_differ(votes: Sequence[Vote]) -> bool:
    return len({counted_reason([vote]) for vote in votes}) > 1
