"""Studies awaiting classification, ongoing studies, and reports not in hand.

They are neither included nor excluded, and a reader must be able to find them (PRISMA
2020, items 16a and 16b; the Cochrane tables of the same names).
"""

from collections.abc import Callable, Iterator, Sequence

from django.db.models import Q

from reviews.documents.table import Cell, Column, Group, Row, Table
from reviews.exports import citing, formats
from reviews.exports.options import Options, Writers
from reviews.models import Report, Review, Verdict
from reviews.models.report import ReportQuerySet

TITLE = "Studies awaiting classification, ongoing studies and reports not retrieved"
COLUMNS = (Column("Report", 2), Column("Reference", 5), Column("What is known", 3))
NOTE = (
    "A report that awaits classification or tells of an ongoing study stands there, "
    "whether or not it was retrieved."
)
Classification = Report.Classification
_CLASSIFIED = ~Q(classification=Classification.NONE) & Q(verdict=Verdict.OPEN)


def awaiting_classification(review: Review) -> ReportQuerySet:
    """Return the reports of which too little is known to decide."""
    return _classified(review, Classification.AWAITING)


def ongoing(review: Review) -> ReportQuerySet:
    """Return the reports of studies without results yet."""
    return _classified(review, Classification.ONGOING)


def awaiting_retrieval(review: Review) -> ReportQuerySet:
    """Return the reports that are sought still, but for those classified."""
    return review.reports.awaiting_retrieval().exclude(_CLASSIFIED)


def not_retrieved(review: Review) -> ReportQuerySet:
    """Return the reports that nobody could get, but for those classified."""
    return review.reports.not_retrieved().exclude(_CLASSIFIED)


GROUPS: tuple[tuple[str, Callable[[Review], ReportQuerySet]], ...] = (
    ("Awaiting classification", awaiting_classification),
    ("Ongoing", ongoing),
    ("Awaiting retrieval", awaiting_retrieval),
    ("Not retrieved", not_retrieved),
)


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return the reports in their groups; a group without any is left out."""
    groups = _groups(review, citing.style(review, options))
    return [Table(TITLE, COLUMNS, groups, (NOTE,), grouped_by="State")]


def _groups(review: Review, style: str) -> Iterator[Group]:
    for label, reports in GROUPS:
        found = reports(review)
        if count := found.count():
            ordered = found.order_by("year", "title", "pk")
            rows = map(_row, citing.cited(review, ordered, style))
            yield Group(f"{label} (n = {count:,})", rows)


def _row(pair: tuple[Report, Cell]) -> Row:
    report, cited = pair
    known = [report.classification_note, report.not_retrieved_reason]
    named = Cell(citing.short(report), path=cited.path)
    return Row((named, cited, Cell("\n".join(filter(None, known)))))


def _classified(review: Review, which: Classification) -> ReportQuerySet:
    return review.reports.sought().filter(classification=which, verdict=Verdict.OPEN)


WRITERS: Writers = {"awaiting": formats.in_every_format(tables)}
