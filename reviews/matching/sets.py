"""Find the records that repeat each other.

Certain pairs are joined into sets, the surest first; a join whose members mostly
contradict each other, or that a person has ruled out, is refused. The result
depends on the records alone, never on the order in which they come.
"""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product

from reviews.matching import blocking
from reviews.matching.candidates import Candidate, DuplicateSet, Found, Pair
from reviews.matching.comparing import compare, may_be_same
from reviews.matching.evidence import Evidence, Verdict
from reviews.matching.normalising import Profile, profile
from reviews.matching.verdicts import verdict
from reviews.matching.wording import basis_of_pair, basis_of_set

# Nobody looks at more; the likeliest pairs come first.
_CHECKS_PER_RECORD = 0.01
_FEWEST_CHECKS = 10
_TOLD_AFTER = 5000


class Watch:
    """What a search tells while it goes on; whatever this raises ends the search."""

    def filed(self, key: int, marks: frozenset[int]) -> None:
        """Learn the fingerprints of a record, which may be stored beside it."""

    def compared(self, pairs: int) -> None:
        """Learn how many pairs have been compared by now."""


def find_sets(
    candidates: Iterable[Candidate],
    *,
    distinct: Collection[tuple[int, int]] = (),
    new: Collection[int] | None = None,
    standing: Iterable[Collection[int]] = (),
    watch: Watch | None = None,
) -> Found:
    """Return the sets of certain duplicates, and the pairs for a person to check.

    `distinct` holds the pairs that a person has declared different: the two are
    never in one set, nor asked about again. With `new`, only pairs that hold one of
    these keys are compared, and `standing` are the sets that the others stand in: a
    record joins one of them only where it agrees with all of its members, and one of
    these alone is named in what is returned. Raises ValueError if a key comes twice.
    """
    watch = watch or Watch()
    with without_collecting():
        profiles = sorted((profile(each) for each in candidates), key=_content)
        search = _Search(profiles, distinct)
        search.stand(standing)
        near = blocking.pairs(profiles, _positions(profiles, new), filed=watch.filed)
        for number, (first, second) in enumerate(near, start=1):
            search.look_at(first, second)
            if number % _TOLD_AFTER == 0:
                watch.compared(number)
        search.join_certain()
        return Found(
            sets=search.sets(), to_check=search.to_check(), related=search.related()
        )


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keep Python from looking for cycles, since there are none among records.

    It would look through all of them again and again, for half of the time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _positions(
    profiles: Sequence[Profile], new: Collection[int] | None
) -> frozenset[int] | None:
    if new is None:
        return None
    wanted = frozenset(new)
    return frozenset(
        position for position, each in enumerate(profiles) if each.key in wanted
    )


def _content(each: Profile) -> tuple[object, ...]:
    """Order records by what they say, so that keys, given in the order of arrival,
    decide nothing."""
    return (
        each.title,
        each.year or 0,
        each.journal,
        each.volume,
        each.issue,
        each.first_page,
        each.last_page,
        each.doi,
        each.pmid,
        each.abstract,
        tuple(name.letters for name in each.names),
        each.registration,
        (each.preprint, each.supplement, each.abstract_alone, each.meeting),
        sorted(each.markers),
        each.words,
        each.key,
    )


