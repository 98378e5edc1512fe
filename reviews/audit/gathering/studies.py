"""What the checks of the audit read of the included studies and of what was settled."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from reviews.audit.facts import ExcludedReport, Reference, StudyFacts
from reviews.audit.gathering.references import of_record
from reviews.models import (
    Record,
    Review,
    SettledJudgment,
    SettledValue,
    Settlement,
    Stage,
)


def studies(review: Review) -> tuple[StudyFacts, ...]:
    studies = list(review.studies.included().by_label())
    values: dict[int, dict[int, tuple[str, ...] | None]] = defaultdict(dict)
    for value in SettledValue.objects.filter(
        study__review=review, field__retired_at=None
    ):
        values[value.study_id][value.field_id] = _texts(value.value)
    references: dict[int, list[Reference]] = defaultdict(list)
    reports = review.reports.included().exclude(study=None).order_by("pk")
    for report in reports.prefetch_related(_records_in_order()):
        references[report.study_id or 0] += map(of_record, report.records.all()[:1])
    appraised: dict[int, set[str]] = defaultdict(set)
    unsupported: dict[int, int] = defaultdict(int)
    for judgment in _judgments(review):
        study = judgment.target.study_id
        appraised[study].add(judgment.target.instrument.key)
        unsupported[study] += bool(judgment.judgment and not judgment.support.strip())
    return tuple(
        StudyFacts(
            pk=study.pk,
            label=study.label,
            design=study.design,
            values=values[study.pk],
            references=tuple(references[study.pk]),
            appraised_with=frozenset(appraised[study.pk]),
            judgments_without_support=unsupported[study.pk],
        )
        for study in studies
    )


def excluded(review: Review) -> tuple[ExcludedReport, ...]:
    reports = (
        review.reports.excluded()
        .select_related("counted_reason")
        .prefetch_related(Prefetch("records", queryset=_names_in_order()))
        .order_by("pk")
    )
    return tuple(
        ExcludedReport(
            pk=report.pk,
            title=report.title,
            citation=report.citation
            or ("; ".join(report.authors) if report.year else ""),
            criterion=report.counted_reason_id,
            criterion_retired=bool(
                report.counted_reason and report.counted_reason.retired_at
            ),
            source_ids=tuple(r.source_id for r in report.records.all() if r.source_id),
        )
        for report in reports
    )


def settled_by_one(review: Review) -> Mapping[str, int]:
    """Count by stage what one person alone settled."""
    alone: dict[str, Any] = {"settlement": Settlement.SINGLE}
    values = SettledValue.objects.filter(study__review=review, **alone)
    judgments = _judgments(review).filter(**alone)
    return {
        Stage.TITLE_ABSTRACT: review.records.screened().filter(**alone).count(),
        Stage.FULL_TEXT: review.reports.assessed()
        .filter(**alone)
        .aggregate(number=Count("pk"))["number"],
        Stage.EXTRACTION: values.count(),
        Stage.APPRAISAL: judgments.count(),
    }


def _judgments(review: Review) -> QuerySet[SettledJudgment]:
    rows = SettledJudgment.objects.filter(
        target__study__review=review, target__removed_at=None
    )
    # The whole form would come with each judgment.
    return rows.select_related("target__instrument").defer(
        "target__instrument__definition"
    )


def _texts(value: str | list[str] | None) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(value) if isinstance(value, list) else (str(value),)


def _records_in_order() -> "Prefetch[str, QuerySet[Record], str]":
    rows = Record.objects.order_by("pk").defer("abstract", "original")
    return Prefetch("records", queryset=rows)


def _names_in_order() -> QuerySet[Record]:
    return Record.objects.order_by("pk").only("source_id")
