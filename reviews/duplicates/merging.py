"""Sets of records that are one report, merged by a person.

PRISMA 2020, item 16a: duplicate records are removed before screening. A set is merged
when exactly one of its records goes on, and found while more do: a copy that is found
later joins a merged set, which is then to be looked at again.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews import events
from reviews.duplicates import members, stored
from reviews.models import DuplicateSet, Record, Review, User


class NotMerged(ValueError):
    """There is nothing merged in this set."""


@transaction.atomic
def merge(
    duplicate_set: DuplicateSet,
    *,
    keep: Record | None = None,
    by: User | None,
    at: datetime | None = None,
) -> DuplicateSet:
    """Let one copy go on in the stead of the others.

    Without `keep` it is the one that `default_keep` names. Raises ChangedMeanwhile for
    a set that was told apart, NotInASet for a record that is not of the set.
    """
    review, duplicate_set, records = members.take(duplicate_set, by)
    if duplicate_set.state not in stored.ACTIVE or len(records) < 2:
        raise stored.ChangedMeanwhile("This set was told apart meanwhile.")
    kept = (
        members.default_keep(records) if keep is None else members.one_of(records, keep)
    )
    old = members.facts(duplicate_set, records)
    members.point(records, kept)
    if members.facts(duplicate_set, records) == old:
        return duplicate_set
    stored.save(records)
    copies = stored.count(len(records) - 1, "copy", "copies")
    members.settle(
        review,
        duplicate_set,
        records,
        DuplicateSet.State.MERGED,
        "duplicates.merged",
        f"{copies} merged into {kept}",
        old=old,
        by=by,
        at=at,
    )
    return duplicate_set


@transaction.atomic
def merge_all(
    review: Review,
    *,
    by: User | None,
    expected: int | None = None,
    at: datetime | None = None,
) -> int:
    """Merge every certain set that was found, and return how many those were.

    What is to be checked is left to a person, set by set. Raises ChangedMeanwhile where
    the sets are not as many as `expected`.
    """
    stored.lock(review, by)
    found = stored.certain(review.duplicate_sets.all())
    sets = list(found.order_by("number"))
    if expected is not None and len(sets) != expected:
        raise stored.ChangedMeanwhile(
            "The sets have changed since the page was opened."
        )
    copies = _records_of(review, found)
    old, new = {}, {}
    for each in sets:
        old[each.number] = members.facts(each, copies[each.pk])
        members.point(copies[each.pk], members.default_keep(copies[each.pk]))
        each.state, each.settled_by = DuplicateSet.State.MERGED, by
        each.settled_at = at or timezone.now()
        new[each.number] = members.facts(each, copies[each.pk])
    stored.save(record for each in sets for record in copies[each.pk])
    DuplicateSet.objects.bulk_update(
        sets, ["state", "settled_at", "settled_by"], batch_size=200
    )
    if sets:
        events.record(
            review,
            "duplicates.merged",
            f"{stored.count(len(sets), 'set', 'sets')} of duplicates merged at once",
            by=by,
            old=old,
            new=new,
            at=at,
        )
    return len(sets)


@transaction.atomic
def unmerge(
    duplicate_set: DuplicateSet, *, by: User, at: datetime | None = None
) -> DuplicateSet:
    """Let every copy go on again; the set waits for a person as when it was found.

    Raises NotMerged where nothing is merged.
    """
    review, duplicate_set, records = members.take(duplicate_set, by)
    old = members.facts(duplicate_set, records)
    if not any(record.duplicate_of_id for record in records):
        raise NotMerged("This set is not merged any more.")
    members.point(records, None)
    stored.save(records)
    members.settle(
        review,
        duplicate_set,
        records,
        DuplicateSet.State.FOUND,
        "duplicates.unmerged",
        "the merge was undone",
        old=old,
        by=by,
        at=at,
    )
    return duplicate_set


def _records_of(
    review: Review, sets: QuerySet[DuplicateSet]
) -> Mapping[int, list[Record]]:
    """Lock the records of many sets, and return them by set."""
    rows = review.records.select_for_update(of=("self",)).defer("original")
    found: defaultdict[int, list[Record]] = defaultdict(list)
    for record in rows.select_related("search__wave").filter(duplicate_set__in=sets):
        found[record.duplicate_set_id or 0].append(record)
    return found
