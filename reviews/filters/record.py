import json
from functools import partial
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.functional import cached_property

from reviews import waves
from reviews.models import Criterion, Record, Review, Search, Wave
from reviews.models.record import RecordQuerySet
from reviews.terms import narrowing, parsing
from reviews.terms.asking import Asked

# Longer than a title; a database refuses to look for a text or a condition without end.
LONGEST_TEXT = 500
# Each is a set of the flow, named as the method that returns it.
STATES = {
    "awaiting_screening": "Awaiting screening",
    "screened": "Screened: excluded or included",
    "excluded": "Excluded",
    "included": "Included: report sought",
    "to_screen": "In screening: all but the removed",
    "duplicates": "Removed as duplicate",
    "removed_by_automation": "Removed by automation",
    "removed_for_other_reasons": "Removed for other reasons",
}
ROUTES = {
    "via_databases_and_registers": "Databases and registers",
    "via_other_methods": "Other methods",
}


def matching_words(
    queryset: QuerySet[Any], value: str, fields: tuple[str, ...]
) -> QuerySet[Any]:
    """Keep the rows in which each word stands in one of the fields or an author."""
    if value.strip():
        queryset = queryset.alias(names=Cast("authors", TextField()))
    for word in value.split():
        # SQLite keeps what is not ASCII escaped in JSON; PostgreSQL does not.
        found = Q(names__icontains=word) | Q(names__icontains=json.dumps(word)[1:-1])
        for field in fields:
            found |= Q(**{f"{field}__icontains": word})
        queryset = queryset.filter(found)
    return queryset


def search_filter(method: str = "filter_text") -> django_filters.CharFilter:
    """Return the filter whose text is a search; `method` narrows by it."""
    return django_filters.CharFilter(
        method=method,
        label="Search",
        max_length=LONGEST_TEXT,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


def typed(listed: django_filters.FilterSet) -> str:
    """Return what was typed to search, where it can be searched for."""
    if not listed.is_bound or "text" in listed.form.errors:
        return ""
    return str(listed.form.cleaned_data.get("text") or "")


class YearFilter(django_filters.NumberFilter):
    """Narrows the records of `review`, an attribute of the set of filters."""

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        if value is None:
            return qs
        years = Q(**{f"year__{self.lookup_expr}": value})
        return qs.filter(narrowing.of_years(self.parent.review, years))


def year_filter(lookup: str, label: str) -> YearFilter:
    return YearFilter(
        field_name="year",
        lookup_expr=lookup,
        label=label,
        min_value=0,
        max_value=9999,
        decimal_places=0,
    )


class RecordFilter(django_filters.FilterSet):
    text = search_filter()
    state = django_filters.ChoiceFilter(
        method="filter_set",
        label="State",
        empty_label="Any",
        choices=list(STATES.items()),
    )
    search = django_filters.ModelChoiceFilter(
        queryset=Search.objects.none(), label="Search", empty_label="Any"
    )
    wave = django_filters.ModelChoiceFilter(
        field_name="search__wave",
        queryset=Wave.objects.none(),
        label="Wave",
        empty_label="Any",
    )
    route = django_filters.ChoiceFilter(
        method="filter_set",
        label="Found by",
        empty_label="Any",
        choices=list(ROUTES.items()),
    )
    reason = django_filters.ModelChoiceFilter(
        field_name="counted_reason",
        queryset=Criterion.objects.none(),
        label="Excluded because",
        empty_label="Any",
    )
    year_from = year_filter("gte", "From year")
    year_to = year_filter("lte", "To year")

    class Meta:
        model = Record
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.review = review
        self.filters["search"].queryset = review.searches.order_by("position", "pk")
        self.filters["reason"].queryset = review.criteria.order_by("position", "pk")
        in_order = waves.in_order(review)
        if in_order:
            self.filters["wave"].queryset = in_order
        else:
            del self.filters["wave"]
        for name in ("year_from", "year_to"):
            self.filters[name].field.widget = forms.NumberInput()

    def filter_text(
        self, queryset: RecordQuerySet, name: str, value: str
    ) -> QuerySet[Record]:
        # All are of a search of the review. SQLite is told so, because the index of
        # what stands in each search knows all that is asked of a row but its words.
        searches = self.review.searches.values("pk")
        place = narrowing.Place(dated=partial(narrowing.of_years, self.review))
        return queryset.filter(
            narrowing.condition(self.asked, place), search__in=searches
        )

    @cached_property
    def asked(self) -> Asked:
        """What the search was understood as."""
        return parsing.parse(typed(self))

    def filter_set(
        self, queryset: RecordQuerySet, name: str, value: str
    ) -> QuerySet[Record]:
        chosen: QuerySet[Record] = getattr(queryset, value)()
        return chosen
