"""What a flow is put together from, in plain rows; no database is asked.

The flow of today and the flow of a past moment are summed from the same rows, so that
they cannot differ in anything but what the rows say. Every record stands in exactly
one place, and so does every report that is sought (PRISMA 2020, item 16a).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from reviews.flow.synthesis import Part
from reviews.models import Record, Report, Search, Verdict

# Where a record stands that neither left before screening nor on title and abstract.
INCLUDED = "included"

# Every place of a record, and the boxes that hold it.
RECORD_PLACES: Mapping[str, tuple[str, ...]] = {
    "duplicates": ("identified", "duplicates"),
    "removed_by_automation": ("identified", "removed_by_automation"),
    "removed_for_other_reasons": ("identified", "removed_for_other_reasons"),
    "awaiting_screening": ("identified", "awaiting_screening"),
    "excluded": ("identified", "screened", "excluded"),
    INCLUDED: ("identified", "screened"),
}
# The same for a report that is sought.
REPORT_PLACES: Mapping[str, tuple[str, ...]] = {
    "not_retrieved": ("sought", "not_retrieved"),
    "awaiting_retrieval": ("sought", "awaiting_retrieval"),
    "excluded_reports": ("sought", "assessed", "excluded_reports"),
    "awaiting_decision": ("sought", "assessed", "awaiting_decision"),
    "included_reports": ("sought", "assessed", "included_reports"),
}

_BY_REMOVAL: Mapping[str, str] = {
    Record.Removal.AUTOMATION: "removed_by_automation",
    Record.Removal.OTHER: "removed_for_other_reasons",
}
_BY_VERDICT: Mapping[str, str] = {
    Verdict.OPEN: "awaiting_screening",
    Verdict.EXCLUDE: "excluded",
    Verdict.INCLUDE: INCLUDED,
}
_BY_RETRIEVAL: Mapping[str, str] = {
    Report.Retrieval.AWAITING: "awaiting_retrieval",
    Report.Retrieval.NOT_RETRIEVED: "not_retrieved",
}
_BY_FULL_TEXT: Mapping[str, str] = {
    Verdict.OPEN: "awaiting_decision",
    Verdict.EXCLUDE: "excluded_reports",
    Verdict.INCLUDE: "included_reports",
}


class SearchRow(NamedTuple):
    """A search; `wave` is the number of its wave."""

    pk: int
    name: str
    kind: str
    source: str
    is_combined: bool
    reported: int | None
    wave: int | None

    @property
    def is_main(self) -> bool:
        return self.kind in Search.MAIN_KINDS


# The columns of the database that make up a SearchRow.
SEARCH_COLUMNS = (
    "pk",
    "name",
    "kind",
    "source",
    "is_combined",
    "reported_count",
    "wave__number",
)


class ReasonRow(NamedTuple):
    """A criterion as a reason for exclusion."""

    position: int
    code: str
    label: str


class ReportGroup(NamedTuple):
    """Reports that are alike in all that decides in which boxes they are."""

    is_main: bool
    retrieval: str
    verdict: str
    classification: str
    reason: int | None
    number: int
    ungrouped: int

    @property
    def place(self) -> str:
        return place_of_report(self.retrieval, self.verdict)

    @property
    def is_classified(self) -> bool:
        return is_classified(self.verdict, self.classification)


class Previous(NamedTuple):
    """What was included before: in earlier waves, and in a version made elsewhere."""

    studies: int
    reports: int


@dataclass(frozen=True, kw_only=True)
class Rows:
    """All that a flow is summed from."""

    searches: Sequence[SearchRow]
    # By search and box.
    records: Mapping[int, Mapping[str, int]]
    reports: Sequence[ReportGroup]
    reasons: Mapping[int, ReasonRow]
    studies: int
    # Those besides that a version made elsewhere had included already.
    studies_again: int = 0
    previous: Previous | None = None
    synthesis: tuple[Part, ...] = ()
    as_of: datetime | None = None
    wave: int | None = None
    unknown: tuple[str, ...] = ()


def place_of_record(duplicate_of: int | None, removal: str, verdict: str) -> str:
    """Return the one place where a record stands."""
    if duplicate_of is not None:
        return "duplicates"
    if removal:
        return _BY_REMOVAL[removal]
    return _BY_VERDICT[verdict]


def place_of_report(retrieval: str, verdict: str) -> str:
    """Return the one place where a report stands that is sought."""
    if place := _BY_RETRIEVAL.get(retrieval):
        return place
    return _BY_FULL_TEXT[verdict]


def is_classified(verdict: str, classification: str) -> bool:
    """Tell whether a report is named as awaiting classification or ongoing."""
    return verdict == Verdict.OPEN and classification != Report.Classification.NONE
