"""The extraction fields: what is taken from every included study, and how.

A field keeps its earlier wordings; a value points at the one that it was extracted by
(PRISMA 2020 items 10a and 10b). Where it stands, and what Table 1 shows of it, changes
nothing that was extracted and is no amendment.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.text import slugify

from reviews import events, protocol, table1_columns
from reviews.models import (
    Amendment,
    ExtractionField,
    ExtractionFieldVersion,
    Review,
    SettledValue,
    User,
)
from reviews.protocol import sentence

Kind = ExtractionField.Kind
OF_CHOICES = (Kind.CHOICE, Kind.MULTIPLE)
# What a person extracts by; the rest is layout.
WORDING = ("label", "kind", "unit", "choices", "instructions")


class FieldUnfit(ValueError):
    """The definition does not hold together; `field` says where."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class NowhereToMove(ValueError):
    """The field is the first or the last already."""


@transaction.atomic
def add(
    review: Review,
    *,
    label: str,
    kind: str,
    by: User,
    unit: str = "",
    choices: Sequence[str] = (),
    instructions: str = "",
    code: str = "",
    in_table1: bool = True,
    groups_table1: bool = False,
    because: str = "",
    at: datetime | None = None,
) -> ExtractionField:
    """Add a field at the end. Raises FieldUnfit or protocol.ReasonMissing."""
    review = protocol.lock(review, by)
    wording = fit(label, kind, unit, choices, instructions)
    _require_free_label(review, label)
    what = f"Added the extraction field {sentence(label)}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    last = review.extraction_fields.aggregate(last=Max("position"))["last"] or 0
    field = ExtractionField.objects.create(
        review=review,
        code=_free_code(review, code or label),
        position=last + 1,
        in_table1=in_table1,
        **wording,
    )
    _store_version(field, amendment, at)
    _tell(field, "field.added", what, amendment, by=by, at=at)
    _group(field, wanted=groups_table1, by=by, at=at)
    return field


@transaction.atomic
def change(
    field: ExtractionField,
    *,
    label: str,
    kind: str,
    by: User,
    unit: str = "",
    choices: Sequence[str] = (),
    instructions: str = "",
    in_table1: bool = True,
    groups_table1: bool = False,
    because: str = "",
    at: datetime | None = None,
) -> ExtractionField:
    """Define a field anew. Raises FieldUnfit or protocol.ReasonMissing."""
    review = protocol.lock(field.review, by)
    field = _get(review, field)
    old = _facts(field)
    wording = fit(label, kind, unit, choices, instructions)
    _require_free_label(review, label, field)
    if kind != field.kind and review.studies.exists():
        raise FieldUnfit(
            "The review holds studies, so the kind stays: retire this field and add "
            "another.",
            field="kind",
        )
    rewords = any(getattr(field, name) != wording[name] for name in WORDING)
    for name, value in {**wording, "in_table1": in_table1}.items():
        setattr(field, name, value)
    if old != _facts(field):
        amendment = None
        what = f"Changed the extraction field {sentence(field.label)}"
        if rewords:
            told = f"{what}: {_told(old, wording)}"
            amendment = protocol.amend(review, told, because=because, by=by, at=at)
            if amendment is not None:
                field.version += 1
        field.save()
        if rewords:
            _store_version(field, amendment, at)
        _tell(field, "field.changed", what, amendment, by=by, at=at, old=old)
    _group(field, wanted=groups_table1, by=by, at=at)
    return field


@transaction.atomic
def move(
    field: ExtractionField, *, up: bool, by: User, at: datetime | None = None
) -> ExtractionField:
    """Move a field one place up or down, as it is asked and shown.

    Raises NowhereToMove.
    """
    review = protocol.lock(field.review, by)
    order = list(review.extraction_fields.select_for_update().in_force())
    here = [each.pk for each in order].index(field.pk)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(order):
        raise NowhereToMove("The field is at the end already.")
    order[here], order[there] = order[there], order[here]
    for place, each in enumerate(order, start=1):
        if each.position != place:
            each.position = place
            each.save(update_fields=["position"])
    moved = order[there]
    what = (
        f"Moved the extraction field {sentence(moved.label)} {'up' if up else 'down'}"
    )
    _tell(moved, "field.moved", what, None, by=by, at=at)
    return moved


@transaction.atomic
def retire(
    field: ExtractionField, *, by: User, because: str = "", at: datetime | None = None
) -> None:
    """Take a field out of the protocol of today.

    Before the review holds records it leaves no trace but the event. Raises
    protocol.ReasonMissing.
    """
    review = protocol.lock(field.review, by)
    field = _get(review, field)
    if field.retired_at is not None:
        return
    _group(field, wanted=False, by=by, at=at)
    what = f"Took out the extraction field {sentence(field.label)}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    _tell(field, "field.retired", what, amendment, by=by, at=at, old=_facts(field))
    if amendment is None:
        field.delete()
        return
    field.groups_table1 = False
    field.retired_at = amendment.made_at
    field.save(update_fields=["groups_table1", "retired_at"])


