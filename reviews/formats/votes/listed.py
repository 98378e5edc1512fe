"""Votes in a table of any kind: a row for each vote, or a column for each person.

With a column for the reviewer each row is one vote. Without one, a column of which
every cell is a decision is a person's, and its heading is the name.
"""

from collections.abc import Iterator, Sequence

from reviews.formats import headings as known
from reviews.formats.parsed import Problem
from reviews.formats.votes import told
from reviews.formats.votes.rows import Row, plain
from reviews.formats.votes.told import Decision, Stage, Vote

_WHO = ("reviewer", "screener", "who", "person", "user", "rater", "reviewer name")
_DECISION = ("decision", "vote", "verdict", "include", "included", "status", "label")
_REASON = ("reason", "reasons", "exclusion reason", "exclusion reasons")
_LABELS = ("labels", "label", "tags", "tag")
_NOTE = ("note", "notes", "comment", "comments")
_DATE = ("date", "decided at", "voted at", "timestamp", "time", "at")
_STAGE = ("stage", "phase", "level")
_OURS = frozenset((*_WHO, *_DECISION, *_REASON, *_LABELS, *_NOTE, *_DATE, *_STAGE))


def people_in(headings: Sequence[str], sample: Sequence[Row]) -> tuple[str, ...]:
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
            and all(told.decision(cell) for cell in cells)
        ):
            found.append(heading)
    return tuple(found)


def from_row(row: Row, people: Sequence[str]) -> Iterator[Vote | Problem]:
    """Yield the votes of a row and what of it could not be mapped."""
    date = told.moment(said) if (said := row.cell(*_DATE).strip()) else None
    if said and date is None:
        yield told.unmapped(row.line, f"“{said[:60]}” is not a date that is one only.")
    stage = told.stage(named) if (named := row.cell(*_STAGE).strip()) else None
    if named and stage is None:
        yield told.unmapped(row.line, f"“{named[:60]}” is not a known stage.")
    cast = [(heading, row.cell(known.plain(heading))) for heading in people]
    if not people:
        cast = [(plain(row.cell(*_WHO)), row.cell(*_DECISION))]
    for who, word in cast:
        decided = told.decision(word)
        if decided is None and word.strip():
            message = f"“{word.strip()[:60]}” is not a known decision."
            yield told.unmapped(row.line, message)
        vote = Vote(
            told.key(row.record),
            who,
            decided,
            told.parts(row.cell(*_REASON)) if decided is Decision.EXCLUDE else (),
            told.parts(row.cell(*_LABELS)) if "label" not in _used(row) else (),
            plain(row.cell(*_NOTE)),
            date,
            stage or Stage.TITLE_ABSTRACT,
            row.line,
        )
        if vote.decision or vote.note or vote.labels:
            yield vote


def _used(row: Row) -> frozenset[str]:
    """Return the heading that the decision was taken from."""
    name = next((name for name in _DECISION if row.cell(name).strip()), "")
    return frozenset({name})
