"""A share from time to time, as a line between nothing and a hundred per cent.

Each point is told in words as well, and may open what it counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews.figures.svg import FAINT, INK, MARGIN, SMALL, SOFT, Sheet, width

WIDE, HIGH = 520.0, 160.0
COLOUR = "#2F5D8C"
# More names than this would stand on each other.
MOST_NAMES = 8


@dataclass(frozen=True)
class Point:
    """A time, the share at it, how many it is of, and where that opens."""

    name: str
    share: float
    items: int
    url: str = ""

    @property
    def told(self) -> str:
        return f"{self.name}: {100 * self.share:.0f}% of {self.items:,}"


def draw(title: str, points: Sequence[Point], *, what: str) -> str:
    """Draw the points from left to right. Raises ValueError without any."""
    if not points:
        raise ValueError("There is no point to draw.")
    sheet = Sheet(title=title, description=". ".join(each.told for each in points))
    left = MARGIN + width("100%", size=SMALL) + 10
    top = MARGIN + 20
    bottom = top + HIGH
    sheet.text(MARGIN, MARGIN + 4, what, size=SMALL, fill=SOFT)
    for part in range(5):
        y = bottom - HIGH * part / 4
        colour = INK if part == 0 else FAINT
        sheet.line([(left, y), (left + WIDE, y)], stroke=colour, weight=0.75)
        words = f"{25 * part}%"
        sheet.text(left - 6, y + 4, words, size=SMALL, anchor="end")
    apart = WIDE / len(points)
    places = [
        (left + apart * (at + 0.5), bottom - HIGH * each.share)
        for at, each in enumerate(points)
    ]
    sheet.line(places, stroke=COLOUR, weight=2)
    named = -(-len(points) // MOST_NAMES)
    for at, (each, (x, y)) in enumerate(zip(points, places, strict=True)):
        group = sheet.group(each.told, url=each.url)
        sheet.circle(x, y, 4, fill=COLOUR, stroke=COLOUR, parent=group)
        if at % named == 0:
            sheet.text(x, bottom + 18, each.name, size=SMALL, anchor="middle")
    return sheet.finish(left + WIDE + MARGIN, bottom + 18 + MARGIN)
