"""How well the people of a closed pilot round agree, over all and by criterion.

Measured on what stood when the round was closed, of which nobody had seen another's;
no later change of mind moves it. Of a round that counts only what at least as many
judged as the protocol asks for is measured: the rest is still blind.

Percent agreement, AC1 and alpha are those of several. Kappa of more than two is the
mean over their pairs (Light 1971, doi:10.1037/h0031643); it cannot be estimated where
that of a pair cannot.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import QuerySet

from reviews.models import Criterion
from screening.agreement import several, statistics
from screening.agreement.judged import came_to
from screening.agreement.reading import COME_TO
from screening.agreement.statistics import Crossed, Estimate
from screening.models import Decision, PilotRound, PilotVote
from screening.stages import item_name

Judgment = Decision | PilotVote
TICKED, NOT_TICKED = "ticked", "not ticked"
# What a round counts: of all items, and of a criterion in the order of `OfCriterion`.
NUMBERS = ("judged", "agreed")
OF_A_CRITERION = ("ticked", "differs", "causes")


@dataclass(frozen=True)
class Measured:
    """What each of the people said of each item: by item, then by person."""

    people: tuple[int, ...]
    judgments: Mapping[int, Mapping[int, Judgment]]
    # How many of the items are not told to the reader.
    withheld: int = 0

    @property
    def decisions(self) -> list[int]:
        """The keys of the decisions, where the round counts."""
        return [
            said.pk
            for by_person in self.judgments.values()
            for said in by_person.values()
            if isinstance(said, Decision)
        ]


@dataclass(frozen=True)
class Figures:
    """How well any number of people agree on one thing."""

    items: int
    agreement: float | None
    # The interval where two judged; of more, the mean over the pairs without one.
    kappa: float | None
    kappa_estimate: Estimate | None
    ac1: Estimate | None
    alpha: Estimate | None


@dataclass(frozen=True)
class OfCriterion:
    """How well people agree on a criterion, and how many differences it stands in.

    `differs` counts the items on which some ticked it and others did not, `causes`
    those of them on which it was decided differently.
    """

    criterion: Criterion
    ticked: int
    differs: int
    causes: int
    figures: Figures
    # It stands in the most differences.
    is_first_to_mend: bool = False


def independent(found: PilotRound) -> Measured:
    """Return what stands in the round now, as closing it measures it."""
    people = _people(found)
    name = item_name(found.stage)
    least = 2
    rows: QuerySet[Any]
    if found.counts:
        least = max(least, found.review.reviewers_required(found.stage))
        keys = found.items.values(name)
        rows = Decision.objects.current().filter(**{f"{name}__in": keys})
    else:
        rows = PilotVote.objects.current().filter(pilot_round=found)
    return _measured(people, rows.filter(reviewer__in=people), name, least)


def measured(found: PilotRound) -> Measured:
    """Return what a closed round was measured on; nothing of any other."""
    people = _people(found)
    name = item_name(found.stage)
    if not found.is_closed:
        return Measured(people, {})
    if found.counts:
        return _measured(people, found.measured.all(), name, 1)
    return independent(found)


def _people(found: PilotRound) -> tuple[int, ...]:
    return tuple(found.people.order_by("pk").values_list("user", flat=True))


def _measured(
    people: tuple[int, ...], rows: QuerySet[Any], name: str, least: int
) -> Measured:
    rows = rows.select_related("reviewer").prefetch_related(
        "ticks__criterion__criterion"
    )
    judgments: dict[int, dict[int, Judgment]] = {}
    for said in rows.order_by("pk"):
        by_person = judgments.setdefault(getattr(said, f"{name}_id"), {})
        by_person[said.reviewer_id] = said
    return Measured(
        people,
        {item: said for item, said in judgments.items() if len(said) >= least},
    )


def figures(found: Measured) -> dict[str, float | int | None]:
    """Return the figures as a round keeps them."""
    told = overall(found)
    return {
        "items": told.items,
        "agreement": told.agreement,
        "kappa": told.kappa,
        "ac1": statistics.value_of(told.ac1),
        "alpha": statistics.value_of(told.alpha),
    }


def overall(found: Measured) -> Figures:
    """Return how well all agree on whether items go on."""
    return _figures(found, _came_to, COME_TO)


def pairs(found: Measured) -> Iterator[tuple[int, int, Crossed]]:
    """Yield each pair with what it came to; a pair without items is left out."""
    yield from _pairs(found, _came_to, COME_TO)


def by_criterion(found: Measured, criteria: Sequence[Criterion]) -> list[OfCriterion]:
    """Return the agreement on each criterion, in the order given.

    The first to mend stand in the most items that were decided differently.
    """
    told = [_of_criterion(found, criterion) for criterion in criteria]
    most = max((each.causes for each in told), default=0)
    return [
        OfCriterion(
            each.criterion,
            each.ticked,
            each.differs,
            each.causes,
            each.figures,
            is_first_to_mend=bool(most) and each.causes == most,
        )
        for each in told
    ]


def _of_criterion(found: Measured, criterion: Criterion) -> OfCriterion:
    def read(said: Judgment) -> str:
        return _ticked(said, criterion)

    told = _figures(found, read, (TICKED, NOT_TICKED))
    ticked, differs, causes = (
        len(behind(found, what, criterion)) for what in OF_A_CRITERION
    )
    return OfCriterion(criterion, ticked, differs, causes, told)


def behind(found: Measured, what: str, of: Criterion | None = None) -> list[int]:
    """Return the keys of the items that a number of the round counts.

    `what` is one of the names in `NUMBERS`, or in `OF_A_CRITERION` with the criterion.
    """
    return [
        item
        for item, by_person in found.judgments.items()
        if _counts(by_person, what, of)
    ]


def _counts(by_person: Mapping[int, Judgment], what: str, of: Criterion | None) -> bool:
    if of is None:
        return what == "judged" or not is_difference(by_person)
    words = {_ticked(said, of) for said in by_person.values()}
    if what == "ticked":
        return TICKED in words
    return len(words) > 1 and (what == "differs" or is_difference(by_person))


def _ticked(said: Judgment, criterion: Criterion) -> str:
    ticked = any(
        tick.criterion.criterion_id == criterion.pk for tick in said.ticks.all()
    )
    return TICKED if ticked else NOT_TICKED


def shared(found: Measured, one: int, other: int) -> list[int]:
    """Return the keys of the items that both of two people judged."""
    return [item for item, said in found.judgments.items() if {one, other} <= set(said)]


def is_difference(by_person: Mapping[int, Judgment]) -> bool:
    """Tell whether an item was decided differently."""
    return len({came_to(said.choice) for said in by_person.values()}) > 1


def _came_to(said: Judgment) -> str:
    return came_to(said.choice)


def _figures(
    found: Measured, read: Callable[[Judgment], str], classes: Sequence[str]
) -> Figures:
    units = Counter(
        tuple(sorted(read(said) for said in by_person.values()))
        for by_person in found.judgments.values()
    )
    tables = [table for _, _, table in _pairs(found, read, classes)]
    estimates = [statistics.kappa(table) for table in tables]
    values = [each.value for each in estimates if each]
    is_estimable = bool(values) and len(values) == len(estimates)
    return Figures(
        items=len(found.judgments),
        agreement=several.observed(units),
        kappa=sum(values) / len(values) if is_estimable else None,
        kappa_estimate=estimates[0] if len(estimates) == 1 else None,
        ac1=several.ac1(units, classes),
        alpha=several.alpha(units),
    )


def _pairs(
    found: Measured, read: Callable[[Judgment], str], classes: Sequence[str]
) -> Iterator[tuple[int, int, Crossed]]:
    for one, other in combinations(found.people, 2):
        crossed = Counter(
            (read(said[one]), read(said[other]))
            for said in found.judgments.values()
            if one in said and other in said
        )
        if crossed:
            yield one, other, statistics.cross(crossed, classes)
