from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from reviews import studies
from reviews.filters.record import LONGEST_TEXT
from reviews.models import Report, Review, Study

STATES = {"included": "Included", "dormant": "Not included now"}


class StudyFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(
        method="filter_text",
        label="Study, notes or title of a report",
        max_length=LONGEST_TEXT,
    )
    design = django_filters.ChoiceFilter(
        label="Design",
        empty_label="Any",
        choices=list(studies.DESIGNS.items()),
        null_label="Not stated",
        null_value="none",
        method="filter_design",
    )
    state = django_filters.ChoiceFilter(
        label="State",
        choices=list(STATES.items()),
        empty_label="Any",
        method="filter_state",
    )

    class Meta:
        model = Study
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, queryset=studies.with_state(review), **kwargs)

    def filter_text(
        self, queryset: QuerySet[Study], name: str, value: str
    ) -> QuerySet[Study]:
        for word in value.split():
            reports = Report.objects.filter(study=OuterRef("pk"), title__icontains=word)
            queryset = queryset.filter(
                Q(label__icontains=word) | Q(notes__icontains=word) | Exists(reports)
            )
        return queryset

    def filter_design(
        self, queryset: QuerySet[Study], name: str, value: str
    ) -> QuerySet[Study]:
        return queryset.filter(design="" if value == "none" else value)

    def filter_state(
        self, queryset: QuerySet[Study], name: str, value: str
    ) -> QuerySet[Study]:
        included = Exists(Study.objects.included().filter(pk=OuterRef("pk")))
        return queryset.filter(included if value == "included" else ~included)
