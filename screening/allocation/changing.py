"""Changing who judges what: an allocation is appended, and the latest one counts.

What was judged stays as it is, whoever is given the item afterwards. Returning to an
earlier allocation appends it again, so that any change can be undone.
"""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from reviews import access, events, members
from reviews.models import Review, Role, Stage, User
from screening.allocation import dealing
from screening.allocation.dealing import Dealt, Part
from screening.allocation.planning import CannotAllocate
from screening.models import (
    Allocation,
    AllocationPart,
    AllocationPerson,
    AllocationRecord,
)
from screening.stages import item_name

Way = Allocation.Way
BATCH = 1000


def current(review: Review, stage: Stage) -> Allocation | None:
    """Return the allocation that counts, if one was ever made."""
    return history(review, stage).first()


def history(review: Review, stage: Stage) -> QuerySet[Allocation]:
    """Return the allocations of a stage, the latest first."""
    return (
        Allocation.objects.filter(review=review, stage=stage)
        .select_related("made_by", "returns_to")
        .order_by("-number")
    )


def proposed(review: Review, stage: Stage, way: str, parts: Sequence[Part]) -> Dealt:
    """Return how a stage would be dealt out by an allocation that is not made."""
    pool = members.reviewers(review, stage).values_list("user", flat=True)
    required = review.reviewers_required(stage)
    return Dealt(
        review.pk,
        stage,
        way,
        frozenset(pool),
        required,
        parts=parts,
        seed=review.plan.seed,
    )


@transaction.atomic
def change(
    review: Review,
    stage: Stage,
    way: str,
    parts: Sequence[Part],
    *,
    by: User,
    reason: str = "",
    token: uuid.UUID | None = None,
    returns_to: Allocation | None = None,
    of_those_who_left: bool = False,
    at: datetime | None = None,
) -> Allocation:
    """Deal a stage out anew; the same form again returns what it made.

    With `of_those_who_left` the parts may name people who left before, as an earlier
    allocation does that is taken up again; what is theirs is everybody's.

    Raises WrongRole, or CannotAllocate where a person may not judge there.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    token = token or uuid.uuid4()
    made = Allocation.objects.filter(token=token, review=review).first()
    if made is not None:
        return made
    if returns_to is None and not of_those_who_left:
        _require_on_the_team(review, stage, parts)
    last = history(review, stage).aggregate(last=Max("number"))["last"] or 0
    made = Allocation.objects.create(
        review=review,
        stage=stage,
        number=last + 1,
        way=way,
        returns_to=returns_to,
        reason=reason.strip(),
        token=token,
        made_at=at or timezone.now(),
        made_by=by,
    )
    for position, part in enumerate(parts, start=1):
        _store(made, position, part)
    label = Way(way).label.partition(":")[0].lower()
    events.record(
        review,
        "allocation.changed",
        f"{stage.label} are dealt out: {label}"
        + (f", as by allocation {returns_to.number}" if returns_to else ""),
        by=by,
        subject=made,
        new=_facts(made, parts),
        at=at,
    )
    return made


def take_up_again(
    earlier: Allocation,
    *,
    by: User,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Allocation:
    """Return to an earlier allocation. Raises WrongRole."""
    return change(
        earlier.review,
        Stage(earlier.stage),
        earlier.way,
        dealing.parts_of(earlier),
        by=by,
        token=token,
        returns_to=earlier,
        at=at,
    )


def in_place_of(found: Dealt, leaver: int, heir: int) -> list[Part]:
    """Return the parts with one person in another's place."""
    return [_replaced(part, leaver, heir) for part in found.parts]


def _replaced(part: Part, leaver: int, heir: int) -> Part:
    if leaver not in part.people:
        return part
    shares = dict(part.shares or {})
    if leaver in shares:
        both = shares.pop(leaver) + shares.get(heir, 0)
        shares[heir] = min(both, 100)
    core = part.core - {leaver}
    return replace(
        part,
        people=part.people - {leaver} | {heir},
        shares=shares,
        core=core | {heir} if leaver in part.core else core,
    )


def _require_on_the_team(review: Review, stage: Stage, parts: Sequence[Part]) -> None:
    pool = set(members.reviewers(review, stage).values_list("user", flat=True))
    if any(part.people - pool for part in parts):
        raise CannotAllocate("Somebody who is named may not judge at this stage.")


def _store(made: Allocation, position: int, part: Part) -> None:
    name = item_name(made.stage)
    stretch = {f"first_{name}_id": part.first, f"last_{name}_id": part.last}
    row = AllocationPart.objects.create(
        allocation=made,
        position=position,
        name=part.name,
        search_id=part.search,
        is_listed=part.named is not None,
        **stretch,
    )
    if part.named is not None:
        AllocationRecord.objects.bulk_create(
            (
                AllocationRecord(part=row, record_id=key)
                for key in list(part.named.order_by("pk"))
            ),
            batch_size=BATCH,
        )
    AllocationPerson.objects.bulk_create(
        AllocationPerson(
            part=row,
            person_id=person,
            share=(part.shares or {}).get(person),
            is_core=person in part.core,
        )
        for person in sorted(part.people)
    )


def _facts(made: Allocation, parts: Sequence[Part]) -> dict[str, Any]:
    names = dict(
        User.objects.filter(
            pk__in={person for part in parts for person in part.people}
        ).values_list("pk", "username")
    )
    return {
        "number": made.number,
        "way": made.way,
        "reason": made.reason,
        "parts": [
            {
                "name": part.name,
                "people": sorted(names[each] for each in part.people),
                "shares": {
                    names[person]: share
                    for person, share in sorted((part.shares or {}).items())
                },
                "core": sorted(names[each] for each in part.core),
            }
            for part in parts
        ],
    }
