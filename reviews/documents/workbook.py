"""Tables as an Excel workbook, a sheet each, with the captions and notes on the last.

The headings stand in the first row and groups in a column, so that scripts read it. A
text stays a text, whatever it begins with; only a number in a column of numbers is one.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from reviews.documents.packing import LONG_AGO, settled
from reviews.documents.table import Cell, Table

# What Excel holds in a cell, less what says that something is missing.
LONGEST_TEXT = 32_600
CUT = " … [Too long for a cell of a spreadsheet: the rest stands in the other formats.]"
LONGEST_NAME = 31
# Points of a line and of the highest row that Excel draws; how full a line is.
LINE, HIGHEST, FILLED = 15, 400, 0.9
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?\Z")
_FORBIDDEN_IN_NAMES = re.compile(r"[\[\]:*?/\\]")
NOTES = "Notes"


def write(tables: Sequence[Table]) -> bytes:
    """Return the workbook."""
    file = BytesIO()
    # Rows go to a file on the disk while they are read, so the memory is bounded.
    choices = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, choices) as book:
        book.set_properties({"created": datetime(*LONG_AGO, tzinfo=UTC)})
        names = _names(tables)
        for name, table in zip(names, tables, strict=True):
            _fill(book, book.add_worksheet(name), table)
        _tell_notes(book, names, tables)
    return settled(file.getvalue())


def _fill(book: Workbook, sheet: Worksheet, table: Table) -> None:
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    linked = book.add_format(
        {"text_wrap": True, "valign": "top", "font_color": "#0B4F8A", "underline": 1}
    )
    of_groups = (1.0,) if table.grouped_by else ()
    numeric = [*(False for _ in of_groups), *(c.numeric for c in table.columns)]
    average = sum(c.width for c in table.columns) / len(table.columns)
    for place, column in enumerate(table.columns, start=len(of_groups)):
        sheet.set_column(place, place, _width(column.width / average))
    if of_groups:
        sheet.set_column(0, 0, _width(1))
    for place, heading in enumerate(table.headings):
        sheet.write_string(0, place, heading, bold)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)
    if table.landscape:
        sheet.set_landscape()
    sheet.set_paper(9)  # A4
    widths = [_width(1) for _ in of_groups]
    widths += [_width(column.width / average) for column in table.columns]
    for number, line in enumerate(table.lines(), start=1):
        # Said before its cells, as not every program measures texts that are wrapped.
        sheet.set_row(number, _height(line, widths))
        for place, cell in enumerate(line):
            _put(sheet, number, place, cell, numeric[place], wrapped, linked)


def _width(share: float) -> float:
    """Return the width in characters of a column this many times the average."""
    return max(8.0, min(80.0, 24 * share))


def _height(line: Sequence[Cell], widths: Sequence[float]) -> float:
    """Return the height in points of a row whose texts are wrapped."""
    lines = [
        sum(1 + int(len(part) / (width * FILLED)) for part in cell.text.split("\n"))
        for cell, width in zip(line, widths, strict=True)
    ]
    return min(LINE * max([1, *lines]), HIGHEST)


def _put(
    sheet: Worksheet,
    row: int,
    place: int,
    cell: Cell,
    is_numeric: bool,
    wrapped: Format,
    linked: Format,
) -> None:
    text = cell.words
    if len(text) > LONGEST_TEXT:
        text = text[:LONGEST_TEXT] + CUT
    if is_numeric and _NUMBER.match(text):
        sheet.write_number(row, place, float(text), wrapped)
    elif cell.link and len(cell.link) < 2000:
        sheet.write_url(row, place, cell.link, linked, text or cell.link)
    else:
        sheet.write_string(row, place, text, wrapped)


def _names(tables: Sequence[Table]) -> list[str]:
    """Return a name for each sheet that Excel takes, each its own."""
    found: list[str] = []
    taken = {NOTES.lower(), "history"}
    for number, table in enumerate(tables, start=1):
        title = _FORBIDDEN_IN_NAMES.sub(" ", table.title).strip(" '")
        name = title[:LONGEST_NAME].strip(" '") or f"Table {number}"
        if name.lower() in taken:
            name = f"{number} {title}"[:LONGEST_NAME].strip(" '")
        taken.add(name.lower())
        found.append(name)
    return found


def _tell_notes(book: Workbook, names: Sequence[str], tables: Sequence[Table]) -> None:
    sheet = book.add_worksheet(NOTES)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, "Sheet", bold)
    sheet.write_string(0, 1, "What it is", bold)
    lines = [
        (name, text)
        for name, table in zip(names, tables, strict=True)
        for text in (table.title, *table.notes)
    ]
    for number, (name, text) in enumerate(lines, start=1):
        sheet.write_string(number, 0, name, wrapped)
        sheet.write_string(number, 1, Cell(text).words[:LONGEST_TEXT], wrapped)
