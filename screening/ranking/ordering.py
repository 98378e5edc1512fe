"""The order of a queue by predicted relevance, read and never made here.

What waits for a reviewer is decided elsewhere and is the same in any order: no record
is left out by a model. The first of the order that wait come first, a share of them by
chance; what the order does not know, such as a record that came in a moment ago,
comes at the end, in the order of import.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Case, Q, Value, When

from reviews.models import Record, Review, Stage, User
from screening.decisions import Item, Items
from screening.models import Choice, Decision, Ranking
from screening.priority import chance
from screening.ranking import asking, refitting

# Most often the next record is among the first few.
NEAR = 25


@dataclass(frozen=True)
class Order:
    """One reviewer's order."""

    ranking: Ranking
    share: int

    @property
    def head(self) -> list[int]:
        """The keys of the first of it."""
        return list(self.ranking.head)

    def whole(self) -> list[int]:
        """Return the keys of all that it knows."""
        ranking = self.ranking
        return refitting.unpacked(bytes(ranking.whole or b""), ranking.record_count)

    def take(
        self,
        piles: Sequence[Items],
        number: int,
        *,
        last: Decision | None,
        without: Collection[int] = (),
    ) -> list[Item]:
        """Return the first so many of the order that wait; fewer where it ends.

        What waits in an earlier pile comes before what waits in a later one, and what
        was taken back a moment ago before all. `without` are at hand already, and come
        before these. One that comes by chance says so in `by_chance`.
        """
        found: list[Item] = []
        if last is not None and last.choice == Choice.WITHDRAWN:
            found = list(piles[-1].filter(pk=last.record_id or 0))
        for pile in piles:
            known = [item.pk for item in found]
            before = [*([last.record_id or 0] if last else [0]), *without, *known]
            if len(found) < number:
                rest = pile.exclude(pk__in=known)
                found += self._first_of(rest, number - len(found), before[-1])
        return found

    def _first_of(self, waiting: Items, number: int, after: int) -> list[Item]:
        ranking = self.ranking
        chosen: list[int] = []
        lucky: set[int] = set()
        for ranked, drawn in (
            (ranking.head[:NEAR], ranking.drawn[:NEAR]),
            (ranking.head, ranking.drawn),
        ):
            there = _waiting(waiting, {*ranked, *drawn})
            chosen, lucky = self._choose(ranked, drawn, there, number, after)
            if len(chosen) == number:
                break
        if len(chosen) < number and ranking.record_count > len(ranking.head):
            chosen, lucky = self._from_whole(waiting, number, after)
        if not chosen:
            return []
        found = waiting.filter(pk__in=chosen).annotate(by_chance=_is_among(lucky))
        return sorted(found, key=lambda item: chosen.index(item.pk))

    def _from_whole(
        self, waiting: Items, number: int, after: int
    ) -> tuple[list[int], set[int]]:
        """Choose among all, where the head is used up before a newer order came."""
        there = set(waiting.order_by().values_list("pk", flat=True))
        return self._choose(self.whole(), self.ranking.drawn, there, number, after)

    def _choose(
        self,
        ranked: Sequence[int],
        drawn: Sequence[int],
        there: Collection[int],
        number: int,
        after: int,
    ) -> tuple[list[int], set[int]]:
        chosen: list[int] = []
        lucky: set[int] = set()
        piles = (
            [key for key in ranked if key in there],
            [key for key in drawn if key in there],
        )
        while len(chosen) < number:
            slot = chance.is_slot(self.ranking.seed, self.share, after)
            best = _first(piles[0], chosen)
            key = (_first(piles[1], chosen) if slot else None) or best
            if key is None:
                break
            if slot and key != best:
                lucky.add(key)
            chosen.append(key)
            after = key
        return chosen, lucky


def of(review: Review, stage: Stage, reviewer: User) -> Order | None:
    """Return the reviewer's order; None where records come as they came in."""
    if not asking.is_ordered(review, stage):
        return None
    ranking = refitting.in_use(review, reviewer)
    return None if ranking is None else Order(ranking, review.plan.random_share)


@dataclass(frozen=True)
class Why:
    """Why a record comes now, as its reader is told."""

    by_chance: bool
    words: list[str]


def why(
    review: Review, stage: Stage, reviewer: User, items: Sequence[Item]
) -> dict[int, Why]:
    """Return why each of the items comes, where something can be said."""
    if not asking.is_ordered(review, stage):
        return {}
    ranking = refitting.in_use(review, reviewer)
    words = ranking.words if ranking else {}
    found = {
        item.pk: Why(
            bool(getattr(item, "by_chance", False)), words.get(str(item.pk), [])
        )
        for item in items
        if isinstance(item, Record)
    }
    return {pk: each for pk, each in found.items() if each.by_chance or each.words}


def _is_among(keys: set[int]) -> Case | Value:
    return Case(When(pk__in=keys, then=True), default=False) if keys else Value(False)


def _waiting(waiting: Items, keys: set[int]) -> set[int]:
    among = Q(pk__in=keys)
    return set(waiting.filter(among).order_by().values_list("pk", flat=True))


def _first(pile: list[int], without: list[int]) -> int | None:
    return next((key for key in pile if key not in without), None)
