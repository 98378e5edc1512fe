"""The flow as lines to read, as rows and as figures for scripts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from json import dumps
from typing import Any

import pandas as pd

from reviews.flow import findings, waiting
from reviews.flow.balance.form import has_other, has_previous
from reviews.flow.boxes import BOXES
from reviews.flow.figures import Column, Flow
from reviews.flow.names import (
    KINDS,
    OTHER,
    RECORD_BOXES,
    REPORT_BOXES,
    UPDATE,
    reason_name,
    search_name,
)

MAIN, BESIDE, INCLUDED = "Databases and registers", "Other methods", "Included"
PREVIOUS, SYNTHESIS = "Previous studies", "Studies in synthesis"
_INCLUDED = {
    "studies_included": "Studies included in review",
    "reports_included": "Reports of included studies",
    "reports_without_study": "Included reports that stand in no study yet",
}
# As the diagram of an updated review calls them.
_NEW = {
    "studies_included": "New studies included in review",
    "reports_included": "Reports of new included studies",
}
# What is shown where there are any.
_CLASSIFIED = {
    "studies_again": "Of the previous version, with further reports",
    "awaiting_classification": "Reports that await classification",
    "ongoing": "Reports of ongoing studies",
}
# What is shown where something was included before.
_PREVIOUS = {
    "previous_studies": "Studies included in the previous version",
    "previous_reports": "Reports of studies included in the previous version",
}
_TOTAL = {
    "total_studies": "Total studies included in review",
    "total_reports": "Reports of total included studies",
}


@dataclass(frozen=True)
class Line:
    """A number with its label and the name of its box; `part` of the line before."""

    box: str
    label: str
    count: int
    part: bool = False


def sections(flow: Flow) -> dict[str, list[Line]]:
    """Return every number under the column of the diagram that it stands in."""
    found = {}
    if has_previous(flow.template):
        found[PREVIOUS] = _lines(flow, _PREVIOUS)
    found[MAIN] = list(_column(flow, flow, other=False))
    if has_other(flow.template):
        found[BESIDE] = list(_column(flow, flow.other, other=True))
    classified = [line for line in _lines(flow, _CLASSIFIED) if line.count]
    included = {**_INCLUDED, **(_NEW if has_previous(flow.template) else {})}
    found[INCLUDED] = _lines(flow, included) + classified
    if has_previous(flow.template):
        found[INCLUDED] += _lines(flow, _TOTAL)
    if flow.synthesis:
        found[SYNTHESIS] = [Line(p.box, p.label, p.count) for p in flow.synthesis]
    return found


def _lines(flow: Flow, labels: Mapping[str, str]) -> list[Line]:
    return [Line(name, label, getattr(flow, name)) for name, label in labels.items()]


def _column(flow: Flow, column: Column, *, other: bool) -> Iterator[Line]:
    prefix = OTHER if other else ""
    for name, label in RECORD_BOXES.items():
        yield Line(prefix + name, label, getattr(column, name))
        if name == "identified":
            yield from _sources(flow, other=other)
    for name, label in REPORT_BOXES.items():
        yield Line(prefix + name, label, getattr(column, name))
        if name == "excluded_reports":
            for reason in column.reasons:
                box = reason_name(reason.criterion, other=other)
                label = f"{reason.code} {reason.label}"
                yield Line(box, label, reason.count, part=True)


def _sources(flow: Flow, *, other: bool) -> Iterator[Line]:
    for source in flow.sources:
        if source.is_main is not other:
            label = f"{KINDS[source.kind][1]}: {source.name}"
            yield Line(search_name(source.search), label, source.count, part=True)


@dataclass(frozen=True)
class Told:
    """A finding in words, with the numbers above nought that it is about."""

    level: str
    message: str
    lines: tuple[Line, ...]
    # The box of the very records that it is about, where no number shows them.
    records_box: str = ""


def told(flow: Flow) -> Iterator[Told]:
    """Yield what does not add up or is not done, with its numbers."""
    lines = {line.box: line for part in sections(flow).values() for line in part}
    for finding in findings.find(flow):
        found = [lines[box] for box in finding.boxes if box in lines]
        shown = tuple(_in_full(line) for line in found if line.count)
        box = finding.records_box
        unnamed = box if box not in lines else ""
        yield Told(finding.level, finding.message, shown, unnamed)


def _in_full(line: Line) -> Line:
    """Return the line as it is called where it does not stand under its column."""
    box = BOXES.get(line.box)
    return replace(line, label=box.label) if box else line


def frame(flow: Flow) -> pd.DataFrame:
    """Return a row for each number of the flow."""
    return pd.DataFrame(
        [
            {"column": column, "box": line.box, "label": line.label, "n": line.count}
            for column, lines in sections(flow).items()
            for line in lines
        ]
    )


def figures(flow: Flow) -> dict[str, Any]:
    """Return the numbers as plain data: the main column, and the others under it."""
    return {
        **_figures(flow),
        "studies_included": flow.studies_included,
        "reports_included": flow.reports_included,
        "reports_without_study": flow.reports_without_study,
        "awaiting_classification": flow.awaiting_classification,
        "ongoing": flow.ongoing,
        "classified_and_open": flow.classified_and_open,
        # Kept figures of before know no such number, and most reviews have none.
        **({"studies_again": flow.studies_again} if flow.studies_again else {}),
        **{name: getattr(flow, name) for name in UPDATE},
        "template": flow.template,
        "synthesis": [{"label": p.label, "n": p.count} for p in flow.synthesis],
        "other_methods": _figures(flow.other),
        "searches": [
            {
                "name": source.name,
                "kind": source.kind.value,
                "sources": source.sources,
                "combined": source.is_combined,
                "reported": source.reported,
                "n": source.count,
            }
            for source in flow.sources
        ],
        "final": waiting.is_final(flow),
        "findings": [
            {"rule": f.rule, "level": f.level, "message": f.message}
            for f in findings.find(flow)
        ],
    }


def dated(flow: Flow) -> dict[str, Any]:
    """Return the figures with the moment and the wave that they are of."""
    return {
        "as_of": flow.as_of.isoformat() if flow.as_of else None,
        "wave": flow.wave,
        **figures(flow),
    }


def json(flow: Flow) -> bytes:
    """Return the same as JSON text."""
    return (dumps(dated(flow), ensure_ascii=False, indent=2) + "\n").encode()


def canonical(figures: Mapping[str, Any]) -> bytes:
    """Write figures as the one JSON text that they have: what a snapshot hashes."""
    return dumps(
        figures, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def fingerprint(figures: Mapping[str, Any]) -> str:
    """Return the SHA-256 of figures in their canonical form, in hexadecimal."""
    return sha256(canonical(figures)).hexdigest()


def _figures(column: Column) -> dict[str, Any]:
    return {
        **{name: getattr(column, name) for name in (*RECORD_BOXES, *REPORT_BOXES)},
        "reasons": [
            {"code": reason.code, "label": reason.label, "n": reason.count}
            for reason in column.reasons
        ],
    }
