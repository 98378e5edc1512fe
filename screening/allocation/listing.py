"""Lists for those who keep the work going: for a second, and stuck since when.

What they may tell is written down in `knowing`. Both are queries over what is open;
an item leaves them when as many have judged it as the protocol asks for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    DateTimeField,
    F,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from reviews.models import Record, Report, Review, Stage, User
from screening import conflicts, queues
from screening.allocation import changing, dealing, knowing
from screening.decisions import Item, Items, judged_by, number_on, open_items
from screening.models import Decision
from screening.pilots import standing as pilot_standing
from screening.stages import item_name

# Items with `votes`, `mine` and `since`, as `_begun` adds them.
Annotated = QuerySet[Any, Any]


@dataclass(frozen=True)
class Line:
    """An item, since when it waits, how many have judged it, and for whom it waits.

    `judged` is None where the reader may not know it.
    """

    item: Item
    since: datetime
    judged: int | None
    holders: Sequence[User]
    is_everybodys: bool

    @property
    def days(self) -> int:
        return (timezone.now() - self.since).days


def for_a_second(review: Review, stage: Stage, reader: User) -> Annotated:
    """Return what somebody has judged and another has yet to, oldest first.

    To an owner who judges here, that is what they judged themselves, apart from the
    conflicts, which they see as such.
    """
    items = _begun(review, stage, reader).filter(votes__gte=1)
    if knowing.knows_all(review, stage, reader):
        items = items.filter(votes__lt=review.reviewers_required(stage))
    else:
        items = items.filter(judged_by(stage, reader))
        items = items.exclude(pk__in=_own_conflicts(review, stage, reader))
    return items.order_by("since", "pk")


def stuck(
    review: Review,
    stage: Stage,
    reader: User,
    *,
    days: int = 0,
    person: User | None = None,
) -> Annotated:
    """Return what is open since so many days at least, oldest first.

    With `person`, what is given to them and, as far as the reader may know it, not
    judged by them.
    """
    items = _begun(review, stage, reader)
    knows_all = knowing.knows_all(review, stage, reader)
    if knows_all:
        items = items.filter(votes__lt=review.reviewers_required(stage))
    else:
        items = items.exclude(pk__in=_own_conflicts(review, stage, reader))
    if person is not None:
        items = items.filter(dealing.given_to(review, stage, person))
        if knows_all or person == reader:
            items = items.filter(~judged_by(stage, person))
    if days:
        items = items.filter(since__lte=timezone.now() - timedelta(days=days))
    return items.order_by("since", "pk")


def lines(
    review: Review, stage: Stage, reader: User, items: Iterable[Any]
) -> list[Line]:
    """Return what is told of the items of one page, in a constant number of queries."""
    shown = list(items)
    found = dealing.dealt(review, stage)
    knows_all = knowing.knows_all(review, stage, reader)
    pool = {each.pk: each for each in User.objects.filter(pk__in=_pool(review, stage))}
    judges = _judges(stage, shown) if knows_all else {}
    handed = _handed(found, stage, shown)
    searches = _searches(stage, shown)
    named = found.names_of([each.pk for each in shown])
    told = []
    for item in shown:
        given = found.people_for(item.pk, searches.get(item.pk, ()), named)
        if given != found.pool:
            given = _after_handovers(given, handed.get(item.pk, ()))
        given -= judges.get(item.pk, frozenset())
        if not knows_all and item.mine:
            given -= {reader.pk}
        told.append(
            Line(
                item,
                item.since,
                item.votes if knows_all else None,
                [pool[each] for each in sorted(given) if each in pool],
                is_everybodys=found.is_open or given >= pool.keys(),
            )
        )
    return told


def mine(review: Review, stage: Stage, reader: User) -> Items:
    """Return what waits for the reader, in the order of import."""
    return queues.queue(review, stage, reader)


def _apart_from_rounds(review: Review, stage: Stage) -> Items:
    """Return what is open; how far an open pilot round is, is told to nobody."""
    return open_items(review, stage).exclude(
        pk__in=pilot_standing.held([review], stage)
    )


def _begun(review: Review, stage: Stage, reader: User) -> Annotated:
    """Return what is open, with what the reader may know of who has judged it.

    `votes` counts the votes and `since` is the first of them, or when it was given out;
    for an owner who judges here both are of their own judgments alone.
    """
    votes = Decision.objects.current()
    own = votes.filter(reviewer=reader)
    if not knowing.knows_all(review, stage, reader):
        votes = own
    made = changing.current(review, stage)
    given = (
        Greatest(F("added_at"), Value(made.made_at, DateTimeField()))
        if made
        else F("added_at")
    )
    name = item_name(stage)
    here = votes.filter(**{name: OuterRef("pk")}).order_by().values(name)
    first = here.annotate(first=Min("decided_at")).values("first")
    rows: Annotated = _apart_from_rounds(review, stage)
    items: Annotated = rows.annotate(
        votes=number_on(stage, votes),
        mine=number_on(stage, own),
        since=Coalesce(Subquery(first, output_field=DateTimeField()), given),
    )
    items = items.select_related("review")
    if stage == Stage.TITLE_ABSTRACT:
        items = items.defer("abstract", "original")
    return items


def _own_conflicts(review: Review, stage: Stage, reader: User) -> QuerySet[Any, Any]:
    found = conflicts.in_conflict(review, stage).filter(judged_by(stage, reader))
    return found.order_by().values("pk")


def _pool(review: Review, stage: Stage) -> frozenset[int]:
    return changing.proposed(review, stage, changing.Way.OPEN, []).pool


def _judges(stage: Stage, items: Sequence[Item]) -> Mapping[int, frozenset[int]]:
    name = item_name(stage)
    found: dict[int, frozenset[int]] = {}
    rows = Decision.objects.current().filter(**{f"{name}__in": items})
    for item, person in rows.values_list(name, "reviewer"):
        found[item] = found.get(item, frozenset()) | {person}
    return found


def _handed(
    found: dealing.Dealt, stage: Stage, items: Sequence[Item]
) -> Mapping[int, list[tuple[int, int]]]:
    name = item_name(stage)
    rows: dict[int, list[tuple[int, int]]] = {}
    if found.is_open:
        return rows
    handed = dealing.handed_items(found).filter(
        **{f"{name}__in": items}, handover__taker__in=found.pool
    )
    for item, place, taker in handed.values_list(name, "place_of", "handover__taker"):
        rows.setdefault(item, []).append((place, taker))
    return rows


def _after_handovers(
    given: frozenset[int], handed: Iterable[tuple[int, int]]
) -> frozenset[int]:
    for place, taker in handed:
        given = given - {place} | {taker}
    return given


def _searches(stage: Stage, items: Sequence[Item]) -> Mapping[int, set[int]]:
    if stage == Stage.TITLE_ABSTRACT:
        return {each.pk: {each.search_id} for each in items if isinstance(each, Record)}
    found: dict[int, set[int]] = {}
    rows = Report.records.through.objects.filter(report__in=[each.pk for each in items])
    for report, search in rows.values_list("report", "record__search"):
        found.setdefault(report, set()).add(search)
    return found
