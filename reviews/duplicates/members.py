"""Who stands for whom in a set of duplicates, and how that is written down.

A merged copy stays in the review with its source and what was settled about it: it only
points at the copy that goes on, so that a split brings everything back. Which copy goes
on may follow from what the team settled, never from a judgment that is still blind.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone

from reviews import events
from reviews.duplicates import stored
from reviews.matching.candidates import filled, fullest
from reviews.models import DuplicateSet, Record, Review, User, Verdict

# What goes on first where copies are settled differently: nothing sought is lost.
_PREFERENCE = {Verdict.INCLUDE: 0, Verdict.EXCLUDE: 1, Verdict.OPEN: 2}


class NotInASet(ValueError):
    """The record stands in no set of duplicates, or not any more."""


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


def take(
    duplicate_set: DuplicateSet, by: User | None
) -> tuple[Review, DuplicateSet, list[Record]]:
    """Lock the review, and read the set and its records as they are now."""
    review = stored.lock(duplicate_set.review, by)
    duplicate_set = stored.again(duplicate_set)
    return review, duplicate_set, stored.members_of(duplicate_set)


def one_of(records: list[Record], record: Record) -> Record:
    """Return the record among those of its set. Raises NotInASet."""
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
    """Return the state that follows from who stands for whom."""
    if len(records) < 2:
        return DuplicateSet.State.SPLIT
    going_on = sum(record.duplicate_of_id is None for record in records)
    return DuplicateSet.State.MERGED if going_on == 1 else DuplicateSet.State.FOUND


def settle(
    review: Review,
    duplicate_set: DuplicateSet,
    records: Iterable[Record],
    state: DuplicateSet.State,
    action: str,
    told: str,
    *,
    old: dict[str, Any],
    by: User | None,
    at: datetime | None,
    **more: int,
) -> None:
    """Write the state of a set down, with its event."""
    open_again = state == DuplicateSet.State.FOUND
    duplicate_set.state = state
    duplicate_set.settled_at = None if open_again else at or timezone.now()
    duplicate_set.settled_by = None if open_again else by
    duplicate_set.save(update_fields=["state", "settled_at", "settled_by"])
    events.record(
        review,
        action,
        f"Set {duplicate_set.number}: {told}",
        by=by,
        subject=duplicate_set,
        old=old,
        new={**facts(duplicate_set, records), **more},
        at=at,
    )


def facts(duplicate_set: DuplicateSet, records: Iterable[Record]) -> dict[str, Any]:
    """Return what an event keeps of a set: its state, and who stands for whom."""
    return {
        "number": duplicate_set.number,
        "state": str(duplicate_set.state),
        "duplicate_of": {record.pk: record.duplicate_of_id for record in records},
    }
