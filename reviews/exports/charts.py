"""A flow diagram as files, whether its numbers are a review's or come from a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reviews.diagram import rendering, svg
from reviews.diagram.boxes import Chart
from reviews.diagram.drawing import Drawing
from reviews.diagram.word import writing
from reviews.documents import page
from reviews.documents.table import Column, Group, Table
from reviews.exports.options import CannotExport, Options


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A diagram with its boxes in their places."""

    form: str
    chart: Chart
    drawing: Drawing
    monochrome: bool

    @property
    def svg(self) -> str:
        """Return the drawing as the text of an SVG that stands alone."""
        return svg.write(self.drawing, monochrome=self.monochrome)

    @property
    def is_wide(self) -> bool:
        """Tell whether it has more than the two columns of the smallest form."""
        return len(self.chart.columns) > 2


def _png(placed: Placed, options: Options) -> bytes:
    try:
        return rendering.png(placed.svg, dpi=options.dpi)
    except rendering.CannotRender as error:
        raise CannotExport(str(error)) from error


def _pdf(placed: Placed, options: Options) -> bytes:
    title = placed.chart.title
    try:
        return rendering.pdf(placed.svg, title=title, page=options.page)
    except rendering.CannotRender as error:
        raise CannotExport(str(error)) from error


def _docx(placed: Placed, options: Options) -> bytes:
    return writing.write(placed.chart, placed.drawing, monochrome=placed.monochrome)


def html(placed: Placed, groups: tuple[Group, ...]) -> bytes:
    """Write a page with the diagram, and its numbers as a table under it."""
    table = Table(
        title="The same numbers as a table",
        columns=(Column("Box", 4), Column("n", numeric=True)),
        groups=groups,
    )
    figure = svg.element(placed.drawing, monochrome=placed.monochrome)
    return page.write([table], title=placed.chart.title, figure=figure)


PICTURES: Mapping[str, Callable[[Placed, Options], bytes]] = {
    ".svg": lambda placed, options: placed.svg.encode(),
    ".png": _png,
    ".pdf": _pdf,
    ".docx": _docx,
}
