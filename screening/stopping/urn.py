"""The test whether enough was found to stop: how likely it is that too much is missed.

The hypergeometric test of Callaghan and Müller-Hansen (2020,
doi:10.1186/s13643-020-01521-4). Were the recall below the target, at least so many
relevant records would be left. From every point on, what was read after it is taken
for a draw out of all that was left there, which is fair or cautious where records come
by predicted relevance or at random; the least likely of these draws decides. Only the
first point and those directly after a relevant record can give the least: one more
irrelevant record in a draw makes it less likely.

It is looked at again and again, so that its own threshold is 0.02: with it the recall
is reached in at least 95 of 100 screenings also where the order is no better than
random (`docs/decisions/0012-stopping.md`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

# What p must fall below.
THRESHOLD = 0.02
_NEGLIGIBLE = 1e-17

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Screened:
    """What was read of a pool, in the order of reading.

    `relevant` are the places of the relevant ones, from 1, in rising order. `known`
    are relevant records that were known beforehand: they count as found and were never
    drawn. Draws begin at `valid_from` at the earliest: after so many records the pool
    grew, or its order became one that the test may rely on.
    """

    pool: int
    read: int
    relevant: Sequence[int]
    known: int = 0
    valid_from: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.valid_from <= self.read <= self.pool:
            raise ValueError("No more can be read than there is.")
        if len(self.relevant) and not (
            self.relevant[0] >= 1 and self.relevant[-1] <= self.read
        ):
            raise ValueError("A relevant record was read.")

    @property
    def found(self) -> int:
        """How many relevant records there are so far, with those known beforehand."""
        return self.known + len(self.relevant)

    @property
    def unread(self) -> int:
        return self.pool - self.read

    @property
    def since_last(self) -> int:
        """How many irrelevant records were read since the last relevant one."""
        return self.read - (self.relevant[-1] if len(self.relevant) else 0)

    def after(self, irrelevant: int) -> "Screened":
        """Return what it would be after so many more irrelevant records."""
        return replace(self, read=self.read + irrelevant)


@dataclass(frozen=True)
class Certified:
    """What recall is certain by the test, and how many may be missed at most."""

    found: int
    missed: int

    @property
    def recall(self) -> float:
        """The share of the relevant records that was found, at least."""
        return self.found / (self.found + self.missed) if self.found else 0.0


def fewest_missed(found: int, target: int) -> int:
    """Return how many are missed at least if the recall is below a target.

    `target` is in per cent. In whole numbers, as shares of floating point are not
    exact.
    """
    return found * 100 // target + 1 - found


def p_value(screened: Screened, target: int) -> float:
    """Return how likely what was read is if the recall were below a target."""
    return p_of_missing(screened, fewest_missed(screened.found, target))


def p_of_missing(screened: Screened, missed: int) -> float:
    """Return how likely what was read is if so many relevant records were left."""
    if missed > screened.unread:
        return 0.0
    left, later = _draws(screened)
    return float(_left_over(left, later + missed, screened.unread, missed).min())


def certified(screened: Screened, threshold: float = THRESHOLD) -> Certified:
    """Return what recall is certain, by halving: p falls as more would be missed."""
    draws = _draws(screened)
    low, high = 1, screened.unread + 1
    while low < high:
        middle = (low + high) // 2
        below = _below(draws, screened.unread, middle, threshold)
        if below.any():
            # A draw that is likely with so many is likelier still with fewer.
            high, draws = middle, (draws[0][below], draws[1][below])
        else:
            low = middle + 1
    return Certified(screened.found, low - 1)


def forecast(screened: Screened, target: int, threshold: float = THRESHOLD) -> int:
    """Return after how many more records one can stop if all are irrelevant."""
    missed = fewest_missed(screened.found, target)
    draws = _draws(screened)
    low, high = 0, screened.unread
    while low < high:
        middle = (low + high) // 2
        below = _below(draws, screened.unread - middle, missed, threshold)
        if below.any():
            high, draws = middle, (draws[0][below], draws[1][below])
        else:
            low = middle + 1
    return low


def _draws(screened: Screened) -> tuple[Numbers, Numbers]:
    """Return of each draw what was left as it began, and the relevant ones in it."""
    places = np.asarray(screened.relevant, dtype=np.float64)
    begun = int(np.searchsorted(places, screened.valid_from, side="right"))
    starts = np.concatenate(([float(screened.valid_from)], places[begun:]))
    later = len(places) - begun - np.arange(len(starts), dtype=np.float64)
    return np.float64(screened.pool) - starts, later


def _below(
    draws: tuple[Numbers, Numbers], unread: int, missed: int, threshold: float
) -> NDArray[np.bool_]:
    """Tell of each draw whether it is less likely than a threshold far below a half."""
    left, later = draws
    if missed > unread:
        return np.ones(len(left), dtype=np.bool_)
    relevant = later + missed
    # Up to the likeliest number it is about as likely as not: no sum is needed.
    below = missed > np.floor((unread + 1) * (relevant + 1) / (left + 2))
    if below.any():
        p = _left_over(left[below], relevant[below], unread, missed)
        below[below] = p < threshold
    return below


def at_most(found: int, pool: int, relevant: int, drawn: int) -> float:
    """Return how likely a draw holds at most so many of the relevant in a pool."""
    if relevant - found > pool - drawn:
        return 0.0
    if found >= min(relevant, drawn):
        return 1.0
    left, there = np.array([float(pool)]), np.array([float(relevant)])
    return float(_left_over(left, there, pool - drawn, relevant - found)[0])


def _left_over(left: Numbers, relevant: Numbers, unread: int, missed: int) -> Numbers:
    """Return how likely at least `missed` of the relevant lie among the unread.

    One number for each pool of `left` records. Summed outwards from the likeliest
    number, or from `missed` where that is greater, so that nothing underflows.
    """
    mode = np.floor((unread + 1) * (relevant + 1) / (left + 2))
    begin = np.clip(mode, missed, np.minimum(relevant, unread))
    rest = left - relevant - unread
    first = np.exp(
        _ways(relevant, begin)
        + _ways(left - relevant, unread - begin)
        - _ways(left, np.full_like(left, unread))
    )
    total = first.copy()
    term, at = first.copy(), begin.copy()
    while True:
        ratio = (relevant - at) * (unread - at) / ((at + 1) * (rest + at + 1))
        term, at = term * ratio, at + 1
        total += term
        if np.all(term <= total * _NEGLIGIBLE):
            break
    term, at = first, begin
    while True:
        ratio = at * (rest + at) / ((relevant - at + 1) * (unread - at + 1))
        term = np.where(at > missed, term * ratio, 0.0)
        total += term
        at = at - 1
        if np.all(term <= total * _NEGLIGIBLE):
            break
    return np.clip(total, 0.0, 1.0)


def _ways(things: Numbers, chosen: Numbers) -> Numbers:
    """Return the logarithm of the number of ways to choose some of the things."""
    ways = gammaln(things + 1) - gammaln(chosen + 1) - gammaln(things - chosen + 1)
    return np.asarray(ways, dtype=np.float64)
