"""Covidence's votes, as far as its exports tell them.

A list is exported for each outcome (irrelevant, excluded, included), so which it is
the person says; tags, notes and the reason for exclusion stand in the row. Columns
with the decisions of reviewers are read where the export has them.
"""

import re
from collections.abc import Iterator, Sequence

from reviews.formats.parsed import Problem
from reviews.formats.votes import told
from reviews.formats.votes.rows import Row, plain
from reviews.formats.votes.told import NO_WORDS, Decision, Stage, Vote, Words

_REASON = re.compile(r"Exclusion reason:\s*([^;\n]+);?", re.IGNORECASE)
# "Reviewer 1 vote", "Vote (Ann Ng)", "Ann Ng decision"
_BY = re.compile(
    r"(?:vote|decision)\s*(?:by|of|:|-)?\s*\(?(?P<after>[^()]+?)\)?|"
    r"(?P<before>.+?)(?:'s)?\s*[:-]?\s*(?:vote|decision)",
    re.IGNORECASE,
)


def from_row(
    row: Row,
    headings: Sequence[str],
    *,
    decision: Decision | None = None,
    stage: Stage = Stage.TITLE_ABSTRACT,
    words: Words = NO_WORDS,
) -> Iterator[Vote | Problem]:
    """Yield the votes of a row; `decision` is what the whole list stands for."""
    notes = row.cell("notes", "note")
    reasons = told.parts("\n".join(_REASON.findall(notes)))
    reasons = (
        told.parts(row.cell("exclusion reason", "reason for exclusion")) or reasons
    )
    labels = told.parts(row.cell("tags", "tag"))
    note = plain(_REASON.sub("", notes))
    if reasons:
        stage = Stage.FULL_TEXT  # Covidence asks for a reason at full text alone
    by_person = list(_by_person(row, headings))
    for who, word in by_person:
        decided = told.decision(word, words)
        if decided is None:
            yield told.unknown(row.line, word, who)
        else:
            kept = reasons if decided is Decision.EXCLUDE else ()
            yield Vote(
                told.key(row.record),
                who,
                decided,
                kept,
                labels,
                note,
                None,
                stage,
                row.line,
                word,
            )
    if by_person:
        return
    made = decision or (Decision.EXCLUDE if reasons else None)
    if made or labels or note:
        kept = reasons if made is Decision.EXCLUDE else ()
        yield Vote(
            told.key(row.record), "", made, kept, labels, note, None, stage, row.line
        )
    if made is None:
        message = "The file does not say what was decided on this record."
        yield told.unmapped(row.line, message)


def _by_person(row: Row, headings: Sequence[str]) -> Iterator[tuple[str, str]]:
    for heading in headings:
        match = _BY.fullmatch(heading.strip())
        if match and (word := row.cell(_plain(heading)).strip()):
            slot = (match["before"] or match["after"]).strip()
            yield row.cell(f"{slot.lower()} name", slot.lower()).strip() or slot, word


def _plain(heading: str) -> str:
    return " ".join(heading.lower().replace("_", " ").replace(".", " ").split())
