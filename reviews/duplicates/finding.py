"""What the search for duplicates does: merge, ask, and flag what is related.

PRISMA 2020, item 16a: duplicate records are removed before screening. What is certain
is merged at once, and each set can be split again; what is in doubt is a question to a
person; what was told apart is never suggested together again; a preprint and its
article are two records of one study. What a person undid is left to people.

Only records that were not compared yet are compared with the others. Comparing takes
seconds and holds no lock; everything that was found is written in one transaction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import events
from reviews.duplicates import fingerprints, merging, stored
from reviews.jobs import Progress
from reviews.matching import index
from reviews.matching.candidates import Candidate, Found, Pair
from reviews.matching.fitting import Fitted, Standing, fit
from reviews.matching.sets import Watch, find_sets, without_collecting
from reviews.models import DuplicateSet, Record, RelatedPair, Review, User, Verdict

# With more new records than this share of all, comparing all is as quick.
_MOST_NEW = 0.5
_TOLD_AFTER = 500


@dataclass(frozen=True)
class FoundNow:
    """What one search for duplicates did.

    `compared` are the records that had not been compared before. `sets` were merged,
    and `records` came into them; `left` are certain sets that are left to people,
    `to_check` the new questions, and `waiting` the pairs in doubt that are asked about
    once the sets that they touch are settled. `related` pairs are new.
    """

    compared: int = 0
    sets: int = 0
    records: int = 0
    left: int = 0
    to_check: int = 0
    waiting: int = 0
    related: int = 0

    def in_words(self) -> str:
        """Say it to whoever asked."""
        told = [
            (self.sets, "Merged into {} set{s}."),
            (self.to_check, "To be checked: {} question{s}."),
            (self.left, "Left to you, since people had a hand in them: {} set{s}."),
            (self.related, "Related, not merged: {} pair{s}."),
            (self.waiting, "Asked about once others are answered: {} pair{s}."),
        ]
        words = [
            text.format(f"{number:,}", s="" if number == 1 else "s")
            for number, text in told
            if number
        ]
        compared = "record" if self.compared == 1 else "records"
        first = f"Compared {self.compared:,} new {compared} with all others."
        return " ".join([first, *(words or ["No new duplicates were found."])])


@dataclass(frozen=True)
class _Asked:
    """Which records are new, and whether all others are compared with one another."""

    new: frozenset[int]
    everything: bool


class _Watching(Watch):
    """Keep the fingerprints of what is new, and tell how far the search is."""

    def __init__(self, asked: _Asked, total: int, progress: Progress | None) -> None:
        self.asked = asked
        self.total = total
        self.progress = progress
        self.made: dict[int, bytes] = {}
        self._read = 0

    def reading(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        for read, each in enumerate(candidates):
            if read % _TOLD_AFTER == 0:
                self._tell(read, "Reading the records")
            yield each

    def filed(self, key: int, marks: frozenset[int]) -> None:
        if key in self.asked.new:
            self.made[key] = index.pack(marks)
        self._read += 1
        if self._read % _TOLD_AFTER == 0:
            self._tell(self._read, "Looking for what records share")

    def compared(self, pairs: int) -> None:
        self._tell(self.total - 1, f"Comparing the fields of pairs: {pairs:,}")

    def _tell(self, done: int, words: str) -> None:
        if self.progress is not None:
            self.progress.step(done, self.total, words)


def find(
    review: Review,
    *,
    by: User | None,
    everything: bool = False,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> FoundNow:
    """Compare what has not been compared, and do what follows from it.

    With `everything`, all records are compared again. Run again, it adds nothing.
    Raises WrongRole.
    """
    stored.require_owner(review, by)
    if everything:
        fingerprints.forget_all(review)
    fingerprints.forget_absent(review)
    asked = _asked(review)
    if not asked.new:
        return FoundNow()
    since = fingerprints.last_event(review)
    with without_collecting():
        # Comparing takes seconds; nobody's vote should wait for a lock meanwhile.
        found, made = _compare(review, asked, progress)
        result, waiting = _store(review, found, asked, by=by, at=at)
        for pair in waiting:
            # Whoever waits is compared again, so that it is asked about then.
            made.pop(pair.first, None)
            made.pop(pair.second, None)
        fingerprints.keep(review, made, since=since)
    _wait(review, waiting)
    return replace(result, compared=len(asked.new))


def _asked(review: Review) -> _Asked:
    new = frozenset(fingerprints.uncompared(review).values_list("pk", flat=True))
    return _Asked(new, len(new) > _MOST_NEW * stored.compared(review).count())


def _compare(
    review: Review, asked: _Asked, progress: Progress | None
) -> tuple[Found, dict[int, bytes]]:
    """Return what was found, and the fingerprints of what was compared."""
    distinct = stored.distinct_pairs(review)
    if asked.everything:
        watching = _Watching(asked, stored.compared(review).count(), progress)
        rows = watching.reading(stored.candidates(review))
        return find_sets(rows, distinct=distinct, watch=watching), watching.made
    wanted: set[int] = set()
    for each in stored.candidates(review, asked.new):
        wanted |= index.marks(each)
    keys = fingerprints.sharing(review, wanted) | asked.new
    # A record joins a set only where all members allow it: they are read as well.
    families = [each for each in stored.families(review) if not keys.isdisjoint(each)]
    keys = keys.union(*families)
    watching = _Watching(asked, len(keys), progress)
    found = find_sets(
        watching.reading(stored.candidates(review, keys)),
        distinct=distinct,
        new=asked.new,
        standing=families,
        watch=watching,
    )
    return found, watching.made


@transaction.atomic
def _store(
    review: Review, found: Found, asked: _Asked, *, by: User | None, at: datetime | None
) -> tuple[FoundNow, list[Pair]]:
    """Write what was found into the sets as they stand now."""
    review = stored.lock(review, by)
    found = stored.still_there(review, found)
    before = stored.standing(review)
    for_people = _of_people(before)
    certain, came = _fit(review, replace(found, to_check=()), before, at=at)
    merged, left = _merge(review, certain, for_people, by=by, at=at)
    # Doubt is asked about beside what is merged by now.
    doubt, _ = _fit(review, replace(found, sets=()), stored.standing(review), at=at)
    result = FoundNow(
        sets=len(merged),
        records=sum(came.get(each.number, 0) for each in merged),
        left=left,
        to_check=len(doubt.made) + len(doubt.changed),
        waiting=len(doubt.waiting),
        related=_relate(review, found, asked, at=at),
    )
    grown = [*certain.made, *certain.changed, *doubt.made, *doubt.changed]
    if grown or certain.gone or doubt.gone or result.related:
        events.record(
            review,
            "duplicates.found",
            f"{stored.count(result.sets, 'set', 'sets')} of duplicates found and "
            f"merged, {result.to_check} to be checked",
            by=by,
            new={
                "sets": {each.number: sorted(each.keys) for each in grown},
                "joined_with_others": [*certain.gone, *doubt.gone],
            },
            at=at,
        )
    return result, doubt.waiting


def _fit(
    review: Review, found: Found, standing: list[Standing], *, at: datetime | None
) -> tuple[Fitted, dict[int, int]]:
    """Fit and write; return what changed, and how many records came into each set."""
    if not found.sets and not found.to_check:
        return Fitted(), {}
    fitted = fit(
        found,
        standing,
        distinct=stored.distinct_pairs(review),
        first_number=stored.next_number(review),
    )
    return fitted, stored.write(review, fitted, at=at)


def _of_people(standing: Iterable[Standing]) -> set[int]:
    """Return the records of the certain sets that nobody merged, or not any more."""
    return {
        key
        for each in standing
        if not each.settled and not each.doubtful
        for key in each.keys
    }


def _merge(
    review: Review,
    certain: Fitted,
    for_people: set[int],
    *,
    by: User | None,
    at: datetime | None,
) -> tuple[list[DuplicateSet], int]:
    """Merge the sets that are certain; return them, and how many are left to people."""
    grown = [
        each
        for each in (*certain.made, *certain.changed)
        if not each.doubtful and not each.settled
    ]
    numbers = {each.number for each in grown if each.keys.isdisjoint(for_people)}
    # No list of numbers goes into the query: there may be more than it can hold.
    sets = [
        each
        for each in review.duplicate_sets.order_by("number")
        if each.number in numbers
    ]
    merged = merging.merge_each(
        review, sets, settled_by=None, by=by, at=at, unless=_settled_apart
    )
    return merged, len(grown) - len(merged)


def _settled_apart(records: list[Record]) -> bool:
    """Tell whether a merge would take along what the team settled about a record."""
    settled = [
        record.verdict
        for record in records
        if record.duplicate_of_id is None and record.verdict != Verdict.OPEN
    ]
    return len(settled) > 1 and Verdict.INCLUDE in settled


def _relate(review: Review, found: Found, asked: _Asked, *, at: datetime | None) -> int:
    """Store the pairs that report one study; return how many of them are new."""
    known = {
        (first, second): pk
        for pk, first, second in review.related_pairs.values_list(
            "pk", "first_id", "second_id"
        )
    }
    pairs = {(each.first, each.second): each.basis for each in found.related}
    gone = [
        known[pair]
        for pair in known.keys() - pairs.keys()
        if asked.everything or not asked.new.isdisjoint(pair)
    ]
    review.related_pairs.filter(pk__in=gone).delete()
    fresh = [pair for pair in pairs if pair not in known]
    made = [
        RelatedPair(
            review=review,
            first_id=first,
            second_id=second,
            basis=pairs[first, second],
            found_at=at or timezone.now(),
        )
        for first, second in fresh
    ]
    RelatedPair.objects.bulk_create(made, batch_size=500)
    return len(made)


def _wait(review: Review, waiting: Iterable[Pair]) -> None:
    """Have the pairs that wait compared again by the next search."""
    keys = {key for pair in waiting for key in (pair.first, pair.second)}
    stored.forget_fingerprints(review.records.filter(pk__in=keys))
