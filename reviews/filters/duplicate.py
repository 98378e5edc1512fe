import django_filters
from django.db.models import QuerySet

from reviews.duplicates import stored
from reviews.filters.record import LONGEST_TEXT, matching_words
from reviews.models import DuplicateSet, Record

STATES = {
    "found": "Found, to be looked at",
    "to_check": "In doubt, to be checked",
    "merged": "Merged",
    "split": "Told apart",
}
_SEARCHED = ("title", "source_id", "doi", "pmid")


class DuplicateSetFilter(django_filters.FilterSet):
    text = django_filters.CharFilter(
        method="filter_text",
        label="Title, author or identifier",
        max_length=LONGEST_TEXT,
    )
    state = django_filters.ChoiceFilter(
        method="filter_state",
        label="State",
        choices=list(STATES.items()),
        empty_label="Any",
    )

    class Meta:
        model = DuplicateSet
        fields: tuple[str, ...] = ()

    def filter_text(
        self, queryset: QuerySet[DuplicateSet], name: str, value: str
    ) -> QuerySet[DuplicateSet]:
        found = matching_words(Record.objects.all(), value, _SEARCHED)
        return queryset.filter(pk__in=found.values("duplicate_set"))

    def filter_state(
        self, queryset: QuerySet[DuplicateSet], name: str, value: str
    ) -> QuerySet[DuplicateSet]:
        if value == "found":
            return stored.certain(queryset)
        if value == "to_check":
            return stored.to_check(queryset)
        return queryset.filter(state=value)


class CopyFilter(django_filters.FilterSet):
    """Find the record of which another is a duplicate."""

    text = django_filters.CharFilter(
        method="filter_text",
        label="Title, author or identifier",
        max_length=LONGEST_TEXT,
    )

    class Meta:
        model = Record
        fields: tuple[str, ...] = ()

    def filter_text(
        self, queryset: QuerySet[Record], name: str, value: str
    ) -> QuerySet[Record]:
        return matching_words(queryset, value, _SEARCHED)
