"""The references of any box as files that reference managers and journals take.

The lists for programs are written while they are read, whatever their length.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import chain

from reviews.exports import records as record_rows
from reviews.exports import table
from reviews.exports.options import CannotExport, Options, Writers
from reviews.formats import bibtex_writing, ris_writing
from reviews.models import PreviousReport, Report, Review
from reviews.models.record import RecordQuerySet
from reviews.references import lists, rows, styles
from reviews.references.items import first, records_of

COLUMNS = (
    "number",
    "report",
    "study",
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "url",
    "type",
    "source_id",
    "verdict",
    "reason_code",
    "reason",
)
_SHARED = ("journal", "volume", "issue", "pages", "doi", "pmid", "url")


def ris(review: Review, options: Options) -> Iterator[bytes]:
    """Yield the references as RIS."""
    chosen = rows.choose_for_file(review, options)
    if isinstance(chosen.rows, RecordQuerySet):
        return record_rows.ris(chosen.rows)
    noted = chain(map(_noted, chosen.reports()), map(_cited, chosen.previous))
    return (part.encode() for part in ris_writing.write(noted))


def bibtex(review: Review, options: Options) -> Iterator[bytes]:
    """Yield the references as BibTeX."""
    chosen = rows.choose_for_file(review, options)
    return (part.encode() for part in bibtex_writing.write(chosen.items()))


def csl_json(review: Review, options: Options) -> Iterator[bytes]:
    """Yield the references as CSL-JSON, an item on each line."""
    chosen = rows.choose_for_file(review, options)
    return _json(chosen)


def csv(review: Review, options: Options) -> Iterator[bytes]:
    """Yield the references as CSV."""
    chosen = rows.choose_for_file(review, options)
    if isinstance(chosen.rows, RecordQuerySet):
        return table.csv(record_rows.frames(chosen.rows))
    listed = chain(map(_row, chosen.reports()), map(_previous_row, chosen.previous))
    numbered = (row | {"number": n} for n, row in enumerate(listed, start=1))
    return table.csv(table.frames(numbered, COLUMNS))


def text(review: Review, options: Options) -> Iterator[bytes]:
    """Yield the formatted list as plain text."""
    return lists.text(_listed(review, options))


def as_markdown(review: Review, options: Options) -> Iterator[bytes]:
    """Yield the formatted list as Markdown."""
    return lists.as_markdown(_listed(review, options))


def html(review: Review, options: Options) -> Iterable[bytes]:
    """Return the formatted list as a web page."""
    return [lists.html(_listed(review, options))]


def document(review: Review, options: Options) -> Iterable[bytes]:
    """Return the formatted list as a Word document."""
    return [lists.document(_listed(review, options))]


def _listed(review: Review, options: Options) -> lists.Listed:
    chosen = rows.choose_for_file(review, options)
    title = "References" if options.box in ("", rows.DEFAULT) else chosen.label
    try:
        return lists.make(title, chosen.items(), options.style or styles.of(review))
    except styles.UnknownStyle as error:
        raise CannotExport(str(error)) from error


def _json(chosen: rows.Chosen) -> Iterator[bytes]:
    begin = "[\n"
    for item in chosen.items():
        yield (begin + json.dumps(item, ensure_ascii=False)).encode()
        begin = ",\n"
    yield b"\n]\n" if begin == ",\n" else b"[]\n"


def _noted(report: Report) -> ris_writing.NotedRecord:
    records = records_of(report)
    return ris_writing.NotedRecord(
        source_id=first(records, "source_id"),
        title=report.title,
        abstract=first(records, "abstract"),
        authors=tuple(report.authors),
        year=report.year,
        journal=first(records, "journal"),
        volume=first(records, "volume"),
        issue=first(records, "issue"),
        pages=first(records, "pages"),
        doi=first(records, "doi"),
        pmid=first(records, "pmid"),
        keywords=tuple(dict.fromkeys(word for r in records for word in r.keywords)),
        language=first(records, "language"),
        publication_type=first(records, "publication_type"),
        url=first(records, "url"),
        original=first(records, "original"),
        notes=tuple(_notes(report)),
    )


def _notes(report: Report) -> Iterator[str]:
    yield f"Twofold: report {report.pk}"
    if report.study:
        yield f"Twofold: study {report.study.label}"
    if report.counted_reason:
        yield f"Twofold: excluded in full text ({report.counted_reason.reason})"
    elif report.not_retrieved_reason:
        yield f"Twofold: not retrieved ({report.not_retrieved_reason})"


def _cited(report: PreviousReport) -> ris_writing.NotedRecord:
    return ris_writing.NotedRecord(
        title=report.citation,
        notes=(f"Twofold: study {report.study_label} of the previous version",),
    )


def _previous_row(report: PreviousReport) -> dict[str, object]:
    blank: dict[str, object] = dict.fromkeys(COLUMNS, "")
    return blank | {"study": report.study_label, "title": report.citation}


def _row(report: Report) -> dict[str, object]:
    records = records_of(report)
    reason = report.counted_reason
    return {
        "report": report.pk,
        "study": report.study.label if report.study else "",
        "title": report.title,
        "authors": "; ".join(report.authors),
        "year": report.year,
        **{name: first(records, name) for name in _SHARED},
        "type": first(records, "publication_type"),
        "source_id": "; ".join(r.source_id for r in records if r.source_id),
        "verdict": report.verdict,
        "reason_code": reason.code if reason else "",
        "reason": reason.reason if reason else "",
    }


WRITERS: Writers = {
    "references": {
        ".ris": ris,
        ".bib": bibtex,
        ".json": csl_json,
        ".csv": csv,
        ".txt": text,
        ".md": as_markdown,
        ".html": html,
        ".docx": document,
    }
}
