"""What stands in a box of the flow, as references: records, or reports.

A box of studies gives the reports of those studies that are included. Whatever the size
of the box, its rows are read in parts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import QuerySet

from reviews.exports.options import CannotExport, Options
from reviews.exports.table import CHUNK
from reviews.flow import opening
from reviews.models import PreviousReport, Report, Review
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
    # What a version made elsewhere had included: citations alone.
    previous: QuerySet[PreviousReport]

    def items(self) -> Iterator[Item]:
        """Yield each reference as an item, in the order of the list."""
        if isinstance(self.rows, RecordQuerySet):
            yield from map(items.of_record, self.rows.iterator(chunk_size=CHUNK))
        else:
            yield from map(items.of_report, self.reports())
        yield from map(items.of_previous, self.previous)

    def reports(self) -> Iterable[Report]:
        """Return the reports with their records; none where it is a box of records."""
        if isinstance(self.rows, RecordQuerySet):
            return []
        rows = self.rows.select_related("study", "counted_reason")
        return rows.prefetch_related("records").iterator(chunk_size=CHUNK)

    def first(self, number: int) -> "Chosen":
        """Return the first of them alone, and read no more than those."""
        return replace(self, rows=self.rows[:number], previous=self.previous[:number])

    def count(self) -> int:
        return self.rows.count() + self.previous.count()


def choose(review: Review, name: str = "", *, as_of: datetime | None = None) -> Chosen:
    """Return the references of a box; without a name, those of the included studies.

    Raises reviews.flow.opening.UnknownBox.
    """
    name = name or DEFAULT
    found = opening.find(review, name, as_of=as_of)
    rows, previous = found.rows(review), found.previous(review).order_by("pk")
    if name == DEFAULT and isinstance(rows, ReportQuerySet):
        return Chosen(found.label, numbering.by_study(rows), previous)
    if isinstance(rows, RecordQuerySet | ReportQuerySet):
        return Chosen(found.label, rows.order_by("pk"), previous)
    included = opening.find(review, DEFAULT, as_of=as_of).rows(review)
    assert isinstance(included, ReportQuerySet)
    reports = included.filter(study__in=rows.order_by().values("pk"))
    label = f"{found.label}: their reports"
    return Chosen(label, numbering.by_study(reports), previous)


def choose_for_file(review: Review, options: Options) -> Chosen:
    """Return what is asked for. Raises CannotExport where there is no such box."""
    try:
        return choose(review, options.box, as_of=options.as_of)
    except opening.UnknownBox as error:
        message = f"The flow of this review has no box {options.box}."
        raise CannotExport(message) from error
