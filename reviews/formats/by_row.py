"""Tables that stand on their side: the name of a field, then its value, a row each.

Embase offers them as "fields by row". A record ends at a blank line, or where the
field comes again with which the first one began.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from reviews.formats import cells, fields, headings, table_rows
from reviews.formats.parsed import Item
from reviews.formats.table_rows import Row

_SHOWN = 60
_HEAD = 200_000
_FEWEST = 3  # different names that are known
_SAMPLE = 200
_APART = "; "


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The rows of one record."""

    rows: tuple[Row, ...]

    @property
    def names(self) -> list[str]:
        return [_name(row) for row in self.rows]

    @property
    def values(self) -> list[str]:
        return [_value(row) for row in self.rows]


def looks_like_fields_by_row(text: str) -> bool:
    """Say whether the names of fields stand in the first column, not in a row."""
    return _delimiter(text) is not None


def parse(text: str) -> Iterator[Item]:
    """Yield the records and every problem met."""
    before: list[int] = []
    sheets = _sheets(text, _delimiter(text) or ",", before)
    sample = list(islice(sheets, _SAMPLE))
    yield from fields.outside(before)
    names = list(dict.fromkeys(name for each in sample for name in each.names))
    rows = [_aligned(each, names) for each in sample]
    mapping = headings.guess(names, rows)
    for each in _chain(sample, sheets):
        record = cells.record(
            each.values,
            cells.places(each.names, mapping),
            mapping,
            original="\n".join(row.original for row in each.rows),
            line=each.rows[0].line,
        )
        yield record
        year = mapping.columns.get("year", ())
        said = (value for name, value in pairs_of(each) if name in year)
        yield from fields.problems(record, year=next(said, ""))


def pairs(original: str) -> Iterator[tuple[str, str]]:
    """Yield name and value of each field of a record's original text."""
    for sheet in _sheets(original, _delimiter(original) or ",", []):
        yield from pairs_of(sheet)


def pairs_of(sheet: _Sheet) -> Iterable[tuple[str, str]]:
    """Return name and value of each row of a record."""
    return zip(sheet.names, sheet.values, strict=True)


def _delimiter(text: str) -> str | None:
    for delimiter in table_rows.DELIMITERS:
        rows = list(islice(table_rows.rows_of(text[:_HEAD], delimiter), _SHOWN))
        named = [row for row in rows if len(row.cells) > 1 and _is_known(row)]
        names = {headings.plain(row.cells[0]) for row in named}
        if len(names) >= _FEWEST and "title" in names and 2 * len(named) > len(rows):
            return delimiter
    return None


def _is_known(row: Row) -> bool:
    """Tell whether the first cell names a field, and the others name none."""
    return bool(headings.count_known(row.cells[:1])) and not headings.count_known(
        cell for cell in row.cells[1:3] if cell.strip()
    )


def _sheets(text: str, delimiter: str, before: list[int]) -> Iterator[_Sheet]:
    """Yield the rows of each record; lines before the first one go to `before`."""
    held: list[Row] = []
    for row in table_rows.rows_of(text, delimiter):
        if not held and not _is_known(row):
            before.extend(range(row.line, row.last_line + 1))
            continue
        after_blank = held and row.line > held[-1].last_line + 1
        if held and (after_blank or _name(row) == _name(held[0])):
            yield _Sheet(tuple(held))
            held = []
        held.append(row)
    if held:
        yield _Sheet(tuple(held))


def _name(row: Row) -> str:
    return row.cells[0].strip().lstrip("\ufeff")


def _value(row: Row) -> str:
    return _APART.join(cell for cell in row.cells[1:] if cell.strip())


def _aligned(sheet: _Sheet, names: Sequence[str]) -> list[str]:
    said = dict(pairs_of(sheet))
    return [said.get(name, "") for name in names]


def _chain(first: Iterable[_Sheet], rest: Iterable[_Sheet]) -> Iterator[_Sheet]:
    yield from first
    yield from rest
