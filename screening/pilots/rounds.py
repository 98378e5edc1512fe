"""Pilot rounds: a random sample that everybody judges before screening goes on.

All who screen try the criteria on the same records before each goes on alone (Cochrane
Handbook, chapter 4.6.4; Polanin and colleagues 2019, doi:10.1002/jrsm.1354). The
sample is drawn with the review's seed, frozen and listed: out of what nobody has judged
where the owner who draws it may know that, else out of what they have not judged
themselves. Nobody sees anything of a round before it is closed to all.
"""

from collections.abc import Collection
from datetime import datetime
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from reviews import events, members, protocol
from reviews.models import Review, Stage, User
from screening import decisions
from screening.allocation import knowing
from screening.decisions import Items
from screening.models import (
    Decision,
    PilotItem,
    PilotPerson,
    PilotRound,
    PilotVote,
)
from screening.moving_in import settling
from screening.pilots import measuring, standing
from screening.stages import STAGES, item_name
from screening.stopping import sampling

LEAST, MOST = 2, 500


class CannotBegin(ValueError):
    """A round cannot begin so; the message says why."""


class NotOpen(Exception):
    """The round was closed or abandoned already."""


class ReasonMissing(ValueError):
    """A round is abandoned for a reason that is kept."""


def reviewers(review: Review, stage: Stage) -> list[User]:
    """Return who judges at the stage today, as they joined the team."""
    found = User.objects.filter(pk__in=members.reviewers(review, stage).values("user"))
    joined = dict(review.members.values_list("user", "pk"))
    return sorted(found, key=lambda user: joined[user.pk])


def drawable(review: Review, stage: Stage, by: User) -> Items:
    """Return what the owner can draw: what is open and nobody judged or tried.

    Whoever judges at the stage is not to learn how far the others are, neither by what
    is drawn nor by how much of it there is: for them it is what they did not judge or
    try themselves. What others have judged of it is their judgment in a round that
    counts, and is judged once more in one that does not.
    """
    name = item_name(stage)
    judged = Decision.objects.filter(**{name: OuterRef("pk")})
    tried = PilotVote.objects.filter(**{name: OuterRef("pk")})
    if not knowing.knows_all(review, stage, by):
        judged, tried = judged.filter(reviewer=by), tried.filter(reviewer=by)
    found = decisions.open_items(review, stage)
    return found.filter(~Exists(judged), ~Exists(tried)).order_by("pk")


def can_draw(review: Review, stage: Stage, by: User) -> bool:
    """Tell whether enough is left for a round; all that is left is not counted."""
    found = drawable(review, stage, by).values_list("pk", flat=True)
    return len(found[:LEAST]) == LEAST


@transaction.atomic
def begin(
    review: Review,
    stage: Stage,
    *,
    size: int,
    people: Collection[User],
    counts: bool,
    by: User,
    at: datetime | None = None,
) -> PilotRound:
    """Draw a sample and open it to its people. Raises WrongRole or CannotBegin.

    Where fewer are left to draw, it is all of them.
    """
    review = protocol.lock(review, by)
    people = list(dict.fromkeys(people))
    _require_can_begin(review, stage, size, people)
    last = PilotRound.objects.filter(review=review, stage=stage).aggregate(
        last=Max("number")
    )["last"]
    number = (last or 0) + 1
    keys, pool = _draw(review, stage, number, size, by)
    found = PilotRound.objects.create(
        review=review,
        stage=stage,
        number=number,
        counts=counts,
        seed=review.plan.seed,
        pool=pool,
        begun_at=at or timezone.now(),
        begun_by=by,
    )
    PilotPerson.objects.bulk_create(
        PilotPerson(pilot_round=found, user=user) for user in people
    )
    name = item_name(stage)
    PilotItem.objects.bulk_create(
        PilotItem(pilot_round=found, position=place, **{f"{name}_id": key})
        for place, key in enumerate(keys, start=1)
    )
    names = ", ".join(user.get_username() for user in people)
    told = {
        "stage": str(stage),
        "number": number,
        "size": len(keys),
        "people": names,
        "reviewers": len(people),
        "counts": counts,
    }
    # Not out of how many: that would tell how many had been judged.
    record_event(found, "begun", f"{len(keys)}, judged by {names}", by, at, told)
    return found


