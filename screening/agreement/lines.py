"""The agreement as a file of numbers, each in a row of its own, of closed stages.

`round` is the number of a pilot round, empty where a row is of the whole stage.
"""

from collections.abc import Iterator, Sequence

from reviews.documents.table import Column, Row, Table, plain
from reviews.exports.options import Options
from reviews.models import Review
from screening.agreement import by_round, drift, reading, several, statistics
from screening.agreement.drift import Ticks
from screening.agreement.reading import Agreement, Pair
from screening.agreement.statistics import Estimate


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return every number in a row of its own. Raises CannotExport."""
    names = (
        *("stage", "round", "first", "second", "criterion"),
        *("figure", "value", "low", "high"),
    )
    rows = []
    for each in (*reading.closed(review), *by_round.in_files(review)):
        at = (each.stage, each.pilot or "")
        whole = [(*at, "", "", "", *line) for line in _together(each)]
        pairs = [
            (*at, pair.first, pair.second, "", *line)
            for pair in each.pairs
            for line in _lines(pair)
        ]
        # The criteria of a round are on its own page, and in its own file.
        ticked = [
            (*at, "", "", criterion.code, *line)
            for criterion, ticks in (
                drift.of(review, each.stage).criteria if not each.pilot else ()
            )
            for line in _ticks(ticks)
        ]
        rows += [
            Row.of(*line, *[""] * (len(names) - len(line)))
            for line in (*whole, *pairs, *ticked)
        ]
    return [plain("Agreement", [Column(name) for name in names], rows)]


def _together(found: Agreement) -> Iterator[tuple[object, ...]]:
    yield "items", found.items
    yield "reviewers", found.people
    yield "percent_agreement", _number(found.observed, 100)
    yield from _estimates(("gwet_ac1", found.ac1), ("alpha", found.alpha))


def _ticks(ticks: Ticks) -> Iterator[tuple[object, ...]]:
    yield "items", ticks.items
    yield "ticked_by_all", ticks.by_all
    yield "ticked_by_some", ticks.by_some
    yield "ticked_by_none", ticks.by_none
    yield "in_conflicts", ticks.conflicts
    yield "percent_agreement", _number(ticks.observed, 100)
    yield from _estimates(("gwet_ac1", ticks.ac1), ("alpha", ticks.alpha))


def _estimates(
    *named: tuple[str, Estimate | None],
) -> Iterator[tuple[object, ...]]:
    for name, estimate in named:
        if estimate:
            values = (estimate.value, estimate.low, estimate.high)
            yield name, *map(_number, values)


def _lines(pair: Pair) -> Iterator[tuple[object, ...]]:
    table = pair.came_to
    yield "items", table.items
    yield "percent_agreement", _number(statistics.observed(table), 100)
    yield from _estimates(
        ("kappa", statistics.kappa(table)),
        ("pabak", statistics.pabak(table)),
        ("gwet_ac1", statistics.ac1(table)),
        ("alpha", several.alpha(statistics.units(table))),
    )
    if pair.has_maybe:
        yield from _estimates(
            ("kappa_of_three", statistics.kappa(pair.said)),
            ("weighted_kappa", statistics.kappa(pair.said, weighted=True)),
        )
    for name in table.classes:
        share = _number(statistics.of_class(table, name), 100)
        yield f"percent_agreement_{name}", share
    for one, counts in zip(pair.said.classes, pair.said.counts, strict=True):
        for other, count in zip(pair.said.classes, counts, strict=True):
            yield f"first_{one}_second_{other}", count


def _number(value: float | None, times: int = 1) -> str:
    return "" if value is None else f"{value * times:.6f}"
