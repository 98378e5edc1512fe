"""How well two who judged the same items agree: the figures, and nothing else.

Pure functions of a square table of counts; None where a figure cannot be estimated.

- Cohen's kappa: Cohen 1960, doi:10.1177/001316446002000104; its standard error:
  Fleiss, Cohen and Everitt 1969, doi:10.1037/h0028106.
- PABAK: Byrt, Bishop and Carlin 1993, doi:10.1016/0895-4356(93)90018-V.
- AC1: Gwet 2008, doi:10.1348/000711006X126600.
- Weighted kappa: Cohen 1968, doi:10.1037/h0026256, with the error of the paper above.
- Positive and negative agreement: Cicchetti and Feinstein 1990,
  doi:10.1016/0895-4356(90)90159-M.

Of more than two, and alpha: see `several`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from screening.agreement.student import quantile

# The normal quantile of a 95 per cent interval.
NORMAL = 1.959964


@dataclass(frozen=True)
class Estimate:
    """A figure with its standard error and its 95 per cent interval."""

    value: float
    error: float
    low: float
    high: float


def value_of(estimate: Estimate | None) -> float | None:
    """Return the figure alone; None where it cannot be estimated."""
    return estimate.value if estimate else None


@dataclass(frozen=True)
class Crossed:
    """How often the first said one thing and the second another.

    The rows are what the first said, the columns what the second said.
    """

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @property
    def items(self) -> int:
        return sum(map(sum, self.counts))

    @property
    def agreed(self) -> int:
        return sum(self.counts[place][place] for place in range(len(self.classes)))

    @property
    def rows(self) -> list[int]:
        return [sum(row) for row in self.counts]

    @property
    def columns(self) -> list[int]:
        return [sum(column) for column in zip(*self.counts, strict=True)]


def cross(pairs: Mapping[tuple[str, str], int], classes: Sequence[str]) -> Crossed:
    """Return the table of pairs of judgments, each with how often it was made."""
    rows = ((pairs.get((one, other), 0) for other in classes) for one in classes)
    return Crossed(tuple(classes), tuple(map(tuple, rows)))


def observed(table: Crossed) -> float | None:
    """Return the share of items on which both said the same."""
    return table.agreed / table.items if table.items else None


def kappa(table: Crossed, *, weighted: bool = False) -> Estimate | None:
    """Return Cohen's kappa; None where chance alone would agree on everything.

    Weighted, the classes are steps in their order, and what is a step apart counts as
    agreed in part (linear weights).
    """
    items, size = table.items, range(len(table.classes))
    if not items:
        return None
    weight = _weights(len(table.classes), weighted=weighted)
    share = [[count / items for count in row] for row in table.counts]
    rows = [count / items for count in table.rows]
    columns = [count / items for count in table.columns]
    cells = [(i, j) for i in size for j in size]
    by_chance = sum(weight[i][j] * rows[i] * columns[j] for i, j in cells)
    if abs(1 - by_chance) < 1e-12:
        return None
    agreed = sum(weight[i][j] * share[i][j] for i, j in cells)
    found = (agreed - by_chance) / (1 - by_chance)
    left = 1 - found
    of_row = [sum(weight[i][j] * columns[j] for j in size) for i in size]
    of_column = [sum(weight[i][j] * rows[i] for i in size) for j in size]
    spread = sum(
        share[i][j] * (weight[i][j] - (of_row[i] + of_column[j]) * left) ** 2
        for i, j in cells
    )
    centre = (found - by_chance * left) ** 2
    return _estimate(found, (spread - centre) / ((1 - by_chance) ** 2 * items), NORMAL)


def _weights(size: int, *, weighted: bool) -> list[list[float]]:
    if not weighted:
        return [[float(i == j) for j in range(size)] for i in range(size)]
    return [[1 - abs(i - j) / (size - 1) for j in range(size)] for i in range(size)]


def pabak(table: Crossed) -> Estimate | None:
    """Return kappa as it would be if every class were said equally often."""
    share = observed(table)
    if share is None:
        return None
    size = len(table.classes)
    variance = share * (1 - share) / table.items * (size / (size - 1)) ** 2
    return _estimate((size * share - 1) / (size - 1), variance, NORMAL)


def units(table: Crossed) -> dict[tuple[str, ...], int]:
    """Return the table as what was said of each item, for the figures of several."""
    return {
        (one, other): count
        for one, row in zip(table.classes, table.counts, strict=True)
        for other, count in zip(table.classes, row, strict=True)
        if count
    }


def ac1(table: Crossed) -> Estimate | None:
    """Return Gwet's AC1, whose interval follows Student's t."""
    items, classes = table.items, len(table.classes)
    if items < 2:
        return None
    said = [
        (row + column) / (2 * items)
        for row, column in zip(table.rows, table.columns, strict=True)
    ]
    by_chance = sum(part * (1 - part) for part in said) / (classes - 1)
    found = (table.agreed / items - by_chance) / (1 - by_chance)
    total = 0.0
    for i, row in enumerate(table.counts):
        for j, count in enumerate(row):
            agree = ((i == j) - by_chance) / (1 - by_chance)
            chance = ((1 - said[i]) + (1 - said[j])) / (2 * (classes - 1))
            part = agree - 2 * (1 - found) * (chance - by_chance) / (1 - by_chance)
            total += count * (part - found) ** 2
    variance = total / (items * (items - 1))
    return _estimate(found, variance, quantile(0.975, items - 1))


def of_class(table: Crossed, name: str) -> float | None:
    """Return the agreement on a class: of all that said it, how many were joined."""
    at = table.classes.index(name)
    said = table.rows[at] + table.columns[at]
    return 2 * table.counts[at][at] / said if said else None


def _estimate(value: float, variance: float, quantile: float) -> Estimate:
    error = sqrt(max(variance, 0))
    low, high = value - quantile * error, value + quantile * error
    return Estimate(value, error, max(low, -1.0), min(high, 1.0))
