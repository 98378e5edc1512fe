"""Tables as CSV (RFC 4180), which a spreadsheet opens as data, never as formulas."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pandas as pd

from reviews.documents.table import Table
from reviews.exports import table as rows

TABLE = "Table"
_NEGATIVE = re.compile(r"-\d+(\.\d+)?\Z", re.ASCII)


def write(tables: Sequence[Table]) -> bytes:
    """Return the tables as one CSV. Raises ValueError as `parts` does."""
    return b"".join(parts(tables))


def parts(tables: Sequence[Table]) -> Iterator[bytes]:
    """Yield one CSV in parts of a bounded size; several tables are told apart first.

    Raises ValueError where their columns differ: that would be no table any more.
    """
    headings = {table.headings for table in tables}
    if len(headings) != 1:
        raise ValueError("Tables of different columns do not make one CSV.")
    names = [*([TABLE] if len(tables) > 1 else []), *headings.pop()]
    return rows.csv(_frames(tables, names))


def _frames(tables: Sequence[Table], names: list[str]) -> Iterator[pd.DataFrame]:
    for number, part in enumerate(rows.chunks(_lines(tables), rows.CHUNK)):
        if part or not number:
            yield pd.DataFrame(part, columns=pd.Index(names), dtype="object")


def _lines(tables: Sequence[Table]) -> Iterator[list[str | Decimal]]:
    for table in tables:
        of_table = [table.title] if len(tables) > 1 else []
        for line in table.lines():
            yield [*of_table, *(_value(cell.text) for cell in line)]


def _value(text: str) -> str | Decimal:
    """Return a negative number as one, or it would be guarded as a formula."""
    return Decimal(text) if _NEGATIVE.match(text) else text
