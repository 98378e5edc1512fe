"""Sets of records that are one report, merged by a person.

PRISMA 2020, item 16a: duplicate records are removed before screening. A set is merged
when exactly one of its records goes on, and found while more do: a copy that is found
later joins a merged set, which is then to be looked at again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.utils import timezone

from reviews import events
from reviews.duplicates import members, stored
from reviews.models import DuplicateSet, Record, Review, User
from reviews.rows import save_each

# So many sets are merged at once with their abstracts in memory.
_SETS_AT_ONCE = 500


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
    sets = list(stored.certain(review.duplicate_sets.all()).order_by("number"))
    if expected is not None and len(sets) != expected:
        raise stored.ChangedMeanwhile(
            "The sets have changed since the page was opened."
        )
    return len(merge_each(review, sets, settled_by=by, by=by, at=at))


def merge_each(
    review: Review,
    sets: Iterable[DuplicateSet],
    *,
    settled_by: User | None,
    by: User | None,
    at: datetime | None = None,
    unless: Callable[[list[Record]], bool] | None = None,
) -> list[DuplicateSet]:
    """Merge sets of a locked review, as one event; return those that were merged.

    Where `unless` holds of the records of a set, it is left as it is. Nobody has
    settled what the system merges.
    """
    merged: list[DuplicateSet] = []
    old, new = {}, {}
    waiting = iter(sets)
    while some := list(islice(waiting, _SETS_AT_ONCE)):
        copies = _records_of(some)
        changed: list[Record] = []
        for each in some:
            records = copies[each.pk]
            if len(records) < 2 or (unless is not None and unless(records)):
                continue
            before = {record.pk: record.duplicate_of_id for record in records}
            old[each.number] = members.facts(each, records)
            members.point(records, members.default_keep(records))
            each.state, each.settled_by = DuplicateSet.State.MERGED, settled_by
            each.settled_at = at or timezone.now()
            new[each.number] = members.facts(each, records)
            merged.append(each)
            changed += (
                record
                for record in records
                if before[record.pk] != record.duplicate_of_id
            )
        pointers = ((each.pk, each.duplicate_of_id) for each in changed)
        save_each(Record, ["duplicate_of"], pointers)
        stored.save_settled(some)
    if merged:
        events.record(
            review,
            "duplicates.merged",
            f"{stored.count(len(merged), 'set', 'sets')} of duplicates merged at once",
            by=by,
            old=old,
            new=new,
            at=at,
        )
    return merged


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


def _records_of(sets: list[DuplicateSet]) -> Mapping[int, list[Record]]:
    """Lock the records of many sets, and return them by set."""
    # By their sets alone: asked for the review as well, SQLite reads all of it.
    rows = Record.objects.select_for_update(of=("self",)).only(
        *stored.COMPARED,
        "publication_type",
        "review",
        "search",
        "removal",
        "verdict",
        "duplicate_of",
        "duplicate_set",
    )
    pks = [each.pk for each in sets]
    found: defaultdict[int, list[Record]] = defaultdict(list)
    # Their searches are few; joined, each would be made anew for every record.
    for record in rows.prefetch_related("search__wave").filter(duplicate_set__in=pks):
        found[record.duplicate_set_id or 0].append(record)
    return found
