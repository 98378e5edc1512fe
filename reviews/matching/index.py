"""Keep what is needed to compare new records only, without reading all the others.

A record's fingerprints depend on it alone and can be stored beside it. Records that
come in are compared with those that share one: 500 into 100,000 touch a few hundred.
"""

from collections.abc import Iterable, Iterator, Set
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from reviews.matching.blocking import fingerprints
from reviews.matching.candidates import Candidate
from reviews.matching.normalising import profile

# Of the fingerprints as they are made today. To be raised with every change of
# `blocking` or of what it reads, so that stored ones are made again.
VERSION = 2
_AT_ONCE = 5000


def marks(candidate: Candidate) -> frozenset[int]:
    """Return the signed 64-bit numbers to store beside a record."""
    return fingerprints(profile(candidate))


def pack(own: Iterable[int]) -> bytes:
    """Return fingerprints as they are stored: eight bytes each, in order."""
    return np.sort(np.fromiter(own, dtype="<i8")).tobytes()


def sharing(packed: Iterable[tuple[int, bytes]], wanted: Set[int]) -> set[int]:
    """Return the keys of the packed records that have any of the wanted fingerprints.

    The records are read in turn and never held together.
    """
    asked = np.sort(np.fromiter(wanted, dtype="<i8"))
    return set(_sharing(packed, asked)) if len(asked) else set()


def _sharing(
    packed: Iterable[tuple[int, bytes]], asked: NDArray[np.int64]
) -> Iterator[int]:
    rows = iter(packed)
    while some := list(islice(rows, _AT_ONCE)):
        keys = np.fromiter((key for key, _ in some), dtype="<i8")
        counts = [len(own) // 8 for _, own in some]
        held = np.frombuffer(b"".join(own for _, own in some), dtype="<i8")
        places = np.minimum(np.searchsorted(asked, held), len(asked) - 1)
        yield from np.repeat(keys, counts)[asked[places] == held].tolist()
