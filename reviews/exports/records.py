"""Every record with its source, its text and what was settled, as rows or as RIS."""

from collections.abc import Iterable, Iterator

import pandas as pd

from reviews.exports import table
from reviews.formats import ris_writing
from reviews.models import Record
from reviews.models.record import RecordQuerySet

COLUMNS = (
    "record",
    "source_id",
    "search",
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "abstract",
    "keywords",
    "language",
    "type",
    "url",
    "duplicate_set",
    "duplicate_of",
    "removal",
    "removal_reason",
    "verdict",
    "settlement",
    "reason_code",
    "reason",
    "reports",
    "studies",
)


def frames(records: RecordQuerySet) -> Iterator[pd.DataFrame]:
    """Yield the records as data frames of a bounded size, in the order of import."""
    return table.frames(map(_row, _read(records)), COLUMNS)


def ris(records: RecordQuerySet) -> Iterator[bytes]:
    """Yield the records as RIS, what was settled of each in notes."""
    for text in ris_writing.write(map(_noted, _read(records))):
        yield text.encode()


def _read(records: RecordQuerySet) -> Iterable[Record]:
    return (
        records.select_related("search", "counted_reason", "duplicate_set")
        .prefetch_related("reports__study")
        .order_by("pk")
        .iterator(chunk_size=table.CHUNK)
    )


def _row(record: Record) -> dict[str, object]:
    reason = record.counted_reason
    reports = sorted(record.reports.all(), key=lambda report: report.pk)
    studies = [report.study.label for report in reports if report.study]
    return {
        "record": record.pk,
        "source_id": record.source_id,
        "search": record.search.name,
        "title": record.title,
        "authors": "; ".join(record.authors),
        "year": record.year,
        "journal": record.journal,
        "volume": record.volume,
        "issue": record.issue,
        "pages": record.pages,
        "doi": record.doi,
        "pmid": record.pmid,
        "abstract": record.abstract,
        "keywords": "; ".join(record.keywords),
        "language": record.language,
        "type": record.publication_type,
        "url": record.url,
        "duplicate_set": record.duplicate_set and record.duplicate_set.number,
        "duplicate_of": record.duplicate_of_id,
        "removal": record.removal,
        "removal_reason": record.removal_reason,
        "verdict": record.verdict,
        "settlement": record.settlement,
        "reason_code": reason.code if reason else "",
        "reason": reason.reason if reason else "",
        "reports": "; ".join(str(report.pk) for report in reports),
        "studies": "; ".join(dict.fromkeys(studies)),
    }


def _noted(record: Record) -> ris_writing.NotedRecord:
    return ris_writing.NotedRecord(
        source_id=record.source_id,
        title=record.title,
        abstract=record.abstract,
        authors=tuple(record.authors),
        year=record.year,
        journal=record.journal,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        doi=record.doi,
        pmid=record.pmid,
        keywords=tuple(record.keywords),
        language=record.language,
        publication_type=record.publication_type,
        url=record.url,
        original=record.original,
        notes=tuple(_notes(record)),
    )


def _notes(record: Record) -> Iterator[str]:
    """Yield what the review says of the record, a note each."""
    yield f"Twofold: record {record.pk}, from {record.search.name}"
    if record.duplicate_of_id:
        yield f"Twofold: duplicate of record {record.duplicate_of_id}"
    elif record.removal:
        yield f"Twofold: removed before screening ({record.removal_reason})"
    elif record.verdict:
        reason = f" ({record.counted_reason.reason})" if record.counted_reason else ""
        yield f"Twofold: {record.verdict}d on title and abstract{reason}"