@transaction.atomic
def reinstate(
    field: ExtractionField, *, by: User, because: str = "", at: datetime | None = None
) -> ExtractionField:
    """Bring a field back, with the values that it had.

    Raises FieldUnfit or protocol.ReasonMissing.
    """
    review = protocol.lock(field.review, by)
    field = _get(review, field)
    if field.retired_at is None:
        return field
    _require_free_label(review, field.label, field)
    what = f"Brought back the extraction field {sentence(field.label)}"
    amendment = protocol.amend(review, what, because=because, by=by, at=at)
    field.retired_at = None
    field.save(update_fields=["retired_at"])
    _tell(field, "field.reinstated", what, amendment, by=by, at=at)
    return field


@transaction.atomic
def mean(
    field: ExtractionField, meaning: str, *, by: User, at: datetime | None = None
) -> ExtractionField:
    """Say what a field tells of a study, for the product to know.

    It changes nothing that was extracted, so it is no amendment. Raises FieldUnfit.
    """
    review = protocol.lock(field.review, by)
    field = _get(review, field)
    if meaning not in ExtractionField.Meaning.values:
        raise FieldUnfit("There is no such meaning.", field="meaning")
    old = field.meaning
    if old == meaning:
        return field
    field.meaning = meaning
    field.save(update_fields=["meaning"])
    events.record(
        review,
        "field.meant",
        f"The extraction field {sentence(field.label)} holds: "
        f"{field.get_meaning_display().lower()}",
        by=by,
        subject=field,
        old={"meaning": old},
        new={"meaning": meaning},
        at=at,
    )
    return field


def wordings(field: ExtractionField) -> list[tuple[ExtractionFieldVersion, int]]:
    """Return the wordings, the newest first, each with the number of settled values."""
    settled = dict(
        SettledValue.objects.filter(field=field)
        .order_by()
        .values_list("field_version")
        .annotate(Count("pk"))
    )
    versions = field.versions.select_related("amendment__made_by").order_by("-number")
    return [(version, settled.get(version.number, 0)) for version in versions]


def fit(
    label: str, kind: str, unit: str, choices: Sequence[str], instructions: str
) -> dict[str, Any]:
    """Return the definition of a field, tidied. Raises FieldUnfit."""
    listed = [choice.strip() for choice in choices if choice.strip()]
    if not label.strip():
        raise FieldUnfit("Give the field a name.", field="label")
    if kind in OF_CHOICES and len(listed) < 2:
        raise FieldUnfit("Write at least two choices, one a line.", field="choices")
    if kind not in OF_CHOICES and listed:
        raise FieldUnfit("Only a field of choices has choices.", field="choices")
    if len({choice.casefold() for choice in listed}) < len(listed):
        raise FieldUnfit("A choice is there twice.", field="choices")
    if unit.strip() and kind != Kind.NUMBER:
        raise FieldUnfit("Only a number has a unit.", field="unit")
    return {
        "label": label.strip(),
        "kind": kind,
        "unit": unit.strip(),
        "choices": listed,
        "instructions": instructions.strip(),
    }


def _require_free_label(
    review: Review, label: str, keeps: ExtractionField | None = None
) -> None:
    # Two columns of one name could not be told apart in Table 1.
    others = review.extraction_fields.in_force().filter(label__iexact=label.strip())
    if keeps is not None:
        others = others.exclude(pk=keeps.pk)
    if others.exists():
        raise FieldUnfit(
            "The protocol has a field of this name already.", field="label"
        )


def _free_code(review: Review, text: str) -> str:
    base = slugify(text)[:50].strip("-") or "field"
    taken = set(review.extraction_fields.values_list("code", flat=True))
    if base not in taken:
        return base
    return next(
        f"{base}-{number}" for number in count(2) if f"{base}-{number}" not in taken
    )


def _get(review: Review, field: ExtractionField) -> ExtractionField:
    return review.extraction_fields.select_for_update().get(pk=field.pk)


def _group(
    field: ExtractionField, *, wanted: bool, by: User, at: datetime | None
) -> None:
    if wanted:
        table1_columns.group_by(field.review, field, by=by, at=at)
    elif field.groups_table1:
        table1_columns.group_by(field.review, None, by=by, at=at)
    field.groups_table1 = wanted


def _store_version(
    field: ExtractionField, amendment: Amendment | None, at: datetime | None
) -> None:
    wording = {name: getattr(field, name) for name in WORDING}
    ExtractionFieldVersion.objects.update_or_create(
        field=field,
        number=field.version,
        defaults={
            **wording,
            "written_at": at or timezone.now(),
            "amendment": amendment,
        },
    )


def _told(old: dict[str, Any], new: dict[str, Any]) -> str:
    return "; ".join(
        f"{name} “{_quoted(new[name])}” in place of “{_quoted(old[name])}”"
        for name in WORDING
        if old[name] != new[name]
    )


def _quoted(value: str | list[str]) -> str:
    return "; ".join(value) if isinstance(value, list) else sentence(value)


def _facts(field: ExtractionField) -> dict[str, Any]:
    return {name: getattr(field, name) for name in (*WORDING, "in_table1")}


def _tell(
    field: ExtractionField,
    action: str,
    what: str,
    amendment: Amendment | None,
    *,
    by: User,
    at: datetime | None,
    old: dict[str, Any] | None = None,
) -> None:
    new = {**_facts(field), "position": field.position, "version": field.version}
    events.record(
        field.review,
        action,
        protocol.headline(amendment) + what,
        by=by,
        subject=field,
        old=old,
        new={**new, **protocol.reason_of(amendment)},
        at=at,
    )
