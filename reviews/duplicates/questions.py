"""A question about duplicates as a person looks at it: side by side, field by field.

Each side is a record that goes on, with its source (PRISMA 2020, item 16a) and how
many were merged into it before. What differs is marked within the text and said in
words. What the team settled may be shown; what one person judged is not known here.
"""

from collections import Counter
from dataclasses import dataclass

from reviews.duplicates import answering, differences, members, stored
from reviews.duplicates.differences import Part
from reviews.models import DuplicateSet, Record, Review, Verdict


@dataclass(frozen=True)
class Cell:
    """What one side says in a field, in parts."""

    source: str
    parts: list[Part]


@dataclass(frozen=True)
class Row:
    """One field of all sides, and in words how they differ."""

    label: str
    cells: list[Cell]
    difference: str


@dataclass(frozen=True)
class Side:
    """A record in question: where it was found, and what it stands for already."""

    record: Record
    source: str
    copies: int
    why_kept: str


@dataclass(frozen=True)
class Question:
    """A set that waits for a person, and its place in the queue."""

    duplicate_set: DuplicateSet
    sides: list[Side]
    rows: list[Row]
    reason: str
    number: int
    waiting: int

    @property
    def kept(self) -> Side:
        """The side that goes on, unless the person chooses another."""
        return self.sides[0]


def following(review: Review, after: int = 0) -> Question | None:
    """Return the first question after the set of that number, with its place."""
    waiting = answering.questions(review)
    duplicate_set = waiting.filter(number__gt=after).first()
    if duplicate_set is None:
        return None
    place = waiting.filter(number__lte=duplicate_set.number).count()
    sides = _sides(duplicate_set)
    return Question(
        duplicate_set=duplicate_set,
        sides=sides,
        rows=_rows(sides),
        reason=duplicate_set.basis.removeprefix(stored.TO_CHECK).split("\n")[0],
        number=place,
        waiting=waiting.count(),
    )


def _sides(duplicate_set: DuplicateSet) -> list[Side]:
    """Return what goes on in a set, the one to keep first."""
    known = duplicate_set.records.select_related("search__wave", "review")
    everything = list(known.defer("original").order_by("pk"))
    records = [each for each in everything if each.duplicate_of_id is None]
    copies = Counter(each.duplicate_of_id for each in everything)
    keep = members.default_keep(everything)
    kept = keep.duplicate_of_id or keep.pk
    records.sort(key=lambda each: (each.pk != kept, each.pk))
    return [
        Side(
            record=each,
            source=f"{each.search.name} {each.source_id}".strip(),
            copies=copies[each.pk],
            why_kept=members.why_kept(each, everything) if each.pk == kept else "",
        )
        for each in records
    ]


def _rows(sides: list[Side]) -> list[Row]:
    texts = [_texts(side.record) for side in sides]
    return [
        _row(label, [each[label] for each in texts], sides)
        for label in (texts[0] if texts else ())
        if any(each[label] for each in texts)
    ]


def _row(label: str, values: list[str], sides: list[Side]) -> Row:
    # Each is held against the first, and the first against the second.
    pairs = [differences.between(values[0], value) for value in values[1:]]
    parts = [pairs[0][0] if pairs else [Part(values[0], differs=False)]]
    parts += [right for _, right in pairs]
    return Row(
        label=label,
        cells=[Cell(side.source, own) for side, own in zip(sides, parts, strict=True)],
        difference=_in_words(values),
    )


def _in_words(values: list[str]) -> str:
    known = [value for value in values if value.strip()]
    if any(not differences.same(known[0], value) for value in known[1:]):
        return "differs"
    return "same" if len(known) == len(values) else "not in every copy"


def _texts(record: Record) -> dict[str, str]:
    volume = record.volume + (f"({record.issue})" if record.issue else "")
    return {
        "Title": record.title,
        "Authors": "; ".join(record.authors),
        "Year": str(record.year or ""),
        "Journal": record.journal,
        "Volume, issue": volume,
        "Pages": record.pages,
        "DOI": record.doi,
        "PMID": record.pmid,
        "Type": record.type_in_words,
        "Language": record.language,
        "Settled": Verdict(record.verdict).label if record.verdict else "",
        "Abstract": record.abstract,
    }
