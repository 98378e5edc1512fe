"""Writes a placed diagram as a Word document of shapes: text to edit, not a picture.

Boxes and bars are rectangles with their words in them and arrows are connectors, all in
one group (DrawingML, ISO/IEC 29500), so that a team can mend a word or move a box in
its word processor. Notes stand under it as paragraphs. The group is as large as it can
be on the page; a drawing too large for A4 gets a larger page, which is as large as Word
knows one.
"""

import re
from dataclasses import dataclass

from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Emu, Pt
from docx.text.paragraph import Paragraph

from reviews.diagram import sizes
from reviews.diagram import text as measure
from reviews.diagram.boxes import Chart, Note
from reviews.diagram.drawing import Drawing
from reviews.diagram.word.fonts import FONT, eastern_font
from reviews.diagram.word.shapes import EMU, Group, extent
from reviews.documents import word

A4, A3 = (8.27, 11.69), (11.69, 16.54)
# Word knows no longer side, in inches.
LONGEST = 22.0
PAGE_MARGIN = 0.6
# Below this share of its size the text of a drawing is hard to read: 7 points.
LEAST_SCALE = 0.71
ROOM_FOR_TITLE = 0.7
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
    group = Group(chart, drawing, sheet.scale, monochrome=monochrome)
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
    width, height = extent(drawing)
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
    half_points = int(sizes.SIZE * 0.75 * 2 * min(scale, 1))
    return max(half_points, 2) / (sizes.SIZE * 0.75 * 2)


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
    fonts.set(qn("w:eastAsia"), eastern_font(note.text))
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
