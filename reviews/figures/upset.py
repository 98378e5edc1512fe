"""The overlap of sources as an UpSet figure (Lex et al. 2014).

Below, a row for each source and a column for each combination: filled dots, joined by
a line, are the sources that found these records and no others did. Above, how many
they are; on the left, how many each source found. doi:10.1109/TVCG.2014.2346248.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews.figures.svg import (
    FAINT,
    INK,
    MARGIN,
    SIZE,
    SMALL,
    SOFT,
    Sheet,
    leading,
    width,
    wrap,
)

MOST_SOURCES, MOST_COMBINATIONS = 20, 40
COLUMN, DOT, ROW = 26.0, 7.0, 28.0
TALLEST, LONGEST = 190.0, 120.0
NAMES_WIDEST = 260.0
BAR, SET_BAR, BAND = "#2F5D8C", "#7A93AC", "#F4F4F4"
GREY_BAR, GREY_SET = "#333333", "#8A8A8A"


@dataclass(frozen=True)
class Set:
    """A source and how many records it found, copies counted once."""

    name: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Combination:
    """The places of the sources that found these, and no others did; how many."""

    sources: frozenset[int]
    count: int
    url: str = ""


def draw(
    sources: Sequence[Set],
    combinations: Sequence[Combination],
    *,
    monochrome: bool = False,
) -> str:
    """Draw the largest combinations; what is left out is told in a note."""
    kept = list(range(len(sources)))
    if len(kept) > MOST_SOURCES:
        largest = sorted(kept, key=lambda place: (-sources[place].count, place))
        kept = sorted(largest[:MOST_SOURCES])
    fitting = [each for each in combinations if each.sources <= set(kept)]
    shown = sorted(fitting, key=lambda each: -each.count)[:MOST_COMBINATIONS]
    drawing = _Drawing(sources, kept, shown, monochrome=monochrome)
    return drawing.draw(_notes(sources, kept, combinations, shown))


def _notes(
    sources: Sequence[Set],
    kept: Sequence[int],
    combinations: Sequence[Combination],
    shown: Sequence[Combination],
) -> list[str]:
    found = []
    if left := len(sources) - len(kept):
        noun = "source" if left == 1 else "sources"
        found.append(f"Not drawn: {left} smaller {noun}.")
    if left := len(combinations) - len(shown):
        count = sum(c.count for c in combinations) - sum(c.count for c in shown)
        noun = "combination" if left == 1 else "combinations"
        records = "record" if count == 1 else "records"
        found.append(f"Not drawn: {left:,} more {noun} with {count:,} {records}.")
    return found


class _Drawing:
    """The sizes of one figure, and its parts."""

    def __init__(
        self,
        sources: Sequence[Set],
        kept: Sequence[int],
        shown: Sequence[Combination],
        *,
        monochrome: bool,
    ) -> None:
        self.sources = [(place, sources[place]) for place in kept]
        self.shown = shown
        self.bar = GREY_BAR if monochrome else BAR
        self.set_bar = GREY_SET if monochrome else SET_BAR
        widths = [width(source.name) for _, source in self.sources]
        self.names = min(max([60.0, *widths]), NAMES_WIDEST)
        self.lines = [wrap(source.name, self.names) for _, source in self.sources]
        self.heights = [
            max(ROW, len(lines) * leading(SIZE) + 8) for lines in self.lines
        ]
        numbers = [width(f"{s.count:,}", size=SMALL) for _, s in self.sources]
        self.counts = max([20.0, *numbers]) + 6
        # The column fits its number, which stands above the bar.
        above = [width(f"{each.count:,}", size=SMALL) for each in shown]
        self.column = max([COLUMN, *(wide + 6 for wide in above)])
        self.bars_left = MARGIN + self.counts
        self.names_left = self.bars_left + LONGEST + 12
        self.left = self.names_left + self.names + 16
        self.right = max(self.left + len(shown) * self.column, self.left + 160)
        self.top = MARGIN + 18 + TALLEST
        self.sheet = Sheet(title="Overlap of sources", description=self.told())

    def told(self) -> str:
        return ". ".join(f"{self.names_of(c)}: {c.count:,}" for c in self.shown)

    def names_of(self, combination: Combination) -> str:
        named = [s.name for place, s in self.sources if place in combination.sources]
        return " and ".join(named) + (" alone" if len(named) == 1 else "")

    def draw(self, notes: Sequence[str]) -> str:
        ys = self.rows()
        self.heads()
        for number, combination in enumerate(self.shown):
            self.combination(number, combination, ys)
        y = self.top + sum(self.heights) + 22
        label = "Records that a source found, copies counted once"
        for line in wrap(label, LONGEST + self.counts, size=SMALL):
            self.sheet.text(MARGIN, y, line, size=SMALL, fill=SOFT)
            y += leading(SMALL)
        for note in notes:
            lines = wrap(note, self.right - MARGIN, size=SMALL)
            y = self.sheet.paragraph(MARGIN, y + 4, lines, size=SMALL)
        return self.sheet.finish(self.right + MARGIN, y + 6)

    def heads(self) -> None:
        sheet, base = self.sheet, self.top - 8
        sheet.line([(self.left, base), (self.right, base)], stroke=SOFT)
        words = "Records that exactly the marked sources found"
        room = self.names_left + self.names - MARGIN
        lines = wrap(words, min(room, 210), size=SMALL)
        sheet.paragraph(
            self.left - 16, base - 30, lines, size=SMALL, anchor="end", fill=SOFT
        )

    def rows(self) -> dict[int, float]:
        """Draw the sources; return the middle of the row of each."""
        most = max([1, *(source.count for _, source in self.sources)])
        found, y = {}, self.top
        rows = zip(self.sources, self.lines, self.heights, strict=True)
        for number, ((place, source), lines, height) in enumerate(rows):
            if number % 2 == 0:
                left = self.names_left - 6
                self.sheet.rect(left, y, self.right - left, height, fill=BAND)
            middle = found[place] = y + height / 2
            told = f"{source.name}: {source.count:,}"
            group = self.sheet.group(told, url=source.url)
            long = LONGEST * source.count / most
            right = self.bars_left + LONGEST
            self.sheet.rect(
                right - long, middle - 7, long, 14, fill=self.set_bar, parent=group
            )
            self.sheet.text(
                right - long - 5,
                middle + 4,
                f"{source.count:,}",
                size=SMALL,
                anchor="end",
                parent=group,
            )
            first = middle - len(lines) * leading(SIZE) / 2 + 12
            self.sheet.paragraph(self.names_left, first, lines)
            y += height
        return found

    def combination(
        self, number: int, combination: Combination, ys: dict[int, float]
    ) -> None:
        sheet = self.sheet
        x = self.left + (number + 0.5) * self.column
        told = f"{self.names_of(combination)}: {combination.count:,}"
        group = sheet.group(told, url=combination.url)
        most = max([1, *(each.count for each in self.shown)])
        base, high = self.top - 8, TALLEST * combination.count / most
        sheet.rect(x - 8, base - high, 16, high, fill=self.bar, parent=group)
        sheet.text(
            x,
            base - high - 5,
            f"{combination.count:,}",
            size=SMALL,
            anchor="middle",
            parent=group,
        )
        for place, y in ys.items():
            if place not in combination.sources:
                sheet.circle(x, y, 3, stroke=FAINT, fill="#FFFFFF", parent=group)
        marked = [ys[place] for place in sorted(combination.sources)]
        if len(marked) > 1:
            ends = [(x, min(marked)), (x, max(marked))]
            sheet.line(ends, weight=3, parent=group)
        for y in marked:
            sheet.circle(x, y, DOT, fill=INK, parent=group)
