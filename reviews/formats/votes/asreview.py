"""ASReview's labels, of version 1 (included) and version 2 (asreview_label).

1 is relevant, 0 is not, and anything else was never seen. A server of version 2 names
who labelled; else one person did, whom the file does not name. What ASReview was given
as known before counts as theirs.
"""

from collections.abc import Iterator, Sequence

from reviews.formats.parsed import ParsedRecord, Problem
from reviews.formats.votes import told
from reviews.formats.votes.rows import Row, plain
from reviews.formats.votes.told import NO_WORDS, Decision, Stage, Vote, Words

_LABELS = ("asreview label", "included", "label included", "final included", "label")
_UNSEEN = frozenset({"", "-1", "-1.0", "nan", "none"})
_TAG = "asreview tag"
_IN_NOTES = "asreview_"
_IN_RIS = {
    "relevant": Decision.INCLUDE,
    "irrelevant": Decision.EXCLUDE,
    "validate_relevant": Decision.INCLUDE,
    "validate_irrelevant": Decision.EXCLUDE,
}


def from_row(
    row: Row,
    headings: Sequence[str],
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
    words: Words = NO_WORDS,
) -> Iterator[Vote | Problem]:
    """Yield the vote of a row, if it was labelled."""
    word = row.cell(*_LABELS).strip()
    note = plain(
        row.cell("asreview note", "exported notes 1", "exported notes", "notes")
    )
    labels = tuple(_labels(row))
    decided = told.decision(word, words)
    if decided is None and word.lower() not in _UNSEEN:
        yield told.unknown(row.line, word)
    said = row.cell("asreview time", "time")
    date = told.moment(said) if said.strip() else None
    if said.strip() and date is None:
        yield told.unmapped(row.line, f"“{said[:60]}” is not a date.")
    if decided or note or labels:
        yield Vote(
            told.key(row.record),
            plain(row.cell("asreview user email", "asreview user name")),
            decided,
            (),
            labels,
            note,
            date,
            stage,
            row.line,
            word if decided else "",
        )


def from_notes(
    notes: Sequence[str],
    record: ParsedRecord,
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
    words: Words = NO_WORDS,
) -> Iterator[Vote | Problem]:
    """Yield the vote that the notes (N1) of one record of ASReview's RIS hold."""
    said = {note.strip().lower().removeprefix(_IN_NOTES) for note in notes}
    for word, decided in _IN_RIS.items():
        if word in said:
            line = record.first_line
            key = told.key(record)
            yield Vote(key, decision=decided, stage=stage, line=line, said=word)
            return


def _labels(row: Row) -> Iterator[str]:
    """Yield the tags that were set, each a column of noughts and ones."""
    yield from told.parts(row.cell("asreview tags", "tags"))
    for name, cell in row.by_heading.items():
        if name.startswith(f"{_TAG} ") and cell.strip().lower() in ("1", "1.0", "true"):
            yield name.removeprefix(f"{_TAG} ")
