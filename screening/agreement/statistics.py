"""How well two who judged the same items agree: the figures, and nothing else.

Pure functions of a square table of counts; None where a figure cannot be estimated.

- Cohen's kappa: Cohen 1960, doi:10.1177/001316446002000104; its standard error:
  Fleiss, Cohen and Everitt 1969, doi:10.1037/h0028106.
- PABAK: Byrt, Bishop and Carlin 1993, doi:10.1016/0895-4356(93)90018-V.
- AC1: Gwet 2008, doi:10.1348/000711006X126600.
- Alpha, nominal: Krippendorff 2018, Content Analysis, 4th edition, chapter 12.
- Positive and negative agreement: Cicchetti and Feinstein 1990,
  doi:10.1016/0895-4356(90)90159-M.
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


def kappa(table: Crossed) -> Estimate | None:
    """Return Cohen's kappa; None where chance alone would agree on everything."""
    items, size = table.items, range(len(table.classes))
    if not items:
        return None
    share = [[count / items for count in row] for row in table.counts]
    rows = [count / items for count in table.rows]
    columns = [count / items for count in table.columns]
    by_chance = sum(rows[at] * columns[at] for at in size)
    if abs(1 - by_chance) < 1e-12:
        return None
    found = (table.agreed / items - by_chance) / (1 - by_chance)
    left = 1 - found
    on = sum(share[i][i] * (1 - (rows[i] + columns[i]) * left) ** 2 for i in size)
    off = sum(
        share[i][j] * (columns[i] + rows[j]) ** 2 for i in size for j in size if i != j
    )
    centre = (found - by_chance * left) ** 2
    variance = (on + left**2 * off - centre) / ((1 - by_chance) ** 2 * items)
    return _estimate(found, variance, NORMAL)


def pabak(table: Crossed) -> float | None:
    """Return kappa as it would be if every class were said equally often."""
    share = observed(table)
    size = len(table.classes)
    return None if share is None else (size * share - 1) / (size - 1)


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


def alpha(units: Mapping[tuple[str, ...], int]) -> float | None:
    """Return Krippendorff's alpha, nominal, of what was said of each unit.

    `units` counts how often a set of judgments was made; any number of people, and a
    unit with fewer than two judgments says nothing. None where all said the same.
    """
    weights: dict[tuple[str, str], float] = {}
    for said, times in units.items():
        if len(said) < 2:
            continue
        for at, one in enumerate(said):
            for other_at, other in enumerate(said):
                if at != other_at:
                    key = one, other
                    weights[key] = weights.get(key, 0) + times / (len(said) - 1)
    totals: dict[str, float] = {}
    for (one, _), weight in weights.items():
        totals[one] = totals.get(one, 0) + weight
    whole = sum(totals.values())
    expected = sum(
        totals[one] * totals[other]
        for one in totals
        for other in totals
        if one != other
    )
    if not expected:
        return None
    differing = sum(weight for (one, other), weight in weights.items() if one != other)
    return 1 - (whole - 1) * differing / expected


def of_class(table: Crossed, name: str) -> float | None:
    """Return the agreement on a class: of all that said it, how many were joined."""
    at = table.classes.index(name)
    said = table.rows[at] + table.columns[at]
    return 2 * table.counts[at][at] / said if said else None


def _estimate(value: float, variance: float, quantile: float) -> Estimate:
    error = sqrt(max(variance, 0))
    low, high = value - quantile * error, value + quantile * error
    return Estimate(value, error, max(low, -1.0), min(high, 1.0))
