"""Choose the pairs worth comparing, without comparing every record with every other.

Each record is filed under several fingerprints, numbers that depend on it alone, so
that they can be stored beside it; only records that share one are compared. A copy
would have to differ in all of them to be missed.
"""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b

import numpy as np

from reviews.matching.normalising import Profile

# A fingerprint shared by more records than this says little ("Editorial").
_LARGEST_BLOCK = 60
_NEIGHBOURS = 8
_TELLING_WORDS = 4
_ABSTRACT_LETTERS = 80
_AT_ONCE = 10_000


Filed = Callable[[int, frozenset[int]], None]


def pairs(
    profiles: Sequence[Profile],
    new: frozenset[int] | None = None,
    *,
    filed: Filed | None = None,
) -> Iterator[tuple[int, int]]:
    """Yield each pair of positions that share a fingerprint once, the lower first.

    They come in order. With `new`, only pairs that hold one of these positions.
    `filed` is told the key and the fingerprints of each record.
    """
    # One number for each pair: a set of millions of them would fill the memory.
    number, codes = len(profiles), array("q")
    for block in _blocks(profiles, filed):
        if new is not None and new.isdisjoint(block):
            continue
        codes.extend(
            first * number + second if first < second else second * number + first
            for first, second in _within(block, profiles)
            if new is None or first in new or second in new
        )
    ordered = np.unique(np.asarray(codes, dtype=np.int64))
    for start in range(0, len(ordered), _AT_ONCE):
        for code in ordered[start : start + _AT_ONCE].tolist():
            yield divmod(code, number)


def fingerprints(each: Profile) -> frozenset[int]:
    """Return the signed 64-bit numbers under which a record is filed.

    They stay the same from run to run, as the built-in hash of a text does not.
    """
    return frozenset(
        int.from_bytes(
            blake2b("\t".join(key).encode(errors="replace"), digest_size=8).digest(),
            signed=True,
        )
        for key in _keys(each)
    )


def _blocks(profiles: Sequence[Profile], filed: Filed | None) -> Iterator[list[int]]:
    """Yield the positions that share a fingerprint, in order."""
    # Plain arrays: a dictionary of a million numbers takes ten times the memory.
    marks, holders = array("q"), array("q")
    for position, each in enumerate(profiles):
        own = fingerprints(each)
        if filed is not None:
            filed(each.key, own)
        marks.extend(own)
        holders.extend([position] * len(own))
    found, held = np.asarray(marks), np.asarray(holders)
    order = np.lexsort((held, found))
    found, held = found[order], held[order]
    starts = np.flatnonzero(np.r_[True, found[1:] != found[:-1]])
    ends = np.r_[starts[1:], len(found)]
    for start, end in zip(starts, ends, strict=True):
        if end - start > 1:
            yield held[start:end].tolist()


def _keys(each: Profile) -> Iterator[tuple[str, ...]]:
    first_author = each.names[0].letters if each.names else ""
    year = str(each.year or "")
    if each.doi:
        yield "doi", each.doi
    if each.pmid:
        yield "pmid", each.pmid
    if each.registration:
        yield "registration", each.registration
    if each.title and (each.short or each.generic):
        yield "short", each.title, year, each.volume
        yield "short", each.title, each.first_page, each.journal[:4]
        yield "short", each.title, first_author
    elif each.title:
        yield "begins", each.title[:40]
        yield "ends", each.title[-30:]
        if len(each.title) > 40:
            yield "begins", each.title[:25], first_author
    # A misspelt word may be among the longest, so each of the four is left out once.
    longest = sorted(set(each.words), key=lambda word: (-len(word), word))
    longest = longest[:_TELLING_WORDS]
    if len(longest) == _TELLING_WORDS:
        for left_out in longest:
            yield "words", *(word for word in longest if word != left_out)
    if each.first_page and each.volume:
        yield "page", each.first_page, each.volume, year
        yield "page", each.first_page, each.volume, first_author
    if first_author and year:
        yield "author", first_author, year, each.journal[:4]
    if len(each.abstract) > _ABSTRACT_LETTERS:
        yield "abstract", each.abstract[:_ABSTRACT_LETTERS]


def _within(
    block: list[int], profiles: Sequence[Profile], split: int = 0
) -> Iterator[tuple[int, int]]:
    if len(block) <= _LARGEST_BLOCK:
        for index, first in enumerate(block):
            for second in block[index + 1 :]:
                yield first, second
    elif split == 2:
        # Still too many: whatever is alike stands next to each other.
        block = sorted(block, key=lambda at: (profiles[at].title, at))
        for index, first in enumerate(block):
            for second in block[index + 1 : index + 1 + _NEIGHBOURS]:
                yield first, second
    else:
        smaller: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
        for position in block:
            each = profiles[position]
            smaller[(each.first_page,) if split else (each.year, each.volume)].append(
                position
            )
        for part in smaller.values():
            yield from _within(part, profiles, split + 1)
