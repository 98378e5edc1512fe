"""The full texts that were excluded, each with its reason (PRISMA 2020, item 16b)."""

from collections.abc import Iterable, Iterator

import pandas as pd

from reviews.exports import table
from reviews.models import Report, Review

COLUMNS = (
    "report",
    "source_id",
    "title",
    "authors",
    "year",
    "citation",
    "doi",
    "reason_code",
    "reason",
    "settlement",
)


def frames(review: Review) -> Iterator[pd.DataFrame]:
    """Yield the excluded reports as data frames, by reason in protocol order."""
    return table.frames(map(_row, _read(review)), COLUMNS)


def _read(review: Review) -> Iterable[Report]:
    return (
        review.reports.excluded()
        .select_related("counted_reason")
        .prefetch_related("records")
        .order_by("counted_reason__position", "counted_reason", "pk")
        .iterator(chunk_size=table.CHUNK)
    )


def _row(report: Report) -> dict[str, object]:
    reason = report.counted_reason
    records = sorted(report.records.all(), key=lambda record: record.pk)
    return {
        "report": report.pk,
        "source_id": "; ".join(r.source_id for r in records if r.source_id),
        "title": report.title,
        "authors": "; ".join(report.authors),
        "year": report.year,
        "citation": report.citation,
        "doi": "; ".join(dict.fromkeys(r.doi for r in records if r.doi)),
        "reason_code": reason.code if reason else "",
        "reason": reason.reason if reason else "",
        "settlement": report.settlement,
    }
