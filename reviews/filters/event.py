from typing import Any

import django_filters
from django import forms

from reviews import events
from reviews.filters.record import LONGEST_TEXT
from reviews.models import Event, Review, User


class EventFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(
        field_name="summary",
        lookup_expr="icontains",
        label="Text",
        max_length=LONGEST_TEXT,
    )
    action = django_filters.ChoiceFilter(label="What was done", empty_label="Anything")
    by = django_filters.ModelChoiceFilter(
        queryset=User.objects.none(), label="Who", empty_label="Anyone"
    )
    since = django_filters.DateFilter(
        field_name="at",
        lookup_expr="date__gte",
        label="From",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        field_name="at",
        lookup_expr="date__lte",
        label="Until",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Event
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = review.events.order_by("action").values_list("action", flat=True)
        self.filters["action"].extra["choices"] = [
            (action, events.told(action)) for action in actions.distinct()
        ]
        self.filters["by"].queryset = User.objects.filter(
            pk__in=review.members.values("user")
        ).order_by("username")
