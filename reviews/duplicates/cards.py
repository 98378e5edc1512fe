"""A set of duplicates as a person looks at it: copy beside copy, field by field.

Each copy is shown with its source (PRISMA 2020, item 16a), and what differs is said in
words. What the team settled may be shown; what one person judged is not known here.
"""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from reviews.duplicates import members, stored
from reviews.models import DuplicateSet, Record, Verdict


@dataclass(frozen=True)
class Line:
    """One field of all copies of a set, and in words whether they differ."""

    label: str
    # The source of each copy, and what it says.
    values: list[tuple[str, str]]
    difference: str


@dataclass(frozen=True)
class Card:
    """A set as its page shows it."""

    duplicate_set: DuplicateSet
    copies: list[Record]
    lines: list[Line]
    keep: Record | None
    standing_for_copies: set[int]
    # Why the one that goes on does, where that follows from the records.
    why_kept: str

    @property
    def reason(self) -> str:
        return self.duplicate_set.basis.removeprefix(stored.TO_CHECK).split("\n")[0]

    @property
    def in_doubt(self) -> bool:
        return stored.is_question(self.duplicate_set)

    @property
    def active(self) -> bool:
        return self.duplicate_set.state in stored.ACTIVE


def with_copies(sets: QuerySet[DuplicateSet]) -> QuerySet[DuplicateSet]:
    """Return the sets with all that their cards need, in two queries."""
    records = (
        Record.objects.select_related("search__wave")
        .defer("original", "keywords")
        .order_by("pk")
    )
    return sets.select_related("settled_by").prefetch_related(
        Prefetch("records", queryset=records)
    )


def card(duplicate_set: DuplicateSet) -> Card:
    """Return a set that was read by `with_copies` as its card."""
    copies = list(duplicate_set.records.all())
    fields = {
        "Title": [copy.title for copy in copies],
        "Authors": ["; ".join(copy.authors) for copy in copies],
        "Year": [str(copy.year or "") for copy in copies],
        "Journal": [copy.journal for copy in copies],
        "Volume, issue, pages": [_place(copy) for copy in copies],
        "DOI": [copy.doi for copy in copies],
        "PMID": [copy.pmid for copy in copies],
        "Abstract": ["yes" if copy.abstract else "" for copy in copies],
    }
    if any(copy.verdict for copy in copies):
        fields["Settled"] = [Verdict(copy.verdict).label for copy in copies]
    sources = [f"{copy.search.name} {copy.source_id}".strip() for copy in copies]
    keep = members.default_keep(copies) if copies else None
    chosen = keep is not None and keep.duplicate_of_id is None
    return Card(
        duplicate_set=duplicate_set,
        copies=copies,
        lines=[
            Line(label, list(zip(sources, values, strict=True)), _difference(values))
            for label, values in fields.items()
            if any(values)
        ],
        keep=keep,
        standing_for_copies={copy.duplicate_of_id or 0 for copy in copies} - {0},
        why_kept=members.why_kept(keep, copies) if keep and chosen else "",
    )


def _difference(values: list[str]) -> str:
    """Say whether the values differ, leaving capitals and spaces aside."""
    known = {" ".join(value.casefold().split()) for value in values}
    if len(known - {""}) > 1:
        return "differs"
    return "not in every copy" if len(known) > 1 else ""


def _place(record: Record) -> str:
    volume = record.volume + (f"({record.issue})" if record.issue else "")
    return ": ".join(part for part in (volume, record.pages) if part)
