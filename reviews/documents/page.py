"""Tables as a web page that stands alone: no script, nothing fetched from elsewhere."""

from collections.abc import Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from reviews.documents.table import Cell, Row, Table, legible, whole

_STYLE = """
body { font: 1rem/1.5 "Source Sans 3", system-ui, sans-serif; margin: 2rem;
  color: #1b1f24; background: #fff; }
h1 { font-size: 1.35rem; }
figure { margin: 0 0 2.5rem; }
figure svg { max-width: 100%; height: auto; }
.scroll { overflow-x: auto; margin-bottom: 2.5rem; }
table { border-collapse: collapse; border-bottom: 2px solid #1b1f24; min-width: 100%; }
caption { text-align: start; font-weight: 600; padding-bottom: .5rem; }
th, td { text-align: start; vertical-align: top; padding: .35rem .75rem .35rem 0;
  border-top: 1px solid #d0d7de; overflow-wrap: break-word; min-width: 5rem; }
thead th { border-top: 2px solid #1b1f24; border-bottom: 1px solid #1b1f24; }
tbody th { font-weight: 400; }
tbody th[scope="rowgroup"] { font-weight: 600; background: #f3f5f7; }
.number { text-align: end; font-variant-numeric: tabular-nums; }
tfoot td { font-size: .9em; }
tfoot p { margin: .25rem 0; }
code { white-space: pre-wrap; font-family: ui-monospace, Consolas, monospace; }
@media print { thead { display: table-header-group; } tr { break-inside: avoid; } }
"""


def write(
    tables: Sequence[Table], *, title: str = "", figure: Element | None = None
) -> bytes:
    """Return the page, with a figure above its tables where there is one.

    Raises CannotExport if it would have too many rows.
    """
    root = Element("html", lang="en")
    head = SubElement(root, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(
        head, "meta", name="viewport", content="width=device-width, initial-scale=1"
    )
    title = title or (tables[0].title if tables else "Tables")
    SubElement(head, "title").text = legible(title)
    SubElement(head, "style").text = _STYLE
    body = SubElement(root, "body")
    if figure is not None:
        SubElement(body, "h1").text = legible(title)
        SubElement(body, "figure").append(figure)
    for table, groups in whole(tables):
        _add(body, table, groups)
    text = ElementTree.tostring(root, encoding="unicode", method="html")
    return f"<!DOCTYPE html>\n{text}\n".encode()


def _add(
    body: Element, table: Table, groups: Sequence[tuple[str, Sequence[Row]]]
) -> None:
    # The name of the region that scrolls is that of its table.
    region = SubElement(
        body,
        "div",
        {
            "class": "scroll",
            "tabindex": "0",
            "role": "region",
            "aria-label": legible(table.title),
        },
    )
    element = SubElement(region, "table")
    SubElement(element, "caption").text = legible(table.title)
    heading = SubElement(SubElement(element, "thead"), "tr")
    for column in table.columns:
        held = SubElement(heading, "th", scope="col")
        held.text = legible(column.heading)
        if column.numeric:
            held.set("class", "number")
    for label, rows in groups:
        part = SubElement(element, "tbody")
        if label:
            band = SubElement(part, "tr")
            span = str(len(table.columns))
            SubElement(band, "th", colspan=span, scope="rowgroup").text = legible(label)
        for row in rows:
            _add_row(part, table, row)
    if table.notes:
        foot = SubElement(SubElement(element, "tfoot"), "tr")
        held = SubElement(foot, "td", colspan=str(len(table.columns)))
        for note in table.notes:
            SubElement(held, "p").text = legible(note)


def _add_row(part: Element, table: Table, row: Row) -> None:
    line = SubElement(part, "tr")
    pairs = zip(row.cells, table.columns, strict=True)
    for number, (cell, column) in enumerate(pairs):
        held = SubElement(line, "td") if number else SubElement(line, "th", scope="row")
        if column.numeric:
            held.set("class", "number")
        _write(held, cell)


def _write(held: Element, cell: Cell) -> None:
    inner = held
    if cell.link:
        inner = SubElement(inner, "a", href=cell.link)
    if cell.verbatim:
        inner = SubElement(inner, "code")
    first, *others = (cell.words or cell.link).split("\n")
    inner.text = first
    for line in others:
        SubElement(inner, "br").tail = line
    if cell.mark:
        SubElement(held, "sup").text = legible(cell.mark)
