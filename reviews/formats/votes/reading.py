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
    rows,
    told,
)
from reviews.formats.votes.told import Decision, Stage, Vote, VoteFile

SOURCES = ("covidence", "rayyan", "asreview", "csv")
# Whose votes stand in the notes of a RIS file.
_IN_NOTES = {"rayyan": rayyan.from_notes, "asreview": asreview.from_notes}
_SAMPLE = 200


def read(
    data: bytes,
    source: str,
    *,
    mapping: Mapping | None = None,
    encoding_hint: str = "",
    decision: Decision | None = None,
    stage: Stage = Stage.TITLE_ABSTRACT,
) -> VoteFile:
    """Read the votes of a file of one of the sources.

    `decision` and `stage` are what a whole list of Covidence stands for. Raises
    UnreadableFile where there is no vote.
    """
    if source not in SOURCES:
        raise UnreadableFile(
            f"Votes can be read from {', '.join(SOURCES)}, not from “{source[:40]}”."
        )
    if source in _IN_NOTES and not _is_table(data):
        found = told.file(source, _from_ris(data, source, encoding_hint))
    else:
        headings, every = rows.open_rows(data, mapping, encoding_hint)
        items = (
            rayyan_log.votes(every)
            if source == "rayyan" and rayyan_log.is_log(headings)
            else _from_rows(source, headings, every, decision, stage)
        )
        found = told.file(source, items)
    if not found.votes:
        raise UnreadableFile("The file tells no decision, label or note.")
    return found


def _from_rows(
    source: str,
    headings: tuple[str, ...],
    every: Iterator[rows.Row],
    decision: Decision | None,
    stage: Stage,
) -> Iterator[Vote | Problem]:
    sample = list(islice(every, _SAMPLE))
    people = listed.people_in(headings, sample)
    for row in chain(sample, every):
        match source:
            case "rayyan":
                yield from rayyan.from_row(row)
            case "covidence":
                yield from covidence.from_row(
                    row, headings, decision=decision, stage=stage
                )
            case "asreview":
                yield from asreview.from_row(row, headings)
            case _:
                yield from listed.from_row(row, people)


def _from_ris(data: bytes, source: str, encoding_hint: str) -> Iterator[Vote | Problem]:
    opened = reading.open_file(data, format_hint="ris", encoding_hint=encoding_hint)
    for item in opened.items:
        if isinstance(item, ParsedRecord):
            fields = (field for r in ris.tagged(item.original) for field in r.fields)
            notes = [field.value for field in fields if field.tag == "N1"]
            yield from _IN_NOTES[source](notes, item)


def _is_table(data: bytes) -> bool:
    try:
        return reading.open_file(data).format in ("csv", "xlsx")
    except UnknownTable:
        return True
