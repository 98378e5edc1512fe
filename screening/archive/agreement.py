"""Agreement of two who judged the same items: per cent, and Cohen's kappa.

Cohen (1960), doi:10.1177/001316446002000104. What counts is whether an item goes on:
"include" and "maybe" against "exclude". Where both sides of the table are one class,
chance alone would agree wholly and kappa cannot be estimated.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from reviews.models import Stage

DIGITS = 6


@dataclass(frozen=True)
class Agreement:
    """The two-by-two table of a stage; the first person is the one who joined first."""

    stage: Stage
    both_on: int
    first_only: int
    second_only: int
    neither: int

    @property
    def items(self) -> int:
        return self.both_on + self.first_only + self.second_only + self.neither

    @property
    def percent(self) -> float | None:
        if not self.items:
            return None
        return round(100 * (self.both_on + self.neither) / self.items, DIGITS)

    @property
    def kappa(self) -> float | None:
        if not self.items:
            return None
        observed = (self.both_on + self.neither) / self.items
        first = (self.both_on + self.first_only) / self.items
        second = (self.both_on + self.second_only) / self.items
        chance = first * second + (1 - first) * (1 - second)
        if chance == 1:
            return None
        return round((observed - chance) / (1 - chance), DIGITS)


def of(stage: Stage, pairs: Iterable[tuple[bool, bool]]) -> Agreement:
    """Return the agreement of pairs of judgments: whether each let the item go on."""
    found = Counter(pairs)
    return Agreement(
        stage,
        both_on=found[True, True],
        first_only=found[True, False],
        second_only=found[False, True],
        neither=found[False, False],
    )
