"""What the model learns from: the protocol's own text, and judgments.

The question and the criteria stand as one relevant record more, all along. As long as
fewer than five records are known to be relevant, fifty records drawn by chance from
those that nobody judged stand as irrelevant ones, as most records of a review are. So
the order is good before the first decision, and from the fifth relevant record on it
is learned from what people said (docs/decisions/0008). Without a text it is learned
from the judgments alone, which is ASReview's default to the last record.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from screening.priority import model
from screening.priority.model import Labels, Line, Places

# Relevant records that are enough to learn from without presuming anything.
ENOUGH = 5
PRESUMED = 50
PARAMETERS = {"presumed_until_relevant": ENOUGH, "presumed_irrelevant": PRESUMED}


@dataclass(frozen=True)
class Known:
    """What is known of some records: their places in the matrix, and 1 if relevant."""

    places: Places
    labels: Labels

    @property
    def relevant(self) -> int:
        return int(self.labels.sum())

    @property
    def irrelevant(self) -> int:
        return len(self.labels) - self.relevant


def learn(
    matrix: sparse.csr_matrix,
    known: Known,
    pool: Places,
    *,
    question: sparse.csr_matrix | None = None,
    seed: int = 0,
) -> Line | None:
    """Return what can be learned; None where nothing tells relevant from irrelevant.

    `pool` are the places of the records that are not judged; `question` the features
    of the protocol's text, if it has any.
    """
    if not matrix.shape[1]:
        return None
    if question is None or not question.nnz:
        if not known.relevant or not known.irrelevant:
            return None
        return model.fit(matrix[known.places], known.labels)
    presumed = pool[:0]
    if presumes(known):
        # Another draw with every label, and the same one for the same labels.
        chance = np.random.default_rng([seed, len(known.labels)])
        presumed = chance.permutation(pool)[:PRESUMED]
    if not len(presumed) and not known.irrelevant:
        return None
    rows = sparse.vstack(
        [question, matrix[known.places], matrix[presumed]], format="csr"
    )
    labels = np.concatenate([[1], known.labels, np.zeros(len(presumed))])
    return model.fit(rows, labels.astype(np.int8))


def presumes(known: Known) -> bool:
    """Tell whether too little is known to learn from it without presuming anything."""
    return known.relevant < ENOUGH or not known.irrelevant
