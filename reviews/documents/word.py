"""Tables as a Word document: real tables whose header rows are repeated on each page.

A caption stands above each table and its notes below. Pages are A4, upright or wide as
the table asks. The file is the same every time, so its dates are fixed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from reviews.documents.packing import LONG_AGO, settled
from reviews.documents.table import Cell, Column, Row, Table, legible, whole

SHORT, LONG, MARGIN = 210, 297, 20  # millimetres of A4
FONT, MONOSPACED, SIZE = "Calibri", "Courier New", 9
TWIPS = 56.6929  # to the millimetre
RULE, THIN = "8", "4"  # eighths of a point
# Letters; a cell of more would leave a page half empty before it.
LONG_CELL = 800


def write(tables: Sequence[Table]) -> bytes:
    """Return the document. Raises CannotExport if it would have too many rows."""
    document = begin(landscape=bool(tables) and tables[0].landscape)
    for number, (table, groups) in enumerate(whole(tables)):
        if number:
            _turn(document, landscape=table.landscape)
        _add(document, table, groups)
    return save(document, title=tables[0].title if tables else "")


def begin(*, landscape: bool = False) -> Document:
    """Return an empty document."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name = FONT
    style.font.size = Pt(11)
    _set_page(document.sections[0], landscape=landscape)
    return document


def save(document: Document, *, title: str) -> bytes:
    """Return the document as a file, the same every time."""
    about = document.core_properties
    moment = datetime(*LONG_AGO, tzinfo=UTC)
    # Word takes no more of a title.
    about.title = legible(title)[:255]
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = moment
    about.revision = 1
    file = BytesIO()
    document.save(file)
    return settled(file.getvalue())


def _set_page(section: Section, *, landscape: bool) -> None:
    wide, high = (LONG, SHORT) if landscape else (SHORT, LONG)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(wide), Mm(high)
    section.left_margin = section.right_margin = Mm(MARGIN)
    section.top_margin = section.bottom_margin = Mm(MARGIN)


def _turn(document: Document, *, landscape: bool) -> None:
    """Begin a page where the next table asks for the other way round."""
    is_wide = document.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    if is_wide is not landscape:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        _set_page(section, landscape=landscape)


def _add(
    document: Document, table: Table, groups: Sequence[tuple[str, Sequence[Row]]]
) -> None:
    caption = document.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_after = Pt(4)
    run = caption.add_run(legible(table.title))
    run.bold = True
    is_wide = document.sections[-1].orientation == WD_ORIENT.LANDSCAPE
    width = ((LONG if is_wide else SHORT) - 2 * MARGIN) * TWIPS
    widths = [round(share * width) for share in table.shares]
    element = _frame(table.title, widths)
    headings = [Cell(column.heading) for column in table.columns]
    element.append(_line(document, headings, widths, table.columns, is_header=True))
    for label, rows in groups:
        if label:
            element.append(_band(label, widths))
        for row in rows:
            element.append(_line(document, row.cells, widths, table.columns))
    caption._p.addnext(element)
    _add_notes(document, table.notes)


def _add_notes(document: Document, notes: Sequence[str]) -> None:
    # Word wants a paragraph after a table, with notes or without.
    for note in notes or [""]:
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(3)
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(legible(note)).font.size = Pt(SIZE - 1)
    document.add_paragraph()


