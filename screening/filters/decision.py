import django_filters
from django.db.models import Q, QuerySet

from reviews.filters.record import LONGEST_TEXT
from reviews.models import Stage
from screening.models import Choice, Decision


class DecisionFilter(django_filters.FilterSet):
    """Finds one's own decisions again."""

    text = django_filters.CharFilter(
        method="filter_text", label="Title or note", max_length=LONGEST_TEXT
    )
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

    class Meta:
        model = Decision
        fields: tuple[str, ...] = ()

    def filter_text(
        self, queryset: QuerySet[Decision], name: str, value: str
    ) -> QuerySet[Decision]:
        for word in value.split():
            queryset = queryset.filter(
                Q(record__title__icontains=word)
                | Q(report__title__icontains=word)
                | Q(note__icontains=word)
            )
        return queryset
