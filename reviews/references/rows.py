"""What stands in a box of the flow, as references: records, or reports.

A box of studies gives the reports of those studies that are included. Whatever the size
of the box, its rows are read in parts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviews.exports.options import CannotExport
from reviews.exports.table import CHUNK
from reviews.flow import boxes
from reviews.models import Report, Review
from reviews.models.record import RecordQuerySet
from reviews.models.report import ReportQuerySet
from reviews.references import items, numbering
from reviews.references.items import Item

# The references of the review itself.
DEFAULT = "reports_included"


@dataclass(frozen=True)
class Chosen:
    """The references of a box, by its label."""

    label: str
    rows: RecordQuerySet | ReportQuerySet

    def items(self) -> Iterator[Item]:
        """Yield each reference as an item, in the order of the list."""
        if isinstance(self.rows, RecordQuerySet):
            yield from map(items.of_record, self.rows.iterator(chunk_size=CHUNK))
        else:
            yield from map(items.of_report, self.reports())

    def reports(self) -> Iterable[Report]:
        """Return the reports with their records; none where it is a box of records."""
        if isinstance(self.rows, RecordQuerySet):
            return []
        rows = self.rows.select_related("study", "counted_reason")
        return rows.prefetch_related("records").iterator(chunk_size=CHUNK)

    def count(self) -> int:
        return self.rows.count()


def choose(review: Review, name: str = "") -> Chosen:
    """Return the references of a box; without a name, those of the included studies.

    Raises reviews.flow.boxes.UnknownBox.
    """
    name = name or DEFAULT
    found = boxes.find(review, name)
    rows = found.rows(review)
    if name == DEFAULT:
        return Chosen(found.label, numbering.ordered(review))
    if isinstance(rows, RecordQuerySet | ReportQuerySet):
        return Chosen(found.label, rows.order_by("pk"))
    reports = numbering.ordered(review).filter(study__in=rows.order_by().values("pk"))
    return Chosen(f"{found.label}: their reports", reports)


def choose_for_file(review: Review, name: str) -> Chosen:
    """Return the same. Raises CannotExport where there is no such box."""
    try:
        return choose(review, name)
    except boxes.UnknownBox as error:
        raise CannotExport(f"The flow of this review has no box {name}.") from error