def _element(tag: str, **attributes: str) -> BaseOxmlElement:
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _frame(title: str, widths: Sequence[int]) -> BaseOxmlElement:
    """Return a table without rows."""
    table, about, grid = _element("tbl"), _element("tblPr"), _element("tblGrid")
    borders = _element("tblBorders")
    for side, size in (("top", RULE), ("bottom", RULE), ("insideH", THIN)):
        color = "000000" if size == RULE else "BFBFBF"
        borders.append(_element(side, val="single", sz=size, space="0", color=color))
    margins = _element("tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(side, w="70", type="dxa"))
    about.append(_element("tblW", w=str(sum(widths)), type="dxa"))
    about.append(borders)
    about.append(_element("tblLayout", type="fixed"))
    about.append(margins)
    # The first row and the first column are headings, for those who hear the table.
    about.append(_element("tblLook", val="00A0", firstRow="1", firstColumn="1"))
    about.append(_element("tblCaption", val=legible(title)))
    for width in widths:
        grid.append(_element("gridCol", w=str(width)))
    table.append(about)
    table.append(grid)
    return table


def _line(
    document: Document,
    cells: Sequence[Cell],
    widths: Sequence[int],
    columns: Sequence[Column],
    *,
    is_header: bool = False,
) -> BaseOxmlElement:
    row, about = _element("tr"), _element("trPr")
    # What is long may run over the page: whole rows are kept together otherwise.
    if not any(cell.verbatim or len(cell.text) > LONG_CELL for cell in cells):
        about.append(_element("cantSplit"))
    if is_header:
        about.append(_element("tblHeader"))
    row.append(about)
    for cell, width, column in zip(cells, widths, columns, strict=True):
        held = _cell(width)
        paragraph = _paragraph(held, right=column.numeric)
        _write(document, paragraph, cell, bold=is_header)
        row.append(held)
    return row


def _band(label: str, widths: Sequence[int]) -> BaseOxmlElement:
    """Return the row that names a group, over all columns, kept with what follows."""
    row, about = _element("tr"), _element("trPr")
    about.append(_element("cantSplit"))
    row.append(about)
    held = _cell(sum(widths), span=len(widths))
    _run(_paragraph(held, keep=True), legible(label), bold=True)
    row.append(held)
    return row


def _cell(width: int, *, span: int = 1) -> BaseOxmlElement:
    cell, about = _element("tc"), _element("tcPr")
    about.append(_element("tcW", w=str(width), type="dxa"))
    if span > 1:
        about.append(_element("gridSpan", val=str(span)))
        about.append(_element("shd", val="clear", color="auto", fill="F2F2F2"))
    cell.append(about)
    return cell


def _paragraph(
    cell: BaseOxmlElement, *, right: bool = False, keep: bool = False
) -> BaseOxmlElement:
    paragraph, about = _element("p"), _element("pPr")
    if keep:
        about.append(_element("keepNext"))
    about.append(_element("spacing", before="20", after="20"))
    if right:
        about.append(_element("jc", val="right"))
    paragraph.append(about)
    cell.append(paragraph)
    return paragraph


def _write(
    document: Document, paragraph: BaseOxmlElement, cell: Cell, *, bold: bool
) -> None:
    if cell.link:
        link = OxmlElement("w:hyperlink")
        part = document.part.relate_to(
            cell.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True
        )
        link.set(qn("r:id"), part)
        _run(link, cell.words or cell.link, linked=True)
        paragraph.append(link)
    else:
        _run(paragraph, cell.words, bold=bold, verbatim=cell.verbatim)
    if cell.mark:
        _run(paragraph, legible(cell.mark), raised=True)


def _run(
    parent: BaseOxmlElement,
    text: str,
    *,
    bold: bool = False,
    verbatim: bool = False,
    linked: bool = False,
    raised: bool = False,
) -> None:
    run, about = _element("r"), _element("rPr")
    if verbatim:
        about.append(_element("rFonts", ascii=MONOSPACED, hAnsi=MONOSPACED))
    if bold:
        about.append(_element("b"))
    if linked:
        about.append(_element("color", val="0B4F8A"))
    about.append(_element("sz", val=str(2 * (SIZE - 1 if verbatim else SIZE))))
    if linked:
        about.append(_element("u", val="single"))
    if raised:
        about.append(_element("vertAlign", val="superscript"))
    run.append(about)
    for number, line in enumerate(text.split("\n")):
        if number:
            run.append(_element("br"))
        for place, part in enumerate(line.split("\t")):
            if place:
                run.append(_element("tab"))
            held = _element("t")
            held.text = part
            held.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(held)
    parent.append(run)


def paragraph(document: Document, text: str) -> Paragraph:
    """Add a paragraph of plain text."""
    return document.add_paragraph(legible(text))
