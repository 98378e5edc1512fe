"""Queues: what waits for a reviewer, and in which order.

A queue is a query, never stored. Its order and its membership are the same whatever
one other reviewer has said of an item: nobody learns from what waits for them, or
from what does not, how somebody else has judged (MECIR C39).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q

from reviews import members
from reviews.models import Record, Report, Review, Stage, User
from reviews.terms import narrowing
from screening import arrangements, postponements
from screening.allocation import dealing
from screening.arrangements import Arrangements
from screening.decisions import (
    Item,
    Items,
    judged_by,
    judged_of,
    number_on,
    open_items,
)
from screening.models import Choice, Decision, PilotRound
from screening.pilots import turns
from screening.ranking import ordering
from screening.self_checks import drawing
from screening.stages import item_name
from screening.stopping import sampling


@dataclass(frozen=True)
class Progress:
    """How far one reviewer has come, told by their own decisions alone."""

    judged: int
    waiting: int
    # The pilot round that they are in, where it is of this round alone.
    pilot: PilotRound | None = None

    @property
    def total(self) -> int:
        return self.judged + self.waiting

    @property
    def percent(self) -> int:
        return 100 * self.judged // self.total if self.total else 0


def ahead(
    review: Review,
    stage: Stage,
    reviewer: User,
    *,
    number: int,
    without: Collection[int] = (),
    in_use: Arrangements | None = None,
    last: Decision | None = None,
) -> list[Item]:
    """Return the items that the reviewer judges next, at most so many.

    Those of a pilot round of theirs come first. Then what they took back a moment ago,
    else what follows the item that they judged last, else the first that waits; where
    more people judge than an item needs, each begins with their own share. Going on
    from the last spares a walk over all that they have judged, and it depends on their
    own decisions alone. Where the protocol orders by relevance, what the reviewer's own
    order knows comes before the rest. What they put off comes after all else. Who asked
    for it finds one that they judged long ago between. `without` names items that are
    at hand already, `last` what they decided last, where it is known.
    """
    in_use = in_use or arrangements.of(review, stage, reviewer)
    put_off = (
        postponements.put_off(review, stage, reviewer) if in_use.has_put_off else []
    )
    tried: list[Item] = []
    if in_use.has_round:
        tried = turns.first(
            review, stage, reviewer, number=number, without=without, last=put_off
        )
    if len(tried) == number:
        return tried
    number -= len(tried)
    everything = queue(review, stage, reviewer, in_use).exclude(pk__in=without)
    waiting = everything
    if put_off:
        standing = postponements.standing(review, stage, reviewer)
        waiting = waiting.exclude(pk__in=standing.values(item_name(stage)))
    last = last or (
        Decision.objects.filter(review=review, stage=stage, reviewer=reviewer)
        .order_by("-pk")
        .first()
    )
    at = (last.record_id or last.report_id or 0) if last else 0
    piles: tuple[Items, ...] = (waiting,)
    if in_use.people > review.reviewers_required(stage):
        piles = (share(waiting, review, stage, reviewer), waiting)
    found: list[Item] = []
    order = ordering.of(review, stage, reviewer)
    if order is not None:
        found = order.take(piles, number, last=last, without=without)
    elif last is not None and last.choice == Choice.WITHDRAWN:
        found = list(waiting.filter(pk=at)[:number])
    for among in piles:
        for part in (among.filter(pk__gt=at), among.filter(pk__lte=at)):
            if len(found) < number:
                known = [item.pk for item in found]
                found += part.exclude(pk__in=known)[: number - len(found)]
    if put_off and len(found) < number:
        later = everything.in_bulk(put_off)
        found += [later[pk] for pk in put_off if pk in later][: number - len(found)]
    if tried or not in_use.checks_self:
        return [*tried, *found]
    return drawing.weave(review, stage, reviewer, found, without=without)[:number]


def share(items: Items, review: Review, stage: Stage, reviewer: User) -> Items:
    """Return those of the items that the reviewer takes before the others.

    Of twenty people before the same record eighteen would read it in vain. So each
    item has as many first readers as the protocol asks for, by its key alone; what is
    left over is everybody's.
    """
    people = list(
        members.reviewers(review, stage).order_by("user").values_list("user", flat=True)
    )
    required = review.reviewers_required(stage)
    if len(people) <= required or reviewer.pk not in people:
        return items
    place = people.index(reviewer.pk)
    own = [(place - before) % len(people) for before in range(required)]
    return items.alias(turn=F("pk") % len(people)).filter(turn__in=own)


def queue(
    review: Review,
    stage: Stage,
    reviewer: User,
    in_use: Arrangements | None = None,
    *,
    as_a_whole: bool = False,
) -> Items:
    """Return what waits for the reviewer at the stage, in the order of import.

    The order and the membership are the same whatever one other reviewer has said:
    an item leaves only when it is settled or as many others as the protocol asks
    for have judged it. `as_a_whole` is for who counts or searches all of it.
    """
    in_use = in_use or arrangements.of(review, stage, reviewer)
    items = not_judged(review, stage, reviewer, in_use, as_a_whole=as_a_whole)
    if in_use.is_dealt:
        items = dealing.narrowed(items, review, stage, reviewer)
    return items.order_by("pk")


def not_judged(
    review: Review,
    stage: Stage,
    reviewer: User,
    in_use: Arrangements | None = None,
    *,
    as_a_whole: bool = False,
) -> Items:
    """Return what the reviewer can still judge, whoever it is given to."""
    in_use = in_use or arrangements.of(review, stage, reviewer)
    items = open_items(review, stage)
    if in_use.has_sample:
        items = sampling.narrow(review, stage, items)
    judged = judged_of(review, stage, reviewer) if as_a_whole else None
    items = items.filter(
        ~(judged or judged_by(stage, reviewer, ever_withdrew=in_use.has_taken_back))
    )
    required = review.reviewers_required(stage)
    # As long as too few others judge here at all, nothing can be closed by them.
    if in_use.others >= required:
        items = (
            _not_closed_by_others_of(items, stage, reviewer, required)
            if as_a_whole
            else _not_closed_by_others(items, stage, reviewer, required)
        )
    if in_use.has_round or review.plan.gate_measure:
        items = turns.narrowed(items, review, stage, reviewer)
    return items


def waiting_in(reviews: Iterable[Review], stage: Stage, reviewer: User) -> Items:
    """Return what waits for the reviewer at the stage, in several reviews at once."""
    reviews = list(reviews)
    items: Items = (
        Record.objects.awaiting_screening()
        if stage == Stage.TITLE_ABSTRACT
        else Report.objects.awaiting_decision()
    )
    items = items.filter(~judged_by(stage, reviewer), review__in=reviews)
    items = sampling.narrow_several(reviews, stage, items)
    items = dealing.narrowed_in(items, reviews, stage, reviewer)
    items = turns.narrowed_in(items, reviews, stage, reviewer)
    required = F(f"review__{stage}_reviewers")
    return _not_closed_by_others(items, stage, reviewer, required)


def progress(
    review: Review,
    stage: Stage,
    reviewer: User,
    in_use: Arrangements | None = None,
) -> Progress:
    """Count the reviewer's own decisions and what waits for them.

    As long as a pilot round waits for them, only what is of it.
    """
    in_use = in_use or arrangements.of(review, stage, reviewer)
    place = turns.place(review, stage, reviewer) if in_use.has_round else None
    if place is not None and place.waiting:
        return Progress(place.judged, place.waiting, place.pilot_round)
    standing = (
        review.records.to_screen()
        if stage == Stage.TITLE_ABSTRACT
        else review.reports.assessed()
    )
    return Progress(
        judged=standing.filter(
            judged_by(stage, reviewer, ever_withdrew=in_use.has_taken_back)
        ).count(),
        waiting=queue(review, stage, reviewer, in_use, as_a_whole=True).count(),
    )


def _not_closed_by_others(
    items: Items, stage: Stage, reviewer: User, required: int | F
) -> Items:
    """Leave out what as many others as the protocol asks for have judged."""
    said = number_on(stage, Decision.objects.exclude(reviewer=reviewer))
    others = number_on(stage, Decision.objects.current().exclude(reviewer=reviewer))
    # Where too little was ever said, an index tells so without reading a decision.
    return items.alias(said=said, others=others).filter(
        Q(said__lt=required) | Q(others__lt=required)
    )


def _not_closed_by_others_of(
    items: Items, stage: Stage, reviewer: User, required: int
) -> Items:
    """Leave out the same, looked up for all items at once instead of for each."""
    name = item_name(stage)
    of_others = Decision.objects.filter(~Q(reviewer=reviewer), **{f"{name}__gt": 0})
    number = of_others.order_by().values(name).annotate(number=Count("*"))
    said = number.filter(number__gte=required).values(name)
    others = number_on(stage, Decision.objects.current().exclude(reviewer=reviewer))
    return items.alias(others=others).filter(
        ~narrowing.is_among("pk", said) | Q(others__lt=required)
    )
