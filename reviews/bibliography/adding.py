"""Records that a person adds by hand, takes out again and puts back.

A record found by other means (PRISMA 2020, item 16a) is added to its search and counts
as found by it. Like a file, a hand adds the same record to a search once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.bibliography import values as said
from reviews.models import (
    DuplicateSet,
    Fingerprint,
    Record,
    Review,
    Role,
    Search,
    User,
)


class AlreadyAdded(ValueError):
    """The same record was added to the search by hand before."""

    def __init__(self, record: Record) -> None:
        self.record = record
        super().__init__(
            f"{record.search.name} has this record already; nothing was added."
        )


class FromAFile(ValueError):
    """Only what was added by hand is taken out by hand."""

    def __init__(self) -> None:
        super().__init__(
            "This record came with a file: undo the import, or remove the record "
            "before screening."
        )


class InASet(ValueError):
    """The record is merged with others."""

    def __init__(self, duplicate_set: DuplicateSet) -> None:
        self.duplicate_set = duplicate_set
        super().__init__(
            f"This record stands in duplicate set {duplicate_set.number}: "
            "take it out of that first."
        )


@transaction.atomic
def add(
    search: Search,
    values: Mapping[str, Any],
    *,
    by: User,
    at: datetime | None = None,
) -> Record:
    """Add a record to a search by hand, with the fields that are given.

    Raises WrongRole, Nameless or AlreadyAdded.
    """
    # One after the other, so that a form that is sent twice adds one record.
    search = (
        Search.objects.select_for_update(of=("self",))
        .select_related("review")
        .get(pk=search.pk)
    )
    access.require(search.review, by, Role.OWNER)
    at = at or timezone.now()
    record = Record(review_id=search.review_id, search=search, added_at=at)
    said.put(record, values)
    same = by_hand(search.records.filter(title=record.title, doi=record.doi))
    for each in same.select_related("search"):
        if said.of(each) == said.of(record):
            raise AlreadyAdded(each)
    record.save()
    events.record(
        search.review,
        "record.added",
        f"Added by hand to {search.name}: {record}",
        by=by,
        subject=record,
        new=said.of(record),
        at=at,
    )
    return record


@transaction.atomic
def take_out(record: Record, *, by: User, at: datetime | None = None) -> Record:
    """Undo the adding of a record by hand; it is kept, with all that was said of it.

    Raises WrongRole, FromAFile or InASet.
    """
    record = said.lock(record)
    access.require(record.review, by, Role.OWNER)
    if record.source_import_id is not None:
        raise FromAFile
    if record.duplicate_set is not None:
        if record.duplicate_set.state != DuplicateSet.State.SPLIT:
            raise InASet(record.duplicate_set)
        record.duplicate_set = None
    return _turn(record, in_review=False, by=by, at=at)


@transaction.atomic
def put_back(record: Record, *, by: User, at: datetime | None = None) -> Record:
    """Bring a record back that was added by hand and taken out.

    Raises WrongRole or FromAFile.
    """
    record = said.lock(record)
    access.require(record.review, by, Role.OWNER)
    if record.source_import_id is not None:
        raise FromAFile
    return _turn(record, in_review=True, by=by, at=at)


def known(review: Review) -> QuerySet[Record]:
    """Return the records of a review with those that were taken out of it again.

    Without those of an import that is still loading.
    """
    return Record.stored.filter(
        Q(in_review=True) | Q(source_import=None) | Q(source_import__state="undone"),
        review=review,
    )


def by_hand(records: QuerySet[Record]) -> QuerySet[Record]:
    """Return those of these records that no file brought."""
    return records.filter(source_import=None)


def taken_out(search: Search) -> QuerySet[Record]:
    """Return what was added to a search by hand and may be put back."""
    return by_hand(Record.stored.filter(search=search, in_review=False)).order_by("pk")


def _turn(record: Record, *, in_review: bool, by: User, at: datetime | None) -> Record:
    if record.in_review == in_review:
        return record
    record.in_review = in_review
    record.save(update_fields=["in_review", "duplicate_set"])
    Fingerprint.objects.filter(record=record).delete()
    words = "Put back, added by hand" if in_review else "Taken out, added by hand"
    events.record(
        record.review,
        "record.put_back" if in_review else "record.taken_out",
        f"{words}: {record}",
        by=by,
        subject=record,
        at=at,
    )
    return record