def _require_can_begin(
    review: Review, stage: Stage, size: int, people: list[User]
) -> None:
    if stage not in STAGES:
        raise CannotBegin("Pilot rounds are for titles and abstracts and full texts.")
    if standing.open_round(review, stage):
        raise CannotBegin("A round is open at this stage: close it before the next.")
    if stage == Stage.TITLE_ABSTRACT and sampling.going(review):
        raise CannotBegin(
            "A sample of the rest is being judged before screening stops: a round "
            "would hold its records back. It can begin once that is done."
        )
    if not LEAST <= size <= MOST:
        raise CannotBegin(f"A round holds {LEAST} to {MOST}.")
    if len(people) < 2:
        raise CannotBegin("At least two people judge a round, or nothing is compared.")
    allowed = {user.pk for user in reviewers(review, stage)}
    if any(user.pk not in allowed for user in people):
        raise CannotBegin("Only those who judge at this stage can judge a round of it.")


def _draw(
    review: Review, stage: Stage, number: int, size: int, by: User
) -> tuple[list[int], int]:
    """Return the keys drawn in their order, and out of how many.

    It is refused by what is open, which everybody knows: by what nobody has judged,
    refusals alone would tell how far the others have come. A round that is drawn
    stands in the history.
    """
    if decisions.open_items(review, stage).count() < size:
        raise CannotBegin(f"Fewer than {size:,} are open here: draw fewer.")
    pool = list(drawable(review, stage, by).values_list("pk", flat=True))
    size = min(size, len(pool))
    if size < LEAST:
        raise CannotBegin("Nothing is left to draw: go on without a round.")
    purpose = f"{review.plan.seed}: pilot round {number}, {stage}"
    drawn = Random(purpose).sample(pool, size)
    settling.lock(stage, drawn)
    if drawable(review, stage, by).filter(pk__in=drawn).count() < size:
        raise CannotBegin("One that was drawn was judged in this moment: begin again.")
    return drawn, len(pool)


@transaction.atomic
def close(found: PilotRound, *, by: User, at: datetime | None = None) -> PilotRound:
    """Close the round to all of its people at once, and measure how they agreed.

    What not all have judged goes back to where it would stand without the round.
    Raises WrongRole or NotOpen.
    """
    found = lock(found, by)
    found.state = PilotRound.State.CLOSED
    measured = measuring.independent(found)
    _end(found, by, at)
    found.measured.set(measured.decisions)
    found.figures = measuring.figures(measured)
    found.save(update_fields=["figures"])
    record_event(found, "closed", "every judgment of it can be seen now", by, at, None)
    return found


@transaction.atomic
def abandon(
    found: PilotRound, *, by: User, reason: str, at: datetime | None = None
) -> PilotRound:
    """End a round without measuring it; what was said is kept, and nobody sees it.

    Raises WrongRole, NotOpen or ReasonMissing.
    """
    found = lock(found, by)
    if not reason.strip():
        raise ReasonMissing("Say why the round is abandoned.")
    found.state = PilotRound.State.ABANDONED
    found.reason = reason.strip()
    _end(found, by, at)
    told = {"reason": found.reason}
    record_event(found, "abandoned", protocol.sentence(found.reason), by, at, told)
    return found


def lock(found: PilotRound, by: User) -> PilotRound:
    """Lock an open round with its items, for an owner. Raises WrongRole or NotOpen."""
    protocol.lock(found.review, by)
    found = PilotRound.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if not found.is_open:
        raise NotOpen("This round was ended already.")
    stage = Stage(found.stage)
    settling.lock(stage, _items(found))
    return found


def _end(found: PilotRound, by: User, at: datetime | None) -> None:
    found.ended_at, found.ended_by = at or timezone.now(), by
    found.save(update_fields=["state", "reason", "ended_at", "ended_by"])
    if found.counts:
        # Two of three may agree already, now that the protocol's number holds again.
        stage = Stage(found.stage)
        settling.settle(found.review, stage, _items(found), by=by, at=found.ended_at)


def _items(found: PilotRound) -> list[int]:
    name = item_name(found.stage)
    return list(found.items.values_list(name, flat=True))


def record_event(
    found: PilotRound,
    what: str,
    told: str,
    by: User,
    at: datetime | None,
    new: dict[str, Any] | None,
) -> None:
    """Leave the event of what became of a round; `told` says it in words."""
    stage = Stage(found.stage).label.lower()
    events.record(
        found.review,
        f"pilot.{what}",
        f"{found} at {stage} {what}: {told}",
        by=by,
        subject=found,
        new=new,
        at=at,
    )
