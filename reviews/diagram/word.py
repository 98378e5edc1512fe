"""Writes a placed diagram as a Word document of shapes: text to edit, not a picture.

Boxes and bars are rectangles with their words in them and arrows are connectors, all in
one group (DrawingML, ISO/IEC 29500), so that a team can mend a word or move a box in
its word processor. Notes stand under it as paragraphs. The group is as large as it can
be on the page; a drawing too large for A4 gets a larger page, which is as large as Word
knows one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as ET

from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Emu, Pt
from docx.text.paragraph import Paragraph

from reviews.diagram import layout
from reviews.diagram import text as measure
from reviews.diagram.boxes import Chart, Line, Note
from reviews.diagram.layout import Drawing, Shape
from reviews.diagram.svg import COLOUR, INK, MONOCHROME
from reviews.documents import word

FONT = "Arial"
# English metric units to a px of 1/96 inch.
EMU = 9525
A4, A3 = (8.27, 11.69), (11.69, 16.54)
# Word knows no longer side, in inches.
LONGEST = 22.0
PAGE_MARGIN = 0.6
# Below this share of its size the text of a drawing is hard to read: 7 points.
LEAST_SCALE = 0.71
ROOM_FOR_TITLE = 0.7
# A list longer than this stands at the top of its box, not in its middle.
LONG_LIST = 12
NO_BREAK = "\u00a0"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_WPG = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_NAMES = {"w": _W, "a": _A, "r": _R, "wps": _WPS, "wpg": _WPG, "wp": _WP, "mc": _MC}
# A drawing says what it needs by these prefixes, so they are kept.
for _prefix, _address in _NAMES.items():
    ET.register_namespace(_prefix, _address)
_FLOATING = {
    "simplePos": "0",
    "relativeHeight": "2",
    "behindDoc": "0",
    "locked": "0",
    "layoutInCell": "1",
    "allowOverlap": "1",
}
EASTERN = (
    (re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"), "Malgun Gothic"),
    (re.compile(r"[\u3040-\u30ff]"), "MS Gothic"),
)
CHINESE = "Microsoft YaHei"
_WEB = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True)
class _Sheet:
    """The page in inches, and by how much the drawing shrinks on it."""

    width: float
    height: float
    scale: float


def write(chart: Chart, drawing: Drawing, *, monochrome: bool = False) -> bytes:
    """Write the chart as it was placed."""
    document = word.begin()
    sheet = _sheet(drawing)
    _set_page(document.sections[0], sheet)
    document.styles["Normal"].font.name = FONT
    document.styles["Normal"].font.size = Pt(9)
    heading = document.add_heading(drawing.title, level=1)
    for words in heading.runs:
        words.font.name, words.font.size = FONT, Pt(12)
    _format(heading, after=6)
    group = _Group(chart, drawing, sheet.scale, monochrome)
    place = document.add_paragraph()
    _format(place, after=4)
    # Looser lines would lower the group, but not the bars beside it.
    place.paragraph_format.line_spacing = 1.0
    place.paragraph_format.left_indent = Emu(round(group.left * sheet.scale * EMU))
    for run in group.runs():
        place._p.append(parse_xml(run))
    for note in chart.notes:
        _add_note(document.add_paragraph(), note)
    return word.save(document, title=drawing.title)


def _sheet(drawing: Drawing) -> _Sheet:
    """Choose the page: A4 if the drawing stays legible on it, else larger."""
    width, height = _extent(drawing)
    across, along = width / 96, height / 96
    notes = 0.25 * sum(1 for line in drawing.texts if not line.inside)
    sides = 2 * PAGE_MARGIN
    over = sides + ROOM_FOR_TITLE + notes
    for short, long in (A4, A3):
        sheets = [
            _Sheet(
                wide, high, _whole(min((wide - sides) / across, (high - over) / along))
            )
            for wide, high in ((short, long), (long, short))
        ]
        # Upright where it makes no difference.
        if (best := max(sheets, key=lambda sheet: sheet.scale)).scale >= LEAST_SCALE:
            return best
    wide, high = across + sides, along + over
    scale = _whole(min((LONGEST - sides) / across, (LONGEST - over) / along))
    return _Sheet(min(LONGEST, wide), min(LONGEST, high), scale)


def _whole(scale: float) -> float:
    """Round down to what gives whole half points of type, as Word has them."""
    half_points = int(layout.SIZE * 0.75 * 2 * min(scale, 1))
    return max(half_points, 2) / (layout.SIZE * 0.75 * 2)


def _extent(drawing: Drawing) -> tuple[float, float]:
    """Return width and height of the shapes, without the notes under them."""
    right = max(shape.right for shape in drawing.shapes)
    bottom = max(shape.bottom for shape in drawing.shapes)
    return right - layout.MARGIN, bottom - layout.MARGIN


class _Group:
    """The shapes of one diagram as one group."""

    def __init__(
        self, chart: Chart, drawing: Drawing, scale: float, monochrome: bool
    ) -> None:
        self.drawing, self.scale = drawing, scale
        self.fills = MONOCHROME if monochrome else COLOUR
        self.words: dict[str, tuple[Line, ...]] = {b.key: b.lines for b in chart.boxes}
        self.words |= {h.key: (Line(text=h.text),) for h in chart.headers}
        self.words |= {b.key: (Line(text=b.text),) for b in chart.side_bars}
        self.ids = {shape.key: 10 + n for n, shape in enumerate(drawing.shapes)}

    @property
    def left(self) -> float:
        """Return where the group begins: beside the bars."""
        xs = [each.x for each in self.drawing.shapes if each.kind != "side_bar"]
        return min(xs) - layout.MARGIN

    def runs(self) -> Iterator[bytes]:
        """Yield the run that holds the group, and one for each bar beside it."""
        left, height = self._emu(self.left), self._emu(_extent(self.drawing)[1])
        width = self._emu(_extent(self.drawing)[0]) - left
        bars = [shape for shape in self.drawing.shapes if shape.kind == "side_bar"]
        for shape in bars:
            yield self._bar(shape)
        run, inline = _run("inline", "wpg")
        _add(inline, "wp:extent", {"cx": width, "cy": height})
        _add(inline, "wp:effectExtent", {"l": 0, "t": 0, "r": 0, "b": 0})
        told = {"title": self.drawing.title, "descr": self.drawing.description}
        _add(inline, "wp:docPr", {"id": 1, "name": "Flow diagram", **told})
        _add(inline, "wp:cNvGraphicFramePr")
        data = _add(_add(inline, "a:graphic"), "a:graphicData", {"uri": _WPG})
        group = _add(data, "wpg:wgp")
        _add(group, "wpg:cNvGrpSpPr")
        frame = _add(_add(group, "wpg:grpSpPr"), "a:xfrm")
        for name, x, y in (
            ("off", 0, 0),
            ("ext", width, height),
            ("chOff", left, 0),
            ("chExt", width, height),
        ):
            keys = ("cx", "cy") if name.lower().endswith("ext") else ("x", "y")
            _add(frame, f"a:{name}", dict(zip(keys, (x, y), strict=True)))
        for shape in self.drawing.shapes:
            if shape not in bars:
                self._shape(group, shape, **self._at(shape.x, shape.y))
        last = 10 + len(self.ids)
        for number, points in enumerate(self.drawing.arrows):
            last = self._arrow(group, number, points, last)
        yield ET.tostring(run)

    def _bar(self, shape: Shape) -> bytes:
        """Return a bar as a shape of its own.

        LibreOffice turns no text upwards within a group.
        """
        run, anchor = _run("anchor", "wps", **_FLOATING)
        _add(anchor, "wp:simplePos", {"x": 0, "y": 0})
        place = self._at(shape.x, shape.y)
        for way, beside, offset in (("H", "column", "x"), ("V", "paragraph", "y")):
            position = _add(anchor, f"wp:position{way}", {"relativeFrom": beside})
            _add(position, "wp:posOffset").text = str(place[offset])
        size = {"cx": self._emu(shape.width), "cy": self._emu(shape.height)}
        _add(anchor, "wp:extent", size)
        _add(anchor, "wp:effectExtent", {"l": 0, "t": 0, "r": 0, "b": 0})
        _add(anchor, "wp:wrapNone")
        about = {"id": self.ids[shape.key], "name": self._name(shape)}
        _add(anchor, "wp:docPr", about)
        _add(anchor, "wp:cNvGraphicFramePr")
        data = _add(_add(anchor, "a:graphic"), "a:graphicData", {"uri": _WPS})
        self._shape(data, shape, x=0, y=0)
        return ET.tostring(run)

    def _emu(self, px: float) -> int:
        return round(px * self.scale * EMU)

    def _at(self, x: float, y: float) -> dict[str, int]:
        margin = layout.MARGIN
        return {"x": self._emu(x - margin), "y": self._emu(y - margin)}

    def _name(self, shape: Shape) -> str:
        name = " ".join(measure.clean(line.text) for line in self.words[shape.key])
        return name[:80] or shape.key

    def _shape(self, parent: ET.Element, shape: Shape, *, x: int, y: int) -> None:
        made = _add(parent, "wps:wsp")
        about = {"id": self.ids[shape.key], "name": self._name(shape)}
        _add(made, "wps:cNvPr", about)
        _add(made, "wps:cNvSpPr")
        look = _add(made, "wps:spPr")
        frame = _add(look, "a:xfrm")
        _add(frame, "a:off", {"x": x, "y": y})
        size = {"cx": self._emu(shape.width), "cy": self._emu(shape.height)}
        _add(frame, "a:ext", size)
        preset = "rect" if shape.kind == "box" else "roundRect"
        corners = _add(_add(look, "a:prstGeom", {"prst": preset}), "a:avLst")
        if shape.kind != "box":
            least = min(shape.width, shape.height)
            round_by = {"name": "adj", "fmla": f"val {round(8 / least * 100000)}"}
            _add(corners, "a:gd", round_by)
        plain = "#FFFFFF" if shape.kind == "box" else self.fills[shape.kind]
        fill = self.fills["grey"] if shape.grey else plain
        _add(_add(look, "a:solidFill"), "a:srgbClr", {"val": fill.lstrip("#")})
        self._outline(look)
        self._text(made, shape)

    def _outline(self, look: ET.Element) -> ET.Element:
        line = _add(look, "a:ln", {"w": self._emu(1)})
        _add(_add(line, "a:solidFill"), "a:srgbClr", {"val": INK.lstrip("#")})
        return line

    def _text(self, made: ET.Element, shape: Shape) -> None:
        content = _add(_add(made, "wps:txbx"), "w:txbxContent")
        is_box = shape.kind == "box"
        for number, line in enumerate(self.words[shape.key]):
            for position, text in enumerate(_statements(line)):
                first = 0 if position else number
                self._paragraph(content, line, text, first, is_box=is_box)
        # Less at the sides than is kept free: a word processor's letters differ.
        is_long = len(self.words[shape.key]) > LONG_LIST
        aside = self._emu(layout.PADDING_X - 5)
        body = {
            "vert": "vert270" if shape.kind == "side_bar" else "horz",
            "wrap": "square",
            "lIns": aside,
            "tIns": self._emu(layout.PADDING_Y) if is_long else 0,
            "rIns": aside,
            "bIns": 0,
            "anchor": "t" if is_long else "ctr",
            "anchorCtr": "0",
        }
        _add(_add(made, "wps:bodyPr", body), "a:noAutofit")

    def _paragraph(
        self,
        content: ET.Element,
        line: Line,
        text: str,
        number: int,
        *,
        is_box: bool,
    ) -> None:
        paragraph = _add(content, "w:p")
        look = _add(paragraph, "w:pPr")
        if measure.is_rtl(line.text or text):
            _add(look, "w:bidi")
        gap = layout.PARAGRAPH if is_box and number and not line.depth else 0
        spacing = {
            "w:before": self._twips(gap),
            "w:after": 0,
            "w:line": self._twips(layout.LEADING),
            "w:lineRule": "exact",
        }
        _add(look, "w:spacing", spacing)
        if line.depth:
            hang = layout.HANG
            indent = {
                "w:left": self._twips(line.depth * layout.INDENT + hang),
                "w:hanging": self._twips(hang),
            }
            _add(look, "w:ind", indent)
        _add(look, "w:jc", {"w:val": "left" if is_box else "center"})
        run = _add(paragraph, "w:r")
        self._type(_add(run, "w:rPr"), text, is_bold=not is_box)
        told = _add(run, "w:t", {"xml:space": "preserve"})
        told.text = text

    def _type(self, look: ET.Element, text: str, *, is_bold: bool) -> None:
        fonts = {f"w:{key}": FONT for key in ("ascii", "hAnsi", "cs")}
        _add(look, "w:rFonts", {**fonts, "w:eastAsia": _eastern_font(text)})
        if is_bold:
            _add(look, "w:b")
            _add(look, "w:bCs")
        _add(look, "w:color", {"w:val": "000000"})
        half_points = round(layout.SIZE * 0.75 * 2 * self.scale)
        _add(look, "w:sz", {"w:val": half_points})
        _add(look, "w:szCs", {"w:val": half_points})
        if measure.is_rtl(text):
            _add(look, "w:rtl")

    def _twips(self, px: float) -> int:
        return round(px * 15 * self.scale)

    def _arrow(
        self,
        group: ET.Element,
        number: int,
        points: tuple[tuple[float, float], ...],
        last: int,
    ) -> int:
        """Draw each stretch as a straight connector, with its head on the last."""
        stretches = list(pairwise(points))
        for position, ((x1, y1), (x2, y2)) in enumerate(stretches):
            made = _add(group, "wps:wsp")
            name = f"Arrow {number + 1}{'abc'[position] if position else ''}"
            _add(made, "wps:cNvPr", {"id": last, "name": name})
            _add(made, "wps:cNvCnPr")
            last += 1
            look = _add(made, "wps:spPr")
            flips = {"flipH": "1"} if x2 < x1 else {}
            frame = _add(look, "a:xfrm", flips | ({"flipV": "1"} if y2 < y1 else {}))
            _add(frame, "a:off", self._at(min(x1, x2), min(y1, y2)))
            size = {"cx": self._emu(abs(x2 - x1)), "cy": self._emu(abs(y2 - y1))}
            _add(frame, "a:ext", size)
            _add(_add(look, "a:prstGeom", {"prst": "straightConnector1"}), "a:avLst")
            line = self._outline(look)
            if position == len(stretches) - 1:
                head = {"type": "triangle", "w": "med", "len": "med"}
                _add(line, "a:tailEnd", head)
            _add(made, "wps:bodyPr")
        return last


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


def _eastern_font(text: str) -> str:
    """Return the font for Chinese, Japanese or Korean, as Word brings it along."""
    for letters, font in EASTERN:
        if letters.search(text):
            return font
    return CHINESE


def _set_page(section: Section, sheet: _Sheet) -> None:
    section.page_width = Emu(round(sheet.width * 914400))
    section.page_height = Emu(round(sheet.height * 914400))
    wide = sheet.width > sheet.height
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    margin = Emu(round(PAGE_MARGIN * 914400))
    section.left_margin = section.right_margin = margin
    section.top_margin = section.bottom_margin = margin


def _format(paragraph: Paragraph, *, after: float) -> None:
    paragraph.paragraph_format.space_before = Pt(0)
    paragraph.paragraph_format.space_after = Pt(after)


def _add_note(paragraph: Paragraph, note: Note) -> None:
    run = paragraph.add_run(measure.clean(note.text))
    run.font.size = Pt(8 if note.small else 9)
    run.font.name = FONT
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), _eastern_font(note.text))
    if measure.is_rtl(note.text):
        run.font.rtl = True
        # The order is part of the format: the direction, then the spacing.
        properties = paragraph._p.get_or_add_pPr()
        properties.append(properties.makeelement(qn("w:bidi"), {}))
    _format(paragraph, after=2)
    if _WEB.match(note.url):
        part = paragraph.part
        target = part.relate_to(note.url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        link = paragraph._p.makeelement(qn("w:hyperlink"), {qn("r:id"): target})
        paragraph._p.append(link)
        link.append(run._r)


def _run(kind: str, needs: str, **attributes: str) -> tuple[ET.Element, ...]:
    """Begin a run with a drawing; return it and the place of the drawing."""
    run = ET.Element(_name("w:r"))
    choice = _add(_add(run, "mc:AlternateContent"), "mc:Choice", {"Requires": needs})
    sides = dict.fromkeys(("distT", "distB", "distL", "distR"), "0")
    return run, _add(_add(choice, "w:drawing"), f"wp:{kind}", sides | attributes)


def _name(short: str) -> str:
    prefix, _, name = short.partition(":")
    return f"{{{_NAMES[prefix]}}}{name}"


def _add(
    parent: ET.Element, name: str, attributes: Mapping[str, object] | None = None
) -> ET.Element:
    made = ET.SubElement(parent, _name(name))
    for key, value in (attributes or {}).items():
        if key == "xml:space":
            key = "{http://www.w3.org/XML/1998/namespace}space"
        made.set(_name(key) if key.startswith("w:") else key, str(value))
    return made
