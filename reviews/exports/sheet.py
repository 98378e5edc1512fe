"""A diagram of numbers that come from a CSV of the R package, not from a review."""

from collections.abc import Callable
from dataclasses import dataclass

from reviews.diagram import layout, prisma2020
from reviews.diagram.r_package import writing
from reviews.diagram.r_package.sheet import Sheet
from reviews.documents.table import Cell, Group, Row
from reviews.exports import charts, formats
from reviews.exports.charts import Placed
from reviews.exports.options import Options

TITLE = "PRISMA 2020 flow diagram"


@dataclass(frozen=True, kw_only=True)
class Drawn(Placed):
    """The diagram of a file."""

    sheet: Sheet


def draw(sheet: Sheet, options: Options) -> Drawn:
    """Draw the numbers of a file in the form that is asked for, or that they need."""
    form = options.template or sheet.template
    chart = prisma2020.chart(
        sheet.counts, template=form, title=TITLE, labels=sheet.labels
    )
    return Drawn(
        form=form,
        sheet=sheet,
        chart=chart,
        drawing=layout.place(chart),
        monochrome=options.monochrome,
    )


def _html(drawn: Drawn, options: Options) -> bytes:
    """Write a page with the diagram and its numbers, box by box."""
    boxes = (
        Group("", [Row((Cell(line.text), Cell(line.count))) for line in box.lines])
        for box in drawn.chart.boxes
    )
    return charts.html(drawn, tuple(boxes))


def _csv(drawn: Drawn, options: Options) -> bytes:
    sheet = drawn.sheet
    written = writing.write(sheet.counts, template=drawn.form, labels=sheet.labels)
    return written.encode()


FILES: dict[str, Callable[[Drawn, Options], bytes]] = {
    **charts.PICTURES,
    ".html": _html,
    ".csv": _csv,
}
TYPES = [(suffix[1:], formats.NAMES[suffix]) for suffix in FILES]
