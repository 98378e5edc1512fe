"""The records of a review, each with the number of its set and what became of it."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import F

from reviews.duplicates import stored
from reviews.models import DuplicateSet, Review


def rows(review: Review) -> Iterator[dict[str, str | int]]:
    """Return one row a record of the review, with the number of its set.

    `set` is filled where the record was found to be a copy, or merged; a pair that is
    still a question has its number under `to_check` alone. `kept` says whether the
    record goes on.
    """
    known = (
        review.records.order_by("pk")
        .annotate(
            set_number=F("duplicate_set__number"),
            set_state=F("duplicate_set__state"),
            set_basis=F("duplicate_set__basis"),
            search_name=F("search__name"),
        )
        .values(
            "pk",
            "source_id",
            "title",
            "search_name",
            "duplicate_of",
            "set_number",
            "set_state",
            "set_basis",
        )
    )
    kept = set(review.records.duplicates().values_list("duplicate_of", flat=True))
    for row in known.iterator(chunk_size=2000):
        state = _state_in_words(
            merged=bool(row["duplicate_of"]) or row["pk"] in kept,
            state=row["set_state"],
            basis=row["set_basis"] or "",
        )
        number = row["set_number"]
        yield {
            "record": row["pk"],
            "source_id": row["source_id"],
            "set": number if state in stored.ACTIVE else "",
            "to_check": number if state == "to check" else "",
            "state": state,
            "kept": "no" if row["duplicate_of"] else "yes",
            "search": row["search_name"],
            "title": row["title"],
        }


def _state_in_words(*, merged: bool, state: str | None, basis: str) -> str:
    if merged:
        return str(DuplicateSet.State.MERGED)
    if state not in stored.ACTIVE:
        return ""
    doubtful = basis.startswith(stored.TO_CHECK)
    return "to check" if doubtful else str(DuplicateSet.State.FOUND)


def merged(review: Review) -> Iterator[dict[str, Any]]:
    """Yield the merged sets: the record that is kept, and all records of each."""
    for number, basis, records in _sets(review, DuplicateSet.State.MERGED):
        kept = next(pk for pk, of in records if of is None)
        keys = [pk for pk, _ in records]
        yield {"set": number, "kept": kept, "records": keys, "basis": basis}


def to_be_checked(review: Review) -> Iterator[dict[str, Any]]:
    """Yield the questions: the records that go on, and all records of each."""
    for number, basis, records in _sets(review, DuplicateSet.State.FOUND):
        question = [pk for pk, of in records if of is None]
        keys = [pk for pk, _ in records]
        yield {
            "set": number,
            "between": question,
            "records": keys,
            "basis": basis.removeprefix(stored.TO_CHECK),
        }


def related(review: Review) -> Iterator[dict[str, Any]]:
    """Yield the pairs of records that may report one study."""
    for pair in stored.related(review).iterator(chunk_size=2000):
        yield {"records": [pair.first_id, pair.second_id], "basis": pair.basis}


def _sets(
    review: Review, state: DuplicateSet.State
) -> Iterator[tuple[int, str, list[tuple[int, int | None]]]]:
    """Yield the sets of a state in order of number, in one query."""
    rows = (
        review.records.filter(duplicate_set__state=state)
        .order_by("duplicate_set__number", "pk")
        .values_list(
            "duplicate_set__number", "duplicate_set__basis", "pk", "duplicate_of"
        )
    )
    for (number, basis), some in groupby(
        rows.iterator(chunk_size=2000), key=lambda row: (row[0], row[1])
    ):
        yield number, basis.split("\n")[0], [(pk, of) for _, _, pk, of in some]
