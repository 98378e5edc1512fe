"""Drawing who judges what: the same people for the same key, whenever it is asked.

Each key goes on by the golden section on a round of a thousand cells (Fibonacci
hashing; Knuth, The Art of Computer Programming 3, 6.4), so that keys in a row spread
evenly, and a cell has its people. A record that comes in later has a cell already: it
is dealt by the same rule at once and without a job. Where the round begins, and who
stands where, comes from the seed of the plan.

Shares are laid end to end on a line, and a cell takes whoever stands at its place on
each hundred per cent of it (systematic sampling; Madow 1949): whoever has a third gets
a third of the cells to within one in a hundred, and nobody stands twice on one cell.
It depends on nothing that anybody judged.
"""

import hashlib
from collections.abc import Collection, Sequence
from functools import lru_cache

CELLS = 1000
# Each run of cells has the people in an order of its own, so that all pairs come.
RUN = 100
PRIME = 2**31 - 1
# The golden section of the prime.
GOLDEN = 1_327_217_885

Cells = tuple[frozenset[int], ...]


def offset(seed: int, purpose: str) -> int:
    """Return where the keys begin on the round of the cells."""
    return _number(seed, purpose, "offset") % PRIME


def cell_of(key: int, begin: int) -> int:
    """Return the cell of a key; the database computes the same."""
    return (key * GOLDEN + begin) % PRIME * CELLS // PRIME


@lru_cache(maxsize=256)
def by_share(shares: tuple[tuple[int, int], ...], seed: int, purpose: str) -> Cells:
    """Return the people of each cell, from people with their shares in per cent."""
    found: list[frozenset[int]] = []
    for run in range(0, CELLS, RUN):
        order = sorted(
            shares, key=lambda each: _number(seed, purpose, f"{run} {each[0]}")
        )
        found += (_standing_at(order, place) for place in range(RUN))
    return tuple(found)


def _standing_at(order: Sequence[tuple[int, int]], place: int) -> frozenset[int]:
    """Return who stands at this place of each hundred on the line."""
    begin, found = 0, set()
    for person, share in order:
        # How far on from where the person begins the place comes first.
        if (place - begin) % RUN < share:
            found.add(person)
        begin += share
    return frozenset(found)


def runs(cells: Sequence[int]) -> list[tuple[int, int]]:
    """Return cells in order as the first and the last of each run of neighbours."""
    found: list[tuple[int, int]] = []
    for cell in cells:
        if found and found[-1][1] == cell - 1:
            found[-1] = (found[-1][0], cell)
        else:
            found.append((cell, cell))
    return found


def evenly(people: Collection[int], places: int) -> list[tuple[int, int]]:
    """Return equal shares of so many places on each record, in whole per cents."""
    if not people:
        return []
    each, left = divmod(100 * min(places, len(people)), len(people))
    return [(person, each + (at < left)) for at, person in enumerate(sorted(people))]


@lru_cache(maxsize=256)
def by_pair(
    core: frozenset[int],
    others: frozenset[int],
    *,
    required: int,
    seed: int,
    purpose: str,
) -> Cells:
    """Return the people of each cell: the core, and fewer others than must judge.

    Who of the others is drawn by the highest number of theirs at the cell (rendezvous
    hashing; Thaler and Ravishankar 1998, doi:10.1109/90.663936): when one of them
    leaves, their cells alone go to somebody else.
    """
    return tuple(
        core | _highest(others, required - 1, seed, f"{purpose} {cell}")
        for cell in range(CELLS)
    )


def _highest(
    people: Collection[int], number: int, seed: int, purpose: str
) -> frozenset[int]:
    in_order = sorted(
        people, key=lambda each: (_number(seed, purpose, str(each)), each), reverse=True
    )
    return frozenset(in_order[: max(number, 0)])


def _number(seed: int, purpose: str, of: str) -> int:
    text = f"{seed} {purpose} {of}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big")
