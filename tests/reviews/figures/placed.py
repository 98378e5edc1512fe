"""Where the texts of a figure stand, so that a test can see whether two collide."""

from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree as ET

from reviews.diagram import text

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    words: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        across = self.left < other.right - 0.5 and other.left < self.right - 0.5
        along = self.top < other.bottom - 0.5 and other.top < self.bottom - 0.5
        return across and along


def texts(svg: str) -> list[Box]:
    """Return the box of each line of text: its measured width, its capitals' height."""
    return [_box(element) for element in ET.fromstring(svg).iter(f"{SVG}text")]


def size(svg: str) -> tuple[float, float]:
    root = ET.fromstring(svg)
    return float(root.attrib["width"]), float(root.attrib["height"])


def collisions(svg: str) -> list[tuple[str, str]]:
    """Return the texts that lie over each other."""
    return [
        (one.words, other.words)
        for one, other in combinations(texts(svg), 2)
        if one.meets(other)
    ]


def outside(svg: str) -> list[str]:
    """Return the texts that leave the sheet."""
    width, height = size(svg)
    return [
        box.words
        for box in texts(svg)
        if box.left < 0 or box.right > width or box.top < 0 or box.bottom > height
    ]


def told(svg: str) -> list[str]:
    """Return the titles of the marks and parts, without that of the whole."""
    root = ET.fromstring(svg)
    return [each.text or "" for each in root.iter(f"{SVG}title")][1:]


def _box(element: ET.Element) -> Box:
    words, letters = element.text or "", float(element.attrib["font-size"])
    bold = element.attrib.get("font-weight") == "bold"
    wide = text.width(words, letters, bold=bold)
    anchor = element.attrib.get("text-anchor", "start")
    if element.attrib.get("direction") == "rtl":
        anchor = {"start": "end", "end": "start", "middle": "middle"}[anchor]
    x, y = float(element.attrib["x"]), float(element.attrib["y"])
    left = x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
    return Box(words, left, y - letters * 0.75, left + wide, y + letters * 0.2)
