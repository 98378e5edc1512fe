from typing import Any, cast

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property

from reviews.filters.record import search_filter, typed, year_filter
from reviews.models import Criterion, Record, Review, Search, Stage, User
from reviews.terms import narrowing
from reviews.terms.asking import Asked
from screening import cards, decisions, finding, postponements, queues
from screening.models import Choice, Decision, Tick
from screening.ranking import asking

WAITING = "waiting"
LATER = "later"
ANY = "any"
AS_THEY_CAME = "came"
MINE = {
    WAITING: "Waiting for me",
    LATER: "Put off for later",
    "judged": "Judged by me",
    **{
        choice.value: f"My decision: {choice.label.lower()}"
        for choice in (Choice.INCLUDE, Choice.MAYBE, Choice.EXCLUDE)
    },
    ANY: "All in screening",
}


class ListingFilter(django_filters.FilterSet):
    """Finds records to judge, by their words and by one's own decisions alone."""

    text = search_filter()
    mine = django_filters.ChoiceFilter(
        method="filter_mine", label="Show", empty_label=None, choices=list(MINE.items())
    )
    criterion = django_filters.ModelChoiceFilter(
        method="filter_criterion",
        queryset=Criterion.objects.none(),
        label="I ticked",
        empty_label="Any criterion",
    )
    search = django_filters.ModelChoiceFilter(
        queryset=Search.objects.none(), label="Search it came from", empty_label="Any"
    )
    year_from = year_filter("gte", "From year")
    year_to = year_filter("lte", "To year")
    no_abstract = django_filters.BooleanFilter(
        method="filter_no_abstract",
        label="Without an abstract",
        widget=forms.CheckboxInput(),
    )

    order = django_filters.ChoiceFilter(
        method="filter_order",
        label="Order",
        empty_label="The most relevant first",
        choices=[(AS_THEY_CAME, "As they came in")],
    )

    class Meta:
        model = Record
        fields: tuple[str, ...] = ()

    def __init__(
        self, data: Any, *args: Any, review: Review, person: User, **kwargs: Any
    ) -> None:
        self.review, self.person = review, person
        data = data.copy()
        if data.get("mine") not in MINE:
            data["mine"] = WAITING
        super().__init__(data, *args, queryset=review.records.to_screen(), **kwargs)
        self.filters["search"].queryset = review.searches.order_by("position", "pk")
        self.filters["criterion"].queryset = review.criteria.order_by("position", "pk")
        if cards.hidden(review, Stage.TITLE_ABSTRACT).year:
            del self.filters["year_from"], self.filters["year_to"]
        if not asking.is_ordered(review, Stage.TITLE_ABSTRACT):
            del self.filters["order"]
        for name in ("year_from", "year_to"):
            if name in self.filters:
                self.filters[name].field.widget = forms.NumberInput()

    def filter_queryset(self, queryset: QuerySet[Record]) -> QuerySet[Record]:
        if self.form.cleaned_data.get("mine") == WAITING:
            # Not what is in the queue, but the queue: what else is asked narrows it
            # before it has to be known of each record whether it waits.
            stage = Stage.TITLE_ABSTRACT
            waiting = queues.queue(
                self.review, stage, self.person, as_a_whole=True
            ).order_by()
            queryset = cast(QuerySet[Record], waiting)
        found: QuerySet[Record] = super().filter_queryset(queryset)
        return found

    def filter_text(
        self, queryset: QuerySet[Record], name: str, value: str
    ) -> QuerySet[Record]:
        place = finding.records_of(self.own, self.review, self.person)
        return queryset.filter(narrowing.condition(self.asked, place))

    def filter_mine(
        self, queryset: QuerySet[Record], name: str, value: str
    ) -> QuerySet[Record]:
        stage = Stage.TITLE_ABSTRACT
        if value == LATER:
            put_off = postponements.standing(self.review, stage, self.person)
            return queryset.filter(pk__in=put_off.order_by().values("record"))
        if value == "judged":
            return queryset.filter(decisions.judged_by(stage, self.person))
        if value in (WAITING, ANY):
            return queryset
        return queryset.filter(pk__in=self.own.filter(choice=value).values("record"))

    def filter_criterion(
        self, queryset: QuerySet[Record], name: str, value: Criterion
    ) -> QuerySet[Record]:
        ticks = Tick.objects.filter(criterion__criterion=value).values("decision")
        return queryset.filter(pk__in=self.own.filter(pk__in=ticks).values("record"))

    def filter_no_abstract(
        self, queryset: QuerySet[Record], name: str, value: bool
    ) -> QuerySet[Record]:
        return queryset.filter(abstract="") if value else queryset

    def filter_order(
        self, queryset: QuerySet[Record], name: str, value: str
    ) -> QuerySet[Record]:
        return queryset

    @property
    def is_by_relevance(self) -> bool:
        """Whether the records come by predicted relevance, as far as that is known."""
        return (
            "order" in self.filters
            and self.form.is_valid()
            and self.form.cleaned_data["order"] != AS_THEY_CAME
        )

    @property
    def own(self) -> QuerySet[Decision]:
        """The reader's own decisions of today on titles and abstracts."""
        own = decisions.own(self.review, self.person).order_by()
        return own.filter(stage=Stage.TITLE_ABSTRACT)

    @cached_property
    def asked(self) -> Asked:
        """What the search was understood as."""
        return finding.parse(typed(self), self.review.plan)
