"""The shapes of a placed diagram as Word knows them, in one group.

Boxes and bars are rectangles with their words in them and arrows are connectors
(DrawingML, ISO/IEC 29500), so that each can be moved and mended.
"""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

from reviews.diagram import sizes
from reviews.diagram import text as measure
from reviews.diagram.boxes import Chart, Line
from reviews.diagram.drawing import Drawing, Shape
from reviews.diagram.svg import COLOUR, INK, MONOCHROME
from reviews.diagram.word import lettering
from reviews.diagram.word.markup import WPG, WPS, add, begin

# English metric units to a px of 1/96 inch.
EMU = 9525
# A list longer than this stands at the top of its box, not in its middle.
LONG_LIST = 12
_FLOATING = {
    "simplePos": "0",
    "relativeHeight": "2",
    "behindDoc": "0",
    "locked": "0",
    "layoutInCell": "1",
    "allowOverlap": "1",
}


class Group:
    """The shapes of one diagram as one group."""

    def __init__(
        self, chart: Chart, drawing: Drawing, scale: float, *, monochrome: bool
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
        return min(xs) - sizes.MARGIN

    def runs(self) -> Iterator[bytes]:
        """Yield the run that holds the group, and one for each bar beside it."""
        left, height = self._emu(self.left), self._emu(extent(self.drawing)[1])
        width = self._emu(extent(self.drawing)[0]) - left
        bars = [shape for shape in self.drawing.shapes if shape.kind == "side_bar"]
        for shape in bars:
            yield self._bar(shape)
        run, inline = begin("inline", "wpg")
        add(inline, "wp:extent", {"cx": width, "cy": height})
        add(inline, "wp:effectExtent", {"l": 0, "t": 0, "r": 0, "b": 0})
        told = {"title": self.drawing.title, "descr": self.drawing.description}
        add(inline, "wp:docPr", {"id": 1, "name": "Flow diagram", **told})
        add(inline, "wp:cNvGraphicFramePr")
        data = add(add(inline, "a:graphic"), "a:graphicData", {"uri": WPG})
        group = add(data, "wpg:wgp")
        add(group, "wpg:cNvGrpSpPr")
        frame = add(add(group, "wpg:grpSpPr"), "a:xfrm")
        for name, x, y in (
            ("off", 0, 0),
            ("ext", width, height),
            ("chOff", left, 0),
            ("chExt", width, height),
        ):
            keys = ("cx", "cy") if name.lower().endswith("ext") else ("x", "y")
            add(frame, f"a:{name}", dict(zip(keys, (x, y), strict=True)))
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
        run, anchor = begin("anchor", "wps", **_FLOATING)
        add(anchor, "wp:simplePos", {"x": 0, "y": 0})
        place = self._at(shape.x, shape.y)
        for way, beside, offset in (("H", "column", "x"), ("V", "paragraph", "y")):
            position = add(anchor, f"wp:position{way}", {"relativeFrom": beside})
            add(position, "wp:posOffset").text = str(place[offset])
        size = {"cx": self._emu(shape.width), "cy": self._emu(shape.height)}
        add(anchor, "wp:extent", size)
        add(anchor, "wp:effectExtent", {"l": 0, "t": 0, "r": 0, "b": 0})
        add(anchor, "wp:wrapNone")
        about = {"id": self.ids[shape.key], "name": self._name(shape)}
        add(anchor, "wp:docPr", about)
        add(anchor, "wp:cNvGraphicFramePr")
        data = add(add(anchor, "a:graphic"), "a:graphicData", {"uri": WPS})
        self._shape(data, shape, x=0, y=0)
        return ET.tostring(run)

    def _emu(self, px: float) -> int:
        return round(px * self.scale * EMU)

    def _at(self, x: float, y: float) -> dict[str, int]:
        margin = sizes.MARGIN
        return {"x": self._emu(x - margin), "y": self._emu(y - margin)}

    def _name(self, shape: Shape) -> str:
        name = " ".join(measure.clean(line.text) for line in self.words[shape.key])
        return name[:80] or shape.key

    def _shape(self, parent: ET.Element, shape: Shape, *, x: int, y: int) -> None:
        made = add(parent, "wps:wsp")
        about = {"id": self.ids[shape.key], "name": self._name(shape)}
        add(made, "wps:cNvPr", about)
        add(made, "wps:cNvSpPr")
        look = add(made, "wps:spPr")
        frame = add(look, "a:xfrm")
        add(frame, "a:off", {"x": x, "y": y})
        size = {"cx": self._emu(shape.width), "cy": self._emu(shape.height)}
        add(frame, "a:ext", size)
        preset = "rect" if shape.kind == "box" else "roundRect"
        corners = add(add(look, "a:prstGeom", {"prst": preset}), "a:avLst")
        if shape.kind != "box":
            least = min(shape.width, shape.height)
            round_by = {"name": "adj", "fmla": f"val {round(8 / least * 100000)}"}
            add(corners, "a:gd", round_by)
        plain = "#FFFFFF" if shape.kind == "box" else self.fills[shape.kind]
        fill = self.fills["grey"] if shape.grey else plain
        add(add(look, "a:solidFill"), "a:srgbClr", {"val": fill.lstrip("#")})
        self._outline(look)
        self._text(made, shape)

    def _outline(self, look: ET.Element) -> ET.Element:
        line = add(look, "a:ln", {"w": self._emu(1)})
        add(add(line, "a:solidFill"), "a:srgbClr", {"val": INK.lstrip("#")})
        return line

    def _text(self, made: ET.Element, shape: Shape) -> None:
        content = add(add(made, "wps:txbx"), "w:txbxContent")
        lines = self.words[shape.key]
        lettering.write(content, lines, self.scale, is_box=shape.kind == "box")
        # Less at the sides than is kept free: a word processor's letters differ.
        is_long = len(lines) > LONG_LIST
        aside = self._emu(sizes.PADDING_X - 5)
        body = {
            "vert": "vert270" if shape.kind == "side_bar" else "horz",
            "wrap": "square",
            "lIns": aside,
            "tIns": self._emu(sizes.PADDING_Y) if is_long else 0,
            "rIns": aside,
            "bIns": 0,
            "anchor": "t" if is_long else "ctr",
            "anchorCtr": "0",
        }
        add(add(made, "wps:bodyPr", body), "a:noAutofit")

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
            made = add(group, "wps:wsp")
            name = f"Arrow {number + 1}{'abc'[position] if position else ''}"
            add(made, "wps:cNvPr", {"id": last, "name": name})
            add(made, "wps:cNvCnPr")
            last += 1
            look = add(made, "wps:spPr")
            flips = {"flipH": "1"} if x2 < x1 else {}
            frame = add(look, "a:xfrm", flips | ({"flipV": "1"} if y2 < y1 else {}))
            add(frame, "a:off", self._at(min(x1, x2), min(y1, y2)))
            size = {"cx": self._emu(abs(x2 - x1)), "cy": self._emu(abs(y2 - y1))}
            add(frame, "a:ext", size)
            add(add(look, "a:prstGeom", {"prst": "straightConnector1"}), "a:avLst")
            line = self._outline(look)
            if position == len(stretches) - 1:
                head = {"type": "triangle", "w": "med", "len": "med"}
                add(line, "a:tailEnd", head)
            add(made, "wps:bodyPr")
        return last


def extent(drawing: Drawing) -> tuple[float, float]:
    """Return width and height of the shapes, without the notes under them."""
    right = max(shape.right for shape in drawing.shapes)
    bottom = max(shape.bottom for shape in drawing.shapes)
    return right - sizes.MARGIN, bottom - sizes.MARGIN
