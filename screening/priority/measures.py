"""How good an order is, measured on a set whose relevant records are known.

The definitions are those of ASReview (asreview.metrics) and of the field; records that
were known from the beginning count in none of them. All of them read the labels in the
order in which the records were screened, to the last one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

RECALL = 0.95


@dataclass(frozen=True)
class Measured:
    """The figures of one order; shares of one."""

    # Work saved over sampling at 95 % recall (Cohen et al. 2006).
    wss95: float
    # Relevant records found in the first tenth.
    recall10: float
    # How far down the order a relevant record stands on average.
    atd: float
    # The area that is missing from the best curve of recall: 0 the best, 1 the worst.
    loss: float
    # Normalised discounted cumulative gain.
    ndcg: float


class NothingToMeasure(ValueError):
    """There is no relevant or no irrelevant record to find."""


def measure(labels: Sequence[int]) -> Measured:
    """Return the figures of an order, from its labels; raises NothingToMeasure."""
    number, relevant = len(labels), sum(labels)
    if not 0 < relevant < number:
        raise NothingToMeasure("An order is measured on records of both kinds.")
    found = list(accumulate(labels))
    places = [place for place, label in enumerate(labels, 1) if label]
    at_recall = places[math.ceil(RECALL * relevant) - 1]
    best = relevant * (number - (relevant - 1) / 2)
    gain = sum(1 / math.log2(place + 1) for place in places)
    ideal = sum(1 / math.log2(place + 1) for place in range(1, relevant + 1))
    return Measured(
        wss95=RECALL - at_recall / number,
        recall10=found[math.ceil(number / 10) - 1] / relevant,
        atd=sum(places) / relevant / number,
        loss=(best - sum(found)) / (relevant * (number - relevant)),
        ndcg=gain / ideal,
    )
