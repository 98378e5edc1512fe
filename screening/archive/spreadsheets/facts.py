"""What several tables tell of a review, each read once.

Judgments are told of stages that are closed alone, and of what is settled.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from django.db.models import Exists, OuterRef, QuerySet

from reviews import table1
from reviews.flow.counting import flow
from reviews.flow.figures import Flow
from reviews.models import ExtractionField, Review, Stage
from reviews.references import numbering
from screening import exports
from screening.agreement import reading
from screening.agreement.reading import Agreement
from screening.archive import blindness, people
from screening.models import Decision, Resolution

Made = TypeVar("Made", Decision, Resolution)


class Facts:
    """What several tables tell of a review, read once."""

    def __init__(self, review: Review, *, public: bool) -> None:
        self.review, self.public = review, public

    @cached_property
    def flow(self) -> Flow:
        return flow(self.review)

    @cached_property
    def table1(self) -> table1.Table:
        return table1.table(self.review)

    @cached_property
    def numbers(self) -> Mapping[int, int]:
        return numbering.numbers(self.review)

    @cached_property
    def people(self) -> Mapping[int, str]:
        if self.public:
            return people.pseudonyms(self.review)
        return people.names(self.review)

    @cached_property
    def ranks(self) -> Mapping[int, int]:
        """Return the order in which people joined, by key."""
        order = people.pseudonyms(self.review)
        return {key: rank for rank, key in enumerate(order, start=1)}

    @cached_property
    def closed(self) -> Sequence[Stage]:
        return exports.closed_stages(self.review)

    @cached_property
    def reasons(self) -> Mapping[int | None, tuple[str, str]]:
        found = self.review.criteria.values_list("pk", "code", "reason")
        return {pk: (code, reason) for pk, code, reason in found}

    @cached_property
    def fields(self) -> Mapping[int, ExtractionField]:
        return {each.pk: each for each in self.review.extraction_fields.order_by("pk")}

    @cached_property
    def agreements(self) -> Sequence[Agreement]:
        return reading.agreements(self.review)

    def decisions(self) -> QuerySet[Decision]:
        """Return the decisions that may be told: settled, of stages that are closed."""
        later = Decision.objects.filter(supersedes=OuterRef("pk"))
        return self._told(Decision.objects.annotate(is_superseded=Exists(later)))

    def resolutions(self) -> QuerySet[Resolution]:
        """Return the resolutions that may be told."""
        later = Resolution.objects.filter(supersedes=OuterRef("pk"))
        return self._told(Resolution.objects.annotate(is_superseded=Exists(later)))

    def _told(self, judgments: QuerySet[Made]) -> QuerySet[Made]:
        settled = blindness.settled_only()[judgments.model]
        told = judgments.filter(settled, review=self.review, stage__in=self.closed)
        # What is out of the review stands in no table.
        told = told.exclude(record__in_review=False)
        return told.order_by("pk")
