"""Keep what is needed to compare new records only, without reading all the others.

A record's fingerprints depend on it alone and can be stored beside it. Records that
come in are compared with those that share one: 500 into 100,000 touch a few hundred.
"""

from collections.abc import Collection, Iterable
from itertools import chain

from reviews.matching.blocking import fingerprints
from reviews.matching.candidates import Candidate
from reviews.matching.normalising import profile


def marks(candidate: Candidate) -> frozenset[int]:
    """Return the signed 64-bit numbers to store beside a record."""
    return fingerprints(profile(candidate))


class Index:
    """The fingerprints of records in memory; a table of (mark, key) does the same."""

    def __init__(self) -> None:
        # Most fingerprints belong to one record, and a set for each would be large.
        self._keys: dict[int, int | set[int]] = {}

    def add(self, key: int, own: Iterable[int]) -> None:
        """File a record under its fingerprints."""
        for mark in own:
            held = self._keys.setdefault(mark, key)
            if isinstance(held, set):
                held.add(key)
            elif held != key:
                self._keys[mark] = {held, key}

    def discard(self, key: int, own: Iterable[int]) -> None:
        """Take a record out again."""
        for mark in own:
            held = self._keys.get(mark)
            if isinstance(held, set):
                held.discard(key)
            elif held == key:
                del self._keys[mark]

    def sharing(self, own: Collection[int]) -> frozenset[int]:
        """Return the keys of all records filed under any of these fingerprints."""
        held = (self._keys.get(mark) for mark in own)
        return frozenset(
            chain.from_iterable(
                each if isinstance(each, set) else (each,)
                for each in held
                if each is not None
            )
        )
