from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.functional import cached_property

from reviews import finding
from reviews.filters.record import ROUTES, search_filter, typed
from reviews.models import Criterion, Report, Review
from reviews.models.report import ReportQuerySet
from reviews.reports import classified
from reviews.terms import narrowing, parsing
from reviews.terms.asking import Asked

# Each is a set of the flow, named as the method that returns it.
STATES = {
    "sought": "Sought: all",
    "awaiting_retrieval": "Awaiting retrieval",
    "not_retrieved": "Not retrieved",
    "assessed": "Retrieved, so assessed",
    "awaiting_decision": "Awaiting a decision",
    "excluded": "Excluded",
    "included": "Included",
    "without_study": "Included, not yet in a study",
}


class ReportFilter(django_filters.FilterSet):
    text = search_filter()
    state = django_filters.ChoiceFilter(
        method="filter_set",
        label="State",
        empty_label="Any",
        choices=list(STATES.items()),
    )
    reason = django_filters.ModelChoiceFilter(
        field_name="counted_reason",
        queryset=Criterion.objects.none(),
        label="Excluded because",
        empty_label="Any",
    )
    classification = django_filters.ChoiceFilter(
        method="filter_classification",
        label="Classification",
        empty_label="Any",
        choices=[c for c in Report.Classification.choices if c[0]],
    )
    route = django_filters.ChoiceFilter(
        method="filter_set",
        label="Found by",
        empty_label="Any",
        choices=list(ROUTES.items()),
    )

    class Meta:
        model = Report
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.review = review
        self.filters["reason"].queryset = review.criteria.order_by("position", "pk")

    def filter_text(
        self, queryset: ReportQuerySet, name: str, value: str
    ) -> QuerySet[Report]:
        place = finding.reports_of(self.review)
        return queryset.filter(narrowing.condition(self.asked, place))

    @cached_property
    def asked(self) -> Asked:
        """What the search was understood as."""
        return parsing.parse(typed(self))

    def filter_classification(
        self, queryset: ReportQuerySet, name: str, value: str
    ) -> QuerySet[Report]:
        return classified(queryset, Report.Classification(value))

    def filter_set(
        self, queryset: ReportQuerySet, name: str, value: str
    ) -> QuerySet[Report]:
        chosen: QuerySet[Report] = getattr(queryset, value)()
        return chosen
