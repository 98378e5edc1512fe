"""The boxes of the flow, each a name and the records, reports or studies in it.

A number of the flow is always the number of rows of the box of its name, so that it
can be opened, today or as of any moment (PRISMA 2020, item 16a).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet

from reviews.flow.live import Live
from reviews.flow.names import (
    BY_OTHER_METHODS,
    KINDS,
    OTHER,
    RECORD_BOXES,
    REPORT_BOXES,
    UNEVEN,
)
from reviews.flow.past import Past
from reviews.models import PreviousReport, Report, Review, Search
from reviews.models.record import RecordQuerySet
from reviews.models.report import ReportQuerySet
from reviews.models.study import StudyQuerySet

Rows = RecordQuerySet | ReportQuerySet | StudyQuerySet
Unit = Literal["records", "reports", "studies"]
Members = Live | Past


def _nothing_more(members: Members) -> QuerySet[PreviousReport]:
    return members.review.previous_reports.none()


@dataclass(frozen=True)
class Box:
    """A box by its label, with the query for what stands in it."""

    name: str
    label: str
    unit: Unit
    select: Callable[[Members], Rows]
    # Studies and reports of a version made elsewhere are no rows of this review.
    select_previous: Callable[[Members], QuerySet[PreviousReport]] = _nothing_more
    # Of a moment or a wave; None is the whole of today.
    members: Members | None = None

    def rows(self, review: Review) -> Rows:
        """Return the records, reports or studies in the box, in no order."""
        return self.select(self.members or Live(review))

    def previous(self, review: Review) -> QuerySet[PreviousReport]:
        """Return what else stands in it: of a previous version, made elsewhere."""
        return self.select_previous(self.members or Live(review))

    def count(self, review: Review) -> int:
        """Count all that stands in it."""
        return self.rows(review).count() + self.previous(review).count()


# Below both columns.
_INCLUDED = (
    Box(
        "studies_included",
        "Studies included in review",
        "studies",
        lambda members: members.studies(),
    ),
    Box(
        "studies_again",
        "Included studies that the previous version had included already",
        "studies",
        lambda members: members.studies_again(),
    ),
    Box(
        "reports_included",
        "Reports of included studies",
        "reports",
        lambda members: members.included_reports(),
    ),
    Box(
        "reports_without_study",
        "Included reports that stand in no study yet",
        "reports",
        lambda members: members.without_study(),
    ),
    Box(
        "awaiting_classification",
        "Reports that await classification",
        "reports",
        lambda members: members.classified(Report.Classification.AWAITING),
    ),
    Box(
        "ongoing",
        "Reports of ongoing studies",
        "reports",
        lambda members: members.classified(Report.Classification.ONGOING),
    ),
)
# Of an updated review.
_UPDATE = (
    Box(
        "previous_studies",
        "Studies included in the previous version of the review",
        "studies",
        lambda members: members.previous_studies(),
        lambda members: members.studies_elsewhere(),
    ),
    Box(
        "previous_reports",
        "Reports of studies included in the previous version of the review",
        "reports",
        lambda members: members.previous_reports(),
        lambda members: members.elsewhere(),
    ),
    Box(
        "total_studies",
        "Total studies included in review",
        "studies",
        lambda members: members.total_studies(),
        lambda members: members.studies_elsewhere(),
    ),
    Box(
        "total_reports",
        "Reports of total included studies",
        "reports",
        lambda members: members.total_reports(),
        lambda members: members.elsewhere(),
    ),
)


def _boxes() -> Iterator[Box]:
    for kind, (name, label) in KINDS.items():
        yield Box(name, f"Records identified: {label}", "records", _by_kind(kind))
    for other in (False, True):
        begin, end = (OTHER, BY_OTHER_METHODS) if other else ("", "")
        for name, label in RECORD_BOXES.items():
            found_by = _records(name, other=other)
            yield Box(f"{begin}{name}", f"{label}{end}", "records", found_by)
        for name, label in REPORT_BOXES.items():
            sought_by = _reports(name, other=other)
            yield Box(f"{begin}{name}", f"{label}{end}", "reports", sought_by)
    yield from _INCLUDED
    yield from _UPDATE


def _by_kind(kind: Search.Kind) -> Callable[[Members], Rows]:
    return lambda members: members.by_kind(kind)


def _records(name: str, *, other: bool) -> Callable[[Members], Rows]:
    return lambda members: members.records(name, other=other)


def _reports(name: str, *, other: bool) -> Callable[[Members], Rows]:
    return lambda members: members.reports(name, other=other)


UNEVEN_BOX = Box(
    UNEVEN,
    "Included records that do not have exactly one report, each its own",
    "records",
    lambda members: members.uneven(),
)

BOXES: Mapping[str, Box] = {box.name: box for box in _boxes()}
