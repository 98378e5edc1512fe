"""A figure in the making: an SVG that stands alone, with real text and no style sheet.

Every look is a presentation attribute, as in the diagram of the flow, so that a page
with a strict content policy, an image viewer and a word processor show the same.
"""

import hashlib
import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from reviews.diagram import text

FONT = '"Source Sans 3", Arial, sans-serif'
INK, SOFT, FAINT, LINK = "#000000", "#4D4D4D", "#BFBFBF", "#0b4a8f"
SIZE, SMALL, LEADING = 13.0, 11.0, 16.0
MARGIN = 16.0
# A path or an ordinary web address: nothing that runs.
_SAFE = re.compile(r"(https?://|[/?#.]|[\w%-]+(/|\?|#|\Z))", re.IGNORECASE)
_OTHER_SIDE = {"start": "end", "end": "start", "middle": "middle"}


class Sheet:
    """What is drawn, top to bottom; its size is told when it is finished."""

    def __init__(self, *, title: str, description: str) -> None:
        self.title, self.description = text.clean(title), text.clean(description)
        digest = hashlib.sha256((self.title + self.description).encode()).hexdigest()
        # Several figures may stand in one page: no two share an id.
        self.name = f"figure-{digest[:10]}"
        self.root = ET.Element("svg")
        self.has_links = False

    def group(
        self, told: str = "", *, url: str = "", parent: ET.Element | None = None
    ) -> ET.Element:
        """Begin a group that is told as one thing, and that may lead somewhere."""
        within = self.root if parent is None else parent
        if url:
            if not _SAFE.match(url):
                raise ValueError(f"A link is a path or a web address, not {url!r}.")
            self.has_links = True
            names = {"href": url, "aria-label": text.clean(told)}
            found = ET.SubElement(within, "a", names)
        else:
            found = ET.SubElement(within, "g")
        if told:
            ET.SubElement(found, "title").text = text.clean(told)
        return found

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        parent: ET.Element | None = None,
    ) -> None:
        """Draw a box."""
        self._add(
            "rect",
            {"x": x, "y": y, "width": width, "height": height},
            {"fill": fill, "stroke": stroke},
            parent,
        )

    def line(
        self,
        points: Iterable[tuple[float, float]],
        *,
        stroke: str = INK,
        weight: float = 1,
        dashes: str = "",
        parent: ET.Element | None = None,
    ) -> None:
        """Draw a line through the points."""
        along = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        look = {"points": along, "fill": "none", "stroke": stroke}
        if dashes:
            look["stroke-dasharray"] = dashes
        self._add("polyline", {"stroke-width": weight}, look, parent)

    def circle(
        self,
        x: float,
        y: float,
        radius: float,
        *,
        fill: str = "none",
        stroke: str = INK,
        dashes: str = "",
        parent: ET.Element | None = None,
    ) -> None:
        """Draw a circle."""
        look = {"fill": fill, "stroke": stroke}
        if dashes:
            look["stroke-dasharray"] = dashes
        self._add("circle", {"cx": x, "cy": y, "r": radius}, look, parent)

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = SIZE,
        bold: bool = False,
        anchor: str = "start",
        fill: str = INK,
        parent: ET.Element | None = None,
    ) -> None:
        """Write one line; `anchor` is the side at x, whichever way the words run."""
        shown = text.clean(words)
        if not shown:
            return
        look = {"fill": fill}
        if bold:
            look["font-weight"] = "bold"
        if text.is_rtl(shown):
            look["direction"] = "rtl"
            anchor = _OTHER_SIDE[anchor]
        if anchor != "start":
            look["text-anchor"] = anchor
        made = self._add("text", {"x": x, "y": y, "font-size": size}, look, parent)
        made.text = shown

    def paragraph(
        self,
        x: float,
        y: float,
        lines: Iterable[str],
        *,
        size: float = SIZE,
        bold: bool = False,
        anchor: str = "start",
        fill: str = INK,
        parent: ET.Element | None = None,
    ) -> float:
        """Write lines under each other, the first on y; return where the next goes."""
        for line in lines:
            self.text(
                x,
                y,
                line,
                size=size,
                bold=bold,
                anchor=anchor,
                fill=fill,
                parent=parent,
            )
            y += leading(size)
        return y

    def hatching(self) -> str:
        """Define a fill of thin slanting lines on white, once; return its name."""
        name = f"{self.name}-hatch"
        if self.root.find("defs") is None:
            defined = ET.SubElement(self.root, "defs")
            pattern = ET.SubElement(
                defined,
                "pattern",
                {
                    "id": name,
                    "width": "6",
                    "height": "6",
                    "patternUnits": "userSpaceOnUse",
                },
            )
            box = {"width": "6", "height": "6", "fill": "#FFFFFF"}
            ET.SubElement(pattern, "rect", box)
            slant = {"d": "M-1,7 L7,-1 M-1,1 L1,-1 M5,7 L7,5", "stroke": "#8C8C8C"}
            ET.SubElement(pattern, "path", slant)
        return f"url(#{name})"

    def finish(self, width: float, height: float) -> str:
        """Return the figure as text."""
        size = {"width": number(width), "height": number(height)}
        finished = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                **size,
                "viewBox": f"0 0 {size['width']} {size['height']}",
                # An image hides its links from a screen reader; a group does not.
                "role": "group" if self.has_links else "img",
                "aria-labelledby": f"{self.name}-title",
                "aria-describedby": f"{self.name}-text",
                "font-family": FONT,
                "fill": INK,
            },
        )
        for tag, words in (("title", self.title), ("desc", self.description)):
            end = "title" if tag == "title" else "text"
            told = ET.SubElement(finished, tag, {"id": f"{self.name}-{end}"})
            told.text = words
        ET.SubElement(finished, "rect", {**size, "fill": "#FFFFFF"})
        finished.extend(self.root)
        return ET.tostring(finished, encoding="unicode")

    def _add(
        self,
        tag: str,
        numbers: dict[str, float],
        look: dict[str, str],
        parent: ET.Element | None,
    ) -> ET.Element:
        within = self.root if parent is None else parent
        placed = {name: number(value) for name, value in numbers.items()}
        return ET.SubElement(within, tag, placed | look)


def wrap(
    words: str, room: float, *, size: float = SIZE, bold: bool = False
) -> list[str]:
    """Break words into lines no wider than the room."""
    return text.wrap(words, room, size, bold=bold)


def width(words: str, *, size: float = SIZE, bold: bool = False) -> float:
    """Return the room that words take in one line."""
    return text.width(text.clean(words), size, bold=bold)


def leading(size: float) -> float:
    """Return the distance between lines of this size."""
    return LEADING * size / SIZE


def number(value: float) -> str:
    """Write a coordinate as short as it is exact enough."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
