"""Reports in a table, each cited in the style of the review."""

from collections.abc import Iterator

from reviews.documents.table import Cell
from reviews.exports import table
from reviews.exports.options import CannotExport, Options
from reviews.models import Report, Review
from reviews.models.report import ReportQuerySet
from reviews.references import citations, items, styles

# Citations are made for so many reports at a time.
CHUNK = 50
DOI = "https://doi.org/"


def style(review: Review, options: Options) -> str:
    """Return the style asked for, else the review's. Raises CannotExport."""
    if not options.style:
        return styles.of(review)
    try:
        styles.find(options.style)
    except styles.UnknownStyle as error:
        raise CannotExport(str(error)) from error
    return options.style


def cited(
    review: Review, reports: ReportQuerySet, named: str
) -> Iterator[tuple[Report, Cell]]:
    """Yield the reports with their references in a style, in bounded memory."""
    found = reports.prefetch_related("records").iterator(chunk_size=CHUNK)
    for part in table.chunks(found, CHUNK):
        lines = citations.formatted(part, named)
        for report in part:
            yield report, cell(review, report, lines[report.pk])


def cell(review: Review, report: Report, text: str) -> Cell:
    """Return a report's reference, which leads to its DOI where it has one."""
    doi = items.first(items.records_of(report), "doi")
    # So that its address is known without asking for the review again.
    report.review = review
    path = report.get_absolute_url()
    return Cell(text, url=f"{DOI}{doi}" if doi else "", path=path)


def short(report: Report) -> str:
    """Return a report as it is named in a text: "Brody 2024"."""
    named = report.first_author or report.title
    return f"{named} {report.year}" if report.year else named
