"""Gives every box, bar, arrow and line of text of a chart its size and place.

Boxes grow with their text, the boxes of a row begin at one height, and a column of
side exits grows wider before a long list of reasons grows too tall. All in px.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from reviews.diagram import text as measure
from reviews.diagram.boxes import Arrow, Box, Chart, Header, Line, Note, SideBar

SIZE, LEADING = 13.0, 17.0
SMALL, SMALL_LEADING = 11.0, 15.0
MARGIN = 20.0
PADDING_X, PADDING_Y = 11.0, 9.0
INDENT, HANG = 12.0, 10.0
# Between two statements of one box that are no list.
PARAGRAPH = 5.0
EXIT_GAP, GROUP_GAP, ROW_GAP = 38.0, 34.0, 30.0
BAR_GAP, BAR_ROOM = 14.0, 190.0
LEAST_HEIGHT = 2 * LEADING + 2 * PADDING_Y
# The boxes of the first row are equally tall, unless one is very much taller.
EVEN_HEIGHT = 220.0
# A side exit taller than this is made wider, as far as this.
TALL, WIDER, WIDENINGS = 330.0, 50.0, 3

Kind = Literal["box", "header", "side_bar"]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A box or bar in its place."""

    key: str
    kind: Kind
    x: float
    y: float
    width: float
    height: float
    grey: bool = False

    @property
    def right(self) -> float:
        """Give the x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Give the y of the lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Give the centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Run:
    """A stretch of a line of text, linked if it has an address."""

    text: str
    url: str = ""
    # What a screen reader says for the link: the label with its number.
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class TextLine:
    """One line of text; x is its beginning, or its middle where it is centred."""

    inside: str
    x: float
    y: float
    runs: tuple[Run, ...]
    width: float
    size: float = SIZE
    bold: bool = False
    centred: bool = False
    rtl: bool = False
    upwards: bool = False


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A chart in its places."""

    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    texts: tuple[TextLine, ...]
    # Each a line through these points, with its head at the last.
    arrows: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class _Set:
    """A line of a box as it is broken: runs, indent, and direction."""

    runs: tuple[Run, ...]
    indent: float
    rtl: bool
    gap: float = 0

    @property
    def width(self) -> float:
        return sum(measure.width(run.text, SIZE) for run in self.runs)


def place(chart: Chart) -> Drawing:
    """Lay a chart out."""
    widths = _column_widths(chart)
    bar_lines = [_bar_lines(bar) for bar in chart.side_bars]
    bar_width = max(map(len, bar_lines), default=0) * LEADING + 2 * PADDING_Y
    left = MARGIN + (bar_width + BAR_GAP if chart.side_bars else 0)
    columns = _columns(widths, left)
    right = max(x + width for x, width in columns.values())
    headers, header_texts, top = _headers(chart.headers, columns)
    rows = _rows(chart, widths, bar_lines, top)
    boxes, box_texts = _boxes(chart.boxes, columns, rows, widths)
    bars, bar_texts = _bars(chart.side_bars, bar_lines, rows, bar_width)
    shapes = (*bars, *headers, *boxes)
    below = max(shape.bottom for shape in shapes) + ROW_GAP / 2
    notes, bottom = _notes(chart.notes, below, right - MARGIN)
    return Drawing(
        title=chart.title,
        description=chart.description,
        width=right + MARGIN,
        height=bottom + MARGIN,
        shapes=shapes,
        texts=(*bar_texts, *header_texts, *box_texts, *notes),
        arrows=tuple(_arrows(chart.arrows, {shape.key: shape for shape in boxes})),
    )


def _column_widths(chart: Chart) -> dict[str, float]:
    widths = dict(chart.columns)
    for column in widths:
        for _ in range(WIDENINGS):
            tallest = max(
                (_height(b, widths) for b in chart.boxes if b.column == column),
                default=0,
            )
            if tallest > TALL:
                widths[column] += WIDER
    return widths


