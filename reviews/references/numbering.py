"""The numbers of the reference list: one for each report of the included studies.

They follow the names of the studies, then the years of their reports, so that they are
the same in Table 1, in the list and in every export of the same review. Reports that
stand in no study yet come last.
"""

from collections.abc import Mapping
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, TextField
from django.db.models.sql.compiler import SQLCompiler

from reviews.models import Review
from reviews.models.report import ReportQuerySet


class ByLetter(Func):
    """A text that sorts by its letters alone, the same on every database.

    A PostgreSQL sorts by the language of its server otherwise, and a review would have
    other numbers there.
    """

    arity = 1
    output_field = TextField()
    template = "%(expressions)s"

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        return self.as_sql(
            compiler, connection, template='%(expressions)s COLLATE "C"', **context
        )


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
