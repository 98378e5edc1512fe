"""Records that a person marks as copies by hand, whatever was found."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reviews import access
from reviews.duplicates import members, splitting, stored
from reviews.models import DuplicateSet, Record, Review, Role, User

BY_HAND = "Marked by a person"
# Letters of a title; what follows may be a subtitle that one source left out.
_BEGINNING = 40


class CannotBeCopies(ValueError):
    """The two records cannot be copies of one another."""


@transaction.atomic
def add(
    record: Record, *, to: Record, by: User, at: datetime | None = None
) -> DuplicateSet:
    """Mark a record as a duplicate of another by hand: it is merged at once.

    Whatever either record was merged with comes along, and what told them apart is
    taken back. Two that are merged already stay as they are. Raises WrongRole or
    CannotBeCopies.
    """
    review = stored.lock(to.review, None)
    if not may_mark(review, by):
        access.require(review, by, Role.OWNER)
    record, to = _lock(review, record, to)
    target, other = members.set_of(to), members.set_of(record)
    if target is not None and members.root(record) == members.root(to):
        return target
    records = stored.members_of(target) if target else [to]
    came = stored.members_of(other) if other not in (None, target) else [record]
    is_new = target is None
    if target is None:
        target = DuplicateSet.objects.create(
            review=review,
            number=stored.next_number(review),
            found_at=at or timezone.now(),
        )
    if other is None or other != target:
        records += came
    # What each pointed at before, whatever set it stood in.
    old = members.facts(target, records)
    kept = next(each for each in records if each.pk == members.root(to))
    # Of what stood in a set unmerged, this record and its own copies alone are known.
    family = [each for each in records if members.root(each) == members.root(record)]
    members.point(family, kept)
    for each in records:
        each.duplicate_set = target
    stored.save(records)
    splitting.forget(records)
    if other is not None and other != target:
        other.delete()
    _say_by_hand(target, is_new=is_new)
    members.settle(
        review,
        target,
        records,
        members.state_of(records),
        "duplicates.merged",
        f"marked by hand as a duplicate of {kept}: {record}",
        old=old,
        by=by,
        at=at,
    )
    return target


def _lock(review: Review, record: Record, to: Record) -> tuple[Record, Record]:
    """Lock two records that can be copies of one another. Raises CannotBeCopies."""
    if record.pk == to.pk:
        raise CannotBeCopies("A record is no duplicate of itself.")
    locked = review.records.select_for_update(of=("self",)).in_bulk([record.pk, to.pk])
    if len(locked) < 2:
        raise CannotBeCopies("The two records are not of one review.")
    record, to = locked[record.pk], locked[to.pk]
    if record.removal or to.removal:
        raise CannotBeCopies("A record that was removed before screening is no copy.")
    return record, to


def _say_by_hand(duplicate_set: DuplicateSet, *, is_new: bool) -> None:
    """Add to what a set rests on that a person marked a record of it."""
    basis = duplicate_set.basis
    if BY_HAND.lower() not in basis.lower():
        duplicate_set.basis = BY_HAND if is_new else f"{basis}; {BY_HAND.lower()}"
        duplicate_set.save(update_fields=["basis"])


def may_mark(review: Review, user: User) -> bool:
    """Tell whether somebody may mark duplicates by hand: owners and screeners."""
    return access.reads_records(review, user)


def others(record: Record) -> QuerySet[Record]:
    """Return the records of which this one may be marked as a duplicate.

    Without those that are its copies already.
    """
    known = record.review.records.filter(removal=Record.Removal.NONE)
    root = members.root(record)
    return known.exclude(Q(pk__in=[record.pk, root]) | Q(duplicate_of=root))


def alike(record: Record, among: QuerySet[Record]) -> QuerySet[Record]:
    """Return the records whose title begins as this one's, or of the same DOI."""
    same = Q(pk__in=[])
    if record.title:
        same |= Q(title__istartswith=record.title[:_BEGINNING])
    if record.doi:
        same |= Q(doi=record.doi)
    return among.filter(same)
