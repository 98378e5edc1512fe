"""Data frames as CSV that a spreadsheet opens as data, never as formulas.

A text that a spreadsheet could take for a formula gets an apostrophe in front; nothing
else is altered. It is UTF-8 with lines that end as RFC 4180 asks, so that a line break
within a cell is always quoted. For a spreadsheet a byte order mark goes first, or Excel
would misread every accent; for scripts there is none.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

import pandas as pd

from reviews.formats import values

CHUNK = 2000
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Row = TypeVar("Row")


def csv(
    frames: pd.DataFrame | Iterable[pd.DataFrame], *, for_spreadsheet: bool = False
) -> Iterator[bytes]:
    """Yield one CSV of the frames, which have the same columns."""
    if isinstance(frames, pd.DataFrame):
        frames = [frames]
    if for_spreadsheet:
        yield BYTE_ORDER_MARK
    for number, frame in enumerate(frames):
        # As objects, or a column of whole numbers with a gap would turn to 1.0.
        cells = frame.to_numpy(dtype="object")
        guarded = pd.DataFrame(
            [[guard(cell) for cell in row] for row in cells],
            columns=pd.Index([guard(name) for name in frame.columns]),
            dtype="object",
        )
        text = guarded.to_csv(index=False, header=not number, lineterminator="\r\n")
        yield text.encode()


def guard(cell: object) -> object:
    """Put an apostrophe before a text that could start a formula."""
    if isinstance(cell, str) and values.FORMULA.match(cell):
        return f"'{cell}"
    return cell


def frames(
    rows: Iterable[Mapping[str, object]], columns: Iterable[str]
) -> Iterator[pd.DataFrame]:
    """Yield the rows in frames of a bounded size; one without rows if there are none.

    Numbers that are missing leave whole numbers whole.
    """
    names = list(columns)
    for number, part in enumerate(chunks(rows, CHUNK)):
        if part or not number:
            yield pd.DataFrame(part, columns=pd.Index(names), dtype="object")


def chunks(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    """Yield the rows in lists of at most this size, the last one maybe empty."""
    waiting = iter(rows)
    while part := list(islice(waiting, size)):
        yield part
    yield []
