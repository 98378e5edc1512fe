"""What every change of a set of duplicates writes, and how it is told.

The rules stand in `reviews.duplicates.merging` and `answering`; they hold the lock of
the review, and each tells the history what a set was before and after.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from reviews.duplicates import stored
from reviews.models import DistinctPair, DuplicateSet, Record, Review, User


class NotInASet(ValueError):
    """The record stands in no set of duplicates, or not any more."""


def one_of(records: list[Record], record: Record) -> Record:
    for each in records:
        if each.pk == record.pk:
            return each
    raise NotInASet("This record is not in the set any more.")


def set_of(record: Record) -> DuplicateSet | None:
    """Return the set in which the record stands, unless that was told apart."""
    found = record.duplicate_set
    return found if found is not None and found.state in stored.ACTIVE else None


def root(record: Record) -> int:
    """Return the key of the record that goes on in this one's stead, or its own."""
    return record.duplicate_of_id or record.pk


def point(records: Iterable[Record], kept: Record | None) -> None:
    """Make records the copies of the one that is kept, or of none."""
    for record in records:
        is_copy = kept is not None and record.pk != kept.pk
        record.duplicate_of = kept if is_copy else None


def state_of(records: list[Record]) -> DuplicateSet.State:
    if len(records) < 2:
        return DuplicateSet.State.SPLIT
    going_on = sum(record.duplicate_of_id is None for record in records)
    return DuplicateSet.State.MERGED if going_on == 1 else DuplicateSet.State.FOUND


def settle(
    duplicate_set: DuplicateSet,
    state: DuplicateSet.State,
    *,
    by: User | None,
    at: datetime | None,
) -> None:
    open_again = state == DuplicateSet.State.FOUND
    duplicate_set.state = state
    duplicate_set.settled_at = None if open_again else at or timezone.now()
    duplicate_set.settled_by = None if open_again else by
    duplicate_set.save(update_fields=["state", "settled_at", "settled_by"])


def distinguish(
    review: Review,
    pairs: Iterable[tuple[Record, Record]],
    *,
    by: User,
    at: datetime | None,
) -> None:
    """Remember that records are no copies of one another."""
    DistinctPair.objects.bulk_create(
        (
            DistinctPair(
                review=review,
                first_id=min(one.pk, other.pk),
                second_id=max(one.pk, other.pk),
                said_by=by,
                said_at=at or timezone.now(),
            )
            for one, other in pairs
        ),
        ignore_conflicts=True,
    )


def forget_distinct(records: list[Record]) -> None:
    """Take back that any two of these records were told apart."""
    DistinctPair.objects.filter(first__in=records, second__in=records).delete()


def facts(duplicate_set: DuplicateSet, records: Iterable[Record]) -> dict[str, Any]:
    """Return what an event keeps of a set: its state, and who stands for whom."""
    return {
        "number": duplicate_set.number,
        "state": str(duplicate_set.state),
        "duplicate_of": {record.pk: record.duplicate_of_id for record in records},
    }
