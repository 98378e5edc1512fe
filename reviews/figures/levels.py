"""Levels of an appraisal as a figure shows them: a symbol and a fill, always both.

The colours are those that Cochrane reviews and robvis use; the second palette holds
for readers who see red and green alike, the third for print in black and white. What
is not settled, and what is no part of an appraisal, are states of their own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from xml.etree import ElementTree as ET

from reviews.figures.svg import FAINT, INK, SOFT, Sheet


class Tone(StrEnum):
    """What a level says, from best to worst, then what says nothing."""

    GOOD = "good"
    MIDDLE = "middle"
    UNCLEAR = "unclear"
    BAD = "bad"
    WORST = "worst"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"
    NOT_PART = "not_part"
    UNSETTLED = "unsettled"


class Palette(StrEnum):
    COCHRANE = "cochrane"
    COLOUR_BLIND = "colour-blind"
    MONOCHROME = "monochrome"


_ORDER = {tone: rank for rank, tone in enumerate(Tone)}
_SYMBOLS = {
    "+": Tone.GOOD,
    "-": Tone.MIDDLE,
    "x": Tone.BAD,
    "!": Tone.WORST,
    "?": Tone.UNKNOWN,
}
_BY_RANK = (Tone.GOOD, Tone.MIDDLE, Tone.BAD, Tone.WORST)
_BLANK = {
    Tone.NOT_APPLICABLE: "#CCCCCC",
    Tone.NOT_PART: "#FFFFFF",
    Tone.UNSETTLED: "#FFFFFF",
}
_FILLS = {
    Palette.COCHRANE: {
        Tone.GOOD: "#02C100",
        Tone.MIDDLE: "#E2DF07",
        Tone.UNCLEAR: "#E2DF07",
        Tone.BAD: "#BF0000",
        Tone.WORST: "#820000",
        Tone.UNKNOWN: "#4EA1F7",
        **_BLANK,
    },
    Palette.COLOUR_BLIND: {
        Tone.GOOD: "#FED98E",
        Tone.MIDDLE: "#FE9929",
        Tone.UNCLEAR: "#FE9929",
        Tone.BAD: "#D95F0E",
        Tone.WORST: "#993404",
        Tone.UNKNOWN: "#FFFFFF",
        **_BLANK,
    },
    Palette.MONOCHROME: {
        Tone.GOOD: "#FFFFFF",
        Tone.MIDDLE: "#D0D0D0",
        Tone.UNCLEAR: "#D0D0D0",
        Tone.BAD: "#8A8A8A",
        Tone.WORST: "#3A3A3A",
        Tone.UNKNOWN: "#EFEFEF",
        Tone.NOT_APPLICABLE: "#FFFFFF",
        Tone.NOT_PART: "#FFFFFF",
        Tone.UNSETTLED: "#FFFFFF",
    },
}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}\Z")


@dataclass(frozen=True)
class Level:
    """A level; `colour` is the instrument's own, for the Cochrane palette."""

    code: str
    label: str
    tone: Tone
    symbol: str = ""
    colour: str = ""

    @property
    def is_said(self) -> bool:
        """Whether a team said so: neither open nor outside the appraisal."""
        return self.tone not in (Tone.UNSETTLED, Tone.NOT_PART)

    @property
    def order(self) -> int:
        return _ORDER[self.tone]


UNSETTLED = Level("unsettled", "Not settled", Tone.UNSETTLED)
NOT_PART = Level("not-part", "Not part of this appraisal", Tone.NOT_PART)


def tone_of(symbol: str, rank: int | None) -> Tone:
    """Return the tone of a level by its symbol, else by its rank."""
    if symbol == "?" and rank is not None:
        return Tone.UNCLEAR
    if symbol in _SYMBOLS:
        return _SYMBOLS[symbol]
    if rank is None:
        return Tone.UNKNOWN
    return _BY_RANK[max(0, min(rank, len(_BY_RANK) - 1))]


