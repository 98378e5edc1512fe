"""Rayyan's votes, which its exports write into the notes of each record.

RAYYAN-INCLUSION names each person's decision; labels and reasons for exclusion stand
beside it without a name. Reasons go to those who excluded, and where these are several
the report says so.
"""

import re
from collections import defaultdict
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
_PART = re.compile(rf"\b({'|'.join(_PARTS)})\s*:")
# Each character is looked at once, whatever a file brings: a string that is never
# closed goes to the end.
_TOKEN = re.compile(
    r'"(?P<string>(?:[^"\\]|\\(?:.|\Z))*+)(?:"|\Z)'
    r"|(?P<arrow>=>|:)|(?P<open>\[)|(?P<close>\])|(?P<bare>\w++)",
    re.DOTALL,
)


def votes_in(
    notes: str,
    record: ParsedRecord,
    line: int,
    *,
    stage: Stage = Stage.TITLE_ABSTRACT,
    words: Words = NO_WORDS,
) -> Iterator[Vote | Problem]:
    """Yield the votes that the notes of a record tell."""
    said = _parts(values.unescape(notes))
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


def _parts(notes: str) -> dict[str, str]:
    """Return what stands after each of Rayyan's names."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    _, *told_of = _PART.split(notes)
    for name, text in zip(told_of[::2], told_of[1::2], strict=True):
        found[name].append(text.strip().strip("|").strip())
    return {name: ", ".join(filter(None, texts)) for name, texts in found.items()}


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    """Yield each person of {"Ann"=>"Included", "Bob"=>["one note", "another"]}."""
    who, is_told = "", False
    several: list[str] | None = None
    for token in _TOKEN.finditer(text):
        kind = str(token.lastgroup)
        if several is not None:
            if kind == "string":
                several.append(_plain(token[kind]))
            elif kind == "close":
                yield who, " ".join(several)
                who, is_told, several = "", False, None
        elif kind == "arrow":
            is_told = bool(who)
        elif kind == "open" and is_told:
            several = []
        elif kind in ("string", "bare") and is_told:
            yield who, _plain(token[kind])
            who, is_told = "", False
        elif kind == "string":
            who = _plain(token[kind])
    if several is not None:
        yield who, " ".join(several)


def _names(text: str) -> tuple[str, ...]:
    """Return labels or reasons, listed plainly or by person."""
    if pairs := list(_pairs(text)):
        text = ",".join(value for _, value in pairs)
    return told.parts(text, ",\n")


def _plain(text: str) -> str:
    return values.one_line(text.replace('\\"', '"').replace("\\\\", "\\"))
