"""Records: the verdict on a title and abstract, as the team settled it.

Only `settle` and `reopen` write a verdict, called in the transaction of the judgment
that completes or breaks it. An included record asks for its report (PRISMA 2020,
item 16a); a record that is opened again stops asking, and the report lies dormant.

`remove` takes a record out before screening, for a reason of its own (the diagram's
"removed by automation tools" and "for other reasons"); what was judged of it lies
dormant until it is restored.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reviews import access, events, removals, reports
from reviews.bibliography import editing
from reviews.models import (
    AlreadyThere,
    Criterion,
    Event,
    Import,
    Record,
    Role,
    Settlement,
    User,
    Verdict,
)


class ReasonMissing(ValueError):
    """A record is removed for a reason that is told."""


class IsDuplicate(ValueError):
    """A copy has left the flow already, for the copy that goes on."""


@transaction.atomic
def settle(
    record: Record,
    verdict: Verdict,
    *,
    settlement: Settlement,
    counted_reason: Criterion | None,
    by: User,
    at: datetime | None = None,
) -> Record:
    """Store the verdict on a record; an included one asks for its report."""
    record = Record.stored.select_for_update().get(pk=record.pk)
    old = _facts(record)
    record.verdict = verdict
    record.settlement = settlement
    record.counted_reason = counted_reason
    if old == _facts(record):
        return record
    record.settled_at = at or timezone.now()
    record.save(update_fields=["verdict", "settlement", "counted_reason", "settled_at"])
    events.record(
        record.review,
        "record.settled",
        f"{Verdict(verdict).label}: {record}",
        by=by,
        subject=record,
        old=old,
        new=_facts(record),
        at=at,
    )
    if verdict == Verdict.INCLUDE:
        reports.seek(record, by=by, at=at)
    return record


@transaction.atomic
def reopen(record: Record, *, by: User, at: datetime | None = None) -> Record:
    """Take the verdict on a record back."""
    record = Record.stored.select_for_update().get(pk=record.pk)
    old = _facts(record)
    if record.verdict == Verdict.OPEN:
        return record
    record.verdict = Verdict.OPEN
    record.settlement = Settlement.OPEN
    record.counted_reason = None
    record.settled_at = None
    record.save(update_fields=["verdict", "settlement", "counted_reason", "settled_at"])
    events.record(
        record.review,
        "record.reopened",
        f"Opened again: {record}",
        by=by,
        subject=record,
        old=old,
        new=_facts(record),
        at=at,
    )
    return record


@transaction.atomic
def remove(
    record: Record,
    removal: Record.Removal,
    *,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> Record:
    """Take a record out of the flow before screening.

    Raises WrongRole, ReasonMissing or IsDuplicate.
    """
    record = Record.stored.select_for_update().get(pk=record.pk)
    access.require(record.review, by, Role.OWNER)
    if not reason.strip() or removal == Record.Removal.NONE:
        raise ReasonMissing("Say why the record is removed.")
    if record.duplicate_of_id is not None:
        raise IsDuplicate("This record was removed as a duplicate already.")
    return _set_removal(record, removal, reason.strip(), by=by, at=at)


@transaction.atomic
def restore(record: Record, *, by: User, at: datetime | None = None) -> Record:
    """Bring a removed record back, with all that was judged of it.

    Raises WrongRole.
    """
    record = Record.stored.select_for_update().get(pk=record.pk)
    access.require(record.review, by, Role.OWNER)
    return _set_removal(record, Record.Removal.NONE, "", by=by, at=at)


def also_in(record: Record) -> QuerySet[AlreadyThere]:
    """Return where else a record was found: the later files that hold it too."""
    held = AlreadyThere.objects.filter(
        record=record, source_import__state=Import.State.IMPORTED
    )
    return held.select_related("source_import").order_by("source_import")


def history(record: Record) -> QuerySet[Event]:
    """Return what was done to a record and to the sets it stood in, the latest first.

    Without the edits, which are shown with what they replaced.
    """
    key = str(record.pk)
    own = Q(subject_type="record", subject_id=record.pk)
    of_sets = Q(subject_type="duplicateset") & (
        Q(old__duplicate_of__has_key=key) | Q(new__duplicate_of__has_key=key)
    )
    done = Event.objects.filter(own | of_sets, review=record.review_id)
    done = done.exclude(action=editing.EDITED)
    return done.select_related("by").order_by("-at", "-pk")


def _set_removal(
    record: Record,
    removal: Record.Removal,
    reason: str,
    *,
    by: User,
    at: datetime | None,
) -> Record:
    old = {"removal": str(record.removal), "reason": record.removal_reason}
    new = {"removal": str(removal), "reason": reason}
    if old == new:
        return record
    record.removal = removal
    record.removal_reason = reason
    record.save(update_fields=["removal", "removal_reason"])
    removals.alone(record, at or timezone.now())
    events.record(
        record.review,
        "record.removed" if removal else "record.restored",
        f"{'Removed before screening' if removal else 'Restored'}: {record}",
        by=by,
        subject=record,
        old=old,
        new=new,
        at=at,
    )
    return record


def _facts(record: Record) -> dict[str, str | int | None]:
    return {
        "verdict": str(record.verdict),
        "settlement": str(record.settlement),
        "counted_reason": record.counted_reason_id,
    }
