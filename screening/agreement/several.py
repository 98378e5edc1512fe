"""How well any number of people agree, each of whom may have left some items out.

Pure functions of what was said of each item: `units` counts how often a set of
judgments was made. None where a figure cannot be estimated.

- Percent agreement and AC1 of several: Gwet 2008, doi:10.1348/000711006X126600.
- Alpha: Krippendorff 2018, Content Analysis, 4th edition, chapter 12, with his
  differences between names, ranks and numbers.
- Both intervals: the items are taken as a sample, the figure is made linear in them,
  and the quantile is that of Student (Gwet 2021, Handbook of Inter-Rater Reliability,
  5th edition, chapters 5 and 6).
"""

from collections.abc import Mapping, Sequence
from enum import Enum
from math import sqrt

from screening.agreement.statistics import Estimate
from screening.agreement.student import quantile

Units = Mapping[tuple[str, ...], int]


class Level(Enum):
    """What the words of a scale are to each other."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def observed(units: Units) -> float | None:
    """Return the share of pairs of judgments on one item that are the same."""
    judged = {said: times for said, times in units.items() if len(said) > 1}
    items = sum(judged.values())
    if not items:
        return None
    return sum(_same(said) * times for said, times in judged.items()) / items


def ac1(units: Units, classes: Sequence[str]) -> Estimate | None:
    """Return Gwet's AC1; an item of a single judgment counts for chance alone.

    None where fewer than two items were judged by two, or by anybody.
    """
    units = {said: times for said, times in units.items() if said}
    items = sum(units.values())
    pairs = sum(times for said, times in units.items() if len(said) > 1)
    agreed = observed(units)
    if agreed is None or pairs < 2:
        return None
    said_of = {
        name: sum(said.count(name) / len(said) * n for said, n in units.items()) / items
        for name in classes
    }
    others = len(classes) - 1
    by_chance = sum(part * (1 - part) for part in said_of.values()) / others
    found = (agreed - by_chance) / (1 - by_chance)
    total = 0.0
    for said, times in units.items():
        at_hand = _same(said) - by_chance if len(said) > 1 else 0.0
        chance = sum(1 - said_of[name] for name in said) / len(said) / others
        part = at_hand * items / pairs / (1 - by_chance)
        part -= 2 * (1 - found) * (chance - by_chance) / (1 - by_chance)
        total += times * (part - found) ** 2
    return _estimate(found, total, items)


def alpha(
    units: Units, *, level: Level = Level.NOMINAL, scale: Sequence[str] = ()
) -> Estimate | None:
    """Return Krippendorff's alpha over the items that two or more have judged.

    `scale` names the words in their order, where the level asks for one. None where
    all said the same.
    """
    judged = {said: times for said, times in units.items() if len(said) > 1}
    items = sum(judged.values())
    totals: dict[str, int] = {}
    for said, times in judged.items():
        for name in said:
            totals[name] = totals.get(name, 0) + times
    whole = sum(totals.values())
    names = [name for name in scale if name in totals] or sorted(totals)
    apart = _differences(names, [totals[name] for name in names], level)
    expected = sum(
        totals[one] * totals[other] * apart[one, other]
        for one in names
        for other in names
    )
    if not expected:
        return None
    unlike = {said: _unlike(said, apart) for said in judged}
    seen = sum(unlike[said] * len(said) * times for said, times in judged.items())
    found = 1 - (whole - 1) * seen / expected
    # What an item adds: its own difference, and what it lends to that by chance.
    mean, by_chance = whole / items, expected / whole**2
    plain = 1 - seen / whole / by_chance
    total = 0.0
    for said, times in judged.items():
        excess = (len(said) - mean) / mean
        own = unlike[said] * len(said) / mean - seen / whole * excess
        lent = sum(totals[name] * apart[one, name] for one in said for name in names)
        chance = lent / (mean * whole) - by_chance * excess
        part = 1 - own / by_chance + 2 * (1 - plain) * (chance - by_chance) / by_chance
        total += times * (part - plain) ** 2
    return _estimate(found, total, items) if items > 1 else None


def _same(said: Sequence[str]) -> float:
    """Return the share of pairs of these judgments that are the same."""
    return sum(said.count(name) - 1 for name in said) / (len(said) * (len(said) - 1))


def _unlike(said: Sequence[str], apart: Mapping[tuple[str, str], float]) -> float:
    """Return how far the judgments on an item differ, over its pairs."""
    found = sum(apart[one, other] for one in said for other in said)
    return found / (len(said) * (len(said) - 1))


def _differences(
    names: Sequence[str], totals: Sequence[int], level: Level
) -> dict[tuple[str, str], float]:
    """Return how far each two words differ, squared."""
    found: dict[tuple[str, str], float] = {}
    for i, one in enumerate(names):
        for j, other in enumerate(names):
            low, high = min(i, j), max(i, j)
            if level is Level.NOMINAL:
                far = float(i != j)
            elif level is Level.INTERVAL:
                far = float(one) - float(other)
            else:
                far = sum(totals[low : high + 1]) - (totals[low] + totals[high]) / 2
            found[one, other] = far**2
    return found


def _estimate(value: float, squares: float, items: int) -> Estimate:
    error = sqrt(squares / (items * (items - 1)))
    wide = quantile(0.975, items - 1) * error
    return Estimate(value, error, max(value - wide, -1.0), min(value + wide, 1.0))
