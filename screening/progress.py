"""How the screening went: decisions over time, and what people differed on.

A decision counts only once its item is settled, as then all whom the protocol asks for
have judged it. Until then it is on no plot, in no number and no date, so that nobody
learns that another has judged; everybody's own are shown to themselves alone. Conflicts
count once they are settled, by the criteria that one side ticked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from reviews import moments, progress
from reviews.figures.plots import Series
from reviews.models import Criterion, Review, Settlement, Stage, User, Verdict
from screening.decisions import Items
from screening.models import Choice, Decision, Resolution
from screening.stages import STAGES, item_name

# As many days as a table tells one by one; more are told by month.
MOST_DAYS = 31
# What the numbers are called in addresses.
DECIDED = {
    Stage.TITLE_ABSTRACT: "title-abstract-decisions",
    Stage.FULL_TEXT: "full-text-decisions",
}
OWN = "own-decisions"
CONFLICTS = {
    Stage.TITLE_ABSTRACT: "title-abstract-conflicts",
    Stage.FULL_TEXT: "full-text-conflicts",
}
BY_RESOLUTION = (Settlement.CONSENSUS, Settlement.ADJUDICATION)


@dataclass(frozen=True)
class Period:
    """A day or a month, from the first to the last of its days that has any.

    `counts` are those of each series.
    """

    name: str
    counts: list[int]
    first: date
    last: date


@dataclass(frozen=True)
class Conflicts:
    """The settled conflicts of a stage, by the criteria that were ticked in them."""

    stage: Stage
    total: int
    by_consensus: int
    by_adjudication: int
    by_criterion: tuple[tuple[Criterion, int], ...]
    without_criterion: int


def decided(review: Review, user: User) -> list[Series]:
    """Return the decisions on settled items by day and stage, then one's own."""
    found = [
        Series(stage.label, _by_day(settled_decisions(review, stage)), DECIDED[stage])
        for stage in STAGES
    ]
    if days := _by_day(own_decisions(review, user)):
        found.append(Series("Yours, settled or not", days, OWN))
    return found


def settled(review: Review) -> list[Series]:
    """Return what was settled at each stage by day."""
    return [
        Series(f"{each.stage.label}, {each.what}", sorted(each.days.items()), each.what)
        for each in progress.settled(review)
    ]


def conflicts(review: Review) -> list[Conflicts]:
    """Return the settled conflicts of each stage that had some."""
    found = [_conflicts(review, stage) for stage in STAGES]
    return [each for each in found if each.total]


def periods(series: Sequence[Series]) -> list[Period]:
    """Return the numbers of the series as the rows of a table, by day or by month."""
    days = sorted({day for each in series for day, _ in each.days})
    by_month = len(days) > MOST_DAYS
    found: dict[str, Period] = {}
    for day in days:
        name = _name(day, by_month=by_month)
        first = found[name].first if name in found else day
        found[name] = Period(name, [0] * len(series), first, day)
    for at, each in enumerate(series):
        for day, count in each.days:
            found[_name(day, by_month=by_month)].counts[at] += count
    return list(found.values())


def _name(day: date, *, by_month: bool) -> str:
    return f"{day:%B %Y}" if by_month else f"{day.day} {day:%B %Y}"


def _by_day(found: QuerySet[Decision]) -> list[tuple[date, int]]:
    counted = (
        found.order_by()
        .annotate(day=moments.day_of("decided_at"))
        .values("day")
        .annotate(number=Count("pk"))
        .order_by("day")
    )
    return [(date.fromisoformat(row["day"]), row["number"]) for row in counted]


def own_decisions(review: Review, user: User) -> QuerySet[Decision]:
    """Return what a member has decided, settled or not: for this member alone."""
    return Decision.objects.current().filter(review=review, reviewer=user)


def settled_decisions(review: Review, stage: Stage) -> QuerySet[Decision]:
    """Return the decisions on what is settled at a stage."""
    name = item_name(stage)
    standing = _settled_items(review, stage).order_by().values("pk")
    return Decision.objects.current().filter(
        **{f"{name}__in": standing}, review=review, stage=stage
    )


def _settled_items(review: Review, stage: Stage) -> Items:
    if stage == Stage.TITLE_ABSTRACT:
        return review.records.screened()
    return review.reports.assessed().exclude(verdict=Verdict.OPEN)


def resolutions(review: Review, stage: Stage) -> QuerySet[Resolution]:
    """Return the resolutions by which conflicts of a stage are settled."""
    name = item_name(stage)
    disputed = _settled_items(review, stage).filter(settlement__in=BY_RESOLUTION)
    return (
        Resolution.objects.unsuperseded()
        .exclude(choice=Choice.WITHDRAWN)
        .filter(
            **{f"{name}__in": disputed.order_by().values("pk")},
            review=review,
            stage=stage,
        )
    )


def _conflicts(review: Review, stage: Stage) -> Conflicts:
    held = resolutions(review, stage)
    totals = held.aggregate(
        total=Count("pk"),
        consensus=Count("pk", filter=Q(how=Resolution.How.CONSENSUS)),
        adjudication=Count("pk", filter=Q(how=Resolution.How.ADJUDICATION)),
    )
    ticked: dict[int, set[int]] = defaultdict(set)
    pairs = (
        held.order_by()
        .values_list("pk", "resolved__ticks__criterion__criterion")
        .distinct()
    )
    for resolution, criterion in pairs.iterator(chunk_size=2000):
        ticked[criterion or 0].add(resolution)
    with_any = set().union(*(ticked[each] for each in ticked if each))
    counts = {criterion: len(found) for criterion, found in ticked.items() if criterion}
    return Conflicts(
        stage,
        totals["total"],
        totals["consensus"],
        totals["adjudication"],
        tuple(_named(review, counts)),
        totals["total"] - len(with_any),
    )


def _named(
    review: Review, counts: Mapping[int, int]
) -> Iterable[tuple[Criterion, int]]:
    """Yield the criteria in the order of the protocol, with their counts."""
    found = review.criteria.filter(pk__in=counts).select_related("review")
    for criterion in found.order_by("position", "pk"):
        yield criterion, counts[criterion.pk]
