"""What a flow diagram is made of, before it has any size or place.

Rows run from 1 downwards; headers stand above the first. Columns are named, and
laid from left to right in the order in which the chart gives them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Way = Literal["right", "down", "down_left", "down_right"]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One statement in a box, with its number where it has one."""

    text: str
    # As printed, "(n = 1,234)"; never broken over two lines unless it must be.
    count: str = ""
    url: str = ""
    depth: int = 0
    count_below: bool = False


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box of the flow in its column and row."""

    key: str
    column: str
    row: int
    lines: tuple[Line, ...]
    grey: bool = False


@dataclass(frozen=True, kw_only=True)
class Header:
    """The rounded bar above one or more columns."""

    key: str
    text: str
    columns: tuple[str, ...]
    grey: bool = False


@dataclass(frozen=True, kw_only=True)
class SideBar:
    """The rounded bar beside the rows of one stage, its text turned upwards."""

    key: str
    text: str
    first_row: int
    last_row: int


@dataclass(frozen=True, kw_only=True)
class Arrow:
    """From one box to another; an elbow goes down first and then to the side."""

    start: str
    end: str
    way: Way


@dataclass(frozen=True, kw_only=True)
class Note:
    """A line under the diagram."""

    text: str
    url: str = ""
    small: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A whole diagram as plain data; column widths in px, before they grow."""

    title: str
    description: str
    columns: Mapping[str, float]
    boxes: tuple[Box, ...]
    headers: tuple[Header, ...]
    side_bars: tuple[SideBar, ...]
    arrows: tuple[Arrow, ...]
    notes: tuple[Note, ...] = ()
