"""Records as RIS text that every reference manager reads, and this one unchanged.

Lines of a record's original text that no column carries are written again, so
what came in goes out. A value stands on one line, since a line of its own could
look like a tag.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviews.formats import leftovers, values
from reviews.formats.parsed import ParsedRecord

_TYPE = re.compile(r"[A-Z][A-Z0-9]{2,7}")
_UNKNOWN_TYPE = "GEN"


@dataclass(frozen=True, slots=True)
class NotedRecord(ParsedRecord):
    """A record to be written with notes of its own."""

    notes: tuple[str, ...] = ()


def write(records: Iterable[ParsedRecord]) -> Iterator[str]:
    """Yield the RIS text of each record."""
    for record in records:
        lines = [f"{tag}  - {value}" for tag, value in _fields(record) if value]
        yield "\n".join([*lines, "ER  - ", "", ""])


def _fields(record: ParsedRecord) -> Iterator[tuple[str, str]]:
    kind = values.one_line(record.publication_type)
    yield "TY", kind if _TYPE.fullmatch(kind) else _standard_type(kind)
    written = set()
    for tag, value in _columns(record):
        text = values.one_line(value)
        written.add((tag, text))
        yield tag, text
    if kind and not _TYPE.fullmatch(kind):
        written.add(("M3", kind))
        yield "M3", kind
    for tag, value in leftovers.of(record.original):
        # A date beside the year, so that the year is not there twice.
        again = ("DA" if tag in ("PY", "Y1") else tag, value)
        if again not in written:
            written.add(again)
            yield again


def _columns(record: ParsedRecord) -> Iterator[tuple[str, str]]:
    yield "ID", record.source_id
    yield "TI", record.title
    for author in record.authors:
        yield "AU", author
    yield "T2", record.journal
    yield "PY", str(record.year or "")
    yield "VL", record.volume
    yield "IS", record.issue
    yield from _page_fields(record.pages)
    yield "DO", record.doi
    yield "PM", record.pmid
    yield "LA", record.language
    yield "UR", record.url
    yield "AB", record.abstract
    for keyword in record.keywords:
        yield "KW", keyword
    if isinstance(record, NotedRecord):
        for note in record.notes:
            yield "N1", note


def _page_fields(pages: str) -> Iterator[tuple[str, str]]:
    first, _, last = (part.strip() for part in pages.partition("-"))
    if values.page_range(first, last) == pages:
        yield "SP", first
        yield "EP", last
    else:
        yield "SP", pages


def _standard_type(kind: str) -> str:
    return "JOUR" if "journal" in kind.lower() else _UNKNOWN_TYPE
