"""Whether people come apart: by week, and by the criterion that they differ on.

A week is that of the moment when an item was closed, by ISO 8601 in the zone of the
instance. By criterion, an item counts where all who judged it excluded it, or where
anybody ticked the criterion; agreement is then on ticking it. What is marked is the
criterion and never a person: its wording is what can be mended. Counted are settled
items alone, with what each said before they learned of the other (see `reading`).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from reviews.models import Criterion, Review, Stage
from screening.agreement import judged, several, statistics
from screening.agreement.judged import EXCLUDE, Judged
from screening.agreement.reading import UnknownNumber
from screening.agreement.statistics import Crossed, Estimate

TICKED, NOT_TICKED = "ticked", "not"
# In as few conflicts as this nothing is to be seen of a wording.
FEWEST = 3
# What a number of a criterion counts.
ALL, SOME, CONFLICTS = "all", "some", "conflicts"


@dataclass
class Week:
    """What was closed in a week, and on how much of it two differed."""

    name: str
    items: int = 0
    conflicts: int = 0

    @property
    def share(self) -> float:
        """The share of the items on which all came to the same."""
        return (self.items - self.conflicts) / self.items


@dataclass
class Ticks:
    """How a criterion was ticked, over the items that it could decide."""

    criterion: int
    by_all: int = 0
    by_some: int = 0
    by_none: int = 0
    # Conflicts in which one side ticked it and the other did not.
    conflicts: int = 0
    units: Counter[tuple[str, ...]] = field(default_factory=Counter)
    # Where two judged: what the one ticked against the other.
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def items(self) -> int:
        return self.by_all + self.by_some + self.by_none

    @property
    def observed(self) -> float | None:
        return several.observed(self.units)

    @property
    def ac1(self) -> Estimate | None:
        return several.ac1(self.units, (TICKED, NOT_TICKED))

    @property
    def alpha(self) -> Estimate | None:
        return several.alpha(self.units)

    @property
    def table(self) -> Crossed:
        """The two-by-two table, where the same two judged all of it."""
        return statistics.cross(self.pairs, (TICKED, NOT_TICKED))

    @property
    def causes_conflicts(self) -> bool:
        """Whether its wording is to be looked at.

        It stood between the two sides of some conflicts, and where anybody ticks it,
        another at least as often does not.
        """
        return self.conflicts >= FEWEST and self.by_some >= self.by_all


@dataclass(frozen=True)
class Drift:
    """A stage by week and by criterion, the criteria in the protocol's order."""

    stage: Stage
    weeks: tuple[Week, ...]
    criteria: tuple[tuple[Criterion, Ticks], ...]


def of(review: Review, stage: Stage) -> Drift:
    """Return how agreement at a stage went, over what is settled."""
    known = list(review.criteria.select_related("review").order_by("position", "pk"))
    weeks: dict[str, Week] = {}
    ticks = {each.pk: Ticks(each.pk) for each in known}
    for each in judged.of(review, stage, with_ticks=True):
        week = weeks.setdefault(week_of(each.closed_at), Week(week_of(each.closed_at)))
        week.items += 1
        week.conflicts += each.differ
        count(each, ticks)
    return Drift(
        stage,
        tuple(weeks[name] for name in sorted(weeks)),
        tuple((each, ticks[each.pk]) for each in known if _was_ticked(ticks[each.pk])),
    )


def by_criterion(found: Iterable[Judged]) -> dict[int, Ticks]:
    """Return how each criterion was ticked that anybody ticked at all."""
    read = list(found)
    ticked = {each for one in read for side in one.ticks.values() for each in side}
    ticks = {criterion: Ticks(criterion) for criterion in ticked}
    for one in read:
        count(one, ticks)
    return ticks


def count(one: Judged, ticks: dict[int, Ticks]) -> None:
    """Add an item to each criterion that it could be decided by."""
    if len(one.choices) < 2:
        return
    excluded = all(choice == EXCLUDE for choice in one.choices.values())
    anybody = set().union(*one.ticks.values())
    for criterion in ticks if excluded else anybody & ticks.keys():
        found = ticks[criterion]
        said = tuple(
            TICKED if criterion in one.ticks[who] else NOT_TICKED
            for who in sorted(one.ticks)
        )
        found.units[tuple(sorted(said))] += 1
        if len(said) == 2:
            found.pairs[said[0], said[1]] += 1
        number = said.count(TICKED)
        found.by_all += number == len(said)
        found.by_none += not number
        found.by_some += 0 < number < len(said)
        found.conflicts += one.differ and 0 < number < len(said)


def behind_week(
    review: Review, stage: Stage, week: str, *, conflicts: bool
) -> list[int]:
    """Return the items that were closed in a week, or the conflicts of it."""
    return [
        each.item
        for each in judged.of(review, stage)
        if week_of(each.closed_at) == week and (each.differ or not conflicts)
    ]


def behind_criterion(
    review: Review, stage: Stage, criterion: int, what: str
) -> list[int]:
    """Return the items on which a criterion was ticked by all, by some, in conflict.

    Raises UnknownNumber.
    """
    if what not in (ALL, SOME, CONFLICTS):
        raise UnknownNumber(what)
    found = []
    for each in judged.of(review, stage, with_ticks=True):
        number = sum(criterion in side for side in each.ticks.values())
        by_some = 0 < number < len(each.ticks)
        if (
            (what == ALL and 0 < number == len(each.ticks) > 1)
            or (what == SOME and by_some)
            or (what == CONFLICTS and by_some and each.differ)
        ):
            found.append(each.item)
    return found


def week_of(moment: datetime) -> str:
    """Return the week of a moment as ISO 8601 writes it: 2026-W47."""
    year, week, _ = timezone.localtime(moment).isocalendar()
    return f"{year}-W{week:02d}"


def _was_ticked(ticks: Ticks) -> bool:
    return bool(ticks.by_all or ticks.by_some)
