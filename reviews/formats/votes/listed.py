"""Votes in a table of any kind: a row for each vote, or a column for each person.

With a column for the reviewer each row is one vote. Without one, a column of which
every cell is a decision is a person's, and its heading is the name. A person may say
which column holds what; nothing is guessed then.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reviews.formats import headings as known
from reviews.formats.parsed import Mapping, Problem
from reviews.formats.votes import told
from reviews.formats.votes.rows import Row, plain
from reviews.formats.votes.told import NO_WORDS, Decision, Stage, Vote, Words

_WHO = ("reviewer", "screener", "who", "person", "user", "rater", "reviewer name")
_DECISION = ("decision", "vote", "verdict", "include", "included", "status", "label")
_REASON = ("reason", "reasons", "exclusion reason", "exclusion reasons")
_LABELS = ("labels", "label", "tags", "tag")
_NOTE = ("note", "notes", "comment", "comments")
DATE = ("date", "decided at", "voted at", "timestamp", "time", "at")
_STAGE = ("stage", "phase", "level")
_OURS = frozenset((*_WHO, *_DECISION, *_REASON, *_LABELS, *_NOTE, *DATE, *_STAGE))
# The fields of a mapping that are of votes; under each of `people` stand the
# decisions of the person whose name the heading is.
_SAMPLE = 200
COLUMNS = ("who", "decision", "reason", "labels", "note", "date", "stage", "people")


@dataclass(frozen=True, slots=True)
class Columns:
    """The plain headings under which each part of a vote stands."""

    who: tuple[str, ...] = _WHO
    decision: tuple[str, ...] = _DECISION
    reason: tuple[str, ...] = _REASON
    labels: tuple[str, ...] = _LABELS
    note: tuple[str, ...] = _NOTE
    date: tuple[str, ...] = DATE
    stage: tuple[str, ...] = _STAGE
    # As the table writes them.
    people: tuple[str, ...] = ()
    # Whether dates in numbers begin with the day, where the table shows it.
    day_first: bool | None = None


def columns_of(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the headings of each field of a pair such as "Ann Ng=people".

    Raises UnreadableFile.
    """
    return known.paired(pairs, (*known.FIELDS, *COLUMNS))


def columns_in(
    headings: Sequence[str],
    sample: Sequence[Row],
    mapping: Mapping | None = None,
    words: Words = NO_WORDS,
) -> Columns:
    """Return what a person said of the columns, else what their headings tell."""
    said = mapping.columns if mapping else {}
    if not said.keys() & set(COLUMNS):
        people = people_in(headings, sample[:_SAMPLE], words)
        return Columns(people=people, day_first=_day_first(DATE, sample))
    named = {
        field: tuple(map(known.plain, said.get(field, ())))
        for field in COLUMNS
        if field != "people"
    }
    return Columns(
        **named,
        people=tuple(said.get("people", ())),
        day_first=_day_first(named["date"], sample),
    )


def _day_first(names: Sequence[str], sample: Sequence[Row]) -> bool | None:
    return told.day_first(row.cell(*names) for row in sample)


def people_in(
    headings: Sequence[str], sample: Sequence[Row], words: Words = NO_WORDS
) -> tuple[str, ...]:
    """Return the headings under which each person's decisions stand."""
    plain_names = [known.plain(heading) for heading in headings]
    if set(plain_names) & set(_WHO):
        return ()
    found = []
    for heading, name in zip(headings, plain_names, strict=True):
        cells = [cell for row in sample if (cell := row.cell(name).strip())]
        if (
            cells
            and name not in _OURS
            and not known.count_known([heading])
            and all(told.decision(cell, words) for cell in cells)
        ):
            found.append(heading)
    return tuple(found)


def from_row(
    row: Row,
    columns: Columns,
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
    words: Words = NO_WORDS,
) -> Iterator[Vote | Problem]:
    """Yield the votes of a row and what of it could not be mapped."""
    said = row.cell(*columns.date).strip()
    date = told.moment(said, day_first=columns.day_first) if said else None
    if said and date is None:
        yield told.unmapped(
            row.line,
            f"“{said[:60]}” is no date, or could be two. What is decided on this line "
            "comes in without it.",
        )
    named = row.cell(*columns.stage).strip()
    at = told.stage(named) if named else stage
    if at is None:
        yield told.unmapped(
            row.line,
            f"“{named[:60]}” is not a known stage. What is decided on this line stays "
            "out.",
        )
        return
    cast = [(heading, row.cell(known.plain(heading))) for heading in columns.people]
    if not columns.people:
        cast = [(plain(row.cell(*columns.who)), row.cell(*columns.decision))]
    labels = _without(columns.labels, row, columns)
    for who, word in cast:
        decided = told.decision(word, words)
        if decided is None and word.strip():
            yield told.unknown(row.line, word)
        reasons = told.parts(row.cell(*columns.reason))
        vote = Vote(
            told.key(row.record),
            who,
            decided,
            reasons if decided is Decision.EXCLUDE else (),
            told.parts(row.cell(*labels)),
            plain(row.cell(*columns.note)),
            date,
            at,
            row.line,
            word.strip() if decided else "",
        )
        if vote.decision or vote.note or vote.labels:
            yield vote


def _without(names: Sequence[str], row: Row, columns: Columns) -> tuple[str, ...]:
    """Leave out the heading that the decision was taken from."""
    used = next((name for name in columns.decision if row.cell(name).strip()), "")
    return tuple(name for name in names if name != used)
