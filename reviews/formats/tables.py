"""Tables: CSV and its kin, whatever stands before the headings, or rows of a sheet.

A record's original text is its row beneath the headings, exactly as they stand, so
that it is a table by itself. What a cell says has no limit; a quotation mark that is
never closed, or a last row that breaks off, is named.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from reviews.formats import cells, fields, headings, table_rows, xlsx
from reviews.formats.parsed import Item, Mapping, Problem, Severity, UnknownTable
from reviews.formats.table_rows import Row

_SAMPLE = 200
_LONGEST_IN_SHEET = 32_767
# How people say in a cell that there is nothing.
_NONE = frozenset({"na", "n/a", "nan", "none", "null", "-", "--", "0", "no doi", "."})


@dataclass(slots=True)
class Table:
    """The headings of a table, what they mean, and its rows, to be read once."""

    headings: tuple[str, ...]
    mapping: Mapping
    heading_text: str
    rows: Iterator[Row]
    before: tuple[int, ...]  # lines that stand before the headings
    ends_with_line: bool
    quoted: bool = True  # quotation marks hold a cell together
    even: bool = False  # nearly all of its first rows have as many cells as columns
    is_sheet: bool = False
    unread: tuple[str, ...] = ()  # further sheets that hold something


def looks_like_table(text: str, *, certain: bool = False) -> bool:
    """Say whether the text begins as a table does; certain: with known headings."""
    if certain:
        found = table_rows.find_headings(text, None, furthest=1)
        return found is not None and headings.count_known(found[1].cells) > 2
    return table_rows.find_headings(text, None) is not None or bool(
        table_rows.by_shape(text)
    )


def open_text(
    text: str, mapping: Mapping | None = None, *, titled: bool = True
) -> Table:
    """Return the table of a text.

    Raises UnknownTable where no heading is known for the titles and no mapping given;
    a table of votes need not be titled.
    """
    found = table_rows.find_headings(text, mapping) or table_rows.by_shape(text)
    if found is None:
        raise UnknownTable(())
    delimiter, heading, before = found
    quoted = not table_rows.quotes_are_text(text, delimiter)
    rows = table_rows.rows_of(text, delimiter, quoted=quoted)
    _skip(rows, heading.line)
    ends = text.endswith(("\n", "\r"))
    table = _table(heading, rows, before, mapping, ends, titled=titled)
    table.quoted = quoted
    return table


def open_workbook(
    data: bytes, mapping: Mapping | None = None, *, titled: bool = True
) -> Table:
    """Return the table of a workbook: the first sheet with the most known headings.

    Raises UnknownTable, and UnreadableFile as xlsx.sheets does.
    """
    sheets = [_peeked(name, rows, mapping) for name, rows in xlsx.sheets(data)]
    best = max(sheets, key=lambda sheet: sheet.known)
    if not best.first:
        raise UnknownTable(())
    place = best.first.index(best.heading) if best.heading else 0
    before = tuple(row.line for row in best.first[:place])
    rest = chain(best.first[place + 1 :], best.rest)
    table = _table(best.first[place], rest, before, mapping, True, titled=titled)
    table.is_sheet = True
    table.unread = tuple(sheet.name for sheet in sheets if sheet is not best)
    return table


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The first rows of a sheet, which of them has the headings, and its other rows."""

    name: str
    first: list[Row]
    heading: Row | None
    rest: Iterator[Row]
    known: int


def _peeked(
    name: str, rows: Iterable[Sequence[str]], mapping: Mapping | None
) -> _Sheet:
    every = (
        Row(list(row), table_rows.as_csv(row), number, number)
        for number, row in enumerate(rows, 1)
        if any(cell.strip() for cell in row)
    )
    first = list(islice(every, table_rows.FURTHEST))
    heading = table_rows.best_row(first, mapping)
    known = table_rows.count_known(heading, mapping) if heading else -(not first)
    return _Sheet(name, first, heading, every, known)


