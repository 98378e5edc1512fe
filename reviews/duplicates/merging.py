"""Sets of records that are one report, merged and split by a person.

PRISMA 2020, item 16a: duplicate records are removed before screening. A merged copy
stays in the review with its source and what was settled about it: it only points at
the copy that goes on, so that a split brings everything back. Which copy goes on may
follow from what the team settled, never from a judgment that is still blind.

A set is merged when exactly one of its records goes on, and found while more do: a
copy that is found later joins a merged set, which is then to be looked at again. A
set that was told apart keeps its records for the eye alone.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import combinations, islice

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.duplicates import stored, written
from reviews.matching.candidates import filled, fullest
from reviews.models import (
    DuplicateSet,
    Record,
    Review,
    Role,
    Stage,
    User,
    Verdict,
)

BY_HAND = "Marked by a person"
# So many sets are merged at once with their abstracts in memory.
_SETS_AT_ONCE = 500
# Letters of a title; what follows may be a subtitle that one source left out.
_BEGINNING = 40
# What goes on first where copies are settled differently: nothing sought is lost.
_PREFERENCE = {Verdict.INCLUDE: 0, Verdict.EXCLUDE: 1, Verdict.OPEN: 2}


NotInASet = written.NotInASet


class NotMerged(ValueError):
    """There is nothing merged in this set."""


class NotToldApart(ValueError):
    """The set was not told apart, or its records stand elsewhere by now."""


class CannotBeCopies(ValueError):
    """The two records cannot be copies of one another."""


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
    review = stored.lock(duplicate_set.review, by)
    duplicate_set = stored.again(duplicate_set)
    records = stored.members_of(duplicate_set)
    if duplicate_set.state not in stored.ACTIVE or len(records) < 2:
        raise stored.ChangedMeanwhile("This set was told apart meanwhile.")
    kept = default_keep(records) if keep is None else written.one_of(records, keep)
    old = written.facts(duplicate_set, records)
    written.point(records, kept)
    if written.facts(duplicate_set, records) == old:
        return duplicate_set
    stored.save(records)
    written.settle(duplicate_set, DuplicateSet.State.MERGED, by=by, at=at)
    copies = len(records) - 1
    events.record(
        review,
        "duplicates.merged",
        f"Set {duplicate_set.number}: {stored.count(copies, 'copy', 'copies')} merged "
        f"into {kept}",
        by=by,
        subject=duplicate_set,
        old=old,
        new=written.facts(duplicate_set, records),
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
    rows = iter(sets)
    while some := list(islice(rows, _SETS_AT_ONCE)):
        members = _members_of_each(review, some)
        changed: list[Record] = []
        for each in some:
            records = members[each.pk]
            if len(records) < 2 or (unless is not None and unless(records)):
                continue
            before = {record.pk: record.duplicate_of_id for record in records}
            old[each.number] = written.facts(each, records)
            written.point(records, default_keep(records))
            each.state, each.settled_by = DuplicateSet.State.MERGED, settled_by
            each.settled_at = at or timezone.now()
            new[each.number] = written.facts(each, records)
            merged.append(each)
            changed += (
                record
                for record in records
                if before[record.pk] != record.duplicate_of_id
            )
        Record.objects.bulk_update(changed, ["duplicate_of"], batch_size=500)
        DuplicateSet.objects.bulk_update(
            some, ["state", "settled_at", "settled_by"], batch_size=500
        )
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


def _members_of_each(
    review: Review, sets: list[DuplicateSet]
) -> dict[int, list[Record]]:
    members: dict[int, list[Record]] = defaultdict(list)
    inside = review.records.select_for_update(of=("self",)).defer("original")
    for record in inside.select_related("search__wave").filter(
        duplicate_set__in=[each.pk for each in sets]
    ):
        members[record.duplicate_set_id or 0].append(record)
    return members


@transaction.atomic
def unmerge(
    duplicate_set: DuplicateSet, *, by: User, at: datetime | None = None
) -> DuplicateSet:
    """Let every copy go on again; the set waits for a person as when it was found.

    Raises NotMerged where nothing is merged.
    """
    review = stored.lock(duplicate_set.review, by)
    duplicate_set = stored.again(duplicate_set)
    records = stored.members_of(duplicate_set)
    old = written.facts(duplicate_set, records)
    if not any(record.duplicate_of_id for record in records):
        raise NotMerged("This set is not merged any more.")
    written.point(records, None)
    stored.save(records)
    written.settle(duplicate_set, DuplicateSet.State.FOUND, by=by, at=at)
    events.record(
        review,
        "duplicates.unmerged",
        f"Set {duplicate_set.number}: the merge was undone",
        by=by,
        subject=duplicate_set,
        old=old,
        new=written.facts(duplicate_set, records),
        at=at,
    )
    return duplicate_set


@transaction.atomic
def tell_apart(
    duplicate_set: DuplicateSet, *, by: User, at: datetime | None = None
) -> DuplicateSet:
    """Say that the records of a set are no copies of one another at all.

    They are never suggested together again. A set that was told apart already stays
    as it is.
    """
    review = stored.lock(duplicate_set.review, by)
    duplicate_set = stored.again(duplicate_set)
    if duplicate_set.state not in stored.ACTIVE:
        return duplicate_set
    records = stored.members_of(duplicate_set)
    old = written.facts(duplicate_set, records)
    written.point(records, None)
    stored.save(records)
    written.distinguish(review, combinations(records, 2), by=by, at=at)
    written.settle(duplicate_set, DuplicateSet.State.SPLIT, by=by, at=at)
    events.record(
        review,
        "duplicates.told_apart",
        f"Set {duplicate_set.number}: not duplicates",
        by=by,
        subject=duplicate_set,
        old=old,
        new=written.facts(duplicate_set, records),
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
    review = stored.lock(duplicate_set.review, by)
    duplicate_set = stored.again(duplicate_set)
    records = stored.members_of(duplicate_set)
    if duplicate_set.state in stored.ACTIVE or len(records) < 2:
        raise NotToldApart("The records of this set stand elsewhere by now.")
    old = written.facts(duplicate_set, records)
    written.forget_distinct(records)
    written.settle(duplicate_set, DuplicateSet.State.FOUND, by=by, at=at)
    events.record(
        review,
        "duplicates.put_back",
        f"Set {duplicate_set.number}: to be looked at again",
        by=by,
        subject=duplicate_set,
        old=old,
        new=written.facts(duplicate_set, records),
        at=at,
    )
    return duplicate_set


@transaction.atomic
def split(record: Record, *, by: User, at: datetime | None = None) -> Record:
    """Take one copy out of its set; it is never suggested with the others again.

    It goes on by itself, with the verdict that it had. Where it was the copy that was
    kept, another of those that remain is kept; a set of which only one is left is
    split. Raises NotInASet.
    """
    review = stored.lock(record.review, by)
    record = review.records.select_for_update(of=("self",)).get(pk=record.pk)
    duplicate_set = record.duplicate_set
    if duplicate_set is None or duplicate_set.state not in stored.ACTIVE:
        raise NotInASet("This record is in no set of duplicates any more.")
    records = stored.members_of(duplicate_set)
    old = written.facts(duplicate_set, records)
    record = written.one_of(records, record)
    rest = [each for each in records if each.pk != record.pk]
    orphans = [each for each in rest if each.duplicate_of_id == record.pk]
    written.point(orphans, default_keep(orphans) if orphans else None)
    record.duplicate_of = None
    record.duplicate_set = None
    if len(rest) < 2:
        written.point(rest, None)
        for each in rest:
            each.duplicate_set = None
    stored.save(records)
    written.distinguish(review, ((record, each) for each in rest), by=by, at=at)
    state = written.state_of(rest)
    written.settle(duplicate_set, state, by=by, at=at)
    events.record(
        review,
        "duplicates.split",
        f"Set {duplicate_set.number}: taken out as no copy: {record}",
        by=by,
        subject=duplicate_set,
        old=old,
        new={**written.facts(duplicate_set, rest), "taken_out": record.pk},
        at=at,
    )
    return record


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
    if record.pk == to.pk:
        raise CannotBeCopies("A record is no duplicate of itself.")
    locked = review.records.select_for_update(of=("self",)).in_bulk([record.pk, to.pk])
    if len(locked) < 2:
        raise CannotBeCopies("The two records are not of one review.")
    record, to = locked[record.pk], locked[to.pk]
    if record.removal or to.removal:
        raise CannotBeCopies("A record that was removed before screening is no copy.")
    target, other = written.set_of(to), written.set_of(record)
    if target is not None and written.root(record) == written.root(to):
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
    old = written.facts(target, records)
    kept = next(each for each in records if each.pk == written.root(to))
    # Of what stood in a set unmerged, this record and its own copies alone are known.
    family = [each for each in records if written.root(each) == written.root(record)]
    written.point(family, kept)
    for each in records:
        each.duplicate_set = target
    stored.save(records)
    written.forget_distinct(records)
    if other is not None and other != target:
        other.delete()
    if BY_HAND.lower() not in target.basis.lower():
        target.basis = BY_HAND if is_new else f"{target.basis}; {BY_HAND.lower()}"
        target.save(update_fields=["basis"])
    written.settle(target, written.state_of(records), by=by, at=at)
    events.record(
        review,
        "duplicates.merged",
        f"Set {target.number}: marked by hand as a duplicate of {kept}: {record}",
        by=by,
        subject=target,
        old=old,
        new=written.facts(target, records),
        at=at,
    )
    return target


def may_mark(review: Review, user: User) -> bool:
    """Tell whether somebody may mark duplicates by hand: owners and screeners.

    Whoever reads the records one by one is the first to see a copy that was missed.
    """
    return access.has_role(review, user, Role.OWNER) or access.has_role(
        review, user, Role.REVIEWER, stage=Stage.TITLE_ABSTRACT
    )


def others(record: Record) -> QuerySet[Record]:
    """Return the records of which this one may be marked as a duplicate."""
    known = record.review.records.filter(removal=Record.Removal.NONE)
    return known.exclude(pk=record.pk)


def alike(record: Record, among: QuerySet[Record]) -> QuerySet[Record]:
    """Return the records whose title begins as this one's, or of the same DOI."""
    same = Q(pk__in=[])
    if record.title:
        same |= Q(title__istartswith=record.title[:_BEGINNING])
    if record.doi:
        same |= Q(doi=record.doi)
    return among.filter(same)


