"""The boxes of the flow, each a name and the records, reports or studies in it.

A number of the flow is always the number of rows of the box of its name, so that it
can be opened (PRISMA 2020, item 16a).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import QuerySet

from reviews.models import Criterion, PreviousReport, Review, Search, Wave
from reviews.models.record import RecordQuerySet
from reviews.models.report import ReportQuerySet
from reviews.models.study import StudyQuerySet

Rows = RecordQuerySet | ReportQuerySet | StudyQuerySet
Unit = Literal["records", "reports", "studies"]

# What every name of the column "other methods" begins with.
OTHER = "other_"


class UnknownBox(LookupError):
    """The flow of this review has no box of this name."""


@dataclass(frozen=True)
class Box:
    """A box by its label, with the query for what stands in it."""

    name: str
    label: str
    unit: Unit
    rows: Callable[[Review], Rows]

    def previous(self, review: Review) -> QuerySet[PreviousReport]:
        """Return what else stands in it: of a previous version, made elsewhere."""
        return review.previous_reports.none()


def find(
    review: Review,
    name: str,
    *,
    as_of: datetime | None = None,
    wave: Wave | None = None,
) -> Box:
    """Return the box of this name, one search's or reason's among them.

    Raises UnknownBox.
    """
    if name in BOXES:
        return BOXES[name]
    begin, _, pk = name.rpartition("-")
    if not (pk.isascii() and pk.isdigit()) or len(pk) > 18:
        raise UnknownBox(name)
    if begin == "search" and (search := review.searches.filter(pk=pk).first()):
        return _of_search(search)
    if begin in ("reason", "other_reason") and (
        criterion := review.criteria.filter(pk=pk).first()
    ):
        return _of_reason(criterion, other=begin.startswith(OTHER))
    raise UnknownBox(name)


def search_name(search: int) -> str:
    """Name the box of one search."""
    return f"search-{search}"


def reason_name(criterion: int, *, other: bool = False) -> str:
    """Name the box of one reason for exclusion."""
    return f"{OTHER if other else ''}reason-{criterion}"


def _of_search(search: Search) -> Box:
    return Box(
        search_name(search.pk),
        f"Records identified from {search.name}",
        "records",
        lambda review: review.records.filter(search=search),
    )


def _of_reason(criterion: Criterion, *, other: bool) -> Box:
    label = f"Reports excluded: {criterion.reason}"
    return Box(
        reason_name(criterion.pk, other=other),
        f"{label}, by other methods" if other else label,
        "reports",
        lambda review: (
            (_other_reports(review) if other else _reports(review))
            .excluded()
            .filter(counted_reason=criterion)
        ),
    )


def _records(review: Review) -> RecordQuerySet:
    return review.records.via_databases_and_registers()


def _other_records(review: Review) -> RecordQuerySet:
    return review.records.via_other_methods()


def _reports(review: Review) -> ReportQuerySet:
    return review.reports.via_databases_and_registers()


def _other_reports(review: Review) -> ReportQuerySet:
    return review.reports.via_other_methods()


def _by_kind(kind: Search.Kind) -> Callable[[Review], Rows]:
    return lambda review: review.records.filter(search__kind=kind)


# The boxes that both columns have, with the set of records or reports in each.
RECORD_BOXES: Mapping[str, tuple[str, Callable[[RecordQuerySet], RecordQuerySet]]] = {
    "identified": ("Records identified", lambda records: records),
    "duplicates": ("Duplicate records removed", RecordQuerySet.duplicates),
    "removed_by_automation": (
        "Records marked as ineligible by automation tools",
        RecordQuerySet.removed_by_automation,
    ),
    "removed_for_other_reasons": (
        "Records removed for other reasons",
        RecordQuerySet.removed_for_other_reasons,
    ),
    "screened": ("Records screened", RecordQuerySet.screened),
    "awaiting_screening": (
        "Records that await screening",
        RecordQuerySet.awaiting_screening,
    ),
    "excluded": ("Records excluded", RecordQuerySet.excluded),
}
REPORT_BOXES: Mapping[str, tuple[str, Callable[[ReportQuerySet], ReportQuerySet]]] = {
    "sought": ("Reports sought for retrieval", ReportQuerySet.sought),
    "not_retrieved": ("Reports not retrieved", ReportQuerySet.not_retrieved),
    "awaiting_retrieval": (
        "Reports that await retrieval",
        ReportQuerySet.awaiting_retrieval,
    ),
    "assessed": ("Reports assessed for eligibility", ReportQuerySet.assessed),
    "excluded_reports": ("Reports excluded", ReportQuerySet.excluded),
    "awaiting_decision": (
        "Reports that await a decision",
        ReportQuerySet.awaiting_decision,
    ),
    "included_reports": ("Reports included", ReportQuerySet.included),
}
COLUMN = (*RECORD_BOXES, *REPORT_BOXES)

# The searches of each kind: the box, and its label in the diagram.
KINDS: Mapping[Search.Kind, tuple[str, str]] = {
    Search.Kind.DATABASE: ("databases", "Databases"),
    Search.Kind.REGISTER: ("registers", "Registers"),
    Search.Kind.WEBSITE: ("other_websites", "Websites"),
    Search.Kind.ORGANISATION: ("other_organisations", "Organisations"),
    Search.Kind.CITATION: ("other_citations", "Citation searching"),
    Search.Kind.OTHER: ("other_other_methods", "Other methods"),
}


def _boxes() -> list[Box]:
    found = []
    for kind, (name, label) in KINDS.items():
        found.append(
            Box(name, f"Records identified: {label}", "records", _by_kind(kind))
        )
    for name, (label, records) in RECORD_BOXES.items():
        found += _both(name, label, "records", _records_in(records))
    for name, (label, reports) in REPORT_BOXES.items():
        found += _both(name, label, "reports", _reports_in(reports))
    return found


def _records_in(
    part: Callable[[RecordQuerySet], RecordQuerySet],
) -> tuple[Callable[[Review], Rows], Callable[[Review], Rows]]:
    return (
        lambda review: part(_records(review)),
        lambda review: part(_other_records(review)),
    )


def _reports_in(
    part: Callable[[ReportQuerySet], ReportQuerySet],
) -> tuple[Callable[[Review], Rows], Callable[[Review], Rows]]:
    return (
        lambda review: part(_reports(review)),
        lambda review: part(_other_reports(review)),
    )


def _both(
    name: str,
    label: str,
    unit: Unit,
    rows: tuple[Callable[[Review], Rows], Callable[[Review], Rows]],
) -> list[Box]:
    main, other = rows
    return [
        Box(name, label, unit, main),
        Box(f"{OTHER}{name}", f"{label}, by other methods", unit, other),
    ]


BOXES: Mapping[str, Box] = {
    box.name: box
    for box in (
        *_boxes(),
        Box(
            "studies_included",
            "Studies included in review",
            "studies",
            lambda review: review.studies.included(),
        ),
        Box(
            "reports_included",
            "Reports of included studies",
            "reports",
            lambda review: review.reports.included(),
        ),
        Box(
            "reports_without_study",
            "Included reports that stand in no study yet",
            "reports",
            lambda review: review.reports.without_study(),
        ),
    )
}


# The box behind each number of the official form.
BOXES_OF_COUNTS: Mapping[str, str] = {
    "database_results": "databases",
    "database_specific": "databases",
    "register_results": "registers",
    "register_specific": "registers",
    "duplicates": "duplicates",
    "excluded_automatic": "removed_by_automation",
    "excluded_other": "removed_for_other_reasons",
    "records_screened": "screened",
    "records_excluded": "excluded",
    "dbr_sought_reports": "sought",
    "dbr_notretrieved_reports": "not_retrieved",
    "dbr_assessed": "assessed",
    "dbr_excluded": "excluded_reports",
    "website_results": "other_websites",
    "organisation_results": "other_organisations",
    "citations_results": "other_citations",
    "other_specific": "other_other_methods",
    "other_sought_reports": "other_sought",
    "other_notretrieved_reports": "other_not_retrieved",
    "other_assessed": "other_assessed",
    "other_excluded": "other_excluded_reports",
    "new_studies": "studies_included",
    "new_reports": "reports_included",
    "awaiting_screening": "awaiting_screening",
    "awaiting_retrieval": "awaiting_retrieval",
    "awaiting_decision": "awaiting_decision",
    "other_awaiting_screening": "other_awaiting_screening",
    "other_awaiting_retrieval": "other_awaiting_retrieval",
    "other_awaiting_decision": "other_awaiting_decision",
}
