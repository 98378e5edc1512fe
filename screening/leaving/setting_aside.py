"""Setting the votes of one person aside, and bringing them back.

Nothing that was said is changed or lost. Each vote is followed by a row that takes it
back and names whose act that was; what the votes had settled is settled anew by what
is left. Bringing them back appends each vote again, as it was and under the key that
it had, so that what was resolved between it and another's holds again. What the person
judged since stays, in its own right.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.jobs import Progress
from reviews.models import Review, Role, Stage, User
from screening.leaving import rows
from screening.models import Decision, SetAside
from screening.moving_in import settling
from screening.stages import item_name

BATCH = 500


class ReasonMissing(ValueError):
    """Votes are set aside for a reason that is told."""


class NotSetAside(ValueError):
    """The votes are being set aside still, or count again already."""


def standing(review: Review, stage: Stage, person: User) -> "QuerySet[Decision]":
    """Return the votes of the person that count at a stage."""
    return (
        Decision.objects.current()
        .filter(review=review, stage=stage, reviewer=person)
        .order_by("pk")
    )


def of(review: Review) -> QuerySet[SetAside]:
    """Return what was ever set aside in the review, the latest first."""
    found = SetAside.objects.filter(review=review)
    return found.select_related("person", "made_by", "undone_by").order_by("-pk")


def told_to(person: User, reviews: Iterable[Review]) -> QuerySet[SetAside]:
    """Return which votes of the person's own do not count today."""
    found = SetAside.objects.filter(
        person=person, review__in=reviews, done_at__isnull=False, undone_at=None
    )
    return found.select_related("made_by").order_by("-pk")


@transaction.atomic
def ask(
    review: Review,
    person: User,
    stages: Sequence[Stage],
    *,
    reason: str,
    by: User,
    token: uuid.UUID,
    at: datetime | None = None,
) -> list[SetAside]:
    """Write down that votes are to be set aside; the same form again asks once.

    Raises WrongRole or ReasonMissing.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    if not reason.strip():
        raise ReasonMissing("Say why the votes are set aside.")
    made = []
    for stage in stages:
        row, _ = SetAside.objects.get_or_create(
            token=uuid.uuid5(token, f"{review.pk} {person.pk} {stage}"),
            defaults={
                "review": review,
                "person": person,
                "stage": stage,
                "reason": reason.strip(),
                "made_by": by,
                "made_at": at or timezone.now(),
            },
        )
        made.append(row)
    return made


@transaction.atomic
def set_aside(
    made: SetAside,
    *,
    by: User,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> SetAside:
    """Let the votes count no more; again, it is as it was.

    Who asked for it was an owner then, and may have left since. Raises WrongRole.
    """
    at, review, made = _begin(made, at=at, progress=progress)
    if by.pk != made.made_by_id:
        access.require(review, by, Role.OWNER)
    if made.done_at is not None:
        return made
    stage = Stage(made.stage)
    votes = _held(review, stage, made.person)
    for part in _parts(votes):
        rows.withdraw(made, part, at=at)
    made.done_at = at
    made.save(update_fields=["done_at"])
    settling.settle(review, stage, _items(votes), by=by, at=at)
    _tell(made, "votes.set_aside", "were set aside", by=by, at=at)
    return made


@transaction.atomic
def bring_back(
    made: SetAside,
    *,
    by: User,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> SetAside:
    """Let the votes count again, but for what the person judged anew since.

    Raises WrongRole or NotSetAside.
    """
    at, review, made = _begin(made, at=at, progress=progress)
    access.require(review, by, Role.OWNER)
    if made.done_at is None:
        raise NotSetAside("These votes are not set aside.")
    if made.undone_at is not None:
        return made
    stage = Stage(made.stage)
    name = item_name(stage)
    settling.lock(stage, set(made.votes.values_list(f"vote__{name}", flat=True)))
    kept = (
        made.votes.filter(withdrawal__in=Decision.objects.unsuperseded())
        .select_related("vote", "withdrawal")
        .order_by("vote")
    )
    found = list(kept)
    for part in _parts(found):
        rows.bring_back(part)
    made.undone_at, made.undone_by = at, by
    made.save(update_fields=["undone_at", "undone_by"])
    settling.settle(review, stage, _items(each.vote for each in found), by=by, at=at)
    _tell(made, "votes.brought_back", "count again", by=by, at=at)
    return made


def is_any_waiting(made: Iterable[SetAside]) -> bool:
    """Tell whether some of it is still to be set aside, as it stands now."""
    keys = [each.pk for each in made]
    return SetAside.objects.filter(pk__in=keys, done_at=None).exists()


def at_once(made: SetAside) -> bool:
    """Tell whether it is done while the page waits."""
    votes = standing(made.review, Stage(made.stage), made.person).count()
    return votes + made.votes.count() <= int(settings.VOTES_AT_ONCE)


def subject(made: SetAside) -> str:
    """Return by what the jobs on it are known."""
    return f"set aside {made.pk}"


def _begin(
    made: SetAside, *, at: datetime | None, progress: Progress | None
) -> tuple[datetime, Review, SetAside]:
    if progress:
        progress.hold()
    review = Review.objects.select_for_update(no_key=True).get(pk=made.review_id)
    held = SetAside.objects.select_for_update(of=("self",)).select_related("person")
    return at or timezone.now(), review, held.get(pk=made.pk)


def _held(review: Review, stage: Stage, person: User) -> list[Decision]:
    """Lock what the person judged, and return their votes on it.

    What they judge before a row is locked is found at another look.
    """
    held: set[int] = set()
    while True:
        votes = list(standing(review, stage, person))
        new = _items(votes) - held
        if not new:
            return votes
        settling.lock(stage, new)
        held |= new


Row = TypeVar("Row")


def _parts(several: Sequence[Row]) -> Iterable[Sequence[Row]]:
    for start in range(0, len(several), BATCH):
        yield several[start : start + BATCH]


def _items(votes: Iterable[Decision]) -> set[int]:
    return {each.record_id or each.report_id or 0 for each in votes}


def _tell(made: SetAside, action: str, words: str, *, by: User, at: datetime) -> None:
    events.record(
        made.review,
        action,
        f"The votes of {made.person} {words}: {made.get_stage_display()}",
        by=by,
        subject=made,
        new={"reason": made.reason} if action == "votes.set_aside" else None,
        at=at,
    )
