"""The rows of a table in text, and which of them holds the headings.

Whatever stands before the headings is told apart from them by what they are known to
say; a table of which nothing is known is one by its shape alone.
"""

import csv
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from reviews.formats import headings
from reviews.formats.parsed import Mapping

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))

DELIMITERS = (",", "\t", ";", "|")
_LINE = re.compile(r"(?!\Z)[^\r\n]*(?:\r\n|\r|\n|\Z)")
_NAMES_DELIMITER = re.compile(r"[\s\ufeff]*sep=(.)[ \t]*[\r\n]")
_QUOTED_CELL = re.compile(r'(?:^|[\t\r\n])"')
# Embase writes its search before the headings, others their name and the date.
FURTHEST = 30
_HEAD = 200_000
_FEWEST = 3  # columns that make a table of which nothing is known


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, its exact text, and the first and last of its lines."""

    cells: list[str]
    original: str
    line: int
    last_line: int


def find_headings(
    text: str, mapping: Mapping | None, *, furthest: int = FURTHEST
) -> tuple[str, Row, tuple[int, ...]] | None:
    """Return the delimiter, the headings and the lines before them, if known."""
    head = text[:_HEAD]
    named = _NAMES_DELIMITER.match(head)
    found = []
    for delimiter in (named[1],) if named else DELIMITERS:
        rows = list(islice(rows_of(head, delimiter), furthest + bool(named)))
        if best := best_row(rows, mapping):
            before = [n for row in rows for n in _lines_of(row) if n < best.line]
            found.append((count_known(best, mapping), delimiter, best, before))
    if not found:
        return None
    _, delimiter, best, before = max(found, key=lambda each: each[0])
    return delimiter, best, tuple(before[1:] if named else before)


def _lines_of(row: Row) -> range:
    return range(row.line, row.last_line + 1)


def best_row(rows: Iterable[Row], mapping: Mapping | None) -> Row | None:
    """Return the row that holds the most known headings, at least two."""
    known = [(count_known(row, mapping), -row.line, row) for row in rows]
    best = max(known, key=lambda each: each[:2], default=None)
    if best is None:
        return None
    enough = 1 if mapping or _names_a_title(best[2]) else 2
    return best[2] if best[0] >= enough else None


def _names_a_title(row: Row) -> bool:
    names = [headings.plain(cell) for cell in row.cells]
    return row.line == 1 and len(names) > 1 and "title" in names


def count_known(row: Row, mapping: Mapping | None) -> int:
    """Return how many headings of the row are known, or are those of the mapping."""
    names = [cell.strip().lstrip("\ufeff") for cell in row.cells]
    if mapping:
        wanted = {name for part in mapping.columns.values() for name in part}
        return len(wanted & set(names))
    return headings.count_known(names)


def by_shape(text: str) -> tuple[str, Row, tuple[int, ...]] | None:
    """Return the first row of what is a table by its shape alone."""
    for delimiter in DELIMITERS:
        rows = list(islice(rows_of(text[:_HEAD], delimiter), 6))
        width = len(rows[0].cells) if rows else 0
        if (
            width >= _FEWEST
            and len(rows) > 1
            and all(len(row.cells) == width for row in rows[:-1])
            and all(cell.strip() for cell in rows[0].cells)
        ):
            return delimiter, rows[0], ()
    return None


def quotes_are_text(text: str, delimiter: str) -> bool:
    """Say whether a quotation mark is but a sign of the text.

    Web of Science writes "Open" hearts between tabs as it stands, where others would
    put the cell in quotation marks and double those within.
    """
    if delimiter != "\t" or not _QUOTED_CELL.search(text):
        return False
    lines = [match[0] for match in _LINE.finditer(text)]
    try:
        for _ in csv.reader(lines, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        if "end of data" not in str(error):
            return True
        # One that is never closed is text too where each line is a whole row.
        tabs = {line.count(delimiter) for line in lines if line.strip()}
        return len(tabs) == 1 and text.endswith(("\n", "\r"))
    return False


def rows_of(text: str, delimiter: str, *, quoted: bool = True) -> Iterator[Row]:
    """Yield the rows of a text that are not blank, each with its place."""
    place = [0]

    def lines() -> Iterator[str]:
        for match in _LINE.finditer(text):
            place[0] = match.end()
            yield match[0]

    reader = (
        csv.reader(lines(), delimiter=delimiter)
        if quoted
        else csv.reader(lines(), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    )
    start, line = 0, 1
    for found in reader:
        if any(found):
            original = text[start : place[0]].rstrip("\r\n")
            yield Row(found, original.lstrip("\ufeff"), line, reader.line_num)
        start, line = place[0], reader.line_num + 1


def as_csv(row: Sequence[str]) -> str:
    """Return the cells as a row of CSV."""
    made = io.StringIO()
    csv.writer(made, lineterminator="").writerow(row)
    return made.getvalue()
