"""Postponements: what a reviewer puts off, to judge it after all else.

It is one person's own order of work: it changes neither what waits for them nor what
anybody else sees. It ends of itself when they judge the item.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from reviews import access
from reviews.models import Review, Role, Stage, User
from screening import decisions
from screening.decisions import Item
from screening.models import Decision, Postponement
from screening.stages import item_name

# The list is one page: whoever puts off more than this has a queue, not a list.
MOST_LISTED = 500


@transaction.atomic
def postpone(
    item: Item,
    *,
    reviewer: User,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Postponement:
    """Put the item at the end of the reviewer's queue.

    The same token again changes nothing. Raises WrongRole.
    """
    item = decisions.lock(item)
    stage = decisions.stage_of(item)
    access.require(item.review, reviewer, Role.REVIEWER, stage=stage)
    kept = _token(token, item, reviewer)
    made = Postponement.objects.filter(token=kept).first()
    made = (
        made
        or standing(item.review, stage, reviewer).filter(decisions.of(item)).first()
    )
    if made is not None:
        return made
    return Postponement.objects.create(
        review=item.review,
        stage=stage,
        reviewer=reviewer,
        token=kept,
        postponed_at=at or timezone.now(),
        **{item_name(stage): item},
    )


@transaction.atomic
def take_up(
    item: Item,
    *,
    reviewer: User,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> None:
    """Put the item back in line; with a token, only if that is what put it off.

    Raises WrongRole.
    """
    item = decisions.lock(item)
    stage = decisions.stage_of(item)
    access.require(item.review, reviewer, Role.REVIEWER, stage=stage)
    found = Postponement.objects.filter(
        decisions.of(item), reviewer=reviewer, ended_at=None
    )
    if token is not None:
        found = found.filter(token=_token(token, item, reviewer))
    found.update(ended_at=at or timezone.now())


def standing(review: Review, stage: Stage, reviewer: User) -> QuerySet[Postponement]:
    """Return what the reviewer has put off and not judged since."""
    name = item_name(stage)
    judged_since = Decision.objects.filter(
        **{name: OuterRef(name)},
        reviewer=reviewer,
        decided_at__gte=OuterRef("postponed_at"),
    )
    return Postponement.objects.filter(
        ~Exists(judged_since),
        review=review,
        stage=stage,
        reviewer=reviewer,
        ended_at=None,
    ).order_by("postponed_at", "pk")


def put_off(review: Review, stage: Stage, reviewer: User) -> list[int]:
    """Return the keys of the items that are put off, the longest first."""
    name = item_name(stage)
    return list(standing(review, stage, reviewer).values_list(name, flat=True))


def _token(token: uuid.UUID | None, item: Item, reviewer: User) -> uuid.UUID:
    """Return a token that nobody else can have used."""
    said = ("later", item._meta.model_name, item.pk, reviewer.pk)
    return uuid.uuid5(token, str(said)) if token else uuid.uuid4()
