"""Features: the words and pairs of words of each record, weighed by how rare they are.

The matrix is, number for number, that of scikit-learn's TfidfVectorizer with the
parameters of ASReview's default (ELAS u4): words of two letters and more and pairs of
neighbours, sublinear counts, nothing left out but what stands in more than 95 of 100
records. It is made in a third of the time, since a pair of words is a pair of numbers:
words alone go through Python, and sorting the numbers sorts the terms. A space sorts
before every letter, so pairs of places in the sorted words are in the order of the
terms themselves.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import sklearn
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import normalize

PARAMETERS: dict[str, Any] = {
    "text": "title abstract",
    "ngram_range": [1, 2],
    "sublinear_tf": True,
    "min_df": 1,
    "max_df": 0.95,
}
MOST_COMMON = 0.95
WORD = re.compile(r"(?u)\b\w\w+\b")
# A pair is one number: the place of its first word, then that of its second and one;
# nought stands for a word by itself.
_SHIFT = 32
_SECOND = (1 << _SHIFT) - 1
_AT_ONCE = 2000

Places = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Terms:
    """What the columns of a matrix stand for."""

    # All words in their order, those of no column too.
    words: Sequence[str]
    # Of each column the word or the pair, as a number; they ascend.
    codes: Places
    # How much rarer than others.
    rarity: Floats

    def term(self, column: int) -> str:
        code = int(self.codes[column])
        first, second = self.words[code >> _SHIFT], code & _SECOND
        return f"{first} {self.words[second - 1]}" if second else first

    def weigh(self, text: str) -> sparse.csr_matrix:
        """Return the features of another text; words that are not known count not."""
        found = np.array([self._place(word) for word in _words(text)], dtype=np.int64)
        codes, counts = np.unique(_codes(found, found >= 0), return_counts=True)
        columns = np.searchsorted(self.codes, codes)
        columns[columns == len(self.codes)] = 0
        known = self.codes[columns] == codes if len(self.codes) else columns < 0
        columns, counts = columns[known], counts[known]
        ends = np.array([0, len(columns)])
        return _weighed(columns, counts, ends, self.rarity)

    def _place(self, word: str) -> int:
        at = bisect_left(self.words, word)
        return at if at < len(self.words) and self.words[at] == word else -1


@dataclass(frozen=True)
class Features:
    """One row for each text, one column for each term."""

    matrix: sparse.csr_matrix
    terms: Terms


def text_of(title: str, abstract: str) -> str:
    """Return what is read of a record, as ASReview joins it."""
    return f"{title} {abstract}"


def recipe() -> str:
    """Return how features are made: they are other ones when it changes."""
    return f"{sorted(PARAMETERS.items())} {sklearn.__version__}"


def build(texts: Iterable[str]) -> Features:
    """Return the features of the texts, a row each, in their order."""
    words, tokens, lengths = _read(texts)
    order = sorted(range(len(words)), key=words.__getitem__)
    place = np.empty(len(words), dtype=np.int64)
    place[order] = np.arange(len(words))
    rows = list(_counted(tokens, lengths, place))
    del tokens
    codes = _joined([each[0] for each in rows], np.int64)
    counts = _joined([each[1] for each in rows], np.int32)
    sizes = _joined([each[2] for each in rows], np.int64)
    del rows
    distinct, frequency = np.unique(codes, return_counts=True)
    columns = np.searchsorted(distinct, codes)
    del codes
    kept = frequency <= MOST_COMMON * len(lengths)
    if not kept.all():
        columns, counts, sizes = _without(columns, counts, sizes, kept)
        distinct, frequency = distinct[kept], frequency[kept]
    rarity = np.log((len(lengths) + 1.0) / (frequency + 1.0)) + 1.0
    terms = Terms([words[at] for at in order], distinct, rarity)
    ends = np.concatenate([[0], np.cumsum(sizes)])
    return Features(_weighed(columns, counts, ends, rarity), terms)


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


def _read(texts: Iterable[str]) -> tuple[list[str], NDArray[np.int32], Places]:
    """Return the words as they are met, the texts as their numbers, and lengths."""
    number: defaultdict[str, int] = defaultdict()
    number.default_factory = number.__len__
    parts: list[NDArray[np.int32]] = []
    lengths: list[int] = []
    for some in _batches(texts):
        found = [_words(text) for text in some]
        lengths += map(len, found)
        flat = [number[word] for words in found for word in words]
        parts.append(np.array(flat, dtype=np.int32))
    return list(number), _joined(parts, np.int32), np.array(lengths, dtype=np.int64)


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
    waiting = iter(texts)
    while some := list(islice(waiting, _AT_ONCE)):
        yield some


def _counted(
    tokens: NDArray[np.int32], lengths: Places, place: Places
) -> Iterator[tuple[Places, NDArray[np.int32], Places]]:
    """Yield the terms of some texts, how often each stands there, and how many."""
    begins = np.concatenate([[0], np.cumsum(lengths)])
    for first in range(0, len(lengths), _AT_ONCE):
        here = lengths[first : first + _AT_ONCE]
        some = place[tokens[begins[first] : begins[first + len(here)]]]
        text = np.repeat(np.arange(len(here)), here)
        yield _counted_at_once(some, text, len(here))


def _counted_at_once(
    words: Places, text: Places, number: int
) -> tuple[Places, NDArray[np.int32], Places]:
    neighbours = text[1:] == text[:-1]
    codes = np.concatenate(
        [words << _SHIFT, (words[:-1] << _SHIFT | words[1:] + 1)[neighbours]]
    )
    texts = np.concatenate([text, text[1:][neighbours]])
    # Terms are numbered here first, so that text and term fit into one number.
    distinct, inverse = np.unique(codes, return_inverse=True)
    width = max(len(distinct), 1)
    both, counts = np.unique(texts * width + inverse, return_counts=True)
    sizes = np.bincount(both // width, minlength=number)
    return distinct[both % width] if len(both) else both, counts.astype(np.int32), sizes


def _codes(words: Places, known: NDArray[np.bool_]) -> Places:
    """Return the terms of one text as numbers."""
    pairs = known[1:] & known[:-1]
    return np.concatenate(
        [words[known] << _SHIFT, (words[:-1] << _SHIFT | words[1:] + 1)[pairs]]
    )


def _without(
    columns: Places, counts: NDArray[np.int32], sizes: Places, kept: NDArray[np.bool_]
) -> tuple[Places, NDArray[np.int32], Places]:
    """Take the terms out that are too common to tell anything."""
    stays = kept[columns]
    rows = np.repeat(np.arange(len(sizes)), sizes)[stays]
    new = np.cumsum(kept) - 1
    return new[columns[stays]], counts[stays], np.bincount(rows, minlength=len(sizes))


def _weighed(
    columns: Places, counts: NDArray[Any], ends: Places, rarity: Floats
) -> sparse.csr_matrix:
    """Return the rows with sublinear counts times rarity, each of length one."""
    values = np.log(counts, dtype=np.float64)
    values += 1.0
    values *= rarity[columns]
    small = np.int32 if len(columns) < 2**31 else np.int64
    rows = sparse.csr_matrix(
        (values, columns.astype(small), ends.astype(small)),
        shape=(len(ends) - 1, len(rarity)),
    )
    # Where every term was too common there is nothing to weigh.
    return normalize(rows, norm="l2", copy=False) if min(rows.shape) else rows


def _joined(parts: list[Any], kind: Any) -> Any:
    return np.concatenate(parts) if parts else np.empty(0, dtype=kind)
