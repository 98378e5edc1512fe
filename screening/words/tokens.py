"""The words of a text as highlights compare them, each with its place.

Accents are left out of the comparison, and capitals too unless they matter; every
alphabet is read. Hyphens and spaces part words alike, so that "beta blocker" finds
"beta-blocker"; any other sign is a word of its own, so that "CD4+" is not "CD4".
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

# Accents that follow their letter, soft hyphens and joiners: part of a word.
_WITHIN = (
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f"
    "\u00ad\u200c\u200d"
)
_TOKEN = re.compile(rf"[\w{_WITHIN}]+|[^\w\s{_WITHIN}]")
_WILD_TOKEN = re.compile(rf"[\w*?{_WITHIN}]+|[^\w\s*?{_WITHIN}]")
# What parts words and is nothing by itself.
_PARTING = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212\u200b\ufeff")
_SAME = {"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u201c": '"', "\u201d": '"'}
_DROPPED = frozenset("\u00ad\u200c\u200d")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: what it is compared as, and where it stands."""

    folded: str
    start: int
    end: int


def tokens(text: str, *, keeps_case: bool = False) -> Iterator[Token]:
    """Yield the words of a text in their order."""
    for found in _TOKEN.finditer(text):
        if found[0] not in _PARTING:
            yield Token(fold(found[0], keeps_case), found.start(), found.end())


def wanted(word: str, *, keeps_case: bool = False) -> tuple[str, ...]:
    """Return the words of a line of a list, with their wildcards."""
    parts = (found[0] for found in _WILD_TOKEN.finditer(word))
    return tuple(fold(part, keeps_case) for part in parts if part not in _PARTING)


def fold(word: str, keeps_case: bool) -> str:
    """Return a word without accents, and without capitals unless they are kept."""
    if word.isascii():
        return word if keeps_case else word.lower()
    return "".join(_letter(each, keeps_case) for each in word)


class Letters:
    """Where the letters of a folded word stand in the word as it is written."""

    def __init__(self, word: str, keeps_case: bool) -> None:
        self._length = len(word)
        # None where each letter stands for itself.
        self._places = None if word.isascii() else _places(word, keeps_case)

    def begin(self, letter: int) -> int:
        """Return where a letter of the folded word begins."""
        return letter if self._places is None else self._places[letter]

    def end(self, letters: int) -> int:
        """Return where so many letters of the folded word end, accents and all."""
        if self._places is None:
            return letters
        if letters == len(self._places):
            return self._length
        return max(self._places[letters], self._places[letters - 1] + 1)


def _places(word: str, keeps_case: bool) -> list[int]:
    """Return, for each letter of the folded word, where it stands in the word."""
    return [
        place for place, letter in enumerate(word) for _ in _letter(letter, keeps_case)
    ]


@lru_cache(maxsize=4096)
def _letter(letter: str, keeps_case: bool) -> str:
    if letter in _DROPPED:
        return ""
    apart = unicodedata.normalize("NFKD", _SAME.get(letter, letter))
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return bare if keeps_case else bare.casefold()
