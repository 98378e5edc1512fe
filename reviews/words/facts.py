"""What the paragraphs say, read off settled facts in a constant number of queries.

Nothing of what one person judged is among it, so anyone on the team may read it.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse

from reviews import judgments, removals
from reviews.flow.counting import flow
from reviews.flow.figures import Flow
from reviews.models import (
    Amendment,
    Criterion,
    DuplicateSet,
    Event,
    ExtractionField,
    Instrument,
    Protocol,
    Review,
    ScreeningPlan,
    Search,
    SettledJudgment,
    SettledValue,
    Settlement,
    Study,
    Wave,
)
from reviews.scopes import Scope

Meaning = ExtractionField.Meaning


@dataclass(frozen=True)
class Settled:
    """How the items of a stage came to be settled."""

    single: int = 0
    agreement: int = 0
    consensus: int = 0
    adjudication: int = 0

    @property
    def total(self) -> int:
        return self.single + self.by_two

    @property
    def by_two(self) -> int:
        return self.agreement + self.conflicts

    @property
    def conflicts(self) -> int:
        return self.consensus + self.adjudication


@dataclass(frozen=True)
class Pilot:
    """A pilot round that was carried through: how many judged how many alike."""

    stage: str
    number: int
    size: int
    reviewers: int
    counts: bool


@dataclass(frozen=True)
class Facts:
    """The settled facts of a review that its paragraphs are made of."""

    review: Review
    # The moment and the wave of which the flow is told.
    scope: Scope
    flow: Flow
    protocol: Protocol
    criteria: Sequence[Criterion]
    amendments: Sequence[Amendment]
    searches: Sequence[Search]
    waves: Sequence[Wave]
    duplicate_sets: int
    plan: ScreeningPlan
    # Records that were never screened, by what they left the flow as.
    never_screened: Mapping[str, int]
    pilots: Sequence[Pilot]
    # Stages at which now two and now three people judged each item.
    of_mixed_numbers: frozenset[str]
    records: Settled
    reports: Settled
    values: Settled
    judged: Settled
    fields: Sequence[ExtractionField]
    instruments: Sequence[Instrument]
    studies: Sequence[Study]
    # The settled values of the fields that have a meaning, by field and study.
    known: Mapping[tuple[int, int], SettledValue]
    appraisals: Sequence[judgments.Table]

    def box(self, name: str, number: int | None = None) -> str:
        """Return the address of what stands in a box of the flow.

        Nothing, where that is not the number that is told.
        """
        if number not in (None, self.flow.numbers[name]):
            return ""
        address = reverse("reviews:flow_box", args=[self.review.slug, name])
        return address + self.scope.query

    def both(self, name: str) -> int:
        """Return what both columns of the flow have in a box."""
        number: int = getattr(self.flow, name) + getattr(self.flow.other, name)
        return number

    def listed(self, unit: str, way: str, of: str | int = "") -> str:
        """Return the address of a list with a line for each that a number counts."""
        url = reverse("reviews:words_settled", args=[self.review.slug, unit, way])
        return f"{url}?{urlencode({'of': of})}" if of != "" else url

    def settled_values(self) -> QuerySet[SettledValue]:
        """Return what is settled of the items in force, of the included studies."""
        return _values(self.review, self.fields)

    def settled_judgments(self) -> QuerySet[SettledJudgment]:
        """Return what is settled of the appraisal of the included studies."""
        return _judgments(self.review)

    def page(self, name: str) -> str:
        """Return the address of a page of the review."""
        return reverse(f"reviews:{name}", args=[self.review.slug])

    def field(self, meaning: str) -> ExtractionField | None:
        """Return the first field that means this."""
        return next((each for each in self.fields if each.meaning == meaning), None)

    def value(self, field: ExtractionField, study: Study) -> SettledValue | None:
        return self.known.get((field.pk, study.pk))


def read(
    review: Review, *, as_of: datetime | None = None, wave: Wave | None = None
) -> Facts:
    """Read the facts; of an earlier moment or of a wave the flow alone is told."""
    included = review.studies.included()
    fields = list(review.extraction_fields.in_force())
    known = SettledValue.objects.filter(
        study__in=included, field__in=[each.pk for each in fields if each.meaning]
    ).select_related("study")
    protocol = Protocol.objects.filter(review=review).first()
    return Facts(
        review=review,
        scope=Scope(as_of, wave),
        flow=flow(review, as_of=as_of, wave=wave),
        protocol=protocol or Protocol(review=review),
        criteria=list(review.criteria.in_force()),
        amendments=list(review.amendments.order_by("number")),
        searches=list(review.searches.order_by("position", "pk")),
        waves=list(review.waves.order_by("number")),
        duplicate_sets=review.duplicate_sets.filter(
            state=DuplicateSet.State.MERGED
        ).count(),
        plan=ScreeningPlan.objects.get(review=review),
        never_screened=_never_screened(review),
        pilots=_pilots(review),
        of_mixed_numbers=_of_mixed_numbers(review),
        records=_settled(review.records.screened()),
        reports=_settled(review.reports.assessed()),
        values=_settled(_values(review, fields)),
        judged=_settled(_judgments(review)),
        fields=fields,
        instruments=list(review.instruments.in_force()),
        studies=list(included.by_label()),
        known={(value.field_id, value.study_id): value for value in known},
        appraisals=judgments.tables(review),
    )


def _never_screened(review: Review) -> Mapping[str, int]:
    left = removals.together(review.records.all()).order_by().values("removal")
    counted = left.annotate(number=Count("pk")).values_list("removal", "number")
    return dict(counted)


def _pilots(review: Review) -> Sequence[Pilot]:
    """Return the rounds that were closed, read off the history of the review."""
    told = Event.objects.filter(review=review, subject_type="pilotround")
    closed = told.filter(action="pilot.closed").values("subject_id")
    begun = told.filter(action="pilot.begun", subject_id__in=closed).order_by("pk")
    names = [field.name for field in dataclasses.fields(Pilot)]
    return [Pilot(**{name: new[name] for name in names}) for new in _new(begun)]


def _of_mixed_numbers(review: Review) -> frozenset[str]:
    changed = Event.objects.filter(review=review, action="review.number_changed")
    return frozenset(
        name.removesuffix("_reviewers")
        for old, new in changed.values_list("old", "new")
        for name, number in (old or {}).items()
        if min(number, (new or {})[name]) > 1
    )


def _new(told: "QuerySet[Event]") -> Iterable[dict[str, Any]]:
    return (new for new in told.values_list("new", flat=True) if new is not None)


def _values(
    review: Review, fields: Iterable[ExtractionField]
) -> QuerySet[SettledValue]:
    return SettledValue.objects.filter(
        study__in=review.studies.included(), field__in=[each.pk for each in fields]
    )


def _judgments(review: Review) -> QuerySet[SettledJudgment]:
    return SettledJudgment.objects.filter(
        target__study__in=review.studies.included(), target__removed_at=None
    )


def _settled(rows: "QuerySet") -> Settled:  # type: ignore[type-arg]  # any model's
    found = Counter(
        {
            row["settlement"]: row["number"]
            for row in rows.order_by().values("settlement").annotate(number=Count("pk"))
        }
    )
    return Settled(
        single=found[Settlement.SINGLE],
        agreement=found[Settlement.AGREEMENT],
        consensus=found[Settlement.CONSENSUS],
        adjudication=found[Settlement.ADJUDICATION],
    )


def tally(values: Iterable[str]) -> Sequence[tuple[str, int]]:
    """Return each value with how often it occurs, the most frequent first."""
    found = Counter(values)
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0].casefold()))
