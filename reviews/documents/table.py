"""A table that belongs to no format: what it says, not how a program draws it.

Each writer beside this module makes a document of such tables. Whatever a cell holds is
text: no writer takes it for a formula, a command or markup.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from reviews.exports.options import CannotExport

# A document with more rows would be nobody's table and fill the memory of the server.
LONGEST = 5_000
# What no XML document may hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Cell:
    """A text; `mark` points at a note under the table, `url` at the web.

    `path` is where a page of the product opens it; no file holds it.
    """

    text: str = ""
    url: str = ""
    mark: str = ""
    # To be set letter by letter, as a search strategy is.
    verbatim: bool = False
    path: str = ""

    @property
    def words(self) -> str:
        """The text without what no document can hold."""
        return legible(self.text)

    @property
    def link(self) -> str:
        """The address where it is one of the web, else nothing."""
        return self.url if _ADDRESS.match(self.url) else ""


@dataclass(frozen=True)
class Column:
    """A column; widths are shares of the whole."""

    heading: str
    width: float = 1.0
    numeric: bool = False


@dataclass(frozen=True)
class Row:
    """A row; its first cell names it."""

    cells: tuple[Cell, ...]

    @classmethod
    def of(cls, *texts: object) -> "Row":
        """Return a row of plain texts; None is empty."""
        return cls(tuple(Cell("" if t is None else str(t)) for t in texts))


@dataclass(frozen=True)
class Group:
    """Rows under a common label, or under none."""

    label: str
    rows: Iterable[Row]


@dataclass(frozen=True)
class Table:
    """A table with its caption and its notes.

    The rows may be read only once, where they come from a long list.
    """

    title: str
    columns: tuple[Column, ...]
    groups: Iterable[Group]
    notes: tuple[str, ...] = ()
    landscape: bool = False
    # What the groups are, as the heading of their column in a spreadsheet; empty where
    # the rows stand in no groups.
    grouped_by: str = ""

    @property
    def shares(self) -> tuple[float, ...]:
        """The widths of the columns, which add up to one."""
        total = sum(column.width for column in self.columns)
        return tuple(column.width / total for column in self.columns)

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings where the groups are a column of their own."""
        of_groups = (self.grouped_by,) if self.grouped_by else ()
        return (*of_groups, *(column.heading for column in self.columns))

    def lines(self) -> Iterator[tuple[Cell, ...]]:
        """Yield the cells of each row, its group in front where there are groups."""
        for group in self.groups:
            of_group = (Cell(group.label),) if self.grouped_by else ()
            for row in group.rows:
                yield (*of_group, *row.cells)


def plain(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Row],
    *,
    notes: Sequence[str] = (),
    landscape: bool = False,
) -> Table:
    """Return a table without groups."""
    groups = (Group("", rows),)
    return Table(title, tuple(columns), groups, tuple(notes), landscape)


def legible(text: str) -> str:
    """Put a sign in the place of each character that no document can hold."""
    return _FORBIDDEN.sub("�", text.replace("\r\n", "\n").replace("\r", "\n"))


def whole(tables: Iterable[Table]) -> list[tuple[Table, list[tuple[str, list[Row]]]]]:
    """Return each table with its rows read, group by group.

    Raises CannotExport if there are more than a document holds.
    """
    left, found = LONGEST, []
    for table in tables:
        groups = []
        for group in table.groups:
            rows = list(islice(group.rows, left + 1))
            left -= len(rows)
            if left < 0:
                raise CannotExport(
                    f"A document holds {LONGEST:,} rows at most, and there are more. "
                    "Write it as .csv or .xlsx."
                )
            groups.append((group.label, rows))
        found.append((table, groups))
    return found
