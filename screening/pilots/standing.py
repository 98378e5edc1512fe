"""Where pilot rounds stand: what every rule that judges asks, and nothing is written.

While a round is open its records belong to its people: nobody else judges them, they
wait in nobody's ordinary queue, and nothing that is said of them comes to anything, so
that nobody talks about one before everybody has judged all. What was drawn and who
judges it is known to the team; who has judged what of it is not.
"""

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet

from reviews.models import Record, Report, Review, Stage, User
from screening.models import PilotItem, PilotRound
from screening.stages import item_name

Item = Record | Report
OPEN = Q(pilot_round__state=PilotRound.State.OPEN)


def of(review: Review) -> QuerySet[PilotRound]:
    """Return the rounds of the review: titles and abstracts first, the first first."""
    found = PilotRound.objects.filter(review=review).order_by("-stage", "number")
    return found.select_related("review", "begun_by", "ended_by")


def with_size(review: Review) -> QuerySet[PilotRound]:
    """Return the rounds of the review, each with how many were drawn as `size`."""
    return of(review).annotate(size=Count("items"))


def open_round(review: Review, stage: Stage | str) -> PilotRound | None:
    """Return the round that is open at the stage, if one is."""
    return PilotRound.objects.filter(
        review=review, stage=stage, state=PilotRound.State.OPEN
    ).first()


def holding(item: Item) -> PilotRound | None:
    """Return the open round in which the item stands."""
    found = PilotItem.objects.filter(OPEN, **{item._meta.model_name or "": item})
    held = found.select_related("pilot_round").first()
    return held.pilot_round if held else None


def has_part(found: PilotRound, user: User) -> bool:
    """Tell whether the person judges in the round."""
    return found.people.filter(user=user).exists()


def held(reviews: Iterable[Review], stage: Stage | str) -> list[int]:
    """Return the keys of all that stands in an open round of the stage."""
    found = PilotItem.objects.filter(
        OPEN, pilot_round__review__in=list(reviews), pilot_round__stage=stage
    )
    return list(found.values_list(item_name(stage), flat=True))
