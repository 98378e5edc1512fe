"""What a number of the progress page counts, line by line.

Each list is read off the same rows as the number that opens it, so that the two cannot
differ. What somebody decided on an item that is still open is listed to nobody else.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from reviews import moments
from reviews import progress as reviews_progress
from reviews.models import (
    Record,
    Report,
    Review,
    SettledJudgment,
    SettledValue,
    Stage,
    User,
)
from reviews.words.lists.listing import Lazily, Line, Listing, NoLines
from screening import progress
from screening.models import Decision, Resolution

HOW = {how.value: how.label for how in Resolution.How}
# In an address: the conflicts in which no criterion was ticked.
NO_CRITERION = "none"
# What no line tells, and what is long.
_LONG = ("record__abstract", "record__original")


@dataclass(frozen=True)
class Asked:
    """Which of the items are asked for; empty is all of them.

    `first` and `last` are days of the instance's zone, `how` a way to settle a conflict
    and `criterion` the key of one that was ticked in it, or NO_CRITERION.
    """

    first: date | None = None
    last: date | None = None
    how: str = ""
    criterion: str = ""


def select(review: Review, key: str, user: User, asked: Asked) -> Listing:
    """Return the list behind a number of the page. Raises NoLines."""
    for stage, rows in reviews_progress.items(review).items():
        if key == reviews_progress.WHAT[stage]:
            tell, shown = _SETTLED[stage]
            rows = _within(rows, "settled_at", asked).select_related(*shown)
            label = f"{stage.label}: {key} that are settled"
            return Listing(label, _lazily(rows, review, tell))
    for stage in progress.DECIDED:
        if key == progress.DECIDED[stage]:
            decided = progress.settled_decisions(review, stage)
            label = f"{stage.label}: decisions on what is settled"
            return Listing(label, _decided(decided, review, asked))
        if key == progress.CONFLICTS[stage]:
            return _conflicts(review, stage, asked)
    if key == progress.OWN:
        own = progress.own_decisions(review, user)
        return Listing("Your decisions", _decided(own, review, asked))
    raise NoLines(f"Nothing is called {key}.")


def _decided(rows: QuerySet[Decision], review: Review, asked: Asked) -> Lazily:
    rows = _within(rows, "decided_at", asked).select_related("record", "report")
    return _lazily(rows.defer(*_LONG), review, _decision)


def _conflicts(review: Review, stage: Stage, asked: Asked) -> Listing:
    label = f"{stage.label}: settled conflicts"
    rows = progress.resolutions(review, stage)
    if asked.how:
        rows = rows.filter(how=asked.how)
        label += f", {HOW[asked.how].lower()}"
    ticks = "resolved__ticks__criterion__criterion"
    if asked.criterion == NO_CRITERION:
        ticked = rows.filter(**{f"{ticks}__isnull": False})
        rows = rows.exclude(pk__in=ticked.values("pk"))
        label += ", no criterion ticked"
    elif asked.criterion:
        criterion = review.criteria.filter(pk=int(asked.criterion)).first()
        if criterion is None:
            raise NoLines("The review has no such criterion.")
        rows = rows.filter(
            pk__in=rows.filter(**{ticks: criterion}).order_by().values("pk")
        )
        label += f", {criterion.code} ticked"
    rows = rows.order_by("resolved_at", "pk").select_related("record", "report")
    return Listing(label, _lazily(rows.defer(*_LONG), review, _resolution))


def _within(rows: QuerySet[Any], moment: str, asked: Asked) -> QuerySet[Any]:
    """Keep the rows of the days that are asked for, as the numbers count them."""
    rows = rows.annotate(day=moments.day_of(moment))
    if asked.first:
        rows = rows.filter(day__gte=asked.first.isoformat())
    if asked.last:
        rows = rows.filter(day__lte=asked.last.isoformat())
    return rows.order_by(moment, "pk")


def _lazily(
    rows: QuerySet[Any], review: Review, tell: Callable[[Any, Review], Line]
) -> Lazily:
    return Lazily(rows, lambda row: tell(row, review))


def _item(item: Record | Report | None, review: Review, said: str) -> Line:
    assert item is not None
    # What its address is made of.
    item.review = review
    return Line(item.title or "Without a title", item.get_absolute_url(), said)


def _settled_item(item: Record | Report, review: Review) -> Line:
    assert item.settled_at is not None
    return _item(item, review, _settled_on(item.settled_at))


def _value(value: SettledValue, review: Review) -> Line:
    value.study.review = review
    title = f"{value.study.label}: {value.field.label}"
    url = value.study.get_absolute_url()
    return Line(title, url, _settled_on(value.settled_at))


def _judgment(judgment: SettledJudgment, review: Review) -> Line:
    target = judgment.target
    target.study.review = review
    url = target.study.get_absolute_url()
    return Line(f"{target}: {judgment.domain}", url, _settled_on(judgment.settled_at))


def _decision(decision: Decision, review: Review) -> Line:
    said = f"Decided on {_day(decision.decided_at)}"
    return _item(decision.record or decision.report, review, said)


def _resolution(resolution: Resolution, review: Review) -> Line:
    said = f"{HOW[resolution.how]}, {_day(resolution.resolved_at)}"
    return _item(resolution.record or resolution.report, review, said)


def _settled_on(moment: datetime) -> str:
    return f"Settled on {_day(moment)}"


def _day(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%-d %B %Y}"


# How a settled item is told, and what is read with it.
_SETTLED: Mapping[Stage, tuple[Callable[[Any, Review], Line], tuple[str, ...]]] = {
    Stage.TITLE_ABSTRACT: (_settled_item, ()),
    Stage.FULL_TEXT: (_settled_item, ()),
    Stage.EXTRACTION: (_value, ("study", "field")),
    Stage.APPRAISAL: (_judgment, ("target__study", "target__instrument")),
}
