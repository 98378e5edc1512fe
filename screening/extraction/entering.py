"""Extraction: what each person reads out of a study, blind, cell by cell.

A cell is one field of one study. An entry is appended, never edited; one's own are
all that one sees of a cell until as many as the protocol asks for have filled it
(Cochrane MECIR C46). Cells that agree are settled at once, those that differ by
`screening.extraction.consensus`. Entries of a study that is not included any more lie
dormant with it.
"""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews import access, studies
from reviews.models import (
    ExtractionField,
    Role,
    Stage,
    Study,
    User,
)
from screening.extraction import cells, values
from screening.extraction.values import Outcome, Value
from screening.models import ExtractionEntry
from screening.settling import State

Kind = ExtractionEntry.Kind


class NotOpenForExtraction(Exception):
    """The study is not included, or the field is none of today's protocol."""


class ExtractedByOthers(Exception):
    """As many people as the protocol asks for have filled the cell already."""


@dataclass(frozen=True)
class Filled:
    """A cell as a form was filled in: with a value, not reported, or emptied."""

    field: ExtractionField
    value: Value | None = None
    not_reported: bool = False
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return self.value is None and not self.not_reported


@dataclass(frozen=True)
class Saved:
    """What came of a form: the number of entries made, and the cells left alone."""

    written: int
    closed: tuple[ExtractionField, ...] = ()


