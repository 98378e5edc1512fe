"""The settled records over time, as a small plot for the overview of a review."""

from collections.abc import Mapping
from datetime import date

from reviews.figures import plots
from reviews.figures.plots import Series

# With fewer days there is nothing to see that a number does not tell.
FEWEST_DAYS = 2


def draw(days: Mapping[date, int]) -> str:
    """Draw how many records were settled up to each day; empty on too few days."""
    if len(days) < FEWEST_DAYS:
        return ""
    series = Series("Records settled", sorted(days.items()))
    return plots.lines(
        "Records settled over time",
        [series],
        what="Records settled",
        high=plots.SMALL_HIGH,
    )
