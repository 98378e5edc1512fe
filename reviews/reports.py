"""Reports: sought, retrieved or not, and the verdict on the full text.

"Not retrieved" is a state of its own and never an exclusion reason (PRISMA 2020,
items 16a and 16b). Only `settle` and `reopen` write a verdict, called in the
transaction of the judgment that completes or breaks it; a report that is taken for
not retrieved afterwards keeps its verdict, which lies dormant.
"""

import hashlib
from datetime import datetime
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.formats import pdf
from reviews.models import (
    Criterion,
    Record,
    Report,
    ReportFile,
    Review,
    Role,
    Settlement,
    Stage,
    User,
    Verdict,
)
from reviews.models.record import live_record
from reviews.models.report import ReportQuerySet


class ReasonMissing(ValueError):
    """A report that is excluded or not retrieved needs a reason."""


class FileThereAlready(ValueError):
    """The report has this very file."""


@transaction.atomic
def seek(record: Record, *, by: User | None, at: datetime | None = None) -> Report:
    """Return the report that an included record points at, made where it is new."""
    found = record.reports.order_by("pk").first()
    if found is not None:
        return found
    report = new(record, at or timezone.now())
    report.save()
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


def new(record: Record, at: datetime) -> Report:
    """Return the report that the record points at, as it is first known; not stored."""
    return Report(
        review_id=record.review_id,
        title=str(record),
        authors=record.authors,
        year=record.year,
        citation=citation(record),
        added_at=at,
    )


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


def with_state(review: Review) -> QuerySet[Report]:
    """Return the reports of a review, each with whether it is sought today."""
    return review.reports.annotate(is_sought=live_record("pk"))


def count(review: Review) -> dict[str, int]:
    """Return how many reports stand in each box of the flow, in one query."""
    retrieved = Q(retrieval=Report.Retrieval.RETRIEVED)
    return review.reports.sought().aggregate(
        sought=Count("pk"),
        awaiting_retrieval=Count("pk", filter=Q(retrieval=Report.Retrieval.AWAITING)),
        not_retrieved=Count("pk", filter=Q(retrieval=Report.Retrieval.NOT_RETRIEVED)),
        assessed=Count("pk", filter=retrieved),
        awaiting_decision=Count("pk", filter=retrieved & Q(verdict=Verdict.OPEN)),
        excluded=Count("pk", filter=retrieved & Q(verdict=Verdict.EXCLUDE)),
        included=Count("pk", filter=retrieved & Q(verdict=Verdict.INCLUDE)),
        awaiting_classification=Count(
            "pk", filter=_open(Report.Classification.AWAITING)
        ),
        ongoing=Count("pk", filter=_open(Report.Classification.ONGOING)),
    )


def _open(classification: Report.Classification) -> Q:
    return Q(verdict=Verdict.OPEN, classification=classification)


def may_retrieve(review: Review, user: User) -> bool:
    """Tell whether the person may say what was retrieved, and bring the full text."""
    return access.has_role(review, user, Role.OWNER) or access.has_role(
        review, user, Role.REVIEWER, stage=Stage.FULL_TEXT
    )


def require_may_retrieve(review: Review, user: User) -> None:
    """Raise WrongRole unless the person may say what was retrieved."""
    if not may_retrieve(review, user):
        raise access.WrongRole("This needs an owner or a reviewer of full texts.")


def mark_retrieved(report: Report, *, by: User, at: datetime | None = None) -> Report:
    """Say that a report was retrieved, so that it is assessed. Raises WrongRole."""
    return _set_retrieval(report, Report.Retrieval.RETRIEVED, "", by=by, at=at)


def mark_awaiting(report: Report, *, by: User, at: datetime | None = None) -> Report:
    """Say that a report is still sought. Raises WrongRole."""
    return _set_retrieval(report, Report.Retrieval.AWAITING, "", by=by, at=at)


