"""Many records taken out of the flow before screening at once, and brought back.

Such as those that were never screened when a team stopped by its rule (PRISMA 2020,
item 16a: records removed before screening). Each keeps the reason; what was judged of
it lies dormant until it is restored. One event tells of them all.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access, events, jobs
from reviews.models import JointlyRemoved, JointRemoval, Record, Review, Role, User
from reviews.models.record import RecordQuerySet

BATCH = 2000


class RestoredAlready(Exception):
    """The records are back."""


@transaction.atomic
def remove(
    review: Review,
    keys: Iterable[int],
    removal: Record.Removal,
    *,
    reason: str,
    by: User,
    progress: jobs.Progress | None = None,
    at: datetime | None = None,
) -> JointRemoval:
    """Take records out of the flow, each with the same reason.

    Those that were settled meanwhile, or left it otherwise, stay as they are. Raises
    WrongRole, or Cancelled.
    """
    if progress:
        progress.hold()
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    at = at or timezone.now()
    made = JointRemoval.objects.create(
        review=review, removal=removal, reason=reason, removed_at=at, removed_by=by
    )
    # Locked, so that none is settled by a vote that comes at this moment.
    waiting = review.records.awaiting_screening().select_for_update(of=("self",))
    standing = set(waiting.order_by().values_list("pk", flat=True))
    JointlyRemoved.objects.bulk_create(
        (
            JointlyRemoved(joint_removal=made, record_id=key)
            for key in sorted(standing.intersection(keys))
        ),
        batch_size=BATCH,
    )
    leaving = Record.stored.filter(pk__in=made.records.order_by().values("record"))
    number = leaving.update(removal=removal, removal_reason=reason)
    events.record(
        review,
        "records.removed",
        f"Removed before screening, {number:,} at once: {reason}",
        by=by,
        subject=made,
        old={"removal": ""},
        new={"removal": str(removal), "reason": reason, "records": number},
        at=at,
    )
    return made


@transaction.atomic
def restore(
    made: JointRemoval,
    *,
    by: User,
    because: str,
    progress: jobs.Progress | None = None,
    at: datetime | None = None,
) -> int:
    """Bring the records back that are still out for this reason; return how many.

    Raises WrongRole, RestoredAlready or Cancelled.
    """
    if progress:
        progress.hold()
    review = Review.objects.select_for_update(no_key=True).get(pk=made.review_id)
    access.require(review, by, Role.OWNER)
    made = JointRemoval.objects.select_for_update().get(pk=made.pk)
    if made.restored_at is not None:
        raise RestoredAlready("These records are back already.")
    at = at or timezone.now()
    out = made.records.filter(back_at=None)
    number = Record.stored.filter(pk__in=out.order_by().values("record")).update(
        removal=Record.Removal.NONE, removal_reason=""
    )
    out.update(back_at=at)
    made.restored_at, made.restored_by = at, by
    made.save(update_fields=["restored_at", "restored_by"])
    events.record(
        review,
        "records.restored",
        f"Restored, {number:,} at once: {because}",
        by=by,
        subject=made,
        old={"removal": made.removal, "reason": made.reason},
        new={"removal": "", "records": number, "because": because},
        at=at,
    )
    return number


def together(records: RecordQuerySet) -> RecordQuerySet:
    """Return those of the records that are out as they left with others."""
    out = JointlyRemoved.objects.filter(back_at=None).order_by().values("record")
    return records.filter(duplicate_of=None, pk__in=out)


def alone(record: Record, at: datetime) -> None:
    """Note that a record's removal was changed by itself: it is out with no others."""
    JointlyRemoved.objects.filter(record=record, back_at=None).update(back_at=at)
