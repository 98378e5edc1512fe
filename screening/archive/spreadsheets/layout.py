"""How a table for readers is laid out: one fact a column, one thing a row.

What is private stands in no public table: notes and other words for the team alone,
and abstracts, which belong to their publishers.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviews.exports import table
from screening.archive import rows

YES, NO = "yes", "no"
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a table: its name, its kind, its meaning, and who may see it."""

    name: str
    kind: str
    meaning: str
    is_private: bool = False


@dataclass(frozen=True)
class Spreadsheet:
    """A table for readers."""

    name: str
    about: str
    columns: tuple[Column, ...]
    rows: Callable[[], Iterable[Cells]]

    def parts(self) -> Iterator[bytes]:
        """Yield the table as CSV, some thousand rows at a time."""
        names = [column.name for column in self.columns]
        for number, part in enumerate(table.chunks(self.rows(), table.CHUNK)):
            if not part and number:
                return
            text = io.StringIO(newline="")
            writer = csv.writer(text, lineterminator="\r\n")
            if not number:
                writer.writerow(names)
            writer.writerows(
                [table.guard(_written(row.get(name))) for name in names] for row in part
            )
            yield text.getvalue().encode()


def _written(cell: object) -> object:
    if cell is True or cell is False:
        return YES if cell else NO
    if isinstance(cell, datetime):
        return rows.written_moment(cell)
    if isinstance(cell, list):
        return "; ".join(map(str, cell))
    return "" if cell is None else cell


def _column(line: str) -> Column:
    name, kind, meaning = (part.strip() for part in line.split("|"))
    return Column(name.strip("*"), kind, meaning, is_private=name.endswith("*"))


def columns_of(text: str) -> tuple[Column, ...]:
    """Read columns, a line each: name, with a star where private | kind | meaning."""
    return tuple(_column(line) for line in text.strip().splitlines())
