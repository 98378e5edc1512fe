"""The boxes of the flow, each a name and the records, reports or studies in it.

A number of the flow is always the number of rows of the box of its name, so that it
can be opened, today or as of any moment (PRISMA 2020, item 16a).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from django.db.models import QuerySet

from reviews.flow import history
from reviews.flow.live import Live
from reviews.flow.names import (
    KINDS,
    OTHER,
    RECORD_BOXES,
    REPORT_BOXES,
    UNEVEN,
    reason_name,
    search_name,
)
from reviews.flow.past import Past
from reviews.flow.synthesis import BOX as SYNTHESIS
from reviews.models import (
    Criterion,
    PreviousReport,
    Report,
    Review,
    Search,
    Wave,
)
from reviews.models.record import RecordQuerySet
from reviews.models.report import ReportQuerySet
from reviews.models.study import StudyQuerySet

Rows = RecordQuerySet | ReportQuerySet | StudyQuerySet
Unit = Literal["records", "reports", "studies"]
Members = Live | Past


class UnknownBox(LookupError):
    """The flow of this review has no box of this name."""


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


def find(
    review: Review,
    name: str,
    *,
    as_of: datetime | None = None,
    wave: Wave | None = None,
) -> Box:
    """Return the box of this name, one search's or reason's among them.

    As of a moment it holds what stood in it then. Raises UnknownBox.
    """
    number = wave.number if wave else None
    members: Members = (
        Live(review, number)
        if as_of is None
        else Past(review, history.state(review, as_of), number)
    )
    found = BOXES.get(name) or _of_its_own(members, name)
    return replace(found, members=members)


def _of_its_own(members: Members, name: str) -> Box:
    """Return the box of one search, one reason or one label of the synthesis."""
    if name == UNEVEN:
        return _UNEVEN
    review = members.review
    begin, _, key = name.rpartition("-")
    if not (key.isascii() and key.isdigit()) or len(key) > 18:
        raise UnknownBox(name)
    pk = int(key)
    if begin == "search" and (search := _search_label(members, pk)) is not None:
        return _of_search(pk, search)
    if begin in ("reason", f"{OTHER}reason") and (
        criterion := review.criteria.filter(pk=pk).first()
    ):
        return _of_reason(criterion, other=begin.startswith(OTHER))
    if begin == SYNTHESIS and (label := _synthesis_label(members, pk)) is not None:
        return _of_synthesis(name, pk, label)
    raise UnknownBox(name)


def _search_label(members: Members, pk: int) -> str | None:
    if isinstance(members, Past):
        row = members.state.searches.get(pk)
        return row.name if row else None
    return members.review.searches.filter(pk=pk).values_list("name", flat=True).first()


def _synthesis_label(members: Members, number: int) -> str | None:
    found = members.synthesis()
    try:
        return found.label(number) if found else None
    except IndexError:
        return None


def _of_search(search: int, name: str) -> Box:
    return Box(
        search_name(search),
        f"Records identified from {name}",
        "records",
        lambda members: members.by_search(search),
    )


def _of_reason(criterion: Criterion, *, other: bool) -> Box:
    label = f"Reports excluded: {criterion.reason}"
    return Box(
        reason_name(criterion.pk, other=other),
        f"{label}, by other methods" if other else label,
        "reports",
        lambda members: members.excluded_for(criterion.pk, other=other),
    )


def _of_synthesis(name: str, number: int, label: str) -> Box:
    return Box(
        name,
        f"Studies in synthesis: {label}",
        "studies",
        lambda members: members.in_synthesis(number),
    )


def _boxes() -> Iterator[Box]:
    for kind, (name, label) in KINDS.items():
        yield Box(name, f"Records identified: {label}", "records", _by_kind(kind))
    for other in (False, True):
        begin, end = (OTHER, ", by other methods") if other else ("", "")
        for name, label in RECORD_BOXES.items():
            found_by = _records(name, other=other)
            yield Box(f"{begin}{name}", f"{label}{end}", "records", found_by)
        for name, label in REPORT_BOXES.items():
            sought_by = _reports(name, other=other)
            yield Box(f"{begin}{name}", f"{label}{end}", "reports", sought_by)
    yield Box(
        "studies_included",
        "Studies included in review",
        "studies",
        lambda members: members.studies(),
    )
    yield Box(
        "studies_again",
        "Included studies that the previous version had included already",
        "studies",
        lambda members: members.studies_again(),
    )
    yield Box(
        "reports_included",
        "Reports of included studies",
        "reports",
        lambda members: members.included_reports(),
    )
    yield Box(
        "reports_without_study",
        "Included reports that stand in no study yet",
        "reports",
        lambda members: members.without_study(),
    )
    yield Box(
        "awaiting_classification",
        "Reports that await classification",
        "reports",
        lambda members: members.classified(Report.Classification.AWAITING),
    )
    yield Box(
        "ongoing",
        "Reports of ongoing studies",
        "reports",
        lambda members: members.classified(Report.Classification.ONGOING),
    )
    yield from _of_update()


def _of_update() -> Iterator[Box]:
    yield Box(
        "previous_studies",
        "Studies included in the previous version of the review",
        "studies",
        lambda members: members.previous_studies(),
        lambda members: members.studies_elsewhere(),
    )
    yield Box(
        "previous_reports",
        "Reports of studies included in the previous version of the review",
        "reports",
        lambda members: members.previous_reports(),
        lambda members: members.elsewhere(),
    )
    yield Box(
        "total_studies",
        "Total studies included in review",
        "studies",
        lambda members: members.total_studies(),
        lambda members: members.studies_elsewhere(),
    )
    yield Box(
        "total_reports",
        "Reports of total included studies",
        "reports",
        lambda members: members.total_reports(),
        lambda members: members.elsewhere(),
    )


def _by_kind(kind: Search.Kind) -> Callable[[Members], Rows]:
    return lambda members: members.by_kind(kind)


def _records(name: str, *, other: bool) -> Callable[[Members], Rows]:
    return lambda members: members.records(name, other=other)


def _reports(name: str, *, other: bool) -> Callable[[Members], Rows]:
    return lambda members: members.reports(name, other=other)


_UNEVEN = Box(
    UNEVEN,
    "Included records that do not have exactly one report, each its own",
    "records",
    lambda members: members.uneven(),
)

BOXES: Mapping[str, Box] = {box.name: box for box in _boxes()}
