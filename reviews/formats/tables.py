"""Tables: CSV and its kin, whatever stands before the headings, or rows of a sheet.

A record's original text is its row beneath the headings, exactly as they stand, so
that it is a table by itself. What a cell says has no limit; a quotation mark that is
never closed, or a last row that breaks off, is named.
"""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from reviews.formats import cells, fields, headings
from reviews.formats.parsed import Item, Mapping, Problem, Severity, UnknownTable

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))

_DELIMITERS = (",", "\t", ";", "|")
_LINE = re.compile(r"(?!\Z)[^\r\n]*(?:\r\n|\r|\n|\Z)")
_NAMES_DELIMITER = re.compile(r"[\s\ufeff]*sep=(.)[ \t]*[\r\n]")
# Embase writes its search before the headings, others their name and the date.
_FURTHEST = 30
_HEAD = 200_000
_SAMPLE = 200
_LONGEST_IN_SHEET = 32_767
_FEWEST = 3  # columns that make a table of which nothing is known


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, its exact text, and the first and last of its lines."""

    cells: list[str]
    original: str
    line: int
    last_line: int


@dataclass(slots=True)
class Table:
    """The headings of a table, what they mean, and its rows, to be read once."""

    headings: tuple[str, ...]
    mapping: Mapping
    heading_text: str
    rows: Iterator[Row]
    before: tuple[int, ...]  # lines that stand before the headings
    ends_with_line: bool
    is_sheet: bool = False


def looks_like_table(text: str, *, certain: bool = False) -> bool:
    """Say whether the text begins as a table does; certain: with known headings."""
    if certain:
        found = _headings_in(text, None, furthest=1)
        return found is not None and headings.count_known(found[1].cells) > 2
    return _headings_in(text, None) is not None or bool(_unknown(text))


def open_text(
    text: str, mapping: Mapping | None = None, *, titled: bool = True
) -> Table:
    """Return the table of a text.

    Raises UnknownTable where no heading is known for the titles and no mapping given;
    a table of votes need not be titled.
    """
    found = _headings_in(text, mapping) or _unknown(text)
    if found is None:
        raise UnknownTable(())
    delimiter, heading, before = found
    rows = _rows(text, delimiter)
    _skip(rows, heading.line)
    ends = text.endswith(("\n", "\r"))
    return _table(heading, rows, before, mapping, ends, titled=titled)


def open_rows(
    rows: Iterable[Sequence[str]],
    mapping: Mapping | None = None,
    *,
    titled: bool = True,
) -> Table:
    """Return the table of rows from a spreadsheet. Raises UnknownTable."""
    every = (
        Row(list(row), _as_csv(row), number, number)
        for number, row in enumerate(rows, 1)
        if any(cell.strip() for cell in row)
    )
    first = list(islice(every, _FURTHEST))
    best = _best(first, mapping) or next(iter(first), None)
    if best is None:
        raise UnknownTable(())
    after = first[first.index(best) + 1 :]
    before = tuple(row.line for row in first[: first.index(best)])
    table = _table(best, chain(after, every), before, mapping, True, titled=titled)
    table.is_sheet = True
    return table


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
    if table.before:
        yield from fields.outside(table.before)
    width = len(table.headings)
    last: Row | None = None
    shorter = 0
    for row in table.rows:
        if last:
            shorter += len(last.cells) < width
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
        yield from fields.problems(record, year=_said(row, where, "year"))
        yield from _width_problems(row, width)
        if table.is_sheet:
            yield from _length_problems(row)
    if last:
        yield from _end_problems(last, width, table, usual=not shorter)


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
    return Table(names, mapping, heading.original, every, before, ends_with_line)


def _headings_in(
    text: str, mapping: Mapping | None, *, furthest: int = _FURTHEST
) -> tuple[str, Row, tuple[int, ...]] | None:
    """Return the delimiter, the headings and the lines before them, if known."""
    head = text[:_HEAD]
    named = _NAMES_DELIMITER.match(head)
    found = []
    for delimiter in (named[1],) if named else _DELIMITERS:
        rows = list(islice(_rows(head, delimiter), furthest + bool(named)))
        if best := _best(rows, mapping):
            before = [n for row in rows for n in _lines_of(row) if n < best.line]
            found.append((_known(best, mapping), delimiter, best, before))
    if not found:
        return None
    _, delimiter, best, before = max(found, key=lambda each: each[0])
    return delimiter, best, tuple(before[1:] if named else before)


def _lines_of(row: Row) -> range:
    return range(row.line, row.last_line + 1)


def _best(rows: Iterable[Row], mapping: Mapping | None) -> Row | None:
    """Return the row that holds the most known headings, at least two."""
    known = [(_known(row, mapping), -row.line, row) for row in rows]
    best = max(known, key=lambda each: each[:2], default=None)
    if best is None:
        return None
    enough = 1 if mapping or _names_a_title(best[2]) else 2
    return best[2] if best[0] >= enough else None


def _names_a_title(row: Row) -> bool:
    names = [headings.plain(cell) for cell in row.cells]
    return row.line == 1 and len(names) > 1 and "title" in names


def _known(row: Row, mapping: Mapping | None) -> int:
    names = [cell.strip().lstrip("\ufeff") for cell in row.cells]
    if mapping:
        wanted = {name for part in mapping.columns.values() for name in part}
        return len(wanted & set(names))
    return headings.count_known(names)


def _unknown(text: str) -> tuple[str, Row, tuple[int, ...]] | None:
    """Return the first row of what is a table by its shape alone."""
    for delimiter in _DELIMITERS:
        rows = list(islice(_rows(text[:_HEAD], delimiter), 6))
        width = len(rows[0].cells) if rows else 0
        if (
            width >= _FEWEST
            and len(rows) > 1
            and all(len(row.cells) == width for row in rows[:-1])
            and all(cell.strip() for cell in rows[0].cells)
        ):
            return delimiter, rows[0], ()
    return None


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows of a text that are not blank, each with its place."""
    place = [0]

    def lines() -> Iterator[str]:
        for match in _LINE.finditer(text):
            place[0] = match.end()
            yield match[0]

    reader = csv.reader(lines(), delimiter=delimiter)
    start, line = 0, 1
    for found in reader:
        if any(found):
            original = text[start : place[0]].rstrip("\r\n")
            yield Row(found, original.lstrip("\ufeff"), line, reader.line_num)
        start, line = place[0], reader.line_num + 1


def _skip(rows: Iterator[Row], line: int) -> None:
    for row in rows:
        if row.line >= line:
            return


def _as_csv(row: Sequence[str]) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator="").writerow(row)
    return made.getvalue()


def _said(row: Row, where: cells.Places, field: str) -> str:
    said = (row.cells[n].strip() for n in where.get(field, ()) if n < len(row.cells))
    return next(filter(None, said), "")


def _is_remark(row: Row, where: cells.Places) -> bool:
    """Say whether a row is a line of text beneath the table."""
    filled = sum(1 for cell in row.cells if cell.strip())
    return filled < 2 and not _said(row, where, "title")


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
    if _is_open(last.original):
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
        )


def _is_open(original: str) -> bool:
    """Say whether a quoted cell is still open at the end of the text of a row."""
    if original.count('"') % 2 == 0:
        return False
    for delimiter in _DELIMITERS:
        try:
            list(csv.reader(io.StringIO(original), delimiter=delimiter, strict=True))
        except csv.Error as error:
            if "unexpected end of data" in str(error):
                return True
    return False
