"""A drawing as a picture and as a page, with the same fonts on every machine.

typst sets the SVG: its text arrives as data, never as markup, and no font of the
machine is asked, so that the same drawing gives the same file everywhere.
"""

import json
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

import typst

from reviews.diagram import bands, paper

FONTS = Path(__file__).parent / "fonts"
LEAST_DPI, MOST_DPI = 72, 1200
# A picture is drawn in bands: each pixel of one takes a dozen bytes while it is made.
BAND_PIXELS = 8_000_000
MOST_PIXELS = 400_000_000
_PX_TO_PT = 72 / 96
_SVG = "http://www.w3.org/2000/svg"
_OTHER_WAY = {"start": "end", "end": "start"}
# What stands between the two runs from right to left as a whole.
_FROM_THE_RIGHT, _AND_BACK = "\u202b", "\u202c"
_PAGES = b"""\
#let pages = json(bytes(sys.inputs.pages))
#set document(title: sys.inputs.title, date: none)
#set text(lang: "en")
#for (index, item) in pages.enumerate() {
  set page(width: item.width * 1pt, height: item.height * 1pt,
    margin: (left: item.left * 1pt, top: item.top * 1pt, rest: 0pt))
  image(bytes(item.svg), format: "svg", width: item.wide * 1pt, alt: item.told)
}
"""
# A dot is `dot` points wide; what reaches out of the page is not shown.
_BAND = b"""\
#let band = json(bytes(sys.inputs.band))
#let dot = band.dot * 1pt
#set page(width: band.across * dot, height: band.rows * dot, margin: 0pt)
#place(image(bytes(band.svg), format: "svg", fit: "stretch",
  width: band.wide * dot, height: band.tall * dot))
"""
# As a share of a dot.
_HAIR = 0.02


class CannotRender(ValueError):
    """The picture cannot be made so; the message says what would do."""


def png(svg: str, *, dpi: int) -> bytes:
    """Draw an SVG as a PNG that knows its dots to the inch.

    Raises CannotRender for dots that are too few, too many, or more than fit.
    """
    if not LEAST_DPI <= dpi <= MOST_DPI:
        raise CannotRender(f"A picture has {LEAST_DPI} to {MOST_DPI} dots to the inch.")
    width, height = _size(ET.fromstring(svg))
    most = int((MOST_PIXELS / (width * height)) ** 0.5 * 96)
    if dpi > most:
        raise CannotRender(
            f"This drawing is too large for {dpi} dots to the inch; {most} will do, or "
            "take it as SVG or PDF, which have no dots."
        )
    try:
        return bands.join(_bands(svg, dpi), dpi=dpi)
    except bands.NoPicture as error:
        raise CannotRender(str(error)) from error


def _bands(svg: str, dpi: int) -> Iterator[bytes]:
    """Draw an SVG from top to bottom in parts of whole lines of dots.

    The renderer makes its dots first and then moves them to their places, and loses a
    line of them where it reckons with one more than there is. So a part is told to be
    a hair smaller than its dots, and reaches a line below what is shown of it.
    """
    root = ET.fromstring(svg)
    width, height = _size(root)
    across, lines = round(width * dpi / 96), round(height * dpi / 96)
    most = max(1, BAND_PIXELS // max(across, 1))
    root.set("width", f"{across * 96 / dpi}")
    for top in range(0, lines, most):
        rows = min(most, lines - top)
        tall = (rows + 1 - _HAIR) * 96 / dpi
        root.set("height", f"{tall}")
        root.set("viewBox", f"0 {top * 96 / dpi} {across * 96 / dpi} {tall}")
        dots = {
            "svg": _set_ways(deepcopy(root)),
            "across": across,
            "rows": rows,
            "wide": across - _HAIR,
            "tall": rows + 1 - 2 * _HAIR,
            "dot": 72 / dpi,
        }
        inputs = {"band": json.dumps(dots)}
        yield _compile(_BAND, inputs, format="png", dpi=dpi)


def pdf(svg: str | Sequence[str], *, title: str, page: str = "") -> bytes:
    """Draw an SVG as a page, or several as pages, with text to select.

    A page is as large as its drawing, or of the paper that is named. Raises
    CannotRender where the drawing cannot be read on it.
    """
    pages = []
    for drawing in [svg] if isinstance(svg, str) else svg:
        root = ET.fromstring(drawing)
        width, height = _size(root)
        try:
            sheet = paper.find(page, width * _PX_TO_PT, height * _PX_TO_PT)
        except paper.DoesNotFit as error:
            raise CannotRender(str(error)) from error
        told = _told(root) or title
        pages.append({"svg": _set_ways(root), "told": told, **asdict(sheet)})
    inputs = {"pages": json.dumps(pages), "title": title}
    return _compile(_PAGES, inputs, format="pdf")


def typeset(document: bytes, inputs: dict[str, str]) -> bytes:
    """Set a document as a PDF for everybody, with text that a screen reader reads."""
    return _compile(document, inputs, format="pdf")


def _compile(
    document: bytes,
    inputs: dict[str, str],
    *,
    format: Literal["pdf", "png"],
    dpi: int = LEAST_DPI,
) -> bytes:
    return bytes(
        typst.compile(
            document,
            format=format,
            ppi=float(dpi),
            sys_inputs=inputs,
            font_paths=_fonts(),
            pdf_standards=["ua-1"] if format == "pdf" else [],
        )
    )


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts that come with the product, and no other."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(FONTS)],
    )


def _told(root: ET.Element) -> str:
    """Return what a screen reader says of a drawing: its title and what it shows."""
    said = (root.findtext(f"{{{_SVG}}}{name}") for name in ("title", "desc"))
    return ". ".join(filter(None, said))


def _size(root: ET.Element) -> tuple[float, float]:
    """Return width and height in px."""
    return float(root.get("width", "0")), float(root.get("height", "0"))


def _set_ways(root: ET.Element) -> str:
    """Return the SVG with texts from right to left as the renderer knows them.

    It has no `direction`: a text begins where its anchor says, and runs as its first
    letter does.
    """
    for element in root.iter(f"{{{_SVG}}}text"):
        if element.attrib.pop("direction", "") == "rtl":
            anchor = element.get("text-anchor", "start")
            element.set("text-anchor", _OTHER_WAY.get(anchor, anchor))
            parts = [part for part in element.iter() if part.text] or [element]
            parts[0].text = _FROM_THE_RIGHT + (parts[0].text or "")
            parts[-1].text = (parts[-1].text or "") + _AND_BACK
    ET.register_namespace("", _SVG)
    return ET.tostring(root, encoding="unicode")
