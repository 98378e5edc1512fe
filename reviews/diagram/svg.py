"""Writes a placed diagram as an SVG that stands alone: real text, no style sheet.

Every look is a presentation attribute, so the file is the same in a page with a
strict content policy, in an image viewer and in a word processor.
"""

import hashlib
import re
from xml.etree import ElementTree as ET

from reviews.diagram.drawing import Drawing, Shape, TextLine

FONT = '"Source Sans 3", Arial, sans-serif'
INK, LINK = "#000000", "#0b4a8f"
# The colours of the official form: Goldenrod1, Gainsboro and LightSteelBlue2.
COLOUR = {"header": "#FFC125", "grey": "#DCDCDC", "side_bar": "#BCD2EE"}
MONOCHROME = {"header": "#FFFFFF", "grey": "#EDEDED", "side_bar": "#FFFFFF"}
ROUND = 8
HEAD_LONG, HEAD_WIDE = 8.0, 3.6
# A path or an ordinary web address: nothing that runs.
_SAFE = re.compile(r"(https?://|[/?#.]|[\w%-]+(/|\?|#|\Z))", re.IGNORECASE)


def write(drawing: Drawing, *, monochrome: bool = False) -> str:
    """Write the drawing; ValueError for a link that is neither a path nor http."""
    return ET.tostring(element(drawing, monochrome=monochrome), encoding="unicode")


def element(drawing: Drawing, *, monochrome: bool = False) -> ET.Element:
    """Return the drawing as an element, to stand in a page of its own."""
    linked = any(run.url for line in drawing.texts for run in line.runs)
    digest = hashlib.sha256((drawing.title + drawing.description).encode()).hexdigest()
    title_id, text_id = f"flow-{digest[:10]}-title", f"flow-{digest[:10]}-text"
    size = {"width": _number(drawing.width), "height": _number(drawing.height)}
    root = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            **size,
            "viewBox": f"0 0 {size['width']} {size['height']}",
            # An image hides its links from a screen reader; a group does not.
            "role": "group" if linked else "img",
            "aria-labelledby": title_id,
            "aria-describedby": text_id,
            "font-family": FONT,
            "fill": INK,
        },
    )
    ET.SubElement(root, "title", {"id": title_id}).text = drawing.title
    ET.SubElement(root, "desc", {"id": text_id}).text = drawing.description
    ET.SubElement(root, "rect", {**size, "fill": "#FFFFFF"})
    fills = MONOCHROME if monochrome else COLOUR
    for shape in drawing.shapes:
        _shape(root, shape, fills)
    for points in drawing.arrows:
        _arrow(root, points)
    for line in drawing.texts:
        _text(root, line, INK if monochrome else LINK)
    return root


def _shape(root: ET.Element, shape: Shape, fills: dict[str, str]) -> None:
    plain = "#FFFFFF" if shape.kind == "box" else fills[shape.kind]
    attributes = {
        "x": _number(shape.x),
        "y": _number(shape.y),
        "width": _number(shape.width),
        "height": _number(shape.height),
        "fill": fills["grey"] if shape.grey else plain,
        "stroke": INK,
        "stroke-width": "1",
    }
    if shape.kind != "box":
        attributes["rx"] = _number(ROUND)
    ET.SubElement(root, "rect", attributes)


def _arrow(root: ET.Element, points: tuple[tuple[float, float], ...]) -> None:
    *_, (from_x, from_y), (x, y) = points
    # The head points right, left or down; the line stops short of its tip.
    along_x = (x > from_x) - (x < from_x)
    along_y = (y > from_y) - (y < from_y)
    base_x, base_y = x - along_x * HEAD_LONG, y - along_y * HEAD_LONG
    aside_x, aside_y = along_y * HEAD_WIDE, along_x * HEAD_WIDE
    line = [*points[:-1], (base_x, base_y)]
    head = [
        (x, y),
        (base_x + aside_x, base_y + aside_y),
        (base_x - aside_x, base_y - aside_y),
    ]
    stroke = {"fill": "none", "stroke": INK, "stroke-width": "1"}
    ET.SubElement(root, "polyline", {"points": _points(line), **stroke})
    ET.SubElement(root, "polygon", {"points": _points(head)})


def _text(root: ET.Element, line: TextLine, link_colour: str) -> None:
    x, y = _number(line.x), _number(line.y)
    attributes = {"x": x, "y": y, "font-size": _number(line.size)}
    if line.bold:
        attributes["font-weight"] = "bold"
    if line.centred:
        attributes["text-anchor"] = "middle"
    if line.rtl:
        attributes["direction"] = "rtl"
    if line.upwards:
        attributes["transform"] = f"rotate(-90 {x} {y})"
    element = ET.SubElement(root, "text", attributes)
    for run in line.runs:
        if run.url:
            link = ET.SubElement(element, "a", _link(run.url, run.name, link_colour))
            link.text = run.text
        else:
            ET.SubElement(element, "tspan").text = run.text


def _link(url: str, name: str, colour: str) -> dict[str, str]:
    if not _SAFE.match(url):
        raise ValueError(f"A link is a path or a web address, not {url!r}.")
    return {
        "href": url,
        "aria-label": name,
        "fill": colour,
        "text-decoration": "underline",
    }


def _points(points: list[tuple[float, float]]) -> str:
    return " ".join(f"{_number(x)},{_number(y)}" for x, y in points)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
