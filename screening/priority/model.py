"""The model: a straight line between relevant and irrelevant records.

It is ASReview's default, ELAS u4 (Patterns 2025, PMC12416088): a linear support vector
machine with squared hinge loss and C = 0.11 on the features of `features`, the
irrelevant records weighed down so that all of them together count 1/9.8 of the relevant
ones. Its chance is fixed, so the same labels give the same order, and records that
score the same stay as they stand. A score is a distance from the line and no
probability: it orders, and nobody is shown it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.svm import LinearSVC

NAME = "ELAS u4"
# Of this code: another number is another order for the same labels.
VERSION = 1
COST = 0.11
RATIO = 9.8
# The chance of the machine itself; what else is drawn has a seed of its own.
MACHINE_SEED = 0
PARAMETERS = {
    "kernel": "linear",
    "loss": "squared_hinge",
    "C": COST,
    "balance_ratio": RATIO,
    "random_state": MACHINE_SEED,
}

Places = NDArray[np.int64]
Labels = NDArray[np.int8]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Line:
    """What was learned: how much each term speaks for a record, and from where on."""

    weights: Floats
    offset: float

    def scores(self, matrix: sparse.csr_matrix) -> Floats:
        """Return how far each record stands on the relevant side."""
        return np.asarray(matrix @ self.weights) + self.offset


def balance(labels: Labels) -> Floats:
    """Return how much each label counts; both kinds must be there."""
    relevant = int(labels.sum())
    irrelevant = len(labels) - relevant
    counts = np.where(labels == 1, 1.0, relevant / (RATIO * irrelevant))
    return np.asarray(counts * (len(labels) / counts.sum()))


def fit(rows: sparse.csr_matrix, labels: Labels) -> Line:
    """Learn from rows with their labels, 1 for relevant; both kinds must be there."""
    machine = LinearSVC(C=COST, loss="squared_hinge", random_state=MACHINE_SEED)
    machine.fit(rows, labels, sample_weight=balance(labels))
    return Line(machine.coef_[0], float(machine.intercept_[0]))


def ranked(scores: Floats, pool: Places) -> Places:
    """Return the places of the pool, the highest score first."""
    return pool[np.argsort(-scores[pool], kind="stable")]
