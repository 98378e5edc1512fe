"""How the lines of a box are broken, and how tall it becomes by them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from reviews.diagram import text as measure
from reviews.diagram.boxes import Box, Line
from reviews.diagram.drawing import Run
from reviews.diagram.sizes import (
    HANG,
    INDENT,
    LEADING,
    PADDING_X,
    PADDING_Y,
    PARAGRAPH,
    SIZE,
)

LEAST_HEIGHT = 2 * LEADING + 2 * PADDING_Y


@dataclass(frozen=True)
class BrokenLine:
    """A line of a box as it is broken: runs, indent, and direction."""

    runs: tuple[Run, ...]
    indent: float
    rtl: bool
    gap: float = 0

    @property
    def width(self) -> float:
        return sum(measure.width(run.text, SIZE) for run in self.runs)


def height(box: Box, widths: Mapping[str, float]) -> float:
    """Return how tall a box has to be in a column of this width."""
    text = text_height(broken(box, widths[box.column]))
    return max(LEAST_HEIGHT, text + 2 * PADDING_Y)


def text_height(lines: Iterable[BrokenLine]) -> float:
    """Return how tall the lines are, without the room around them."""
    return sum(LEADING + line.gap for line in lines)


@lru_cache(maxsize=64)
def broken(box: Box, width: float) -> tuple[BrokenLine, ...]:
    """Break the lines of a box; asked again for each thing that depends on it."""
    found = []
    for position, line in enumerate(box.lines):
        gap = PARAGRAPH if position and not line.depth else 0
        for part in _broken_line(line, width - 2 * PADDING_X):
            found.append(replace(part, gap=gap))
            gap = 0
    return tuple(found)


def _broken_line(line: Line, room: float) -> Iterator[BrokenLine]:
    """Break a label, and set its number behind it, or below where there is no room."""
    indent = line.depth * INDENT
    # Lines of a list that run on are hung, so that each item can be told.
    hang = indent + (HANG if line.depth else 0)
    label, count = measure.clean(line.text), measure.clean(line.count)
    rtl = measure.is_rtl(label or count)
    name = f"{label} {count}" if line.url else ""
    words = measure.wrap(label, room - hang, SIZE) if label else []
    if count and not line.count_below:
        words = _with_room_for(count, words, room - hang)
    runs: list[tuple[Run, ...]] = [(Run(w),) for w in words]
    counted = [Run(w, line.url, name) for w in measure.wrap(count, room - hang, SIZE)]
    beside = measure.width(f"{words[-1] if words else ''} {count}", SIZE)
    if count and words and not line.count_below and beside <= room - hang:
        runs[-1] = (Run(f"{words[-1]} "), *counted)
    elif count:
        runs += [(run,) for run in counted]
    for position, parts in enumerate(runs):
        yield BrokenLine(parts, hang if position else indent, rtl)


def _with_room_for(count: str, words: list[str], room: float) -> list[str]:
    """Take the last word down to the number, which else would stand alone."""
    *before, last = words or [""]
    rest, _, word = last.rpartition(" ")
    fits = measure.width(f"{last} {count}", SIZE) <= room
    if fits or not rest or measure.width(f"{word} {count}", SIZE) > room:
        return words
    return [*before, rest, word]
