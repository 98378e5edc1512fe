"""The CSV of the R package PRISMA2020, read.

The package checks nothing; here every line that cannot be read is named, and none is
guessed.
"""

from collections.abc import Mapping
from typing import Any

from reviews.diagram.r_package.cells import BLANK, read_list, read_number
from reviews.diagram.r_package.labels import readable
from reviews.diagram.r_package.sheet import Sheet
from reviews.diagram.r_package.table import BARS, COLUMNS, LISTS, ROWS, Row
from reviews.diagram.wording import LABELS, UPDATE_LABELS
from reviews.flow.balance.form import Counts
from reviews.formats import delimited
from reviews.formats.delimited import Numbered, Problem, Unreadable

_BY_DATA = {row.data: row for row in ROWS if row.data}
_BY_BOX = {row.box: row for row in ROWS if row.is_title}


def read(data: bytes) -> Sheet:
    """Read a file of the package, or one that was written here.

    Raises Unreadable, with every problem that there is.
    """
    headings, lines = _lines(data)
    place = {name: headings.index(name) for name in COLUMNS if name in headings}
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    labels: dict[str, str] = {}
    seen: set[Row] = set()
    for at, cells in lines:
        said = {name: cells[n] if n < len(cells) else "" for name, n in place.items()}
        row = _row(said, at, problems)
        if row is None:
            continue
        if row in seen:
            name = row.data or row.box
            problems.append(Problem(f"“{name}” stands in an earlier line too.", at))
            continue
        seen.add(row)
        if row.label:
            labels |= _label(row, said.get("boxtext", ""))
        count = row.count or row.data
        if count in LISTS:
            parts, own = read_list(count, said["n"], at, problems)
            found[count] = parts
            labels |= own
        elif count and count not in BARS:
            found[count] = read_number(said["n"], at, problems)
    if not problems and not seen:
        problems.append(Problem("No line is one of the R package PRISMA2020."))
    if problems:
        raise Unreadable(problems)
    return Sheet(Counts(**found), labels)


def _lines(data: bytes) -> tuple[list[str], list[Numbered]]:
    """Return the headings, and the lines that say something with their numbers."""
    (at, headings), *lines = delimited.lines(data, noun="a flow diagram")
    headings = [heading.casefold() for heading in headings]
    missing = [name for name in ("data", "n") if name not in headings]
    if missing:
        listed = " and ".join(f"“{name}”" for name in missing)
        told = f"There is no column {listed}. The first line names the columns."
        raise Unreadable([Problem(told, at)])
    return headings, lines


def _row(said: Mapping[str, str], at: int, problems: list[Problem]) -> Row | None:
    """Return the row that a line is; a name that is none is told."""
    data = said["data"]
    if data.casefold() in BLANK:
        box = said.get("box", "")
        if box in _BY_BOX:
            return _BY_BOX[box]
        told = f"It has no name, and “{box[:40]}” is the box of no title."
        problems.append(Problem(told, at))
        return None
    if data not in _BY_DATA:
        told = f"“{data[:40]}” is no row of the R package PRISMA2020."
        problems.append(Problem(told, at))
        return None
    return _BY_DATA[data]


def _label(row: Row, written: str) -> dict[str, str]:
    """Return the label of a row if it is another than the official one."""
    label = readable(written)
    official = {LABELS[row.label], UPDATE_LABELS.get(row.label)}
    # The package's own word for what the official form calls in full.
    official |= {"Duplicate records"} if row.label == "duplicates" else set()
    if label.casefold() in BLANK or label in official:
        return {}
    return {row.label: label}
