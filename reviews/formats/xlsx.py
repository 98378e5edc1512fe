"""The sheets of an Excel workbook that hold anything, as rows of text.

An archive that would unpack to more than any list of records is refused before it is
unpacked. Formulas are not worked out: what the file keeps as their value is read.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, repeat
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from reviews.formats.parsed import UnreadableFile

_MOST_BYTES = 600_000_000
_MOST_TIMES = 150  # unpacked against packed; text in sheets reaches thirty
_SMALL = 20_000_000
_MOST_PARTS = 2000
# A short file may number its last row or column so that nearly all of the sheet is
# empty, and each cell of it would be walked through.
_MOST_ROWS = 1_500_000
_MOST_EMPTY = 10_000_000
_ENDLESS = (
    "The workbook says to have far more rows or columns than a list of records has; "
    "for safety it is not read."
)
# All that the library is seen to raise for a workbook that is damaged or hostile.
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_DAMAGED = "The workbook is damaged or is not an Excel workbook (.xlsx)."


def looks_like_workbook(data: bytes) -> bool:
    """Say whether the bytes are a zip archive that says to hold a workbook."""
    return data.startswith(b"PK\x03\x04") and b"xl/" in data


def sheets(data: bytes) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Yield name and rows of each sheet that is not empty.

    Raises UnreadableFile, as taking the rows may.
    """
    _refuse_bombs(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        found = list(book.worksheets)
    except _BROKEN as error:
        raise UnreadableFile(_DAMAGED) from error
    empty = True
    so_far = _SoFar()
    for sheet in found:
        rows = _rows(sheet, so_far)
        for above, first in enumerate(rows):
            if any(first):
                empty = False
                yield sheet.title, chain(repeat([], above), [first], rows)
                break
    if empty:
        raise UnreadableFile("The workbook is empty.")


@dataclass(slots=True)
class _SoFar:
    """How much was read of all the sheets, so that it ends."""

    rows: int = 0
    empty: int = 0

    def add(self, row: Sequence[object]) -> None:
        self.rows += 1
        self.empty += row.count(None)
        if self.rows > _MOST_ROWS or self.empty > _MOST_EMPTY:
            raise UnreadableFile(_ENDLESS)


def _rows(sheet: Any, so_far: _SoFar) -> Iterator[list[str]]:
    try:
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            so_far.add(row)
            yield [_text(cell) for cell in row]
    except _BROKEN as error:
        raise UnreadableFile(_DAMAGED) from error


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except _BROKEN as error:
        raise UnreadableFile(_DAMAGED) from error
    unpacked = sum(part.file_size for part in parts)
    if (
        unpacked > _MOST_BYTES
        or len(parts) > _MOST_PARTS
        or (unpacked > _SMALL and unpacked > _MOST_TIMES * len(data))
    ):
        raise UnreadableFile(
            "The workbook would unpack to far more than a list of records is; for "
            "safety it is not read."
        )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)
