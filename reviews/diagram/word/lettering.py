"""The words in a shape of a Word document: paragraphs with their type."""

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as ET

from reviews.diagram import sizes
from reviews.diagram import text as measure
from reviews.diagram.boxes import Line
from reviews.diagram.word.fonts import FONT, eastern_font
from reviews.diagram.word.markup import add

NO_BREAK = "\u00a0"


def write(
    content: ET.Element, lines: Sequence[Line], scale: float, *, is_box: bool
) -> None:
    """Write the lines of a shape, in a box as it is set and else bold in the middle."""
    for number, line in enumerate(lines):
        gap = sizes.PARAGRAPH if is_box and number and not line.depth else 0
        for text in _statements(line):
            paragraph = add(content, "w:p")
            _set(add(paragraph, "w:pPr"), line, text, gap, scale, is_box=is_box)
            run = add(paragraph, "w:r")
            _type(add(run, "w:rPr"), text, scale, is_bold=not is_box)
            add(run, "w:t", {"xml:space": "preserve"}).text = text
            gap = 0


def _statements(line: Line) -> Iterator[str]:
    """Yield the paragraphs of a line: its number stands below it or behind it."""
    # A number is not broken over two lines.
    count = measure.clean(line.count).replace(" ", NO_BREAK)
    text = measure.clean(line.text)
    if line.count_below and text and count:
        yield text
        yield count
    else:
        yield " ".join(filter(None, (text, count)))


def _set(
    look: ET.Element, line: Line, text: str, gap: float, scale: float, *, is_box: bool
) -> None:
    """Set a paragraph; the order of the marks is part of the format."""
    if measure.is_rtl(line.text or text):
        add(look, "w:bidi")
    spacing = {
        "w:before": _twips(gap, scale),
        "w:after": 0,
        "w:line": _twips(sizes.LEADING, scale),
        "w:lineRule": "exact",
    }
    add(look, "w:spacing", spacing)
    if line.depth:
        indent = {
            "w:left": _twips(line.depth * sizes.INDENT + sizes.HANG, scale),
            "w:hanging": _twips(sizes.HANG, scale),
        }
        add(look, "w:ind", indent)
    add(look, "w:jc", {"w:val": "left" if is_box else "center"})


def _type(look: ET.Element, text: str, scale: float, *, is_bold: bool) -> None:
    fonts = {f"w:{key}": FONT for key in ("ascii", "hAnsi", "cs")}
    add(look, "w:rFonts", {**fonts, "w:eastAsia": eastern_font(text)})
    if is_bold:
        add(look, "w:b")
        add(look, "w:bCs")
    add(look, "w:color", {"w:val": "000000"})
    half_points = round(sizes.SIZE * 0.75 * 2 * scale)
    add(look, "w:sz", {"w:val": half_points})
    add(look, "w:szCs", {"w:val": half_points})
    if measure.is_rtl(text):
        add(look, "w:rtl")


def _twips(px: float, scale: float) -> int:
    return round(px * 15 * scale)
