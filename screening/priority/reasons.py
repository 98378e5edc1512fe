"""Why a record stands high: the terms that speak most for it.

What a term adds is its weight in the model times its weight in the record. Words that
stand in every text, such as "of" and "with", and numbers explain nothing and are left
out; a word is left out where a pair that holds it is told already.
"""

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from screening.priority.features import Terms
from screening.priority.model import Line

MOST = 5


def words(
    row: sparse.csr_matrix, line: Line, terms: Terms, *, most: int = MOST
) -> list[str]:
    """Return the terms of one record that speak for it, the strongest first."""
    adds = row.data * line.weights[row.indices]
    told: list[str] = []
    for at in np.argsort(-adds, kind="stable"):
        if adds[at] <= 0 or len(told) == most:
            break
        term = terms.term(int(row.indices[at]))
        if _explains(term) and not _is_told(term, told):
            told = [each for each in told if each not in term.split()]
            told.append(term)
    return told


def _explains(term: str) -> bool:
    return not any(
        word in ENGLISH_STOP_WORDS or not any(map(str.isalpha, word))
        for word in term.split()
    )


def _is_told(term: str, told: list[str]) -> bool:
    return any(term in each.split() for each in told)