def _columns(
    widths: Mapping[str, float], left: float
) -> dict[str, tuple[float, float]]:
    columns: dict[str, tuple[float, float]] = {}
    for name, width in widths.items():
        if columns:
            left += EXIT_GAP if name.endswith("_side") else GROUP_GAP
        columns[name] = (left, width)
        left += width
    return columns


def _headers(
    headers: Sequence[Header], columns: Mapping[str, tuple[float, float]]
) -> tuple[list[Shape], list[TextLine], float]:
    """Place the headers, equally tall; give the y below them too."""
    if not headers:
        return [], [], MARGIN
    spans = []
    for header in headers:
        edges = [(columns[c][0], sum(columns[c])) for c in header.columns]
        spans.append((min(x for x, _ in edges), max(end for _, end in edges)))
    lines = [
        measure.wrap(header.text, end - x - 2 * PADDING_X, SIZE, bold=True)
        for header, (x, end) in zip(headers, spans, strict=True)
    ]
    height = max(map(len, lines), default=0) * LEADING + 2 * PADDING_Y
    shapes, texts = [], []
    for header, (x, end), text in zip(headers, spans, lines, strict=True):
        shape = Shape(
            key=header.key,
            kind="header",
            x=x,
            y=MARGIN,
            width=end - x,
            height=height,
            grey=header.grey,
        )
        shapes.append(shape)
        rtl = measure.is_rtl(header.text)
        centre, middle = shape.middle
        for words, y in zip(text, _baselines(len(text), middle), strict=True):
            texts.append(
                TextLine(
                    inside=header.key,
                    x=centre,
                    y=y,
                    runs=(Run(words),),
                    width=measure.width(words, SIZE, bold=True),
                    bold=True,
                    centred=True,
                    rtl=rtl,
                )
            )
    return shapes, texts, MARGIN + height + ROW_GAP


def _rows(
    chart: Chart,
    widths: Mapping[str, float],
    bar_lines: Sequence[Sequence[str]],
    top: float,
) -> dict[int, tuple[float, float]]:
    """Give each row its y and height, tall enough for the side bars' words too."""
    heights: dict[int, float] = {}
    for box in chart.boxes:
        heights[box.row] = max(heights.get(box.row, 0), _height(box, widths))
    for bar, lines in zip(chart.side_bars, bar_lines, strict=True):
        inside = [row for row in heights if bar.first_row <= row <= bar.last_row]
        if not inside:
            continue
        longest = max(measure.width(line, SIZE, bold=True) for line in lines)
        has = sum(heights[row] for row in inside) + ROW_GAP * (len(inside) - 1)
        heights[max(inside)] += max(0, longest + 2 * PADDING_X - has)
    rows = {}
    for row in sorted(heights):
        rows[row] = (top, heights[row])
        top += heights[row] + ROW_GAP
    return rows


def _boxes(
    boxes: Sequence[Box],
    columns: Mapping[str, tuple[float, float]],
    rows: Mapping[int, tuple[float, float]],
    widths: Mapping[str, float],
) -> tuple[list[Shape], list[TextLine]]:
    shapes, texts = [], []
    for box in boxes:
        (x, width), (y, row_height) = columns[box.column], rows[box.row]
        even = box.row == min(rows) and row_height <= EVEN_HEIGHT
        shape = Shape(
            key=box.key,
            kind="box",
            x=x,
            y=y,
            width=width,
            height=row_height if even else _height(box, widths),
            grey=box.grey,
        )
        shapes.append(shape)
        lines = _broken(box, width)
        room = shape.height - _text_height(lines)
        baseline = shape.y + room / 2 - (LEADING - SIZE) / 2 - SIZE * 0.16
        for line in lines:
            baseline += LEADING + line.gap
            inset = PADDING_X + line.indent
            texts.append(
                TextLine(
                    inside=box.key,
                    x=shape.right - inset if line.rtl else x + inset,
                    y=baseline,
                    runs=line.runs,
                    width=line.width,
                    rtl=line.rtl,
                )
            )
    return shapes, texts


