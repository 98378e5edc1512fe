"""The one door for votes of other tools: bytes in, votes and the unmapped out."""

from collections.abc import Iterator
from itertools import chain, islice

from reviews.formats import reading, ris
from reviews.formats.parsed import (
    Mapping,
    ParsedRecord,
    Problem,
    UnknownTable,
    UnreadableFile,
)
from reviews.formats.votes import (
    asreview,
    covidence,
    listed,
    rayyan,
    rayyan_log,
    rayyan_zip,
    rows,
    told,
)
from reviews.formats.votes.told import (
    NO_WORDS,
    Decision,
    Stage,
    Vote,
    VoteFile,
    Words,
)

SOURCES = ("covidence", "rayyan", "asreview", "csv")
# Whose votes stand in the notes of a RIS file.
_IN_NOTES = {"rayyan": rayyan.from_notes, "asreview": asreview.from_notes}
# Enough for a date to show whether the day or the month comes first.
_SAMPLE = 2000
_NO_DECISION = {
    "covidence": "The file does not tell what was decided. Say whether everything in "
    "this list was included or excluded."
}


def read(
    data: bytes,
    source: str,
    *,
    mapping: Mapping | None = None,
    encoding_hint: str = "",
    decision: Decision | None = None,
    stage: Stage = Stage.TITLE_ABSTRACT,
    words: Words = NO_WORDS,
) -> VoteFile:
    """Read the votes of a file of one of the sources.

    `stage` is what counts where the file does not say it, `decision` what a whole
    list of Covidence stands for, `words` what a person said that words mean. For a
    table `mapping` also names the columns of votes (`votes.listed.COLUMNS`). Raises
    UnreadableFile where there is no vote.
    """
    if source not in SOURCES:
        raise UnreadableFile(
            f"Votes can be read from {', '.join(SOURCES)}, not from “{source[:40]}”."
        )
    if source == "rayyan" and rayyan_zip.looks_like_zip(data):
        articles, log = rayyan_zip.unpacked(data)
        found = read(articles, source, stage=stage, words=words)
        if not log:
            return found
        events = rows.open_rows(log)[1]
        return rayyan_zip.dated(found, rayyan_log.votes(events, stage=stage))
    if source in _IN_NOTES and not _is_table(data):
        found = told.file(source, _from_ris(data, source, encoding_hint, stage, words))
    else:
        headings, every = rows.open_rows(
            data,
            mapping,
            encoding_hint,
            # The day of a vote is not the year of its record.
            of_votes=listed.DATE if source == "csv" else (),
        )
        items = (
            rayyan_log.votes(every, stage=stage)
            if source == "rayyan" and rayyan_log.is_log(headings)
            else _from_rows(source, headings, every, mapping, decision, stage, words)
        )
        found = told.file(source, items)
    if not found.words and not any(vote.decision for vote in found.votes):
        raise UnreadableFile(_NO_DECISION.get(source, "The file tells no decision."))
    return found


def _from_rows(
    source: str,
    headings: tuple[str, ...],
    every: Iterator[rows.Row],
    mapping: Mapping | None,
    decision: Decision | None,
    stage: Stage,
    words: Words,
) -> Iterator[Vote | Problem]:
    sample = list(islice(every, _SAMPLE))
    columns = listed.columns_in(headings, sample, mapping, words)
    for row in chain(sample, every):
        match source:
            case "rayyan":
                yield from rayyan.from_row(row, stage=stage, words=words)
            case "covidence":
                yield from covidence.from_row(
                    row, headings, decision=decision, stage=stage, words=words
                )
            case "asreview":
                yield from asreview.from_row(row, headings, stage=stage, words=words)
            case _:
                yield from listed.from_row(row, columns, stage=stage, words=words)


def _from_ris(
    data: bytes, source: str, encoding_hint: str, stage: Stage, words: Words
) -> Iterator[Vote | Problem]:
    opened = reading.open_file(data, format_hint="ris", encoding_hint=encoding_hint)
    for item in opened.items:
        if isinstance(item, ParsedRecord):
            fields = (field for r in ris.tagged(item.original) for field in r.fields)
            notes = [field.value for field in fields if field.tag == "N1"]
            yield from _IN_NOTES[source](notes, item, stage=stage, words=words)


def _is_table(data: bytes) -> bool:
    try:
        return reading.open_file(data).format in ("csv", "xlsx")
    except UnknownTable:
        return True
