"""A closed pilot round as CSV: what each said of each record, and the figures."""

from collections.abc import Iterator

import pandas as pd

from reviews.exports import table
from reviews.models import Record, Report, User
from screening.agreement import statistics
from screening.agreement.statistics import Estimate
from screening.models import PilotRound
from screening.pilots import measuring, telling, withholding
from screening.pilots.measuring import Figures

JUDGMENTS = (
    "round",
    "stage",
    "counts",
    "position",
    "record",
    "report",
    "title",
    "person",
    "choice",
    "criteria",
    "note",
    "at",
)
FIGURES = ("round", "stage", "of", "items", "figure", "value", "low", "high")
KINDS = ("judgments", "figures")


def judgments(found: PilotRound, reader: User) -> Iterator[pd.DataFrame]:
    """Return what each said of each record, a row each."""
    return table.frames(_judgments(found, reader), JUDGMENTS)


def figures(found: PilotRound, reader: User) -> Iterator[pd.DataFrame]:
    """Return every figure: of all, of each pair, of each criterion."""
    return table.frames(_figures(found, reader), FIGURES)


def _judgments(found: PilotRound, reader: User) -> Iterator[dict[str, object]]:
    measured = withholding.told(found, reader)
    called = telling.names(found, reader)
    drawn = found.items.select_related("record", "report").order_by("position")
    for item in drawn:
        judged: Record | Report | None = item.record or item.report
        said = measured.judgments.get(judged.pk if judged else 0, {})
        for person in measured.people:
            if person not in said:
                continue
            judgment = said[person]
            ticks = sorted(
                (tick.criterion for tick in judgment.ticks.all()),
                key=lambda version: (version.position, version.pk),
            )
            yield {
                **_round(found),
                "counts": "yes" if found.counts else "no",
                "position": item.position,
                "record": item.record_id,
                "report": item.report_id,
                "title": str(judged),
                "person": called[person],
                "choice": judgment.choice,
                "criteria": "; ".join(
                    f"{version.criterion.code} (version {version.number})"
                    for version in ticks
                ),
                "note": judgment.note,
                "at": judgment.decided_at.isoformat(),
            }


def _figures(found: PilotRound, reader: User) -> Iterator[dict[str, object]]:
    measured = withholding.told(found, reader)
    called = telling.names(found, reader)
    yield from _rows(found, "all", measuring.overall(measured))
    for one, other, crossed in measuring.pairs(measured):
        kappa, ac1 = statistics.kappa(crossed), statistics.ac1(crossed)
        told = Figures(
            crossed.items,
            statistics.observed(crossed),
            statistics.value_of(kappa),
            kappa,
            ac1,
            None,
        )
        yield from _rows(found, f"{called[one]} and {called[other]}", told)
    criteria = list(found.review.criteria.order_by("position", "pk"))
    for each in measuring.by_criterion(measured, criteria):
        yield from _rows(found, each.criterion.code, each.figures)
        for name, number in (
            ("ticked", each.ticked),
            ("ticked by some", each.differs),
            ("ticked by some, decided differently", each.causes),
        ):
            yield _row(found, each.criterion.code, each.figures.items, name, number)


def _rows(found: PilotRound, of: str, told: Figures) -> Iterator[dict[str, object]]:
    yield _row(found, of, told.items, "percent_agreement", told.agreement)
    kappa = told.kappa_estimate
    yield _row(found, of, told.items, "kappa", told.kappa, kappa)
    for name, estimate in (("gwet_ac1", told.ac1), ("alpha", told.alpha)):
        if estimate:
            yield _row(found, of, told.items, name, estimate.value, estimate)


def _row(
    found: PilotRound,
    of: str,
    items: int,
    figure: str,
    value: float | None,
    estimate: Estimate | None = None,
) -> dict[str, object]:
    return {
        **_round(found),
        "of": of,
        "items": items,
        "figure": figure,
        "value": "" if value is None else f"{value:.6g}",
        "low": f"{estimate.low:.6f}" if estimate else "",
        "high": f"{estimate.high:.6f}" if estimate else "",
    }


def _round(found: PilotRound) -> dict[str, object]:
    return {"round": found.number, "stage": found.stage}
