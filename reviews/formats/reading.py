"""The one door for import files: bytes in, records and problems out.

Format and encoding are told by the content, and a person may correct both. A further
format is one more line in `FORMATS` and one module with a `parse`.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from reviews.formats import (
    bibtex,
    by_row,
    endnote_xml,
    enw,
    nbib,
    pubmed_xml,
    ris,
    tables,
    wos,
    xlsx,
)
from reviews.formats.decoding import decode
from reviews.formats.parsed import (
    Item,
    Mapping,
    ParsedFile,
    ParsedRecord,
    Problem,
    Severity,
    UnreadableFile,
)


@dataclass(frozen=True, slots=True)
class _Format:
    name: str
    label: str
    recognises: Callable[[str], bool]
    parse: Callable[[str], Iterator[Item]]


# In this order: an earlier one is recognised by more.
_XML = (
    _Format(
        "pubmed_xml", "PubMed XML", pubmed_xml.looks_like_pubmed_xml, pubmed_xml.parse
    ),
    _Format(
        "endnote_xml",
        "EndNote XML",
        endnote_xml.looks_like_endnote_xml,
        endnote_xml.parse,
    ),
)
_TAGGED = (
    _Format("wos", "Web of Science text", wos.looks_like_wos, wos.parse),
    _Format("nbib", "PubMed text (NBIB)", nbib.looks_like_nbib, nbib.parse),
    _Format("ris", "RIS", ris.looks_like_ris, ris.parse),
    _Format("enw", "EndNote text (ENW)", enw.looks_like_enw, enw.parse),
    _Format("bibtex", "BibTeX", bibtex.looks_like_bibtex, bibtex.parse),
)
_ON_ITS_SIDE = _Format(
    "fields_by_row",
    "Table with a field in each row",
    by_row.looks_like_fields_by_row,
    by_row.parse,
)
_TABLE = "csv"
_WORKBOOK = "xlsx"
# What a person may choose where the recognition is wrong.
FORMATS = {known.name: known.label for known in (*_XML, *_TAGGED)} | {
    _ON_ITS_SIDE.name: _ON_ITS_SIDE.label,
    _TABLE: "Table (CSV, tab-separated)",
    _WORKBOOK: "Excel workbook",
}
_BY_NAME = {known.name: known for known in (*_XML, *_TAGGED, _ON_ITS_SIDE)}

_MARKUP = re.compile("<[!?A-Za-z]")
_WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html)", re.IGNORECASE)
_HEAD = 50_000
_MOST_ERRORS = 1000


@dataclass(slots=True)
class Opened:
    """A file whose format is known; its items are read while they are taken."""

    format: str
    encoding: str
    items: Iterator[Item]
    headings: tuple[str, ...] = ()
    mapping: Mapping | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """The beginning of a table, as a person is asked what its columns mean."""

    format: str
    encoding: str
    headings: tuple[str, ...]
    mapping: Mapping
    rows: tuple[tuple[str, ...], ...]


def read(
    data: bytes,
    *,
    format_hint: str = "",
    encoding_hint: str = "",
    mapping: Mapping | None = None,
) -> ParsedFile:
    """Read an import file whole.

    Raises UnreadableFile where nothing in it can be read as records, and UnknownTable
    for a table that needs a mapping.
    """
    opened = open_file(
        data, format_hint=format_hint, encoding_hint=encoding_hint, mapping=mapping
    )
    records: list[ParsedRecord] = []
    problems: list[Problem] = []
    for item in opened.items:
        if isinstance(item, ParsedRecord):
            records.append(item)
        else:
            problems.append(item)
    if not records:
        first = f" Line {problems[0].line}: {problems[0].message}" if problems else ""
        raise UnreadableFile(f"The file holds no record.{first}")
    return ParsedFile(
        opened.format,
        opened.encoding,
        tuple(records),
        tuple(sorted(problems, key=lambda problem: problem.line)),
        opened.headings,
        opened.mapping,
    )


def open_file(
    data: bytes,
    *,
    format_hint: str = "",
    encoding_hint: str = "",
    mapping: Mapping | None = None,
) -> Opened:
    """Recognise an import file; its records and problems are read one by one.

    Raises UnreadableFile and UnknownTable as `read` does; taking the items may raise
    UnreadableFile too.
    """
    if format_hint and format_hint not in FORMATS:
        raise UnreadableFile(
            f"“{format_hint[:40]}” is no format that can be read; the formats are "
            f"{', '.join(FORMATS)}."
        )
    if format_hint == _WORKBOOK or (not format_hint and xlsx.looks_like_workbook(data)):
        return _open_workbook(data, mapping)
    decoded = decode(data, encoding_hint)
    chosen = (
        _BY_NAME.get(format_hint)
        if format_hint or mapping
        else _recognise(decoded.text)
    )
    if chosen:
        items = chosen.parse(decoded.text)
        return Opened(chosen.name, decoded.encoding, _chained(decoded.problems, items))
    table = tables.open_text(decoded.text, mapping)
    items = _chained(decoded.problems, tables.read(table))
    return Opened(_TABLE, decoded.encoding, items, table.headings, table.mapping)


def sample(
    data: bytes,
    *,
    format_hint: str = "",
    encoding_hint: str = "",
    mapping: Mapping | None = None,
    number: int = 3,
) -> Sample:
    """Return the headings and the first rows of a table, whatever they mean.

    Raises UnreadableFile, and UnknownTable where there is no table at all.
    """
    if format_hint == _WORKBOOK or (not format_hint and xlsx.looks_like_workbook(data)):
        form, encoding = _WORKBOOK, ""
        table = tables.open_workbook(data, mapping, titled=False)
    else:
        decoded = decode(data, encoding_hint)
        form, encoding = _TABLE, decoded.encoding
        table = tables.open_text(decoded.text, mapping, titled=False)
    rows = tuple(tuple(row.cells) for row in islice(table.rows, number))
    return Sample(form, encoding, table.headings, table.mapping, rows)


def _open_workbook(data: bytes, mapping: Mapping | None) -> Opened:
    table = tables.open_workbook(data, mapping)
    return Opened(
        _WORKBOOK, "", _chained((), tables.read(table)), table.headings, table.mapping
    )


def _chained(first: tuple[Problem, ...], rest: Iterator[Item]) -> Iterator[Item]:
    """Yield what both give, up to as many errors as no list of records has.

    Raises UnreadableFile then, so that a file of nonsense ends soon.
    """
    errors = 0
    for item in chain(first, rest):
        yield item
        if isinstance(item, Problem) and item.severity is Severity.ERROR:
            errors += 1
            if errors > _MOST_ERRORS:
                raise UnreadableFile(
                    f"The file has more than {_MOST_ERRORS:,} errors; reading stopped "
                    f"on line {item.line:,}: {item.message}"
                )


def _recognise(text: str) -> _Format | None:
    """Return the format of a text, None for a table. Raises UnreadableFile."""
    head = text[:_HEAD].lstrip("\ufeff\r\n\t ")
    # Markup may quote a tagged line; no tagged file begins with a bracket.
    if _MARKUP.match(head):
        for known in _XML:
            if known.recognises(head):
                return known
        kind = "a web page" if _WEB_PAGE.match(head) else "XML of another kind"
        raise UnreadableFile(f"The file looks like {kind}, which cannot be read.")
    if _ON_ITS_SIDE.recognises(text):
        return _ON_ITS_SIDE
    if tables.looks_like_table(text, certain=True):
        return None
    for known in _TAGGED:
        if known.recognises(text):
            return known
    if head[:1] in ("[", "{"):
        raise UnreadableFile("The file looks like JSON, which cannot be read.")
    if tables.looks_like_table(text):
        return None
    raise UnreadableFile(
        "The format of the file is not recognised; these can be read: "
        f"{', '.join(FORMATS.values())}."
    )
