"""Codings: which values meet a criterion, so that the audit can hold studies to it.

A criterion that must hold lists the values that it allows, one that must not hold the
values that it excludes (PRISMA 2020, item 5). Coding rewords nothing and no judgment
relies on it, so it is no amendment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from reviews import events, protocol, studies
from reviews.audit.coding import is_range
from reviews.models import Criterion, ExtractionField, Review, User
from reviews.models.protocol import CriterionCoding

Kind = ExtractionField.Kind
Meaning = ExtractionField.Meaning

MEANINGS = (
    Meaning.DESIGN,
    Meaning.HUMANS,
    Meaning.POPULATION,
    Meaning.FAILED_TREATMENTS,
    Meaning.PARTICIPANTS,
    Meaning.COUNTRY,
    Meaning.INTERVENTION,
    Meaning.COTREATMENT,
    Meaning.COMPARATOR,
    Meaning.DOSE,
    Meaning.DURATION,
    Meaning.OUTCOMES,
    Meaning.SCALE,
)
"""What criteria speak of: fields of these meanings can be coded."""


class CodingUnfit(ValueError):
    """The values are none that the field can have; `field` is its key, or None."""

    def __init__(self, message: str, *, field: int | None) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Coded:
    """The values of one field that a criterion allows or excludes, in words."""

    name: str
    values: list[str]


@transaction.atomic
def code(
    criterion: Criterion,
    *,
    topic: str,
    values: Mapping[int | None, Sequence[str]],
    by: User,
    at: datetime | None = None,
) -> Criterion:
    """Say what a criterion speaks of, and which values of which fields meet it.

    `values` go by the key of the field; None stands for the study's own design. A field
    without values is not coded. Raises WrongRole or CodingUnfit.
    """
    review = protocol.lock(criterion.review, by)
    criterion = review.criteria.select_for_update().get(pk=criterion.pk)
    if topic not in Criterion.Topic.values:
        raise CodingUnfit("There is no such topic.", field=None)
    fields = {field.pk: field for field in review.extraction_fields.in_force()}
    wanted = {pk: _fit(fields, pk, listed) for pk, listed in values.items()}
    wanted = {pk: listed for pk, listed in wanted.items() if listed}
    old = _facts(criterion)
    if old == _told(topic, wanted):
        return criterion
    criterion.topic = topic
    criterion.save(update_fields=["topic"])
    criterion.codings.all().delete()
    CriterionCoding.objects.bulk_create(
        CriterionCoding(criterion=criterion, field_id=pk, values=listed)
        for pk, listed in wanted.items()
    )
    events.record(
        review,
        "criterion.coded",
        f"Coded criterion {criterion.code}: "
        f"{criterion.get_topic_display().lower() or 'no topic'}",
        by=by,
        subject=criterion,
        old=old,
        new=_facts(criterion),
        at=at,
    )
    return criterion


def standing(review: Review) -> Mapping[int, Mapping[int | None, list[str]]]:
    """Return the values coded, by criterion and field, in one query."""
    found: dict[int, dict[int | None, list[str]]] = {}
    for row in CriterionCoding.objects.filter(criterion__review=review).order_by("pk"):
        found.setdefault(row.criterion_id, {})[row.field_id] = list(row.values)
    return found


def of(criterion: Criterion) -> list[Coded]:
    """Return how a criterion is coded, in words."""
    rows = criterion.codings.select_related("field").order_by("field__position", "pk")
    return [
        Coded(
            row.field.label if row.field else "Design of the study",
            row.values
            if row.field
            else [studies.DESIGNS.get(value, value) for value in row.values],
        )
        for row in rows
    ]


def _fit(
    fields: Mapping[int, ExtractionField], pk: int | None, listed: Sequence[str]
) -> list[str]:
    values = list(dict.fromkeys(value.strip() for value in listed if value.strip()))
    if pk is None:
        unknown = [value for value in values if value not in studies.DESIGNS]
    elif pk not in fields:
        raise CodingUnfit("The field is none of today's protocol.", field=pk)
    elif fields[pk].kind in (Kind.CHOICE, Kind.MULTIPLE):
        unknown = [value for value in values if value not in fields[pk].choices]
    elif fields[pk].kind == Kind.NUMBER:
        unknown = [value for value in values if not is_range(value)]
    else:
        unknown = []
    if unknown:
        raise CodingUnfit(f"“{unknown[0]}” is no value of this field.", field=pk)
    return values


def _facts(criterion: Criterion) -> dict[str, Any]:
    coded = {row.field_id: list(row.values) for row in criterion.codings.all()}
    return _told(criterion.topic, coded)


def _told(topic: str, values: Mapping[int | None, Sequence[str]]) -> dict[str, Any]:
    by_name = {"design" if pk is None else str(pk): list(v) for pk, v in values.items()}
    return {"topic": topic, "values": dict(sorted(by_name.items()))}
