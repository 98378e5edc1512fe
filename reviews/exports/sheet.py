"""A diagram of numbers that come from a CSV of the R package, not from a review."""

from collections.abc import Callable
from dataclasses import dataclass

from reviews.diagram import layout, prisma2020, r_package, rendering, svg, word
from reviews.diagram.boxes import Chart
from reviews.diagram.r_package import Sheet
from reviews.documents import page
from reviews.documents.table import Cell, Column, Group, Row, Table
from reviews.exports import formats
from reviews.exports.options import CannotExport, Options

TITLE = "PRISMA 2020 flow diagram"


@dataclass(frozen=True)
class Drawn:
    """The diagram of a file."""

    form: str
    sheet: Sheet
    chart: Chart
    drawing: layout.Drawing
    monochrome: bool

    @property
    def svg(self) -> str:
        """Return the drawing as the text of an SVG that stands alone."""
        return svg.write(self.drawing, monochrome=self.monochrome)

    @property
    def is_wide(self) -> bool:
        """Tell whether it has more than the two columns of the smallest form."""
        return len(self.chart.columns) > 2


def draw(sheet: Sheet, options: Options) -> Drawn:
    """Draw the numbers of a file in the form that is asked for, or that they need."""
    form = options.template or sheet.template
    chart = prisma2020.chart(
        sheet.counts, template=form, title=TITLE, labels=sheet.labels
    )
    return Drawn(form, sheet, chart, layout.place(chart), options.monochrome)


def _png(drawn: Drawn, options: Options) -> bytes:
    try:
        return rendering.png(drawn.svg, dpi=options.dpi)
    except rendering.CannotRender as error:
        raise CannotExport(str(error)) from error


def _html(drawn: Drawn, options: Options) -> bytes:
    """Write a page with the diagram and its numbers, box by box."""
    groups = [
        Group("", [Row((Cell(line.text), Cell(line.count))) for line in box.lines])
        for box in drawn.chart.boxes
    ]
    columns = (Column("Box", 4), Column("n", numeric=True))
    table = Table(
        title="The same numbers as a table", columns=columns, groups=tuple(groups)
    )
    figure = svg.element(drawn.drawing, monochrome=drawn.monochrome)
    return page.write([table], title=drawn.chart.title, figure=figure)


def _csv(drawn: Drawn, options: Options) -> bytes:
    sheet = drawn.sheet
    written = r_package.write(sheet.counts, template=drawn.form, labels=sheet.labels)
    return written.encode()


FILES: dict[str, Callable[[Drawn, Options], bytes]] = {
    ".svg": lambda drawn, options: drawn.svg.encode(),
    ".png": _png,
    ".pdf": lambda drawn, options: rendering.pdf(drawn.svg, title=drawn.chart.title),
    ".docx": lambda drawn, options: word.write(
        drawn.chart, drawn.drawing, monochrome=drawn.monochrome
    ),
    ".html": _html,
    ".csv": _csv,
}
TYPES = [(suffix[1:], formats.NAMES[suffix]) for suffix in FILES]