def _bars(
    bars: Sequence[SideBar],
    bar_lines: Sequence[Sequence[str]],
    rows: Mapping[int, tuple[float, float]],
    width: float,
) -> tuple[list[Shape], list[TextLine]]:
    shapes, texts = [], []
    for bar, lines in zip(bars, bar_lines, strict=True):
        inside = [rows[r] for r in rows if bar.first_row <= r <= bar.last_row]
        if not inside:
            continue
        y, (last, height) = inside[0][0], inside[-1]
        shape = Shape(
            key=bar.key,
            kind="side_bar",
            x=MARGIN,
            y=y,
            width=width,
            height=last + height - y,
        )
        shapes.append(shape)
        across, along = shape.middle
        for words, x in zip(lines, _baselines(len(lines), across), strict=True):
            texts.append(
                TextLine(
                    inside=bar.key,
                    x=x,
                    y=along,
                    runs=(Run(words),),
                    width=measure.width(words, SIZE, bold=True),
                    bold=True,
                    centred=True,
                    rtl=measure.is_rtl(bar.text),
                    upwards=True,
                )
            )
    return shapes, texts


def _bar_lines(bar: SideBar) -> list[str]:
    return measure.wrap(bar.text, BAR_ROOM, SIZE, bold=True)


def _notes(
    notes: Sequence[Note], top: float, room: float
) -> tuple[list[TextLine], float]:
    texts: list[TextLine] = []
    for note in notes:
        size, leading = (SMALL, SMALL_LEADING) if note.small else (SIZE, LEADING)
        rtl = measure.is_rtl(note.text)
        top += 3 if texts else 0
        for words in measure.wrap(note.text, room, size):
            top += leading
            texts.append(
                TextLine(
                    inside="",
                    x=MARGIN + room if rtl else MARGIN,
                    y=top,
                    runs=(Run(words, note.url, note.text if note.url else ""),),
                    width=measure.width(words, size),
                    size=size,
                    rtl=rtl,
                )
            )
    return texts, top


def _arrows(
    arrows: Sequence[Arrow], shapes: Mapping[str, Shape]
) -> Iterator[tuple[tuple[float, float], ...]]:
    for arrow in arrows:
        start, end = shapes[arrow.start], shapes[arrow.end]
        centre, middle = start.middle[0], end.middle[1]
        match arrow.way:
            case "right":
                y = start.y + min(start.height, end.height) / 2
                yield (start.right, y), (end.x, y)
            case "down":
                yield (centre, start.bottom), (centre, end.y)
            case "down_left":
                yield (centre, start.bottom), (centre, middle), (end.right, middle)
            case "down_right":
                yield (centre, start.bottom), (centre, middle), (end.x, middle)


def _height(box: Box, widths: Mapping[str, float]) -> float:
    height = _text_height(_broken(box, widths[box.column]))
    return max(LEAST_HEIGHT, height + 2 * PADDING_Y)


def _text_height(lines: Iterable[_Set]) -> float:
    return sum(LEADING + line.gap for line in lines)


@lru_cache(maxsize=64)
def _broken(box: Box, width: float) -> tuple[_Set, ...]:
    """Break the lines of a box; asked again for each thing that depends on it."""
    found = []
    for position, line in enumerate(box.lines):
        gap = PARAGRAPH if position and not line.depth else 0
        for part in _broken_line(line, width - 2 * PADDING_X):
            found.append(replace(part, gap=gap))
            gap = 0
    return tuple(found)


def _broken_line(line: Line, room: float) -> Iterator[_Set]:
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
        yield _Set(parts, hang if position else indent, rtl)


def _with_room_for(count: str, words: list[str], room: float) -> list[str]:
    """Take the last word down to the number, which else would stand alone."""
    *before, last = words or [""]
    rest, _, word = last.rpartition(" ")
    fits = measure.width(f"{last} {count}", SIZE) <= room
    if fits or not rest or measure.width(f"{word} {count}", SIZE) > room:
        return words
    return [*before, rest, word]


def _baselines(lines: int, middle: float) -> Iterator[float]:
    """Give the baselines of lines centred on a middle."""
    first = middle - (lines - 1) * LEADING / 2 + SIZE * 0.34
    for line in range(lines):
        yield first + line * LEADING
