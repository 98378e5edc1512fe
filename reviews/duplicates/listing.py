"""The records of a review, each with the number of its set and what became of it."""

from collections.abc import Iterator

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
