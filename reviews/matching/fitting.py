"""Fit what was found into the sets that stand already: plain values, no database.

What a person merged or told apart is never undone here. A copy that is found later
joins its set and waits to be looked at; a pair in doubt waits until the sets that it
touches are settled, so that doubt never taints a certain set. Fitting the same find
twice changes nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import product

from reviews.matching.candidates import DuplicateSet, Found, Pair


@dataclass(slots=True)
class Standing:
    """A set as it stands in the review; `copies` are those that are merged away.

    The basis of one that is doubted has the question in its first line, and below it
    what is not in doubt.
    """

    number: int
    keys: set[int]
    copies: frozenset[int] = frozenset()
    basis: str = ""
    doubtful: bool = False

    @property
    def settled(self) -> bool:
        """Tell whether one copy alone goes on."""
        return len(self.keys - self.copies) == 1

    @property
    def provisional(self) -> bool:
        """Tell whether the set is no more than a question."""
        return self.doubtful and not self.copies


@dataclass(slots=True)
class Fitted:
    """What has to change, and which pairs in doubt have to wait."""

    made: list[Standing] = field(default_factory=list)
    changed: list[Standing] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    waiting: list[Pair] = field(default_factory=list)


def fit(
    found: Found,
    standing: Iterable[Standing],
    *,
    distinct: Collection[tuple[int, int]] = (),
    first_number: int = 1,
) -> Fitted:
    """Return what the sets of a review become by what was found.

    `distinct` holds the pairs that a person has told apart, the lower key first; new
    sets are numbered from `first_number`.
    """
    fitting = _Fitting(standing, frozenset(distinct), first_number)
    # What one group changed may let an earlier one grow; certain sets never shrink,
    # so that this ends.
    while True:
        before = fitting.stand()
        fitting.waiting = []
        for group in found.sets:
            fitting.join_certain(group)
        for pair in found.to_check:
            fitting.ask(pair)
        if fitting.stand() == before:
            return fitting.result()


class _Fitting:
    """The sets while they change, and which set each record is in."""

    def __init__(
        self,
        standing: Iterable[Standing],
        distinct: frozenset[tuple[int, int]],
        first_number: int,
    ) -> None:
        self.sets = {each.number: each for each in standing}
        self.home = {key: each for each in self.sets.values() for key in each.keys}
        self.known = frozenset(self.sets)
        self.touched: set[int] = set()
        self.distinct = distinct
        self.next_number = first_number
        self.waiting: list[Pair] = []

    def join_certain(self, group: DuplicateSet) -> None:
        """Bring the records of a group into one set."""
        keys = set(group.keys)
        homes = self._homes(keys)
        if len(homes) == 1 and homes[0].keys >= keys and not homes[0].provisional:
            if homes[0].doubtful and homes[0].keys == keys:
                self._say(homes[0], group.basis, doubtful=False)
            return
        if len(homes) == 1 and homes[0].keys == keys:
            self._say(homes[0], group.basis, doubtful=False)
            return
        firm = [home for home in homes if not home.provisional]
        target = firm[0] if firm else self._new()
        before = len(target.keys)
        for home in firm[1:]:
            if not self._told_apart(target.keys, home.keys):
                self._absorb(target, home)
        for key in sorted(keys):
            home_of_key = self.home.get(key)
            if home_of_key and not home_of_key.provisional:
                continue
            # A record that cannot come along stays in the question about it.
            if self._told_apart(target.keys, {key}):
                continue
            if home_of_key:
                self._release(home_of_key, key)
            self._add(target, key)
        if len(target.keys) == before:
            return
        whole = target.keys == keys or before == 0
        self._say(
            target,
            group.basis if whole else _both(target.basis, group.basis),
            doubtful=target.doubtful and not whole,
        )

    def ask(self, pair: Pair) -> None:
        """Make a set of a pair in doubt, or let the pair wait."""
        keys = {pair.first, pair.second}
        homes = self._homes(keys)
        if len(homes) == 1 and homes[0].keys >= keys:
            return
        if not all(home.settled for home in homes):
            self.waiting.append(pair)
            return
        # Not a difference of keys, which would go through all that are in sets.
        alone = sorted(key for key in keys if key not in self.home)
        parts = [home.keys for home in homes] + [{key} for key in alone]
        if self._told_apart(*parts):
            return
        target = homes[0] if homes else self._new()
        for home in homes[1:]:
            self._absorb(target, home)
        for key in alone:
            self._add(target, key)
        # Below the question stands what the others were joined by.
        known = [home.basis for home in homes if home.copies and home.basis]
        self._say(target, "\n".join([pair.basis, *known]), doubtful=True)

    def stand(self) -> dict[int, tuple[frozenset[int], bool]]:
        """Return which records are together, and in doubt or not."""
        return {
            number: (frozenset(each.keys), each.doubtful)
            for number, each in self.sets.items()
        }

    def result(self) -> Fitted:
        """Return the sets that were made, changed or emptied."""
        touched = [self.sets[each] for each in sorted(self.touched & self.sets.keys())]
        return Fitted(
            made=[each for each in touched if each.number not in self.known],
            changed=[each for each in touched if each.number in self.known],
            gone=sorted(self.known - self.sets.keys()),
            waiting=self.waiting,
        )

    def _homes(self, keys: set[int]) -> list[Standing]:
        numbers = {self.home[key].number for key in keys if key in self.home}
        return [self.sets[number] for number in sorted(numbers)]

    def _new(self) -> Standing:
        made = Standing(number=self.next_number, keys=set())
        self.next_number += 1
        self.sets[made.number] = made
        return made

    def _add(self, target: Standing, key: int) -> None:
        target.keys.add(key)
        self.home[key] = target

    def _absorb(self, target: Standing, other: Standing) -> None:
        target.copies |= other.copies
        target.doubtful = target.doubtful or other.doubtful
        for key in other.keys:
            self._add(target, key)
        del self.sets[other.number]

    def _release(self, question: Standing, key: int) -> None:
        """Take a record that is certain now out of a mere question."""
        question.keys.remove(key)
        del self.home[key]
        self.touched.add(question.number)
        if len(question.keys) < 2:
            for left in question.keys:
                del self.home[left]
            del self.sets[question.number]

    def _say(self, target: Standing, basis: str, *, doubtful: bool) -> None:
        target.basis = basis
        target.doubtful = doubtful
        self.touched.add(target.number)

    def _told_apart(self, left: set[int], right: set[int]) -> bool:
        return bool(self.distinct) and any(
            (min(pair), max(pair)) in self.distinct for pair in product(left, right)
        )


def _both(old: str, new: str) -> str:
    """Say both reasons, each once."""
    return "; ".join(dict.fromkeys(part for part in (old, new) if part))
