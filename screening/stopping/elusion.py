"""How many relevant records the rest may hold, from a random sample of it.

The upper bound of a one-sided 95 per cent interval: the greatest number of relevant
records in the rest that would show so few in the sample in at least 5 of 100 draws. It
assumes nothing of the order in which records were read, and holds for one look that
was planned beforehand (the elusion test, Roitblat 2007).
"""

from screening.stopping.urn import at_most

LEVEL = 0.05


def upper_bound(rest: int, sample: int, found: int, level: float = LEVEL) -> int:
    """Return how many relevant records a rest holds at most, with those found in it.

    `sample` of the `rest` were judged, and `found` of these were relevant.
    """
    if not 0 <= found <= sample <= rest:
        raise ValueError("A sample is drawn from the rest, and found in the sample.")
    low, high = found, rest - (sample - found)
    while low < high:
        middle = (low + high + 1) // 2
        if at_most(found, rest, middle, sample) >= level:
            low = middle
        else:
            high = middle - 1
    return low