class _Search:
    """The sets that grow while pairs are joined; records are told by position."""

    def __init__(
        self, profiles: Sequence[Profile], distinct: Collection[tuple[int, int]]
    ) -> None:
        self.profiles = profiles
        self.place = place = {
            each.key: position for position, each in enumerate(profiles)
        }
        if len(place) < len(profiles):
            raise ValueError("Two candidates have the same key.")
        self.apart: defaultdict[int, set[int]] = defaultdict(set)
        for first, second in distinct:
            if first in place and second in place:
                self.apart[place[first]].add(place[second])
                self.apart[place[second]].add(place[first])
        # Only the few pairs that matter are kept: ordered positions and evidence.
        self.certain: list[tuple[int, int, Evidence]] = []
        self.doubtful: list[tuple[int, int, Evidence]] = []
        self.linked: list[tuple[int, int, Evidence]] = []
        self.members: dict[int, list[int]] = {}
        self.home: dict[int, int] = {}
        self.joined: dict[int, list[Evidence]] = {}
        self.speaking: dict[int, list[int]] = {}
        # Members of sets that stood before, but for one that speaks for its set.
        self.before: set[int] = set()

    def stand(self, groups: Iterable[Collection[int]]) -> None:
        """Begin with sets that stand already."""
        for group in groups:
            positions = sorted(self.place[key] for key in group if key in self.place)
            if len(positions) > 1:
                self.members[positions[0]] = positions
                self.speaking[positions[0]] = self._unlike(positions)
                self.home.update(dict.fromkeys(positions, positions[0]))
                self.before.update(positions[1:])

    def look_at(self, first: int, second: int) -> None:
        """Compare two records and keep the pair if it may be one report."""
        if second in self.apart.get(first, ()):
            return
        if not may_be_same(self.profiles[first], self.profiles[second]):
            return
        seen = compare(self.profiles[first], self.profiles[second])
        found = verdict(seen)
        if found is Verdict.SAME:
            self.certain.append((first, second, seen))
        elif found is Verdict.CHECK:
            self.doubtful.append((first, second, seen))
        elif found is Verdict.RELATED:
            self.linked.append((first, second, seen))

    def join_certain(self) -> None:
        """Join the certain pairs, the surest first; doubt what is refused."""
        self.certain.sort(key=lambda edge: (-edge[2].strength(), edge[0], edge[1]))
        for first, second, seen in self.certain:
            left, right = self.home.get(first, first), self.home.get(second, second)
            if left == right:
                continue
            if self._agree(left, right):
                self._join(left, right, seen)
            else:
                self.doubtful.append((first, second, seen))

    def _of(self, home: int) -> list[int]:
        return self.members.get(home, [home])

    def _agree(self, left: int, right: int) -> bool:
        if self._told_apart(left, right):
            return False
        # Two records that were judged as a pair need no second judgment.
        if left not in self.members and right not in self.members:
            return True
        return not any(
            self._against(one, other)
            for one, other in product(self._speakers(left), self._speakers(right))
        )

    def _against(self, one: int, other: int) -> bool:
        seen = compare(self.profiles[one], self.profiles[other])
        found = verdict(seen)
        # A bare record fits an abstract and its article, and both of a series.
        return found is Verdict.RELATED or (
            found is not Verdict.SAME and seen.contradicts()
        )

    def _speakers(self, home: int) -> list[int]:
        """Return the members without those that say what another says."""
        return self.speaking.get(home, self._of(home))

    def _unlike(self, positions: list[int]) -> list[int]:
        """Leave out what says the same as the one before; records are in order."""
        contents = [_content(self.profiles[at])[:-1] for at in positions]
        return [
            at
            for number, at in enumerate(positions)
            if not number or contents[number] != contents[number - 1]
        ]

    def _told_apart(self, left: int, right: int) -> bool:
        if not self.apart:
            return False
        others = set(self._of(right))
        return any(
            not others.isdisjoint(self.apart.get(one, ())) for one in self._of(left)
        )

    def _join(self, left: int, right: int, seen: Evidence) -> None:
        keep, drop = sorted((left, right))
        speakers = sorted(self._speakers(keep) + self._speakers(drop))
        self.speaking[keep] = self._unlike(speakers)
        self.speaking.pop(drop, None)
        self.members[keep] = sorted(self._of(keep) + self._of(drop))
        self.joined[keep] = [
            *self.joined.pop(keep, []),
            *self.joined.pop(drop, []),
            seen,
        ]
        dropped = self.members.pop(drop, [drop])
        self.home.update(dict.fromkeys((keep, *dropped), keep))

    def sets(self) -> tuple[DuplicateSet, ...]:
        """Return the sets in the order of their lowest keys."""
        found = (
            DuplicateSet(
                keys=tuple(sorted(self._named(members))),
                basis=basis_of_set(self.joined[home]),
            )
            for home, members in self.members.items()
            # One that stood before and has not grown is not found again.
            if home in self.joined
        )
        return tuple(sorted(found, key=lambda each: each.keys))

    def _named(self, members: list[int]) -> Iterator[int]:
        return (self.profiles[at].key for at in members if at not in self.before)

    def to_check(self) -> tuple[Pair, ...]:
        """Return one doubtful pair between any two sets, the likeliest first."""
        most = max(_FEWEST_CHECKS, int(_CHECKS_PER_RECORD * len(self.profiles)))
        return self._between(self.doubtful)[:most]

    def related(self) -> tuple[Pair, ...]:
        """Return one pair between any two sets that are reports of one study."""
        return self._between(self.linked)

    def _between(self, edges: Sequence[tuple[int, int, Evidence]]) -> tuple[Pair, ...]:
        likeliest: dict[tuple[int, int], Pair] = {}
        ranked = sorted(edges, key=lambda e: (-e[2].strength(), e[0], e[1]))
        for first, second, seen in ranked:
            left, right = self.home.get(first, first), self.home.get(second, second)
            between = (min(left, right), max(left, right))
            if left == right or between in likeliest or self._told_apart(left, right):
                continue
            one, other = self.profiles[first].key, self.profiles[second].key
            likeliest[between] = Pair(
                min(one, other), max(one, other), basis_of_pair(seen)
            )
        return tuple(likeliest.values())
