"""What each of two reviewers found alone, for the estimate of what both missed.

Counted are the records that are included now, on title and abstract, and that both of
a pair had judged: those that one had sent on, the other, or both, when as many had
judged as the protocol asks for. Only settled records are read, and only owners see it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from reviews.models import Review, Stage, User
from screening.agreement import judged
from screening.models import Choice
from screening.stopping.missed import Estimate, Found, chapman

AT = Stage.TITLE_ABSTRACT
CELLS = ("first", "second", "both")


@dataclass(frozen=True)
class Pair:
    """Two people, the relevant records that each found, and what they missed."""

    first: User
    second: User
    found: Found
    estimate: Estimate


def pairs(review: Review) -> list[Pair]:
    """Return each pair that judged relevant records, with the estimate."""
    keys = _keys(review)
    people = User.objects.in_bulk({who for pair in keys for who in pair})
    return [
        _pair(people[one], people[two], keys[one, two]) for one, two in sorted(keys)
    ]


def behind(review: Review, first: int, second: int, cell: str) -> list[int]:
    """Return the records behind a number of a pair. Raises LookupError."""
    found = _keys(review)[first, second]
    if cell == "both":
        return sorted(found["first"] & found["second"])
    if cell not in CELLS:
        raise LookupError(cell)
    return sorted(found[cell])


def _pair(first: User, second: User, keys: dict[str, set[int]]) -> Pair:
    shared = len(keys["first"] & keys["second"])
    found = Found(len(keys["first"]), len(keys["second"]), shared)
    return Pair(first, second, found, chapman(found))


def _keys(review: Review) -> dict[tuple[int, int], dict[str, set[int]]]:
    keys: dict[tuple[int, int], dict[str, set[int]]] = {}
    for record, votes in _votes(review):
        for one, two in combinations(sorted(votes), 2):
            pair = keys.setdefault((one, two), defaultdict(set))
            for cell, person in (("first", one), ("second", two)):
                if votes[person] != Choice.EXCLUDE:
                    pair[cell].add(record)
    return keys


def _votes(review: Review) -> Iterator[tuple[int, Mapping[int, str]]]:
    """Yield what each had said alone of what is included now, of two at least."""
    for each in judged.of(review, AT, items=review.records.included()):
        if len(each.choices) > 1:
            yield each.item, each.choices
