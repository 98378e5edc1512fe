"""The rows of a table of votes, each with its record and its cells by heading."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from reviews.formats import cells, headings, tables, values, xlsx
from reviews.formats.decoding import decode
from reviews.formats.parsed import Mapping, ParsedRecord


@dataclass(frozen=True, slots=True)
class Row:
    """A record and what else its row says, by the plain form of the headings."""

    record: ParsedRecord
    by_heading: dict[str, str]
    line: int

    def cell(self, *names: str) -> str:
        """Return the first cell under one of the headings that says something."""
        found = (self.by_heading.get(name, "") for name in names)
        return next((cell for cell in found if cell.strip()), "")


def open_rows(
    data: bytes,
    mapping: Mapping | None = None,
    encoding_hint: str = "",
    *,
    of_votes: Collection[str] = (),
) -> tuple[tuple[str, ...], Iterator[Row]]:
    """Return the headings of a table and its rows. Raises UnreadableFile.

    Under the plain headings `of_votes` nothing of a record is looked for, unless a
    person said where it stands by the mapping.
    """
    if xlsx.looks_like_workbook(data):
        table = tables.open_workbook(data, mapping, titled=False)
    else:
        text = decode(data, encoding_hint).text
        table = tables.open_text(text, mapping, titled=False)
    if mapping and not mapping.columns.keys() & set(headings.FIELDS):
        said = chain.from_iterable(mapping.columns.values())
        of_votes = {*of_votes, *map(headings.plain, said)}
        table.mapping = headings.guess(table.headings)
    elif mapping:
        of_votes = ()
    return table.headings, _rows(table, of_votes)


def _rows(table: tables.Table, of_votes: Collection[str]) -> Iterator[Row]:
    names = [headings.plain(heading) for heading in table.headings]
    where = {
        field: [place for place in places if names[place] not in of_votes]
        for field, places in cells.places(table.headings, table.mapping).items()
    }
    for row in table.rows:
        record = cells.record(
            row.cells, where, table.mapping, original=row.original, line=row.line
        )
        by_heading: dict[str, str] = {}
        for name, cell in zip(names, row.cells, strict=False):
            text = cells.clean(cell)
            if not by_heading.get(name):
                by_heading[name] = text
        yield Row(record, by_heading, row.line)


def plain(text: str) -> str:
    """Return a cell as plain text."""
    return values.plain_text(text)
