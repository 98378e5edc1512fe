"""A small CSV that somebody sends along, read line by line and nothing guessed.

Comma, semicolon and tab are told apart by the first line, as spreadsheets of several
countries write them. Whoever reads the lines names every problem with its place.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from reviews.formats import decoding
from reviews.formats.parsed import UnreadableFile

MOST_BYTES, MOST_LINES, MOST_LETTERS = 1_000_000, 500, 100_000
# A no-break space is part of a text.
SPACES = " \t\r\n"
_MARKS = (",", ";", "\t")
Numbered = tuple[int, list[str]]


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: line 0 is the whole file, no column the whole line."""

    message: str
    line: int = 0
    column: str = ""

    def __str__(self) -> str:
        place = f"Line {self.line}" if self.line else ""
        if self.column:
            place = f"{place}, column {self.column}" if place else self.column
        return f"{place}: {self.message}" if place else self.message


class Unreadable(ValueError):
    """The file is not what it should be; `problems` say why, each with its place."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(map(str, self.problems)))


def text(data: bytes) -> str:
    """Return the text of a file. Raises UnreadableFile."""
    return decoding.decode(data).text


def lines(data: bytes, *, noun: str) -> list[Numbered]:
    """Return the headings and the lines that say something, each with its number.

    `noun` is what the file holds, for the message. Raises Unreadable.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable([Problem(f"The file is larger than {noun} is.")])
    try:
        words = text(data).lstrip("\ufeff")
    except UnreadableFile as error:
        raise Unreadable([Problem(str(error))]) from error
    reader = csv.reader(
        io.StringIO(words, newline=""), delimiter=_mark(words), skipinitialspace=True
    )
    found = []
    try:
        for cells in reader:
            if any(len(cell) > MOST_LETTERS for cell in cells):
                message = f"A cell has more than {MOST_LETTERS:,} letters."
                raise Unreadable([Problem(message, reader.line_num)])
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, [cell.strip(SPACES) for cell in cells]))
    except csv.Error as error:
        raise Unreadable([Problem(f"{error}.", reader.line_num)]) from error
    if not found:
        raise Unreadable([Problem("The file is empty.")])
    if len(found) - 1 > MOST_LINES:
        raise Unreadable([Problem(f"More than {MOST_LINES} lines.")])
    return found


def _mark(words: str) -> str:
    """Return the mark that stands most often in the first line."""
    first = words.lstrip("\r\n").split("\n", 1)[0]
    return max(_MARKS, key=first.count)
