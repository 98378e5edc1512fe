"""Consensus: how two who read a study differently come to one value, cell by cell.

Both sides may be seen by those who may settle it: the two who filled the cell, who
can agree, and an adjudicator who did not (Cochrane MECIR C46). The entries stay as
they were; the consensus stands beside them, and lapses when one of them changes.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access
from reviews.models import ExtractionField, Review, Role, Stage, Study, User
from screening.extraction import cells, entering, values
from screening.extraction.cells import Cell
from screening.extraction.entering import Filled, lock
from screening.extraction.values import Reading, Value
from screening.models import ExtractionEntry
from screening.settling import State

Kind = ExtractionEntry.Kind


class NotInConflict(Exception):
    """The cell is not in conflict, or not as it was shown."""


class ReasonMissing(ValueError):
    """A value that neither wrote needs a reason; so does opening a cell again."""


def how(found: Cell, review: Review, resolver: User) -> Kind:
    """Return how this person would settle the cell.

    One of those who filled it records a consensus; an adjudicator who did not
    decides. Raises WrongRole for anybody else.
    """
    if found.of(resolver) is not None:
        access.require(review, resolver, Role.REVIEWER, stage=Stage.EXTRACTION)
        return Kind.CONSENSUS
    access.require(review, resolver, Role.ADJUDICATOR, stage=Stage.EXTRACTION)
    return Kind.ADJUDICATION


@transaction.atomic
def resolve(
    study: Study,
    field: ExtractionField,
    *,
    resolver: User,
    value: Value | None = None,
    not_reported: bool = False,
    reason: str = "",
    shown: Iterable[int] | None = None,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> ExtractionEntry:
    """Settle a cell on which two differ, beside their entries.

    `shown` are the keys of the entries that the person saw. A value that neither
    wrote needs a reason. The same token again returns the entry that it made. Raises
    WrongRole, NotInConflict (also where somebody settled or changed it a moment ago),
    NotAValue or ReasonMissing.
    """
    study = lock(study)
    if token is not None:
        made = ExtractionEntry.objects.filter(token=token, reviewer=resolver).first()
        if made is not None:
            return made
    found = cells.of_cell(study, field)
    kind = how(found, study.review, resolver)
    standing = {reading.entry for reading in found.readings}
    if found.outcome(cells.required(study.review)).state is not State.CONFLICT:
        raise NotInConflict("This is not in conflict any more.")
    if shown is not None and set(shown) != standing:
        raise NotInConflict("One of the two has changed since you looked.")
    agreed = _agreed(field, found.readings, value, not_reported, reason)
    entry = ExtractionEntry.objects.create(
        study=study,
        field=field,
        field_version=field.version,
        kind=kind,
        reviewer=resolver,
        value=agreed,
        not_reported=agreed is None,
        note=reason.strip(),
        supersedes=_last_ruling(study, field),
        token=token or uuid.uuid4(),
        entered_at=at or timezone.now(),
    )
    entry.resolved.set(standing)
    entering.settle(study, field, by=resolver, at=at)
    return entry


@transaction.atomic
def reopen(
    study: Study,
    field: ExtractionField,
    *,
    by: User,
    reason: str,
    at: datetime | None = None,
) -> ExtractionEntry | None:
    """Take the consensus on a cell back; None where there was none.

    Raises WrongRole for somebody who could not have settled it, or ReasonMissing.
    """
    study = lock(study)
    last = _last_ruling(study, field)
    if last is None or last.is_withdrawn:
        return last
    kind = how(cells.of_cell(study, field), study.review, by)
    if not reason.strip():
        raise ReasonMissing("Say why it is opened again.")
    entry = ExtractionEntry.objects.create(
        study=study,
        field=field,
        field_version=field.version,
        kind=kind,
        reviewer=by,
        is_withdrawn=True,
        note=reason.strip(),
        supersedes=last,
        entered_at=at or timezone.now(),
    )
    entering.settle(study, field, by=by, at=at)
    return entry


def _agreed(
    field: ExtractionField,
    readings: Sequence[Reading],
    value: Value | None,
    not_reported: bool,
    reason: str,
) -> Value | None:
    filled = Filled(field, value, not_reported)
    if filled.is_empty or (not_reported and value is not None):
        raise values.NotAValue("Either write a value or say that it is not reported.")
    if any(value == reading.value for reading in readings):
        return value
    if not reason.strip():
        raise ReasonMissing("Say why it is neither of the two.")
    if value is None:
        return None
    return values.clean(field.kind, value, field.choices)


def _last_ruling(study: Study, field: ExtractionField) -> ExtractionEntry | None:
    return (
        ExtractionEntry.objects.filter(study=study, field=field)
        .exclude(kind=Kind.INDEPENDENT)
        .unsuperseded()
        .first()
    )
