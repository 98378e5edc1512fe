"""From what an owner asks for to the parts that are stored.

What is counted off ("the next 500") is counted in the order of import over what is
open, and stored as a stretch from its first to its last item. What comes in later lies
behind the last stretch and is everybody's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from reviews import saved_filters
from reviews.filters.record import RecordFilter
from reviews.models import Record, Review, SavedFilter, Search, Stage, User
from screening.allocation import drawing
from screening.allocation.dealing import Part

MOST_BATCHES = 50
Rows = QuerySet[SavedFilter]


class CannotAllocate(ValueError):
    """What is asked for gives nobody anything, or cannot be dealt out."""


@dataclass(frozen=True)
class Batch:
    """The next so many, all of a search or what a saved filter finds, for these."""

    name: str
    people: Sequence[User]
    count: int | None = None
    search: Search | None = None
    saved: SavedFilter | None = None


def open_keys(review: Review, stage: Stage) -> list[int]:
    """Return the keys of what is open, in the order of import."""
    rows = (
        review.records.awaiting_screening()
        if stage == Stage.TITLE_ABSTRACT
        else review.reports.awaiting_decision()
    )
    return list(rows.order_by("pk").values_list("pk", flat=True))


def by_share(shares: Mapping[int, int]) -> list[Part]:
    """Return the one part of an allocation by share. Raises CannotAllocate."""
    given = {person: share for person, share in shares.items() if share}
    if not given:
        raise CannotAllocate("Give at least one person a share.")
    if any(not 0 < share <= 100 for share in given.values()):
        raise CannotAllocate("A share lies between 1 and 100 per cent of the records.")
    return [Part(frozenset(given), shares=given)]


def equally(people: Sequence[int], required: int) -> dict[int, int]:
    """Return equal shares that give each record as many people as must judge it."""
    return dict(drawing.evenly(people, required))


def by_pair(core: Sequence[int], people: Sequence[int]) -> list[Part]:
    """Return the one part of an allocation by pair. Raises CannotAllocate."""
    if not core:
        raise CannotAllocate("Mark at least one person as a core reviewer.")
    return [Part(frozenset(people) | frozenset(core), core=frozenset(core))]


def by_batch(review: Review, stage: Stage, batches: Sequence[Batch]) -> list[Part]:
    """Return the parts of named batches. Raises CannotAllocate."""
    if not batches:
        raise CannotAllocate("Describe at least one batch.")
    if len(batches) > MOST_BATCHES:
        raise CannotAllocate(f"At most {MOST_BATCHES} batches at a time.")
    keys, taken, found = open_keys(review, stage), 0, []
    for batch in batches:
        people = frozenset(each.pk for each in batch.people)
        if not people:
            raise CannotAllocate(f"Name the people of the batch {batch.name}.")
        if batch.search is not None:
            found.append(Part(people, search=batch.search.pk, name=batch.name))
            continue
        if batch.saved is not None:
            found.append(Part(people, named=_found_by(batch.saved), name=batch.name))
            continue
        stretch = keys[taken : taken + (batch.count or 0)]
        if not stretch:
            raise CannotAllocate(f"Nothing is left for the batch {batch.name}.")
        taken += len(stretch)
        found.append(Part(people, first=stretch[0], last=stretch[-1], name=batch.name))
    return found


def saved_filters_for(review: Review, stage: Stage, person: User) -> Rows:
    """Return the saved filters by which a batch can be made: of records, asked of all.

    What they find is fixed on the day, so that no queue changes by what is settled.
    """
    found = saved_filters.shown_to(review, person, SavedFilter.Page.RECORDS)
    return found if stage == Stage.TITLE_ABSTRACT else found.none()


def _found_by(saved: SavedFilter) -> QuerySet[Any, Any]:
    listed = RecordFilter(
        QueryDict(saved.query), saved.review.records.to_screen(), review=saved.review
    )
    if not listed.is_valid():
        raise CannotAllocate(f"The filter “{saved.name}” cannot be asked any more.")
    keys = listed.qs.order_by().values("pk")
    found = Record.stored.filter(pk__in=keys).values_list("pk", flat=True)
    if not found.exists():
        raise CannotAllocate(f"The filter “{saved.name}” finds nothing to judge.")
    return found


def by_person(review: Review, stage: Stage, numbers: Mapping[int, int]) -> list[Part]:
    """Return the parts in which each person has so many. Raises CannotAllocate.

    The people are laid one after the other over what is open and begin anew at its
    end, so that a second person comes only where everything has a first.
    """
    keys = open_keys(review, stage)
    given = {person: number for person, number in numbers.items() if number}
    if not given or not keys:
        raise CannotAllocate("Give at least one person something that is open.")
    stretches: list[tuple[int, int, int]] = []
    begin = 0
    for person, number in sorted(given.items()):
        end = begin + min(number, len(keys))
        stretches.append((person, begin, min(end, len(keys))))
        if end > len(keys):
            stretches.append((person, 0, end - len(keys)))
        begin = end % len(keys)
    edges = sorted({at for _, *both in stretches for at in both})
    return [
        Part(
            people,
            first=keys[first],
            last=keys[end - 1],
            name=f"{first + 1:,} to {end:,}",
        )
        for first, end in pairwise(edges)
        if (
            people := frozenset(
                person for person, low, high in stretches if low <= first < high
            )
        )
    ]
