"""What the audit of the method finds, with the reasons for what the team lets stand."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from reviews.audit import running
from reviews.audit.running import Judged, Outcome
from reviews.documents import delimited, word
from reviews.documents.table import Column, Group, Row, Table
from reviews.exports.options import Options, Writers
from reviews.models import Review

_COLUMNS = (
    Column("Severity", 0.7),
    Column("Check", 1.2),
    Column("Finding", 3),
    Column("Where", 1.5),
    Column("Arithmetic", 2),
    Column("Records", 1),
    Column("Let stand because", 1.3),
)


def told(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return the findings as JSON can hold them, the heaviest first."""
    return [_told(judged) for judged in running.by_severity(outcomes)]


def table(review: Review) -> Table:
    """Return the findings as a table, the heaviest first."""
    judged = running.by_severity(running.run(review))
    return Table(
        title=f"Audit of the method: {review.title}",
        columns=_COLUMNS,
        groups=(Group("", tuple(map(_row, judged))),),
        notes=(
            "A finding asks; it does not judge. Where words alone matched, and where a "
            "part is not known, the finding says so.",
        ),
        landscape=True,
    )


def _told(judged: Judged) -> dict[str, Any]:
    finding, dismissal = judged.finding, judged.dismissal
    return {
        "check": finding.check,
        "severity": str(finding.severity),
        "certainty": str(finding.certainty),
        "what": finding.what,
        "where": finding.where,
        "arithmetic": finding.arithmetic,
        "records": list(finding.records),
        "about": list(finding.about),
        "status": judged.status,
        "reason": dismissal.reason if dismissal else "",
        "key": finding.key,
    }


def _row(judged: Judged) -> Row:
    finding = judged.finding
    return Row.of(
        finding.severity.capitalize(),
        running.title(finding.check),
        finding.what,
        finding.where,
        finding.arithmetic,
        "; ".join(finding.records),
        judged.dismissal.reason if judged.dismissal else "",
    )


def _csv(review: Review, options: Options) -> Iterable[bytes]:
    return delimited.parts([table(review)])


def _docx(review: Review, options: Options) -> Iterable[bytes]:
    yield word.write([table(review)])


def _json(review: Review, options: Options) -> Iterable[bytes]:
    found = told(running.run(review))
    yield json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"


WRITERS: Writers = {"audit": {".csv": _csv, ".docx": _docx, ".json": _json}}
