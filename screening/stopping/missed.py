"""What two reviewers both missed, estimated from what each of them found.

Capture and recapture: the fewer of one reviewer's finds the other has found too, the
more there must be that neither found. Chapman's estimator (1951) with the variance of
Seber (1970), and an interval on the logarithm of what was missed, which never falls
below what was found (Chao 1987, doi:10.2307/2531532; Rexstad and Burnham 1991). Used
of screeners by Kastner et al. (2009, doi:10.1016/j.jclinepi.2008.06.001).
"""

from dataclasses import dataclass
from math import exp, log, sqrt

NORMAL = 1.959964
# With fewer that both found the estimate may be far too low (Robson and Regier 1964).
FEWEST_SHARED = 7


@dataclass(frozen=True)
class Found:
    """How many relevant records the first found, the second, and both."""

    first: int
    second: int
    both: int

    def __post_init__(self) -> None:
        if not 0 <= self.both <= min(self.first, self.second):
            raise ValueError("What both found, each of them found.")

    @property
    def together(self) -> int:
        """How many at least one of them found."""
        return self.first + self.second - self.both

    @property
    def is_enough(self) -> bool:
        """Whether so many were found by both that the estimate can be relied on."""
        return self.both >= FEWEST_SHARED


@dataclass(frozen=True)
class Estimate:
    """How many relevant records there are, with a 95 per cent interval."""

    total: float
    error: float
    low: float
    high: float
    found: int

    @property
    def missed(self) -> float:
        return max(self.total - self.found, 0.0)

    @property
    def missed_low(self) -> float:
        return max(self.low - self.found, 0.0)

    @property
    def missed_high(self) -> float:
        return max(self.high - self.found, 0.0)


def chapman(found: Found) -> Estimate:
    """Estimate how many relevant records there are among those that both judged."""
    first, second, both = found.first, found.second, found.both
    total = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (
        (first + 1)
        * (second + 1)
        * (first - both)
        * (second - both)
        / ((both + 1) ** 2 * (both + 2))
    )
    missed = total - found.together
    if missed <= 0 or not variance:
        whole = float(found.together)
        return Estimate(total, sqrt(variance), whole, whole, found.together)
    spread = exp(NORMAL * sqrt(log(1 + variance / missed**2)))
    return Estimate(
        total=total,
        error=sqrt(variance),
        low=found.together + missed / spread,
        high=found.together + missed * spread,
        found=found.together,
    )
