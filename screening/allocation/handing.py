"""Handing over what one person is given and is open to another.

All of it goes, also what the giver has judged already: what stays would tell the
readers of every list, and every refusal, what that is (MECIR C39).
What is the taker's already stays the giver's as well, or it would be given to one
person less and might never be completed. Undone, it is the giver's again; what was
handed on since is given back step by step, the last step first.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from reviews import access, events, members
from reviews.flow.among import Among
from reviews.models import Review, Role, Stage, User
from screening.allocation import changing, dealing
from screening.allocation.dealing import Dealt
from screening.decisions import Items, open_items
from screening.models import HandedItem, Handover
from screening.stages import item_name

BATCH = 1000


class NothingToHandOver(ValueError):
    """Nothing of it is the giver's alone to hand over."""


def of(review: Review, stage: Stage) -> QuerySet[Any, Any]:
    """Return the handovers under the allocation of today, the latest first.

    `may_be_undone` tells whether not all of it was given back or handed on since.
    """
    held = HandedItem.objects.filter(handover=OuterRef("pk"), ended_at=None)
    return (
        Handover.objects.filter(
            allocation=changing.current(review, stage), allocation__isnull=False
        )
        .select_related("giver", "taker", "made_by")
        .annotate(may_be_undone=Q(undone_at=None) & Q(Exists(held)))
        .order_by("-pk")
    )


@transaction.atomic
def hand_over(
    review: Review,
    stage: Stage,
    *,
    giver: User,
    taker: User,
    by: User,
    keys: Collection[int] | None = None,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Handover:
    """Hand over what is open and the giver's, all of it or these items.

    The same form again returns what it made. Raises WrongRole or NothingToHandOver.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    token = token or uuid.uuid4()
    made = Handover.objects.filter(token=token, review=review).first()
    if made is not None:
        return made
    found = dealing.dealt(review, stage)
    if found.is_open or found.allocation is None:
        raise NothingToHandOver("In the open pool everything is everybody’s already.")
    if taker.pk not in found.pool or taker == giver:
        raise NothingToHandOver("Choose another person who may judge at this stage.")
    theirs = dealing.dealt_to(found, open_items(review, stage), giver)
    if keys is not None:
        theirs = theirs.filter(pk__in=keys)
    before = _handed_to(found, giver)
    chosen = _without(found, review, theirs, taker)
    if not chosen:
        raise NothingToHandOver(
            f"Nothing of it is open and {giver}’s that is not {taker}’s as well."
        )
    made = Handover.objects.create(
        review=review,
        allocation_id=found.allocation,
        giver=giver,
        taker=taker,
        token=token,
        made_by=by,
        made_at=at or timezone.now(),
    )
    name = item_name(stage)
    HandedItem.objects.filter(
        Among([before[key][0] for key in chosen if key in before])
    ).update(ended_at=made.made_at)
    HandedItem.objects.bulk_create(
        (
            HandedItem(
                handover=made,
                place_of_id=before[key][1] if key in before else giver.pk,
                **{f"{name}_id": key},
            )
            for key in chosen
        ),
        batch_size=BATCH,
    )
    events.record(
        review,
        "allocation.handed_over",
        f"{stage.label}: what was {giver}’s was handed over to {taker}",
        by=by,
        subject=made,
        at=at,
    )
    return made


@transaction.atomic
def undo(handover: Handover, *, by: User, at: datetime | None = None) -> Handover:
    """Give back what was handed over and is not judged yet.

    Raises WrongRole, or NothingToHandOver where all of it was handed on since.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=handover.review_id)
    access.require(review, by, Role.OWNER)
    handover = Handover.objects.select_for_update(of=("self",)).get(pk=handover.pk)
    if handover.undone_at is not None:
        return handover
    held = list(handover.items.filter(ended_at=None))
    if not held:
        raise NothingToHandOver(
            f"{handover.taker} handed all of it on since. Give that back first."
        )
    HandedItem.objects.filter(Among(_before(handover, held))).update(ended_at=None)
    handover.undone_at, handover.undone_by = at or timezone.now(), by
    handover.save(update_fields=["undone_at", "undone_by"])
    events.record(
        review,
        "allocation.handed_back",
        f"What {handover.giver} had handed over to {handover.taker} was given back",
        by=by,
        subject=handover,
        at=at,
    )
    return handover


def _before(handover: Handover, held: Iterable[HandedItem]) -> list[int]:
    """Return the rows by which the giver had the items, where they were handed them.

    A step between that was given back is stepped over: it goes to who gave it then.
    """
    ended: defaultdict[tuple[int, int], list[HandedItem]] = defaultdict(list)
    rows = HandedItem.objects.filter(
        handover__allocation=handover.allocation_id,
        handover__lt=handover.pk,
        ended_at__isnull=False,
    )
    for row in rows.select_related("handover").order_by("-pk"):
        ended[_place(row)].append(row)
    found = []
    for item in held:
        holder = handover.giver_id
        for row in ended.get(_place(item), ()):
            if row.handover.taker_id != holder:
                continue
            if row.handover.undone_at is None:
                found.append(row.pk)
                break
            holder = row.handover.giver_id
    return found


def _place(row: HandedItem) -> tuple[int, int]:
    """Return which item it is, and in whose place."""
    return row.record_id or row.report_id or 0, row.place_of_id


def people(review: Review, stage: Stage) -> list[User]:
    """Return who may judge at the stage today, by name."""
    rows = members.reviewers(review, stage).select_related("user")
    return [each.user for each in rows.order_by("user__first_name", "user__username")]


def _handed_to(found: Dealt, person: User) -> dict[int, tuple[int, int]]:
    """Return what stands handed to the person: the row, and in whose place."""
    rows = dealing.handed_items(found).filter(handover__taker=person)
    return {
        record or report or 0: (pk, place)
        for pk, place, record, report in rows.values_list(
            "pk", "place_of", "record", "report"
        )
    }


def _without(
    found: Dealt,
    review: Review,
    given: Items,
    taker: User,
) -> list[int]:
    """Return the keys that are the giver's and not the taker's as well."""
    rows: Items = (
        review.records.order_by()
        if found.stage == Stage.TITLE_ABSTRACT
        else review.reports.order_by()
    )
    theirs = set(dealing.dealt_to(found, rows, taker).values_list("pk", flat=True))
    keys = given.order_by("pk").values_list("pk", flat=True)
    return [key for key in keys if key not in theirs]