@transaction.atomic
def enter(
    study: Study,
    field: ExtractionField,
    *,
    reviewer: User,
    value: Value | None = None,
    not_reported: bool = False,
    note: str = "",
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> ExtractionEntry:
    """Append what one person reads in a study; None with `not_reported`.

    The same as one's last word appends nothing. The same token again returns the
    entry that it made. Raises WrongRole, NotAValue, NotOpenForExtraction or
    ExtractedByOthers; then nothing is written.
    """
    study = lock(study)
    access.require(study.review, reviewer, Role.REVIEWER, stage=Stage.EXTRACTION)
    _require_open(study, field)
    filled = Filled(field, value, not_reported, note)
    return _enter(study, filled, reviewer, token=token, at=at)


@transaction.atomic
def take_back(
    study: Study,
    field: ExtractionField,
    *,
    reviewer: User,
    at: datetime | None = None,
) -> ExtractionEntry | None:
    """Take one's own entry back: the cell is empty again. None where it was."""
    study = lock(study)
    access.require(study.review, reviewer, Role.REVIEWER, stage=Stage.EXTRACTION)
    return _take_back(study, field, reviewer, token=None, at=at)


@transaction.atomic
def enter_all(
    study: Study,
    filled: Iterable[Filled],
    *,
    reviewer: User,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Saved:
    """Append each cell of a form that says something new.

    An emptied cell is taken back. A cell that two others filled in the meantime is
    left alone and named. Raises WrongRole, NotAValue or NotOpenForExtraction.
    """
    study = lock(study)
    access.require(study.review, reviewer, Role.REVIEWER, stage=Stage.EXTRACTION)
    before = _words(study, reviewer).count()
    closed = []
    for each in filled:
        _require_open(study, each.field)
        own_token = token and uuid.uuid5(token, _content(each))
        if each.is_empty:
            _take_back(study, each.field, reviewer, token=own_token, at=at)
            continue
        try:
            _enter(study, each, reviewer, token=own_token, at=at)
        except ExtractedByOthers:
            closed.append(each.field)
    return Saved(_words(study, reviewer).count() - before, tuple(closed))


def lock(study: Study) -> Study:
    """Lock the study's row until the transaction ends, and read it afresh."""
    return (
        Study.objects.select_for_update(of=("self",))
        .select_related("review")
        .get(pk=study.pk)
    )


def _enter(
    study: Study,
    filled: Filled,
    reviewer: User,
    *,
    token: uuid.UUID | None,
    at: datetime | None,
) -> ExtractionEntry:
    field = filled.field
    value = _checked(field, filled, study, reviewer)
    made = _words(study, reviewer).filter(token=token).first() if token else None
    if made is not None:
        return made
    last = last_word(study, field, reviewer)
    note = filled.note.replace("\r\n", "\n").strip()
    if last is not None and not last.is_withdrawn:
        if (last.value, last.note) == (value, note):
            return last
    elif not cells.of_cell(study, field).is_open_to(
        reviewer, cells.required(study.review)
    ):
        raise ExtractedByOthers(
            "As many people as the protocol asks for have filled this in."
        )
    entry = ExtractionEntry.objects.create(
        study=study,
        field=field,
        field_version=field.version,
        reviewer=reviewer,
        value=value,
        not_reported=value is None,
        note=note,
        supersedes=last,
        token=token or uuid.uuid4(),
        entered_at=at or timezone.now(),
    )
    settle(study, field, by=reviewer, at=at)
    return entry


def _take_back(
    study: Study,
    field: ExtractionField,
    reviewer: User,
    *,
    token: uuid.UUID | None,
    at: datetime | None,
) -> ExtractionEntry | None:
    made = _words(study, reviewer).filter(token=token).first() if token else None
    last = last_word(study, field, reviewer)
    if made is not None or last is None or last.is_withdrawn:
        return made or last
    entry = ExtractionEntry.objects.create(
        study=study,
        field=field,
        field_version=field.version,
        reviewer=reviewer,
        is_withdrawn=True,
        supersedes=last,
        token=token or uuid.uuid4(),
        entered_at=at or timezone.now(),
    )
    settle(study, field, by=reviewer, at=at)
    return entry


def _checked(
    field: ExtractionField, filled: Filled, study: Study, reviewer: User
) -> Value | None:
    """Return the value to keep, None for not reported. Raises NotAValue."""
    if filled.is_empty or (filled.not_reported and filled.value is not None):
        raise values.NotAValue("Either write a value or say that it is not reported.")
    if filled.value is None:
        return None
    last = last_word(study, field, reviewer)
    if last is not None and last.value == filled.value:
        # A choice that an amendment took away stands until it is changed.
        return filled.value
    return values.clean(field.kind, filled.value, field.choices)


def _content(filled: Filled) -> str:
    """Return what makes one cell of a form that is posted twice the same."""
    return json.dumps(
        [filled.field.pk, filled.value, filled.not_reported, filled.note.strip()]
    )


def _words(study: Study, reviewer: User) -> QuerySet[ExtractionEntry]:
    return ExtractionEntry.objects.filter(
        study=study, reviewer=reviewer, kind=Kind.INDEPENDENT
    )


def last_word(
    study: Study, field: ExtractionField, reviewer: User
) -> ExtractionEntry | None:
    """Return the person's last entry in the cell, taken back or not."""
    return (
        ExtractionEntry.objects.filter(
            study=study, field=field, reviewer=reviewer, kind=Kind.INDEPENDENT
        )
        .unsuperseded()
        .first()
    )


def own(study: Study, reviewer: User) -> dict[int, ExtractionEntry]:
    """Return one person's own entries that count, by the key of the field."""
    current = ExtractionEntry.objects.current().filter(
        study=study, reviewer=reviewer, kind=Kind.INDEPENDENT
    )
    return {entry.field_id: entry for entry in current}


def all_own(study: Study, reviewer: User) -> dict[uuid.UUID, ExtractionEntry]:
    """Return all entries that one person ever made in a study, by their tokens."""
    return {entry.token: entry for entry in _words(study, reviewer)}


def _require_open(study: Study, field: ExtractionField) -> None:
    if field.review_id != study.review_id or field.retired_at is not None:
        raise NotOpenForExtraction("This field is none of today's protocol.")
    if not Study.objects.included().filter(pk=study.pk).exists():
        raise NotOpenForExtraction(
            "This study is not included now: none of its reports is."
        )


def settle(
    study: Study, field: ExtractionField, *, by: User, at: datetime | None = None
) -> Outcome:
    """Bring the stored value of a cell in line with its entries.

    Called in the transaction of each entry, with the study's row locked.
    """
    found = cells.of_cell(study, field).outcome(cells.required(study.review))
    if found.state is not State.SETTLED:
        studies.reopen_value(study, field, by=by, at=at)
        return found
    studies.settle_value(
        study,
        field,
        value=found.value,
        not_reported=found.value is None,
        field_version=found.field_version,
        settlement=found.settlement,
        by=by,
        at=at,
    )
    return found
