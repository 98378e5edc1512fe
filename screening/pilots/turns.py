"""Whose turn it is: an open pilot round comes first, and the gate may be closed.

The records of an open round wait for its people before all else, in the order in which
they were drawn, and in nobody's ordinary queue. Order and membership depend on the
round and on the person's own judgments alone.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery

from reviews.models import Review, Stage, User
from screening import decisions
from screening.decisions import Item, Items
from screening.models import Decision, PilotPerson, PilotRound, PilotVote
from screening.pilots import gate, standing
from screening.stages import item_name


@dataclass(frozen=True)
class Place:
    """How far one person has come in an open round, by their own judgments alone."""

    pilot_round: PilotRound
    judged: int
    waiting: int

    @property
    def total(self) -> int:
        return self.judged + self.waiting


def place(review: Review, stage: Stage, reviewer: User) -> Place | None:
    """Return where the person stands in the round that is open, if it is theirs."""
    found = standing.open_round(review, stage)
    if found is None or not standing.has_part(found, reviewer):
        return None
    found.review = review
    left = waiting(found, reviewer).count()
    return Place(found, standing_items(found).count() - left, left)


def standing_items(found: PilotRound) -> Items:
    """Return what was drawn and still stands at the stage, in the order of drawing."""
    name = item_name(found.stage)
    drawn = found.items.values(name)
    items: Items = (
        found.review.records.to_screen().filter(pk__in=drawn)
        if found.stage == Stage.TITLE_ABSTRACT
        else found.review.reports.assessed().filter(pk__in=drawn)
    )
    position = found.items.filter(**{name: OuterRef("pk")}).values("position")
    return items.order_by(Subquery(position))


def waiting(found: PilotRound, reviewer: User) -> Items:
    """Return what waits for the person in a round of theirs."""
    items = standing_items(found)
    stage = Stage(found.stage)
    if found.counts:
        return items.filter(~decisions.judged_by(stage, reviewer))
    judged = PilotVote.objects.current().filter(pilot_round=found, reviewer=reviewer)
    return items.exclude(pk__in=judged.values(item_name(stage)))


def first(
    review: Review,
    stage: Stage,
    reviewer: User,
    *,
    number: int,
    without: Collection[int] = (),
    last: Collection[int] = (),
) -> list[Item]:
    """Return what the person judges before all else, at most so many.

    What they put off comes last, `without` names items that are at hand already.
    """
    found = standing.open_round(review, stage)
    if found is None or not standing.has_part(found, reviewer):
        return []
    found.review = review
    left = waiting(found, reviewer).exclude(pk__in=without)
    items: list[Item] = list(left.exclude(pk__in=last)[:number])
    if last and len(items) < number:
        items += list(left.filter(pk__in=last)[: number - len(items)])
    return items


def is_complete(found: PilotRound) -> bool:
    """Tell whether all of the people have judged all that stands."""
    people = [each.user for each in found.people.select_related("user")]
    return not any(waiting(found, user).exists() for user in people)


def narrowed(items: Items, review: Review, stage: Stage, reviewer: User) -> Items:
    """Leave in an ordinary queue what is to be judged in it now."""
    if held := standing.held([review], stage):
        items = items.exclude(pk__in=held)
    if gate.is_closed(review, stage):
        items = items.filter(_begun(stage, reviewer))
    return items


def narrowed_in(
    items: Items, reviews: Iterable[Review], stage: Stage, reviewer: User
) -> Items:
    """Leave in the ordinary queues of several reviews what is to be judged now."""
    reviews = list(reviews)
    if held := standing.held(reviews, stage):
        items = items.exclude(pk__in=held)
    if closed := gate.closed_in(reviews, stage):
        items = items.filter(~Q(review__in=closed) | _begun(stage, reviewer))
    return items


def _begun(stage: Stage, reviewer: User) -> Exists:
    """Return the condition that the person judged it once: that was begun already."""
    name = item_name(stage)
    return Exists(Decision.objects.filter(**{name: OuterRef("pk")}, reviewer=reviewer))


def waiting_in(
    reviews: Iterable[Review], stage: Stage, reviewer: User
) -> dict[int, int]:
    """Return how many wait for the person in the open round of each review."""
    found = PilotRound.objects.filter(
        review__in=list(reviews),
        stage=stage,
        state=PilotRound.State.OPEN,
        pk__in=PilotPerson.objects.filter(user=reviewer).values("pilot_round"),
    ).select_related("review")
    return {each.review_id: waiting(each, reviewer).count() for each in found}


def why_closed(review: Review, stage: Stage) -> str:
    """Say in words why nothing waits, where the gate is closed; else nothing."""
    return gate.why_closed(review) if stage == Stage.TITLE_ABSTRACT else ""
