"""Plots over time and bars by name, each line and bar told in words as well.

Lines differ by their dashes and by a name at their end, never by colour alone. Beside
each plot stand its numbers as a table, which a page draws from the same values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10

from reviews.figures.svg import (
    FAINT,
    INK,
    MARGIN,
    SIZE,
    SMALL,
    SOFT,
    Sheet,
    leading,
    number,
    width,
    wrap,
)

WIDE, HIGH, SMALL_HIGH = 520.0, 220.0, 120.0
COLOURS = ("#2F5D8C", "#B4540A", "#4A7A3A", "#7A3A6E")
DASHES = ("", "7 4", "2 3", "9 3 2 3")
NAMES_WIDEST, LONGEST, ROW = 260.0, 320.0, 28.0


@dataclass(frozen=True)
class Series:
    """A name, and how many there were on each day, the days in order.

    `key` names it in an address.
    """

    name: str
    days: Sequence[tuple[date, int]]
    key: str = ""

    @property
    def total(self) -> int:
        return sum(count for _, count in self.days)

    def added_up(self) -> list[tuple[date, int]]:
        """Return how many there were up to each day."""
        found, so_far = [], 0
        for day, count in self.days:
            so_far += count
            found.append((day, so_far))
        return found


@dataclass(frozen=True)
class Bar:
    """A name, how many, and where they open."""

    name: str
    count: int
    url: str = ""


def lines(
    title: str, series: Sequence[Series], *, what: str, high: float = HIGH
) -> str:
    """Draw how many there were up to each day, a line for each series.

    Raises ValueError where no series has a day.
    """
    shown = [each for each in series if each.days]
    if not shown:
        raise ValueError("There is no day to draw.")
    first = min(each.days[0][0] for each in shown)
    last = max(each.days[-1][0] for each in shown)
    most = _round_up(max(each.total for each in shown))
    told = ". ".join(f"{each.name}: {each.total:,} by {_day(last)}" for each in shown)
    sheet = Sheet(title=title, description=told)
    names = [wrap(f"{each.name}: {each.total:,}", 170, size=SMALL) for each in shown]
    scale = width(f"{most:,}", size=SMALL) + 10
    left, top = MARGIN + scale, MARGIN + 20
    bottom = top + high
    sheet.text(MARGIN, MARGIN + 4, what, size=SMALL, fill=SOFT)
    _heights(sheet, left, top, bottom, most)
    span = max((last - first).days, 1)

    def place(day: date, count: int) -> tuple[float, float]:
        return left + WIDE * (day - first).days / span, bottom - high * count / most

    ends = []
    for at, each in enumerate(shown):
        points = _steps([place(day, count) for day, count in each.added_up()])
        end = place(last, each.total)
        points = [place(each.days[0][0], 0), *points, end]
        colour, dashes = COLOURS[at % 4], DASHES[at % 4]
        group = sheet.group(f"{each.name}: {each.total:,}")
        sheet.line(points, stroke=colour, weight=2, dashes=dashes, parent=group)
        sheet.circle(*points[-1], 3, fill=colour, stroke=colour, parent=group)
        ends.append(end[1])
    ys = _apart(ends, [len(each) * leading(SMALL) + 4 for each in names])
    right = left + WIDE + 10
    for at, (name, end_y, y) in enumerate(zip(names, ends, ys, strict=True)):
        sheet.line([(right - 4, end_y), (right + 8, y)], stroke=FAINT, weight=0.75)
        sheet.line(
            [(right + 10, y), (right + 34, y)],
            stroke=COLOURS[at % 4],
            weight=2,
            dashes=DASHES[at % 4],
        )
        sheet.paragraph(right + 40, y + 4, name, size=SMALL)
    _days(sheet, left, bottom, first, last)
    lowest = max(
        bottom + 26, *(y + len(n) * 14 for y, n in zip(ys, names, strict=True))
    )
    wide = max(width(line, size=SMALL) for name in names for line in name)
    return sheet.finish(right + 40 + wide + MARGIN, lowest + MARGIN)


def bars(title: str, found: Sequence[Bar]) -> str:
    """Draw a bar for each name, with its number at the end."""
    told = ". ".join(f"{each.name}: {each.count:,}" for each in found)
    sheet = Sheet(title=title, description=told)
    widths = [width(each.name) for each in found]
    room = min(max([60.0, *widths]), NAMES_WIDEST)
    left, y = MARGIN + room + 12, MARGIN
    most = max([1, *(each.count for each in found)])
    for each in found:
        words = wrap(each.name, room)
        high = max(ROW, len(words) * leading(SIZE) + 8)
        middle = y + high / 2
        first = middle - len(words) * leading(SIZE) / 2 + 12
        sheet.paragraph(left - 12, first, words, anchor="end")
        group = sheet.group(f"{each.name}: {each.count:,}", url=each.url)
        long = LONGEST * each.count / most
        sheet.rect(left, middle - 8, long, 16, fill=COLOURS[0], parent=group)
        sheet.text(
            left + long + 6, middle + 4, f"{each.count:,}", size=SMALL, parent=group
        )
        y += high
    sheet.line([(left, MARGIN), (left, y)], stroke=SOFT)
    ends = left + LONGEST + 12 + width(f"{most:,}", size=SMALL)
    return sheet.finish(ends + MARGIN, y + MARGIN)


def _steps(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return a line that rises on the day itself, and not before."""
    found: list[tuple[float, float]] = []
    for x, y in points:
        if found:
            found.append((x, found[-1][1]))
        found.append((x, y))
    return found


def _heights(sheet: Sheet, left: float, top: float, bottom: float, most: int) -> None:
    parts = next(each for each in (4, 5, 2, 3, 1) if most % each == 0)
    for part in range(parts + 1):
        y = bottom - (bottom - top) * part / parts
        colour = INK if part == 0 else FAINT
        sheet.line([(left, y), (left + WIDE, y)], stroke=colour, weight=0.75)
        words = f"{most * part // parts:,}"
        sheet.text(left - 6, y + 4, words, size=SMALL, anchor="end")


def _days(sheet: Sheet, left: float, bottom: float, first: date, last: date) -> None:
    span = (last - first).days
    parts = 4 if span >= 4 else max(span, 1)
    # A day stands in the middle of its tick, the last one before the end of the line.
    for part in range(parts + 1):
        days = round(span * part / parts)
        x = left + WIDE * part / parts
        if part == parts and span == 0:
            continue
        sheet.line([(x, bottom), (x, bottom + 5)])
        words = _day(first + timedelta(days=days))
        anchor = "start" if part == 0 else "end" if part == parts else "middle"
        sheet.text(x, bottom + 18, words, size=SMALL, anchor=anchor)


def _apart(ends: Sequence[float], heights: Sequence[float]) -> list[float]:
    """Return heights for the names of the lines, so that none stands on another."""
    order = sorted(range(len(ends)), key=lambda at: ends[at])
    found = [0.0] * len(ends)
    below = -1e9
    for at in order:
        found[at] = max(ends[at], below)
        below = found[at] + heights[at]
    return found


def _round_up(count: int) -> int:
    """Return a round number that is no smaller, as the top of a scale."""
    if count <= 4:
        return max(count, 1)
    size = 10 ** floor(log10(count))
    for step in (1, 2, 2.5, 4, 5, 8, 10):
        if (top := step * size) >= count and top == int(top):
            return int(top)
    return ceil(count)


def _day(day: date) -> str:
    return f"{number(day.day)} {day:%b %Y}"
