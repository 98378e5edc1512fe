"""What a search holds: a later file of it adds only what is new.

A file that holds a record twice gives two, as the search identified two; a later file
that holds it once more adds none.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Sum

from reviews.formats.parsed import ParsedRecord
from reviews.imports.keeping import digest
from reviews.models import Search

CHUNK = 5000


class Held:
    """The records of a search, each to be met once."""

    def __init__(self, search: Search) -> None:
        self._keys: defaultdict[str, list[int]] = defaultdict(list)
        if search._state.adding:
            return
        rows = search.records.exclude(digest="").order_by("-pk")
        for told, pk in rows.values_list("digest", "pk").iterator(chunk_size=CHUNK):
            self._keys[told].append(pk)

    def meet(self, told: str) -> int | None:
        """Return the first record of this digest that was not met yet, if any."""
        keys = self._keys.get(told)
        return keys.pop() if keys else None

    def count_met(self, records: Iterable[ParsedRecord]) -> int:
        """Return how many of the records the search holds."""
        return sum(self.meet(digest(record)) is not None for record in records)


def mark(search: Search) -> tuple[Any, ...]:
    """Return what changes whenever the records of a search do."""
    rows = search.records.exclude(digest="").order_by()
    counts = rows.aggregate(Count("pk"), Max("pk"), Sum("pk"))
    return tuple(counts.values())
