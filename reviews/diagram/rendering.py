"""A drawing as a picture and as a page, with the same fonts on every machine.

typst sets the SVG: its text arrives as data, never as markup, and no font of the
machine is asked, so that the same drawing gives the same file everywhere.
"""

import json
import re
import struct
import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

import typst

FONTS = Path(__file__).parent / "fonts"
LEAST_DPI, MOST_DPI = 72, 1200
# A pixel takes four bytes while the picture is made.
MOST_PIXELS = 200_000_000
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
  set page(width: item.width * 1pt, height: item.height * 1pt, margin: 0pt)
  image(bytes(item.svg), format: "svg", width: 100%, alt: item.title)
}
"""


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
    return _tell_dpi(_compile([svg], "", format="png", dpi=dpi), dpi)


def pdf(svg: str | Sequence[str], *, title: str) -> bytes:
    """Draw an SVG as a page of its size, or several as pages, with text to select."""
    return _compile([svg] if isinstance(svg, str) else svg, title, format="pdf")


def _compile(
    drawings: Sequence[str],
    title: str,
    *,
    format: Literal["pdf", "png"],
    dpi: int = LEAST_DPI,
) -> bytes:
    pages = []
    for drawing in drawings:
        root = ET.fromstring(drawing)
        width, height = _size(root)
        pages.append(
            {
                "svg": _set_ways(root),
                "title": root.findtext(f"{{{_SVG}}}title") or title,
                "width": width * _PX_TO_PT,
                "height": height * _PX_TO_PT,
            }
        )
    return bytes(
        typst.compile(
            _PAGES,
            format=format,
            ppi=float(dpi),
            sys_inputs={"pages": json.dumps(pages), "title": title},
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


def _tell_dpi(picture: bytes, dpi: int) -> bytes:
    """Put the dots to the metre behind the header, or programs assume 72 to the inch.

    The chunk pHYs is that of the PNG specification, section 11.3.4.3.
    """
    header = re.match(rb"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR.{17}", picture, re.DOTALL)
    if header is None:
        raise CannotRender("The renderer gave no PNG.")
    dots = round(dpi / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    chunk = struct.pack(">I", 9) + body + struct.pack(">I", zlib.crc32(body))
    return picture[: header.end()] + chunk + picture[header.end() :]
