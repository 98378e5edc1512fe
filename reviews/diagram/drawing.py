"""A chart in its places: shapes, lines of text and arrows, in px."""

from dataclasses import dataclass
from typing import Literal

from reviews.diagram.sizes import SIZE

Kind = Literal["box", "header", "side_bar"]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A box or bar in its place."""

    key: str
    kind: Kind
    x: float
    y: float
    width: float
    height: float
    grey: bool = False

    @property
    def right(self) -> float:
        """Give the x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Give the y of the lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Give the centre."""
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True)
class Run:
    """A stretch of a line of text, linked if it has an address."""

    text: str
    url: str = ""
    # What a screen reader says for the link: the label with its number.
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class TextLine:
    """One line of text; x is its beginning, or its middle where it is centred."""

    inside: str
    x: float
    y: float
    runs: tuple[Run, ...]
    width: float
    size: float = SIZE
    bold: bool = False
    centred: bool = False
    rtl: bool = False
    upwards: bool = False


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A chart in its places."""

    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]
    texts: tuple[TextLine, ...]
    # Each a line through these points, with its head at the last.
    arrows: tuple[tuple[tuple[float, float], ...], ...]