def legend(levels: Iterable[Level]) -> tuple[Level, ...]:
    """Return each level once, the best first, no two with the same symbol."""
    once = dict.fromkeys(sorted(levels, key=lambda level: level.order))
    found: dict[Level, str] = {}
    for level in once:
        symbol = level.symbol
        if level.is_said and level.tone != Tone.NOT_APPLICABLE:
            symbol = _unlike(symbol, level.label, set(found.values()))
        found[level] = symbol
    return tuple(replace(level, symbol=symbol) for level, symbol in found.items())


def _unlike(symbol: str, label: str, taken: set[str]) -> str:
    letters = [char.upper() for char in label if char.isalnum()]
    numbers = [str(each) for each in range(2, 100)]
    for each in (symbol, *letters, *numbers):
        if each and each not in taken:
            return each
    return symbol


def fill(level: Level, palette: Palette) -> str:
    """Return the colour of a level."""
    own = level.is_said and palette == Palette.COCHRANE
    if own and _COLOUR.match(level.colour):
        return level.colour
    return _FILLS[palette][level.tone]


def bar_fill(sheet: Sheet, level: Level, palette: Palette) -> str:
    """Return the fill of a level in a bar, where what is open is hatched."""
    return sheet.hatching() if level.tone == Tone.UNSETTLED else fill(level, palette)


def mark(
    sheet: Sheet,
    level: Level,
    x: float,
    y: float,
    *,
    palette: Palette,
    radius: float = 12,
    parent: ET.Element | None = None,
) -> None:
    """Draw a level as a circle with its symbol around (x, y)."""
    if level.tone == Tone.NOT_PART:
        dash = [(x - radius / 3, y), (x + radius / 3, y)]
        sheet.line(dash, stroke=FAINT, weight=1.5, parent=parent)
        return
    if level.tone == Tone.UNSETTLED:
        sheet.circle(x, y, radius, stroke=SOFT, dashes="3 3", parent=parent)
        return
    colour = fill(level, palette)
    ring = FAINT if level.tone == Tone.NOT_APPLICABLE and not level.symbol else INK
    sheet.circle(x, y, radius, fill=colour, stroke=ring, parent=parent)
    symbol(sheet, level, x, y, ink=ink_on(colour), radius=radius, parent=parent)


def symbol(
    sheet: Sheet,
    level: Level,
    x: float,
    y: float,
    *,
    ink: str,
    radius: float = 12,
    parent: ET.Element | None = None,
) -> None:
    """Draw the symbol of a level: strokes for the common ones, else letters."""
    half, weight = radius * 0.5, radius * 0.17
    slant = half * 0.8
    strokes: dict[str, list[list[tuple[float, float]]]] = {
        "+": [[(x - half, y), (x + half, y)], [(x, y - half), (x, y + half)]],
        "-": [[(x - half, y), (x + half, y)]],
        "x": [
            [(x - slant, y - slant), (x + slant, y + slant)],
            [(x - slant, y + slant), (x + slant, y - slant)],
        ],
        "!": [
            [(x, y - half * 1.1), (x, y + half * 0.35)],
            [(x, y + half * 0.75), (x, y + half * 1.15)],
        ],
    }
    for points in strokes.get(level.symbol, []):
        sheet.line(points, stroke=ink, weight=weight, parent=parent)
    if level.symbol and level.symbol not in strokes:
        size = radius * (1.25 if len(level.symbol) == 1 else 0.95)
        sheet.text(
            x,
            y + size * 0.35,
            level.symbol[:3],
            size=size,
            bold=True,
            anchor="middle",
            fill=ink,
            parent=parent,
        )


def ink_on(colour: str) -> str:
    """Return black or white, whichever stands out more from the colour."""
    if not _COLOUR.match(colour):
        return INK
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    # Where black and white stand out alike (WCAG 2.2, relative luminance).
    return INK if light > 0.179 else "#FFFFFF"
