"""What a number of the methods counts: records or reports, by how they were settled.

How the team came to a verdict is settled with it, so it shows nobody's own judgment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.models import Review, Settlement
from reviews.models.record import RecordQuerySet
from reviews.models.report import ReportQuerySet

CONFLICTS = (Settlement.CONSENSUS, Settlement.ADJUDICATION)
WAYS: Mapping[str, tuple[str, tuple[Settlement, ...]]] = {
    "single": ("judged by one reviewer alone", (Settlement.SINGLE,)),
    "two": (
        "judged by two reviewers, independently",
        (Settlement.AGREEMENT, *CONFLICTS),
    ),
    "agreement": ("on which two reviewers agreed", (Settlement.AGREEMENT,)),
    "conflicts": ("on which two reviewers were in conflict", CONFLICTS),
    "consensus": ("settled by consensus", (Settlement.CONSENSUS,)),
    "adjudication": ("settled by a third person", (Settlement.ADJUDICATION,)),
}
UNITS = ("records", "reports")


class UnknownSelection(LookupError):
    """There are no items of this kind, or none that are settled in this way."""


@dataclass(frozen=True)
class Selection:
    """Records or reports, with what they have in common."""

    label: str
    unit: str
    rows: RecordQuerySet | ReportQuerySet


def select(review: Review, unit: str, way: str) -> Selection:
    """Return the items that were settled in a way, in a steady order.

    Raises UnknownSelection.
    """
    if unit not in UNITS or way not in WAYS:
        raise UnknownSelection(f"Nothing is called {unit} {way}.")
    label, settlements = WAYS[way]
    if unit == "records":
        records = review.records.screened().filter(settlement__in=settlements)
        records = records.select_related("search", "counted_reason").order_by("pk")
        listed = records.defer("abstract", "original")
        return Selection(f"Titles and abstracts {label}", unit, listed)
    reports = review.reports.assessed().filter(settlement__in=settlements)
    reports = reports.select_related("study", "counted_reason").order_by("pk")
    return Selection(f"Full texts {label}", unit, reports)
