"""A closed pilot round, told: how well all agreed, on which criterion, and where not.

It is shown to the people of the round, the owners and the adjudicators, and only once
the round is closed. An adjudicator whom the protocol keeps blind to names sees none.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviews import access
from reviews.models import Criterion, Record, Report, Review, Role, Stage, User
from screening import room
from screening.agreement import statistics, wording
from screening.agreement.judged import came_to
from screening.agreement.statistics import Estimate, value_of
from screening.allocation import knowing
from screening.models import PilotRound
from screening.pilots import gate, measuring, standing, turns, withholding
from screening.pilots.gate import Gate
from screening.pilots.measuring import Figures, Judgment, Measured, OfCriterion
from screening.stages import item_name


@dataclass(frozen=True)
class Line:
    """A figure, its value and its 95 per cent interval, in words."""

    name: str
    value: str
    interval: str = ""


@dataclass(frozen=True)
class PairTold:
    """How well two agree."""

    first: str
    second: str
    # The places of the two among the people of the round, as in 1-2.
    places: str
    items: int
    agreement: str
    kappa: str
    kappa_interval: str
    ac1: str
    ac1_interval: str


@dataclass(frozen=True)
class CriterionTold:
    """How well people agree on a criterion, in words."""

    told: OfCriterion
    agreement: str
    kappa: str
    ac1: str


@dataclass(frozen=True)
class Difference:
    """An item that was decided or ticked differently, with what each said of it."""

    item: Record | Report
    sides: tuple[tuple[str, Judgment], ...]
    is_decided_differently: bool


@dataclass(frozen=True)
class Told:
    """What the page of a closed round shows."""

    size: int
    items: int
    agreed: int
    lines: tuple[Line, ...]
    pairs: tuple[PairTold, ...]
    criteria: tuple[CriterionTold, ...]
    differences: tuple[Difference, ...]
    gate: Gate
    is_reached: bool
    # What it reached of what the protocol asks for.
    reached: str
    # How many are not told to the reader yet, and stand in no figure of the page.
    withheld: int = 0

    @property
    def to_mend(self) -> list[Criterion]:
        """The criteria that stand in the most differences."""
        return [
            each.told.criterion for each in self.criteria if each.told.is_first_to_mend
        ]


def require_some_part(review: Review, user: User) -> None:
    """Raise WrongRole unless the person owns the review or judges in it."""
    if not any(
        access.has_role(review, user, role)
        for role in (Role.OWNER, Role.REVIEWER, Role.ADJUDICATOR)
    ):
        raise access.WrongRole("This needs a part in the screening.")


def require_part(found: PilotRound, user: User) -> None:
    """Raise WrongRole unless the person may see the round when it is closed."""
    if standing.has_part(found, user):
        return
    if access.has_role(found.review, user, Role.OWNER):
        return
    access.require(found.review, user, Role.ADJUDICATOR, stage=found.stage)


def names(found: PilotRound, reader: User) -> dict[int, str]:
    """Return what the reader may call each of the people."""
    people = [each.user for each in found.people.select_related("user").order_by("pk")]
    stage = Stage(found.stage)
    is_blind = room.names_are_hidden(
        found.review, stage, reader
    ) and not standing.has_part(found, reader)
    return {
        user.pk: f"Reviewer {place}" if is_blind else str(user)
        for place, user in enumerate(people, start=1)
    }


def pool(found: PilotRound, reader: User) -> int | None:
    """Return out of how many it was drawn, if the reader may know.

    That may be how many nobody had judged: those who judge at the stage may not.
    """
    judges = access.has_role(found.review, reader, Role.REVIEWER, stage=found.stage)
    return None if found.is_open or judges else found.pool


def may_know_how_far(found: PilotRound, reader: User) -> bool:
    """Tell whether the reader may know that everybody has judged everything.

    Its people may: then they have judged all of it themselves. So may an owner who may
    know how far others are at the stage.
    """
    stage = Stage(found.stage)
    return standing.has_part(found, reader) or knowing.knows_all(
        found.review, stage, reader
    )


def is_complete(found: PilotRound, reader: User) -> bool:
    """Tell the reader whether all is judged; nothing to who may not know it."""
    return (
        found.is_open and may_know_how_far(found, reader) and turns.is_complete(found)
    )


def tell(found: PilotRound, reader: User) -> Told:
    """Return what the page of a closed round shows to the reader."""
    measured = withholding.told(found, reader)
    called = names(found, reader)
    overall = measuring.overall(measured)
    stands = gate.of(found.review)
    differ = tuple(_differences(found, measured, called))
    decided_differently = sum(each.is_decided_differently for each in differ)
    return Told(
        size=found.items.count(),
        items=overall.items,
        agreed=overall.items - decided_differently,
        lines=tuple(_lines(overall)),
        pairs=tuple(_pairs(measured, called)),
        criteria=tuple(_criteria(found, measured)),
        differences=differ,
        gate=stands,
        is_reached=stands.is_reached_by(found),
        reached=gate.reached(found, stands) if stands.is_set else "",
        withheld=measured.withheld,
    )


def _lines(overall: Figures) -> Iterator[Line]:
    yield Line("Percent agreement", wording.percent(overall.agreement))
    yield Line(
        "Cohen's kappa",
        wording.figure(overall.kappa),
        _interval(overall.kappa_estimate),
    )
    for name, estimate in (
        ("Gwet's AC1", overall.ac1),
        ("Krippendorff's alpha", overall.alpha),
    ):
        yield Line(name, wording.figure(value_of(estimate)), _interval(estimate))


def _pairs(measured: Measured, called: Mapping[int, str]) -> Iterator[PairTold]:
    places = {person: place for place, person in enumerate(measured.people, start=1)}
    for one, other, table in measuring.pairs(measured):
        kappa, ac1 = statistics.kappa(table), statistics.ac1(table)
        yield PairTold(
            called[one],
            called[other],
            f"{places[one]}-{places[other]}",
            table.items,
            wording.percent(statistics.observed(table)),
            wording.figure(value_of(kappa)),
            _interval(kappa),
            wording.figure(value_of(ac1)),
            _interval(ac1),
        )


def _criteria(found: PilotRound, measured: Measured) -> Iterator[CriterionTold]:
    criteria = list(found.review.criteria.order_by("position", "pk"))
    for told in measuring.by_criterion(measured, criteria):
        if told.criterion.retired_at is None or told.ticked:
            yield CriterionTold(
                told,
                wording.percent(told.figures.agreement),
                wording.figure(told.figures.kappa),
                wording.figure(value_of(told.figures.ac1)),
            )


def _differences(
    found: PilotRound, measured: Measured, called: Mapping[int, str]
) -> Iterator[Difference]:
    keys = [
        item
        for item, said in measured.judgments.items()
        if _differ(list(said.values()))
    ]
    items: Sequence[Record] | Sequence[Report] = (
        list(Record.stored.filter(pk__in=keys).select_related("review"))
        if found.stage == Stage.TITLE_ABSTRACT
        else list(found.review.reports.filter(pk__in=keys).select_related("review"))
    )
    by_key = {item.pk: item for item in items}
    name = item_name(found.stage)
    for key in found.items.order_by("position").values_list(name, flat=True):
        if key in by_key:
            said = measured.judgments[key]
            sides = tuple(
                (called[person], said[person])
                for person in measured.people
                if person in said
            )
            yield Difference(by_key[key], sides, measuring.is_difference(said))


def _differ(said: Sequence[Judgment]) -> bool:
    """Tell whether two came to another end, or ticked other criteria."""
    return (
        len(
            {
                (
                    came_to(each.choice),
                    frozenset(tick.criterion.criterion_id for tick in each.ticks.all()),
                )
                for each in said
            }
        )
        > 1
    )


def _interval(estimate: Estimate | None) -> str:
    return wording.interval(estimate) if estimate else ""
