"""The full texts that were excluded, each with its reason (PRISMA 2020, item 16b)."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import pandas as pd
from django.db.models import Count

from reviews.documents.table import Cell, Column, Group, Row, Table
from reviews.exports import citing, formats, table
from reviews.exports.options import Options, Writers
from reviews.models import Report, Review
from reviews.models.report import ReportQuerySet

TITLE = "Reports excluded at full text, with the reason"

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


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return every excluded report with its citation, by reason in protocol order."""
    columns = (Column("Report", 2), Column("Reference", 7))
    note = "Each report is counted under one reason, the first in the protocol's order."
    groups = _groups(review, citing.style(review, options))
    return [Table(TITLE, columns, groups, (note,), grouped_by="Reason")]


def _groups(review: Review, style: str) -> Iterator[Group]:
    counts = dict(
        review.reports.excluded()
        .order_by()
        .values_list("counted_reason")
        .annotate(Count("pk"))
    )
    found = citing.cited(review, _ordered(review), style)
    for reason, pairs in groupby(found, key=lambda pair: pair[0].counted_reason):
        label = f"{reason} (n = {counts[reason.pk]:,})" if reason else ""
        yield Group(label, (_line(report, cited) for report, cited in pairs))


def _line(report: Report, cited: Cell) -> Row:
    return Row((Cell(citing.short(report), path=cited.path), cited))


def _ordered(review: Review) -> ReportQuerySet:
    return (
        review.reports.excluded()
        .select_related("counted_reason")
        .order_by("counted_reason__position", "counted_reason", "pk")
    )


def _read(review: Review) -> Iterable[Report]:
    read = _ordered(review).prefetch_related("records")
    return read.iterator(chunk_size=table.CHUNK)


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


def _csv(review: Review, options: Options) -> Iterable[bytes]:
    return table.csv(frames(review))


WRITERS: Writers = {"excluded": {".csv": _csv, **formats.documents(tables)}}
