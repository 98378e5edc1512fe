"""Rayyan's votes, which its exports write into the notes of each record.

RAYYAN-INCLUSION names each person's decision; labels and reasons for exclusion stand
beside it without a name. Reasons go to those who excluded, and where these are several
the report says so.
"""

import re
from collections.abc import Iterator, Sequence

from reviews.formats import values
from reviews.formats.parsed import ParsedRecord, Problem
from reviews.formats.votes import told
from reviews.formats.votes.rows import Row
from reviews.formats.votes.told import (
    NO_WORDS,
    Decision,
    Stage,
    Telling,
    Vote,
    Words,
)

_PARTS = (
    "RAYYAN-INCLUSION",
    "RAYYAN-LABELS",
    "RAYYAN-EXCLUSION-REASONS",
    "USER-NOTES",
)
_PART = re.compile(
    rf"\|?\s*\b({'|'.join(_PARTS)})\s*:\s*(.*?)(?=\s*\|?\s*\b(?:{'|'.join(_PARTS)})\s*:|$)",
    re.DOTALL,
)
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LIST = r'\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]'
_PAIR = re.compile(rf"{_QUOTED}\s*(?:=>|:)\s*(?:{_QUOTED}|{_LIST})")
_STRING = re.compile(_QUOTED)
_MOST = 200_000


def votes_in(
    notes: str,
    record: ParsedRecord,
    line: int,
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
    words: Words = NO_WORDS,
) -> Iterator[Vote | Problem]:
    """Yield the votes that the notes of a record tell."""
    notes = values.unescape(notes)[:_MOST]
    said: dict[str, str] = {}
    for name, text in _PART.findall(notes):
        said[name] = f"{said[name]}, {text}" if name in said else text
    if not said:
        return
    inclusion = dict(_pairs(said.get("RAYYAN-INCLUSION", "")))
    labels = _names(said.get("RAYYAN-LABELS", ""))
    reasons = _names(said.get("RAYYAN-EXCLUSION-REASONS", ""))
    comments = dict(_pairs(said.get("USER-NOTES", "")))
    decisions = {who: told.decision(word, words) for who, word in inclusion.items()}
    for who in dict.fromkeys([*decisions, *comments]):
        decided = decisions.get(who)
        if who in inclusion and decided is None:
            yield told.unknown(line, inclusion[who], who)
        yield Vote(
            told.key(record),
            who,
            decided,
            reasons if decided is Decision.EXCLUDE else (),
            labels,
            comments.get(who, ""),
            None,
            stage,
            line,
            inclusion.get(who, ""),
        )
    yield from _without_a_name(record, line, decisions, labels, reasons, comments)


def _without_a_name(
    record: ParsedRecord,
    line: int,
    decisions: dict[str, Decision | None],
    labels: tuple[str, ...],
    reasons: tuple[str, ...],
    comments: dict[str, str],
) -> Iterator[Vote | Problem]:
    excluders = [who for who, made in decisions.items() if made is Decision.EXCLUDE]
    if reasons and len(excluders) > 1:
        message = (
            "Rayyan does not say whose the reasons for exclusion are; each of "
            f"{', '.join(excluders)} was given them."
        )
        yield Telling(line, message, record=told.key(record))
    elif reasons and not excluders:
        message = f"Nobody excluded, but there are reasons: {', '.join(reasons)}."
        yield Telling(line, message, record=told.key(record))
    if labels and not decisions and not comments:
        yield Vote(told.key(record), labels=labels, line=line)


def from_row(
    row: Row, *, stage: Stage = Stage.TITLE_ABSTRACT, words: Words = NO_WORDS
) -> Iterator[Vote | Problem]:
    """Yield the votes of a row of Rayyan's CSV."""
    notes = row.cell("notes")
    yield from votes_in(notes, row.record, row.line, stage=stage, words=words)


def from_notes(
    notes: Sequence[str],
    record: ParsedRecord,
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
    words: Words = NO_WORDS,
) -> Iterator[Vote | Problem]:
    """Yield the votes in the notes (N1) of one record of Rayyan's RIS."""
    text, line = " | ".join(notes), record.first_line
    yield from votes_in(text, record, line, stage=stage, words=words)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for who, word, several in _PAIR.findall(text):
        notes = [_plain(note) for note in _STRING.findall(several)]
        yield _plain(who), _plain(word) or " ".join(notes)


def _names(text: str) -> tuple[str, ...]:
    """Return labels or reasons, listed plainly or by person."""
    if pairs := list(_pairs(text)):
        text = ",".join(value for _, value in pairs)
    return told.parts(text.strip(" |"), ",\n")


def _plain(text: str) -> str:
    return values.one_line(text.replace('\\"', '"').replace("\\\\", "\\"))
