"""Sets of records that are no copies of one another after all, told apart by a person.

A set that was told apart keeps its records for the eye alone, and they are never
suggested together again until that is taken back.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import combinations

from django.db import transaction
from django.utils import timezone

from reviews import access
from reviews.duplicates import members, stored
from reviews.models import (
    DistinctPair,
    DuplicateSet,
    Event,
    Record,
    Review,
    Role,
    User,
)


class NotToldApart(ValueError):
    """The set was not told apart, or its records stand elsewhere by now."""


@transaction.atomic
def tell_apart(
    duplicate_set: DuplicateSet, *, by: User, at: datetime | None = None
) -> DuplicateSet:
    """Say that the records of a set are no copies of one another at all.

    They are never suggested together again. A set that was told apart already stays
    as it is.
    """
    review, duplicate_set, records = members.take(duplicate_set, by)
    if duplicate_set.state not in stored.ACTIVE:
        return duplicate_set
    old = members.facts(duplicate_set, records)
    members.point(records, None)
    stored.save(records)
    distinguish(review, combinations(records, 2), by=by, at=at)
    members.settle(
        review,
        duplicate_set,
        records,
        DuplicateSet.State.SPLIT,
        "duplicates.told_apart",
        "not duplicates",
        old=old,
        by=by,
        at=at,
    )
    return duplicate_set


@transaction.atomic
def put_back(
    duplicate_set: DuplicateSet, *, by: User, at: datetime | None = None
) -> DuplicateSet:
    """Take back that the records of a set were told apart.

    Raises NotToldApart unless at least two of them stand in no other set by now.
    """
    review, duplicate_set, records = members.take(duplicate_set, by)
    if duplicate_set.state in stored.ACTIVE or len(records) < 2:
        raise NotToldApart("The records of this set stand elsewhere by now.")
    old = members.facts(duplicate_set, records)
    forget(records)
    members.settle(
        review,
        duplicate_set,
        records,
        DuplicateSet.State.FOUND,
        "duplicates.put_back",
        "to be looked at again",
        old=old,
        by=by,
        at=at,
    )
    return duplicate_set


@transaction.atomic
def split(record: Record, *, by: User, at: datetime | None = None) -> Record:
    """Take one copy out of its set; it is never suggested with the others again.

    It goes on by itself, with the verdict that it had. Where it was the copy that was
    kept, another of those that remain is kept; a set of which only one is left is
    split. Raises WrongRole or NotInASet.
    """
    review = stored.lock(record.review, None)
    record = review.records.select_for_update(of=("self",)).get(pk=record.pk)
    if not may_split(record, by):
        access.require(review, by, Role.OWNER)
    duplicate_set = record.duplicate_set
    if duplicate_set is None or duplicate_set.state not in stored.ACTIVE:
        raise members.NotInASet("This record is in no set of duplicates any more.")
    records = stored.members_of(duplicate_set)
    old = members.facts(duplicate_set, records)
    record = members.one_of(records, record)
    rest = [each for each in records if each.pk != record.pk]
    orphans = [each for each in rest if each.duplicate_of_id == record.pk]
    members.point(orphans, members.default_keep(orphans) if orphans else None)
    record.duplicate_of = None
    record.duplicate_set = None
    if len(rest) < 2:
        members.point(rest, None)
        for each in rest:
            each.duplicate_set = None
    stored.save(records)
    distinguish(review, ((record, each) for each in rest), by=by, at=at)
    members.settle(
        review,
        duplicate_set,
        rest,
        members.state_of(rest),
        "duplicates.split",
        f"taken out as no copy: {record}",
        old=old,
        by=by,
        at=at,
        taken_out=record.pk,
    )
    return record


def may_split(record: Record, user: User) -> bool:
    """Tell whether somebody may take a record out of its set.

    Owners may, and so may whoever marked this record alone as a copy while screening,
    as long as nobody did anything to the set since.
    """
    if access.has_role(record.review, user, Role.OWNER):
        return True
    done = Event.objects.filter(
        subject_type="duplicateset", subject_id=record.duplicate_set_id
    )
    last = done.order_by("-pk").first()
    if last is None or last.by_id != user.pk or last.action != "duplicates.merged":
        return False
    was, now = ((facts or {}).get("duplicate_of", {}) for facts in (last.old, last.new))
    changed = [key for key, of in now.items() if was.get(key) != of]
    return changed == [str(record.pk)] and access.reads_records(record.review, user)


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


def forget(records: list[Record]) -> None:
    """Take back that any two of these records were told apart."""
    DistinctPair.objects.filter(first__in=records, second__in=records).delete()
