"""A whole review played offline on records whose label is known.

It begins with so many records of each kind as known (priors), or with the text of a
question, or with neither: then records are drawn by chance until one of each kind was
found, as ASReview does. What is drawn comes from one seed, so a run can be repeated.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from screening.priority import learning, model
from screening.priority.features import Features
from screening.priority.learning import Known
from screening.priority.model import Places

Batch = Callable[[int], int]


@dataclass(frozen=True)
class Start:
    """What is known before the first record."""

    relevant: int = 0
    irrelevant: int = 0
    question: str = ""


@dataclass(frozen=True)
class Played:
    """The order in which the records were screened."""

    priors: Places
    order: Places


class CannotBegin(ValueError):
    """The set does not have what the start asks for."""


def one_then_more(labelled: int) -> int:
    """Return how many records are screened before the model learns anew.

    The rule of the benchmarks of ASReview's makers.
    """
    if labelled < 100:
        return 1
    return 5 if labelled < 1000 else 100


def play(
    features: Features,
    labels: Sequence[int],
    start: Start,
    *,
    seed: int,
    batch: Batch = one_then_more,
) -> Played:
    """Screen every record in the order that the model gives; raises CannotBegin."""
    truth = np.asarray(labels, dtype=np.int8)
    question = features.terms.weigh(start.question) if start.question else None
    priors = _priors(truth, start, seed)
    seen = list(map(int, priors))
    unseen = np.ones(len(truth), dtype=bool)
    unseen[priors] = False
    by_chance = np.random.default_rng([seed, 1]).permutation(len(truth))
    while unseen.any():
        pool = np.flatnonzero(unseen)
        places = np.array(seen, dtype=np.int64)
        line = learning.learn(
            features.matrix,
            Known(places, truth[places]),
            pool,
            question=question,
            seed=seed,
        )
        if line is None:
            ranked = by_chance[unseen[by_chance]]
        else:
            ranked = model.ranked(line.scores(features.matrix), pool)
        # With the last relevant record found, the order of the rest tells nothing.
        if not truth[pool].any():
            seen += map(int, ranked)
            break
        here = ranked[: 1 if line is None else batch(len(seen))]
        seen += map(int, here)
        unseen[here] = False
    order = np.array(seen[len(priors) :], dtype=np.int64)
    return Played(priors, order)


def _priors(truth: model.Labels, start: Start, seed: int) -> Places:
    """Draw the records that are known beforehand."""
    chance = np.random.default_rng([seed, 0])
    drawn = []
    for label, number in ((1, start.relevant), (0, start.irrelevant)):
        there = np.flatnonzero(truth == label)
        if len(there) < number:
            kind = "relevant" if label else "irrelevant"
            raise CannotBegin(f"The set has {len(there)} {kind} records, not {number}.")
        drawn.append(chance.permutation(there)[:number])
    return np.concatenate(drawn).astype(np.int64)
