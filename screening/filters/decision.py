from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from reviews.filters.record import search_filter, typed
from reviews.models import Review, Stage, User
from reviews.terms import narrowing
from reviews.terms.asking import Asked
from screening import finding
from screening.labels import book, reading
from screening.models import Choice, Decision


class DecisionFilter(django_filters.FilterSet):
    """Finds one's own decisions again."""

    text = search_filter()
    stage = django_filters.ChoiceFilter(
        label="Stage",
        empty_label="Any",
        choices=[
            (stage.value, stage.label)
            for stage in (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT)
        ],
    )
    choice = django_filters.ChoiceFilter(
        label="Decision",
        empty_label="Any",
        choices=[
            (choice.value, choice.label)
            for choice in Choice
            if choice != Choice.WITHDRAWN
        ],
    )

    label = django_filters.ChoiceFilter(
        method="filter_label", label="Your label", empty_label="Any"
    )

    class Meta:
        model = Decision
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, review: Review, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.review, self.reader = review, reader
        known = book.known(review, reader).order_by("key")
        self.labels = {str(each.token): each for each in known.filter(merged_into=None)}
        choices = [(token, each.name) for token, each in self.labels.items()]
        if choices:
            self.filters["label"].extra["choices"] = choices
        else:
            del self.filters["label"]

    def filter_label(
        self, queryset: QuerySet[Decision], name: str, value: str
    ) -> QuerySet[Decision]:
        found = reading.own_of(self.review, self.labels[value], self.reader).order_by()
        return queryset.filter(
            Q(record__in=found.filter(record__isnull=False).values("record"))
            | Q(report__in=found.filter(report__isnull=False).values("report"))
        )

    def filter_text(
        self, queryset: QuerySet[Decision], name: str, value: str
    ) -> QuerySet[Decision]:
        place = finding.decisions_of(queryset, self.review, self.reader)
        return queryset.filter(narrowing.condition(self.asked, place))

    @cached_property
    def asked(self) -> Asked:
        """What the search was understood as."""
        return finding.parse(typed(self), self.review.plan)
