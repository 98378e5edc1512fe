"""What stands around the boxes of a chart: headers, side bars and notes."""

from collections.abc import Iterator, Mapping, Sequence

from reviews.diagram import text as measure
from reviews.diagram.boxes import Header, Note, SideBar
from reviews.diagram.drawing import Run, Shape, TextLine
from reviews.diagram.sizes import (
    LEADING,
    MARGIN,
    PADDING_X,
    PADDING_Y,
    ROW_GAP,
    SIZE,
    SMALL,
    SMALL_LEADING,
)

BAR_ROOM = 190.0


def place_headers(
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
        centre, middle = shape.middle
        for words, y in zip(text, _baselines(len(text), middle), strict=True):
            texts.append(_bold(words, header, x=centre, y=y))
    return shapes, texts, MARGIN + height + ROW_GAP


def bar_lines(bar: SideBar) -> list[str]:
    """Break the words of a side bar."""
    return measure.wrap(bar.text, BAR_ROOM, SIZE, bold=True)


def place_bars(
    bars: Sequence[SideBar],
    bar_lines: Sequence[Sequence[str]],
    rows: Mapping[int, tuple[float, float]],
    width: float,
) -> tuple[list[Shape], list[TextLine]]:
    """Place the side bars, each along its rows, with their words upwards."""
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
            texts.append(_bold(words, bar, x=x, y=along))
    return shapes, texts


def place_notes(
    notes: Sequence[Note], top: float, room: float
) -> tuple[list[TextLine], float]:
    """Place the notes below one another; give the y below them too."""
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


def _bold(words: str, inside: Header | SideBar, *, x: float, y: float) -> TextLine:
    return TextLine(
        inside=inside.key,
        x=x,
        y=y,
        runs=(Run(words),),
        width=measure.width(words, SIZE, bold=True),
        bold=True,
        centred=True,
        rtl=measure.is_rtl(inside.text),
        upwards=isinstance(inside, SideBar),
    )


def _baselines(lines: int, middle: float) -> Iterator[float]:
    """Give the baselines of lines centred on a middle."""
    first = middle - (lines - 1) * LEADING / 2 + SIZE * 0.34
    for line in range(lines):
        yield first + line * LEADING
