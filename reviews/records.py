"""Records: the verdict on a title and abstract, as the team settled it.

Only `settle` and `reopen` write a verdict, called in the transaction of the judgment
that completes or breaks it. An included record asks for its report (PRISMA 2020,
item 16a); a record that is opened again stops asking, and the report lies dormant.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import events, reports
from reviews.models import Criterion, Record, Settlement, User, Verdict


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
    record = Record.objects.select_for_update().get(pk=record.pk)
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
    record = Record.objects.select_for_update().get(pk=record.pk)
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


def _facts(record: Record) -> dict[str, str | int | None]:
    return {
        "verdict": str(record.verdict),
        "settlement": str(record.settlement),
        "counted_reason": record.counted_reason_id,
    }
