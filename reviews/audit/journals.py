"""Names of journals that are not one to one: an abbreviation of two, two of one.

An abbreviation may stand for two journals where its volumes fall while the years rise,
or where its articles come from two registrants of DOIs; volumes of one journal do not.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from reviews.audit.facts import Reference
from reviews.matching.folding import fold
from reviews.matching.places import doi

_LONGEST_ABBREVIATION = 6
_BRACKETS = re.compile(r"\([^()]*\)")
_SMALL_WORDS = frozenset("of the and for in on a an et de der und la".split())
# A single word that is shortened keeps so many letters, or it may be another word.
_FEWEST_LETTERS = 5


def of_two(
    references: Sequence[Reference],
) -> Iterator[tuple[str, tuple[Reference, Reference]]]:
    """Yield each abbreviation that seems to stand for two journals, with its proof."""
    named: dict[str, list[Reference]] = defaultdict(list)
    for reference in references:
        if _is_abbreviation(reference.journal):
            named[_letters(reference.journal)].append(reference)
    for name, group in named.items():
        if pair := _unlike(group):
            yield name, pair


def names_of_one(references: Sequence[Reference]) -> Iterator[Counter[str]]:
    """Yield the ways in which one journal is named, short and in full, with counts."""
    counts = Counter(" ".join(reference.journal.split()) for reference in references)
    alike: dict[tuple[int, str], list[str]] = defaultdict(list)
    for name in sorted(counts):
        if words := _words(name):
            alike[len(words), words[0][:1]].append(name)
    for names in alike.values():
        for one, other in combinations(names, 2):
            if _shortens(_words(one), _words(other)):
                yield Counter({name: counts[name] for name in (one, other)})


def _is_abbreviation(journal: str) -> bool:
    letters = _letters(journal)
    return letters.isupper() and 1 < len(letters) <= _LONGEST_ABBREVIATION


def _letters(journal: str) -> str:
    return re.sub(r"[\s.]", "", journal)


def _unlike(group: Sequence[Reference]) -> tuple[Reference, Reference] | None:
    in_order = sorted(
        (r for r in group if r.year and r.volume.isdigit() and int(r.volume) > 1),
        key=lambda r: (r.year or 0, int(r.volume)),
    )
    for earlier, later in pairwise(in_order):
        if (earlier.year or 0) < (later.year or 0) and (
            int(later.volume) < int(earlier.volume)
        ):
            return earlier, later
    registrants: dict[str, Reference] = {}
    for reference in group:
        if identifier := doi(reference.doi):
            registrants.setdefault(identifier.partition("/")[0], reference)
    found = list(registrants.values())
    return (found[0], found[1]) if len(found) > 1 else None


def _words(journal: str) -> list[str]:
    bare = fold(_BRACKETS.sub(" ", journal))
    return [word for word in bare.split() if word not in _SMALL_WORDS]


def _shortens(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether one name shortens the words of the other, and only shortens."""
    if one == other:
        return False
    short, full = sorted((one, other), key=lambda words: sum(map(len, words)))
    if len(short) == 1 and len(short[0]) < _FEWEST_LETTERS:
        return False
    return all(word.startswith(begun) for begun, word in zip(short, full, strict=True))
