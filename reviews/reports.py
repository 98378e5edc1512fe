"""Reports: sought, retrieved or not, and the verdict on the full text.

"Not retrieved" is a state of its own and never an exclusion reason (PRISMA 2020,
items 16a and 16b). Only `settle` and `reopen` write a verdict, called in the
transaction of the judgment that completes or breaks it.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import events
from reviews.models import Criterion, Record, Report, Settlement, User, Verdict


class ReasonMissing(ValueError):
    """A report that is excluded or not retrieved needs a reason."""


@transaction.atomic
def seek(record: Record, *, by: User | None, at: datetime | None = None) -> Report:
    """Return the report that an included record points at, made where it is new."""
    found = record.reports.order_by("pk").first()
    if found is not None:
        return found
    report = Report.objects.create(
        review=record.review,
        title=str(record),
        authors=record.authors,
        year=record.year,
        citation=citation(record),
        added_at=at or timezone.now(),
    )
    report.records.add(record)
    events.record(
        record.review,
        "report.sought",
        f"Report sought: {report}",
        by=by,
        subject=report,
        new={"record": record.pk},
        at=at,
    )
    return report


def citation(record: Record) -> str:
    """Return authors, year, title and where it stands, in one line."""
    authors = "; ".join(record.authors[:6]) + ("; et al." if record.authors[6:] else "")
    volume = record.volume + (f"({record.issue})" if record.issue else "")
    place = ", ".join(part for part in (record.journal, volume, record.pages) if part)
    parts = (authors, f"({record.year})" if record.year else "", record.title, place)
    return ". ".join(part.rstrip(".") for part in parts if part)


@transaction.atomic
def settle(
    report: Report,
    verdict: Verdict,
    *,
    settlement: Settlement,
    counted_reason: Criterion | None,
    by: User,
    at: datetime | None = None,
) -> Report:
    """Store the verdict on a report.

    Raises ReasonMissing for an exclusion without the one reason that is counted.
    """
    report = Report.objects.select_for_update().get(pk=report.pk)
    if verdict == Verdict.EXCLUDE and counted_reason is None:
        raise ReasonMissing("An excluded report is counted under one reason.")
    old = _facts(report)
    report.verdict = verdict
    report.settlement = settlement
    report.counted_reason = counted_reason
    if old == _facts(report):
        return report
    report.settled_at = at or timezone.now()
    report.save(update_fields=["verdict", "settlement", "counted_reason", "settled_at"])
    events.record(
        report.review,
        "report.settled",
        f"{Verdict(verdict).label}: {report}",
        by=by,
        subject=report,
        old=old,
        new=_facts(report),
        at=at,
    )
    return report


@transaction.atomic
def reopen(report: Report, *, by: User, at: datetime | None = None) -> Report:
    """Take the verdict on a report back."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    old = _facts(report)
    if report.verdict == Verdict.OPEN:
        return report
    report.verdict = Verdict.OPEN
    report.settlement = Settlement.OPEN
    report.counted_reason = None
    report.settled_at = None
    report.save(update_fields=["verdict", "settlement", "counted_reason", "settled_at"])
    events.record(
        report.review,
        "report.reopened",
        f"Opened again: {report}",
        by=by,
        subject=report,
        old=old,
        new=_facts(report),
        at=at,
    )
    return report


def _facts(report: Report) -> dict[str, str | int | None]:
    return {
        "verdict": str(report.verdict),
        "settlement": str(report.settlement),
        "counted_reason": report.counted_reason_id,
    }
