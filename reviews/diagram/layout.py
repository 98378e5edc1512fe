"""Gives every box, bar, arrow and line of text of a chart its size and place.

Boxes grow with their text, the boxes of a row begin at one height, and a column of
side exits grows wider before a long list of reasons grows too tall. All in px.
"""

from collections.abc import Iterator, Mapping, Sequence

from reviews.diagram import surroundings
from reviews.diagram import text as measure
from reviews.diagram.boxes import Arrow, Box, Chart
from reviews.diagram.breaking import broken, height, text_height
from reviews.diagram.drawing import Drawing, Shape, TextLine
from reviews.diagram.sizes import LEADING, MARGIN, PADDING_X, PADDING_Y, ROW_GAP, SIZE

EXIT_GAP, GROUP_GAP = 38.0, 34.0
BAR_GAP = 14.0
# The boxes of the first row are equally tall, unless one is very much taller.
EVEN_HEIGHT = 220.0
# A side exit taller than this is made wider, as far as this.
TALL, WIDER, WIDENINGS = 330.0, 50.0, 3


def place(chart: Chart) -> Drawing:
    """Lay a chart out."""
    widths = _column_widths(chart)
    bar_lines = [surroundings.bar_lines(bar) for bar in chart.side_bars]
    bar_width = max(map(len, bar_lines), default=0) * LEADING + 2 * PADDING_Y
    left = MARGIN + (bar_width + BAR_GAP if chart.side_bars else 0)
    columns = _columns(widths, left)
    right = max(x + width for x, width in columns.values())
    headers, header_texts, top = surroundings.place_headers(chart.headers, columns)
    rows = _rows(chart, widths, bar_lines, top)
    boxes, box_texts = _boxes(chart.boxes, columns, rows, widths)
    bars, bar_texts = surroundings.place_bars(
        chart.side_bars, bar_lines, rows, bar_width
    )
    shapes = (*bars, *headers, *boxes)
    below = max(shape.bottom for shape in shapes) + ROW_GAP / 2
    notes, bottom = surroundings.place_notes(chart.notes, below, right - MARGIN)
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
                (height(b, widths) for b in chart.boxes if b.column == column),
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


def _rows(
    chart: Chart,
    widths: Mapping[str, float],
    bar_lines: Sequence[Sequence[str]],
    top: float,
) -> dict[int, tuple[float, float]]:
    """Give each row its y and height, tall enough for the side bars' words too."""
    heights: dict[int, float] = {}
    for box in chart.boxes:
        heights[box.row] = max(heights.get(box.row, 0), height(box, widths))
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
            height=row_height if even else height(box, widths),
            grey=box.grey,
        )
        shapes.append(shape)
        lines = broken(box, width)
        room = shape.height - text_height(lines)
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
