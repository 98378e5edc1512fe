"""What a number of the words counts, line by line.

How the team came to a verdict is settled with it, so it shows nobody's own judgment.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from reviews import removals
from reviews.models import Review, Settlement
from reviews.models.record import RecordQuerySet
from reviews.models.report import ReportQuerySet
from reviews.words import facts
from reviews.words.lists import selecting, settled
from reviews.words.lists.listing import Line, NoLines

CONFLICTS = (Settlement.CONSENSUS, Settlement.ADJUDICATION)
WAYS: Mapping[str, tuple[str, tuple[Settlement, ...]]] = {
    "single": ("judged by one reviewer alone", (Settlement.SINGLE,)),
    "two": (
        "judged by several reviewers, independently",
        (Settlement.AGREEMENT, *CONFLICTS),
    ),
    "agreement": ("on which the reviewers agreed", (Settlement.AGREEMENT,)),
    "conflicts": ("on which the reviewers were in conflict", CONFLICTS),
    "consensus": ("settled by consensus", (Settlement.CONSENSUS,)),
    "adjudication": ("settled by an adjudicator", (Settlement.ADJUDICATION,)),
}
UNITS = ("records", "reports", "values", "judgments")
# What both columns of the flow hold, which no box of the flow shows together.
_RECORDS: Mapping[str, tuple[str, Callable[[RecordQuerySet], RecordQuerySet]]] = {
    "duplicates": ("Duplicate records removed", RecordQuerySet.duplicates),
    "removed_by_automation": (
        "Records marked as ineligible by automation tools",
        RecordQuerySet.removed_by_automation,
    ),
    "never_screened": (
        "Records never screened, as screening was stopped",
        removals.together,
    ),
}
_REPORTS: Mapping[str, tuple[str, Callable[[ReportQuerySet], ReportQuerySet]]] = {
    "excluded": ("Reports excluded", ReportQuerySet.excluded),
}


class UnknownSelection(LookupError):
    """There are no items of this kind, or none that are settled in this way."""


@dataclass(frozen=True)
class Selection:
    """Items with what they have in common; a sum has a total."""

    label: str
    unit: str
    rows: RecordQuerySet | ReportQuerySet | Sequence[Line]
    total: int | None = None


def select(review: Review, unit: str, way: str, of: str = "") -> Selection:
    """Return what a number counts, line by line, in a steady order.

    Raises UnknownSelection.
    """
    if unit == "records" and way in _RECORDS:
        label, boxed = _RECORDS[way]
        return Selection(label, unit, _records(boxed(review.records.all())))
    if unit == "reports" and way in _REPORTS:
        label, standing = _REPORTS[way]
        return Selection(label, unit, _reports(standing(review.reports.all())))
    if unit in UNITS and way in WAYS:
        return _settled(review, unit, *WAYS[way])
    try:
        found = selecting.select(facts.read(review), unit, way, of)
    except NoLines as error:
        raise UnknownSelection(str(error)) from error
    return Selection(found.label, unit, found.lines, found.total)


def _settled(
    review: Review, unit: str, label: str, settlements: tuple[Settlement, ...]
) -> Selection:
    if unit == "records":
        records = review.records.screened().filter(settlement__in=settlements)
        return Selection(f"Titles and abstracts {label}", unit, _records(records))
    if unit == "reports":
        reports = review.reports.assessed().filter(settlement__in=settlements)
        return Selection(f"Full texts {label}", unit, _reports(reports))
    held = facts.read(review)
    tell = settled.values if unit == "values" else settled.judgments
    found = tell(held, label, settlements)
    return Selection(found.label, unit, found.lines)


def _records(rows: RecordQuerySet) -> RecordQuerySet:
    rows = rows.select_related("search", "counted_reason").order_by("pk")
    return rows.defer("abstract", "original")


def _reports(rows: ReportQuerySet) -> ReportQuerySet:
    return rows.select_related("study", "counted_reason").order_by("pk")