def default_keep(records: Iterable[Record]) -> Record:
    """Return the copy worth keeping, whatever anybody has judged blind.

    A record that was removed for another reason comes last. A settled one comes first
    (an included one before an excluded one), then that of the earliest wave, which is
    not screened again, then one that stands for copies already, then the fullest, then
    the one that was imported first.
    """
    copies = {record.pk: record for record in records}
    kept = {record.duplicate_of_id for record in copies.values()}

    def rank(record: Record) -> tuple[bool, int, int, bool]:
        settled = _PREFERENCE[Verdict(record.verdict)]
        return bool(record.removal), settled, _wave(record), record.pk not in kept

    best = min(rank(record) for record in copies.values())
    return copies[
        fullest(
            stored.candidate(each) for each in copies.values() if rank(each) == best
        )
    ]


def why_kept(kept: Record, records: Iterable[Record]) -> str:
    """Say in words why `default_keep` names this one of the records."""
    others = [each for each in records if each.pk != kept.pk]
    if kept.verdict and any(each.verdict != kept.verdict for each in others):
        return f"settled: {Verdict(kept.verdict).label.lower()}"
    if any(_wave(each) > _wave(kept) for each in others):
        return "found by an earlier search"
    if any(each.duplicate_of_id == kept.pk for each in others):
        return "the fullest when its copies were merged"
    counts = [filled(stored.candidate(each)) for each in (kept, *others)]
    if counts[0] > max(counts[1:], default=0):
        return f"the fullest: {counts[0]} of its 10 fields are filled"
    lengths = [len(each.abstract.strip()) for each in (kept, *others)]
    if lengths[0] > max(lengths[1:], default=0):
        return "the one with the longest abstract"
    return "taken in first; no copy is fuller"


def _wave(record: Record) -> int:
    return record.search.wave.number if record.search.wave else 0
