"""Find the records that repeat each other.

Certain pairs are joined into sets, the surest first; a join whose members mostly
contradict each other, or that a person has ruled out, is refused. The result
depends on the records alone, never on the order in which they come.
"""

from collections.abc import Collection, Iterable, Sequence
from itertools import product

from reviews.matching import blocking
from reviews.matching.candidates import Candidate, DuplicateSet, Found, Pair
from reviews.matching.evidence import Evidence, Verdict, compare
from reviews.matching.normalising import Profile, profile
from reviews.matching.verdicts import verdict


def find_sets(
    candidates: Iterable[Candidate],
    *,
    distinct: Collection[tuple[int, int]] = (),
) -> Found:
    """Return the sets of certain duplicates, and the pairs for a person to check.

    `distinct` holds the pairs that a person has declared different: the two are
    never in one set, nor asked about again. Raises ValueError if a key comes twice.
    """
    profiles = [profile(each) for each in sorted(candidates, key=lambda c: c.key)]
    search = _Search(profiles, distinct)
    for first, second in blocking.pairs(profiles):
        search.look_at(first, second)
    search.join_certain()
    return Found(sets=search.sets(), to_check=search.to_check())


class _Search:
    """The sets that grow while pairs are joined; records are told by position."""

    def __init__(
        self, profiles: Sequence[Profile], distinct: Collection[tuple[int, int]]
    ) -> None:
        self.profiles = profiles
        place = {each.key: position for position, each in enumerate(profiles)}
        if len(place) < len(profiles):
            raise ValueError("Two candidates have the same key.")
        self.distinct = {
            tuple(sorted((place[first], place[second])))
            for first, second in distinct
            if first in place and second in place
        }
        # Only the few pairs that matter are kept: ordered positions and evidence.
        self.certain: list[tuple[int, int, Evidence]] = []
        self.doubtful: list[tuple[int, int, Evidence]] = []
        self.members: dict[int, list[int]] = {}
        self.home: dict[int, int] = {}
        self.joined: dict[int, list[Evidence]] = {}

    def look_at(self, first: int, second: int) -> None:
        """Compare two records and keep the pair if it may be one report."""
        if (first, second) in self.distinct:
            return
        seen = compare(self.profiles[first], self.profiles[second])
        found = verdict(seen)
        if found is Verdict.SAME:
            self.certain.append((first, second, seen))
        elif found is Verdict.CHECK:
            self.doubtful.append((first, second, seen))

    def join_certain(self) -> None:
        """Join the certain pairs, the surest first; doubt what is refused."""
        self.certain.sort(key=lambda edge: (-edge[2].strength(), edge[0], edge[1]))
        for first, second, seen in self.certain:
            left, right = self.home.get(first, first), self.home.get(second, second)
            if left == right:
                continue
            if self._agree(self._of(left), self._of(right)):
                self._join(left, right, seen)
            else:
                self.doubtful.append((first, second, seen))

    def _of(self, home: int) -> list[int]:
        return self.members.get(home, [home])

    def _agree(self, left: list[int], right: list[int]) -> bool:
        against = 0
        for one, other in product(left, right):
            pair = (one, other) if one < other else (other, one)
            if pair in self.distinct:
                return False
            against += compare(self.profiles[one], self.profiles[other]).contradicts()
        # Two records that were judged as a pair need no second judgment.
        return len(left) + len(right) == 2 or against * 2 < len(left) * len(right)

    def _join(self, left: int, right: int, seen: Evidence) -> None:
        keep, drop = sorted((left, right))
        self.members[keep] = sorted(self._of(keep) + self._of(drop))
        self.joined[keep] = [
            *self.joined.pop(keep, []),
            *self.joined.pop(drop, []),
            seen,
        ]
        for position in self.members[keep]:
            self.home[position] = keep
        self.members.pop(drop, None)

    def sets(self) -> tuple[DuplicateSet, ...]:
        """Return the sets in the order of their lowest keys."""
        return tuple(
            DuplicateSet(
                keys=tuple(self.profiles[position].key for position in members),
                basis=_basis_of_set(self.joined[home]),
            )
            for home, members in sorted(self.members.items())
        )

    def to_check(self) -> tuple[Pair, ...]:
        """Return one doubtful pair between any two sets: the likeliest one."""
        likeliest: dict[tuple[int, int], tuple[int, int, Evidence]] = {}
        self.doubtful.sort(key=lambda edge: (-edge[2].strength(), edge[0], edge[1]))
        for edge in self.doubtful:
            left, right = (
                self.home.get(edge[0], edge[0]),
                self.home.get(edge[1], edge[1]),
            )
            if left != right and not self._ruled_out(left, right):
                likeliest.setdefault((min(left, right), max(left, right)), edge)
        return tuple(
            Pair(self.profiles[first].key, self.profiles[second].key, _basis(seen))
            for first, second, seen in sorted(likeliest.values(), key=lambda e: e[:2])
        )

    def _ruled_out(self, left: int, right: int) -> bool:
        return bool(self.distinct) and any(
            (min(pair), max(pair)) in self.distinct
            for pair in product(self._of(left), self._of(right))
        )


def _basis_of_set(joined: Sequence[Evidence]) -> str:
    """Say what all the joins of a set rest on, or what the weakest one rests on."""
    shared = [
        name
        for name in joined[0].agreeing()
        if all(name in seen.agreeing() for seen in joined)
    ]
    return _same(shared or joined[-1].agreeing())


def _basis(seen: Evidence) -> str:
    parts = [_same(seen.agreeing()), _in_words("different", seen.conflicting())]
    sentence = "; ".join(part for part in parts if part)
    return sentence[:1].upper() + sentence[1:]


def _same(fields: Sequence[str]) -> str:
    identifiers = [name for name in fields if name in ("DOI", "PMID")]
    rest = [name for name in fields if name not in identifiers]
    near = "nearly the same title" in rest
    if near:
        rest.remove("nearly the same title")
    parts = [
        _in_words("same", identifiers),
        "nearly the same title" if near else "",
        _in_words("same", rest),
    ]
    sentence = "; ".join(part for part in parts if part)
    return sentence[:1].upper() + sentence[1:]


def _in_words(word: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    *first, last = names
    return f"{word} {', '.join(first)} and {last}" if first else f"{word} {last}"
