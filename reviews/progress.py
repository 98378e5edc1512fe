"""What was settled when, stage by stage: read off settled facts alone.

Each item counts on the day of the verdict that stands. Nothing else is told: neither
who judged nor what still waits for whom. Any member may see it at any time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from reviews import moments
from reviews.models import (
    Review,
    SettledJudgment,
    SettledValue,
    Stage,
    Study,
    Verdict,
)

Days = Mapping[date, int]
WHAT = {
    Stage.TITLE_ABSTRACT: "records",
    Stage.FULL_TEXT: "reports",
    Stage.EXTRACTION: "values",
    Stage.APPRAISAL: "judgments",
}


@dataclass(frozen=True)
class Settled:
    """How many items of a stage were settled on each day."""

    stage: Stage
    days: Days

    @property
    def what(self) -> str:
        return WHAT[self.stage]

    @property
    def total(self) -> int:
        return sum(self.days.values())


def settled(review: Review) -> list[Settled]:
    """Return what stands settled at each stage by day, from four queries."""
    return [Settled(stage, _days(rows)) for stage, rows in items(review).items()]


def items(review: Review) -> Mapping[Stage, QuerySet[Any]]:
    """Return what stands settled at each stage."""
    studies = Study.objects.filter(review=review).included()
    return {
        Stage.TITLE_ABSTRACT: review.records.screened(),
        Stage.FULL_TEXT: review.reports.assessed().exclude(verdict=Verdict.OPEN),
        Stage.EXTRACTION: SettledValue.objects.filter(study__in=studies),
        Stage.APPRAISAL: SettledJudgment.objects.filter(
            target__removed_at=None, target__study__in=studies
        ),
    }


def screened(review: Review) -> Settled:
    """Return the records that were settled by day."""
    return Settled(Stage.TITLE_ABSTRACT, _days(review.records.screened()))


def _days(rows: QuerySet[Any]) -> Days:
    counted = (
        rows.order_by()
        .annotate(day=moments.day_of("settled_at"))
        .values("day")
        .annotate(number=Count("pk"))
        .order_by("day")
    )
    return {
        date.fromisoformat(row["day"]): row["number"] for row in counted if row["day"]
    }