def mark_not_retrieved(
    report: Report, *, reason: str, by: User, at: datetime | None = None
) -> Report:
    """Say that a report could not be retrieved, and why.

    Raises WrongRole or ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing("Say why the report could not be retrieved.")
    return _set_retrieval(
        report, Report.Retrieval.NOT_RETRIEVED, reason.strip(), by=by, at=at
    )


@transaction.atomic
def _set_retrieval(
    report: Report,
    retrieval: Report.Retrieval,
    reason: str,
    *,
    by: User,
    at: datetime | None,
) -> Report:
    report = Report.objects.select_for_update().get(pk=report.pk)
    require_may_retrieve(report.review, by)
    old = {"retrieval": str(report.retrieval), "reason": report.not_retrieved_reason}
    new = {"retrieval": str(retrieval), "reason": reason}
    if old == new:
        return report
    report.retrieval = retrieval
    report.not_retrieved_reason = reason
    report.retrieval_at = (
        None if retrieval == Report.Retrieval.AWAITING else at or timezone.now()
    )
    report.save(update_fields=["retrieval", "not_retrieved_reason", "retrieval_at"])
    events.record(
        report.review,
        f"report.{retrieval}",
        f"{Report.Retrieval(retrieval).label}: {report}",
        by=by,
        subject=report,
        old=old,
        new=new,
        at=at,
    )
    return report


@transaction.atomic
def classify(
    report: Report,
    classification: Report.Classification,
    *,
    note: str = "",
    by: User,
    at: datetime | None = None,
) -> Report:
    """Say why a report that seems eligible has no verdict yet, or that nothing is said.

    It may be said at any time, and counts while there is no verdict. Raises WrongRole.
    """
    report = Report.objects.select_for_update().get(pk=report.pk)
    require_may_retrieve(report.review, by)
    note = note.strip() if classification else ""
    old = _classified(report)
    report.classification = classification
    report.classification_note = note
    if old == _classified(report):
        return report
    report.save(update_fields=["classification", "classification_note"])
    told = Report.Classification(classification).label.partition(":")[0]
    events.record(
        report.review,
        "report.classified",
        f"{told if classification else 'No longer classified'}: {report}",
        by=by,
        subject=report,
        old=old,
        new=_classified(report),
        at=at,
    )
    return report


def _classified(report: Report) -> dict[str, str]:
    return {
        "classification": str(report.classification),
        "note": report.classification_note,
    }


def classified(
    reports: ReportQuerySet, classification: Report.Classification
) -> ReportQuerySet:
    """Return the reports of a class: those sought without a verdict."""
    return reports.sought().filter(_open(classification))


def add_file(
    report: Report, *, name: str, data: bytes, by: User, at: datetime | None = None
) -> ReportFile:
    """Keep a PDF of a report, which counts as retrieved from then on.

    The PDF is opened before the transaction begins, so that others wait little.
    Raises WrongRole, reviews.formats.pdf.NotReadable or FileThereAlready.
    """
    return _keep_file(
        report, name, data, pdf.count_pages(data), by=by, at=at or timezone.now()
    )


@transaction.atomic
def _keep_file(
    report: Report, name: str, data: bytes, pages: int, *, by: User, at: datetime
) -> ReportFile:
    report = Report.objects.select_for_update().get(pk=report.pk)
    require_may_retrieve(report.review, by)
    sha256 = hashlib.sha256(data).hexdigest()
    _refuse_twice(report, sha256)
    kept = ReportFile(
        report=report,
        name=PurePath(name).name,
        size=len(data),
        sha256=sha256,
        pages=pages,
        uploaded_at=at,
        uploaded_by=by,
    )
    # The stored name is made here: a name from outside never reaches the disk.
    kept.file.save(f"{sha256}.pdf", ContentFile(data))
    _tell_file(kept, "report.file_added", "Full text added", by=by, at=at)
    mark_retrieved(report, by=by, at=at)
    return kept


@transaction.atomic
def remove_file(
    file: ReportFile, *, by: User, at: datetime | None = None
) -> ReportFile:
    """Take a PDF away from its report; it is kept and can be restored.

    Raises WrongRole.
    """
    file = ReportFile.objects.select_for_update().get(pk=file.pk)
    require_may_retrieve(file.report.review, by)
    if file.removed_at is not None:
        return file
    file.removed_at = at or timezone.now()
    file.save(update_fields=["removed_at"])
    _tell_file(file, "report.file_removed", "Full text taken away", by=by, at=at)
    return file


@transaction.atomic
def restore_file(
    file: ReportFile, *, by: User, at: datetime | None = None
) -> ReportFile:
    """Bring a PDF back that was taken away. Raises WrongRole or FileThereAlready."""
    report = Report.objects.select_for_update().get(pk=file.report_id)
    require_may_retrieve(report.review, by)
    file = ReportFile.objects.select_for_update().get(pk=file.pk)
    if file.removed_at is None:
        return file
    _refuse_twice(report, file.sha256)
    file.removed_at = None
    file.save(update_fields=["removed_at"])
    _tell_file(file, "report.file_restored", "Full text restored", by=by, at=at)
    return file


def _refuse_twice(report: Report, sha256: str) -> None:
    if report.files.in_use().filter(sha256=sha256).exists():
        raise FileThereAlready("The report has this file already; nothing was added.")


def _tell_file(
    file: ReportFile, action: str, what: str, *, by: User, at: datetime | None
) -> None:
    events.record(
        file.report.review,
        action,
        f"{what}: {file.name}",
        by=by,
        subject=file.report,
        new={"file": file.pk, "sha256": file.sha256, "pages": file.pages},
        at=at,
    )


def _facts(report: Report) -> dict[str, str | int | None]:
    return {
        "verdict": str(report.verdict),
        "settlement": str(report.settlement),
        "counted_reason": report.counted_reason_id,
    }
