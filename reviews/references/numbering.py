"""The numbers of the reference list: one for each report of the included studies.

They follow the names of the studies, then the years of their reports, so that they are
the same in Table 1, in the list and in every export of the same review. Reports that
stand in no study yet come last.
"""

from collections.abc import Mapping

from django.db.models import F

from reviews.models import Review
from reviews.models.report import ReportQuerySet
from reviews.models.study import ByLetter


def ordered(review: Review) -> ReportQuerySet:
    """Return the included reports in the order of their numbers."""
    return by_study(review.reports.included())


def by_study(reports: ReportQuerySet) -> ReportQuerySet:
    """Return the reports in that order, with their studies."""
    return reports.select_related("study").order_by(
        ByLetter("study__label").asc(nulls_last=True),
        "study",
        F("year").asc(nulls_last=True),
        "pk",
    )


def numbers(review: Review) -> Mapping[int, int]:
    """Return the number of each included report by its key, in one query."""
    keys = ordered(review).values_list("pk", flat=True)
    return {pk: number for number, pk in enumerate(keys, start=1)}