def read(table: Table) -> Iterator[Item]:
    """Yield the records of a table and every problem met."""
    where = cells.places(table.headings, table.mapping)
    missing = [
        name
        for names in table.mapping.columns.values()
        for name in names
        if name not in table.headings
    ]
    for name in missing:
        message = f"The table has no column “{fields.excerpt(name)}”."
        yield Problem(1, message, Severity.WARNING)
    if table.unread:
        names = fields.excerpt(", ".join(f"“{name}”" for name in table.unread))
        message = (
            f"Only one sheet was read; not {names}. Save each of them as a file of "
            "its own if it holds records."
        )
        yield Problem(1, message, Severity.WARNING)
    if table.before:
        yield from fields.outside(table.before)
    width = len(table.headings)
    last: Row | None = None
    shorter = 0
    for row in table.rows:
        if last:
            shorter += len(last.cells) < width
            yield from _short_problems(last, width, table)
        last = row
        if _is_remark(row, where):
            yield from fields.outside([row.line])
            continue
        record = cells.record(
            row.cells,
            where,
            table.mapping,
            original=f"{table.heading_text}\n{row.original}",
            line=row.line,
        )
        yield record
        doi = _said(row, where, "doi")
        yield from fields.problems(
            record,
            year=_said(row, where, "year"),
            doi="" if doi.lower() in _NONE else doi,
        )
        yield from _width_problems(row, width)
        if table.is_sheet:
            yield from _length_problems(row)
    if last:
        usual = not shorter
        end = list(_end_problems(last, width, table, usual=usual))
        yield from end or _short_problems(last, width, table)


def guess(names: Sequence[str], rows: Iterable[Sequence[str]] = ()) -> Mapping:
    """Return what the headings are known to mean, as headings.guess does."""
    return headings.guess(names, rows)


def _table(
    heading: Row,
    rows: Iterator[Row],
    before: tuple[int, ...],
    mapping: Mapping | None,
    ends_with_line: bool,
    *,
    titled: bool,
) -> Table:
    names = tuple(cell.strip().lstrip("\ufeff") for cell in heading.cells)
    sample = list(islice(rows, _SAMPLE))
    shown = [row.cells for row in sample]
    if mapping is None:
        mapping = headings.guess(names, shown)
        if titled and "title" not in mapping.columns:
            raise UnknownTable(names)
    else:
        mapping = headings.with_separators(mapping, names, shown)
    every = chain(sample, rows)
    table = Table(names, mapping, heading.original, every, before, ends_with_line)
    whole = sum(len(row.cells) >= len(names) for row in sample)
    table.even = whole * 4 > len(sample) * 3
    return table


def _skip(rows: Iterator[Row], line: int) -> None:
    for row in rows:
        if row.line >= line:
            return


def _said(row: Row, where: cells.Places, field: str) -> str:
    said = (row.cells[n].strip() for n in where.get(field, ()) if n < len(row.cells))
    return next(filter(None, said), "")


def _is_remark(row: Row, where: cells.Places) -> bool:
    """Say whether a row is a line of text beneath the table."""
    filled = sum(1 for cell in row.cells if cell.strip())
    return filled < 2 and not _said(row, where, "title")


def _short_problems(row: Row, width: int, table: Table) -> Iterator[Problem]:
    if len(row.cells) < width and table.even and not table.is_sheet:
        yield Problem(
            row.line,
            f"This row has {len(row.cells)} cells for {width} columns, as a text of "
            "several lines without quotation marks gives.",
            Severity.WARNING,
        )


def _width_problems(row: Row, width: int) -> Iterator[Problem]:
    if any(cell.strip() for cell in row.cells[width:]):
        severity = Severity.ERROR if row.last_line > row.line else Severity.WARNING
        yield Problem(
            row.line,
            f"This row has {len(row.cells)} cells for {width} columns, so its "
            "quotation marks or separators may be wrong.",
            severity,
        )


def _length_problems(row: Row) -> Iterator[Problem]:
    if any(len(cell) >= _LONGEST_IN_SHEET for cell in row.cells):
        yield Problem(
            row.line,
            f"A cell of this row holds {_LONGEST_IN_SHEET:,} characters, the most that "
            "a sheet can, so the program that wrote it may have cut the text.",
            Severity.WARNING,
        )


def _end_problems(
    last: Row, width: int, table: Table, *, usual: bool
) -> Iterator[Problem]:
    if table.quoted and _is_open(last.original):
        yield Problem(
            last.line,
            "The quotation mark that opens in this row is not closed before the file "
            "ends: it has been cut off.",
        )
    elif len(last.cells) < width and usual and not table.ends_with_line:
        yield Problem(
            last.line,
            f"The file ends within this row, which has {len(last.cells)} cells for "
            f"{width} columns: it has been cut off.",
            Severity.INCOMPLETE,
        )


def _is_open(original: str) -> bool:
    """Say whether a quoted cell is still open at the end of the text of a row."""
    if original.count('"') % 2 == 0:
        return False
    for delimiter in table_rows.DELIMITERS:
        try:
            list(csv.reader(io.StringIO(original), delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                return True
    return False
