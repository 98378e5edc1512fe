"""Which searches found the same: the overlap of sources (PRISMA-S, item 16).

Copies that were merged are one finding, and every copy keeps its own search, so what
several searches found is read off the sets of duplicates. Until the duplicates of a
review are settled, its overlap is only as complete as they are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from reviews.models import Record, Review, Search
from reviews.models.record import RecordQuerySet

# How a selection is named: found by these and no other, by these at least, by this and
# by some other too.
ONLY, AT_LEAST, SHARED = "only", "all", "shared"


class UnknownSelection(LookupError):
    """The review has no searches of these numbers."""


@dataclass(frozen=True)
class Combination:
    """What exactly these searches found, copies counted once."""

    searches: tuple[Search, ...]
    count: int

    @property
    def name(self) -> str:
        """Name the selection that `select` opens."""
        return selection_name(ONLY, self.searches)


@dataclass(frozen=True)
class Source:
    """What one search found, and how much of it others found too."""

    search: Search
    # Every record, copies within the search too: the number of its box of the flow.
    identified: int
    # Copies counted once.
    distinct: int
    unique: int

    @property
    def shared(self) -> int:
        return self.distinct - self.unique

    @property
    def copies(self) -> int:
        """How many of its records are copies of others of its own."""
        return self.identified - self.distinct

    @property
    def distinct_name(self) -> str:
        return selection_name(AT_LEAST, [self.search])

    @property
    def unique_name(self) -> str:
        return selection_name(ONLY, [self.search])

    @property
    def shared_name(self) -> str:
        return selection_name(SHARED, [self.search])


@dataclass(frozen=True)
class Pair:
    """What two searches both found, whoever else did."""

    searches: tuple[Search, Search]
    count: int

    @property
    def name(self) -> str:
        return selection_name(AT_LEAST, self.searches)


@dataclass(frozen=True)
class Overlap:
    """The sources in the order of the review, and the combinations, largest first."""

    sources: tuple[Source, ...]
    combinations: tuple[Combination, ...]

    @property
    def distinct(self) -> int:
        """How many records there are where copies are counted once."""
        return sum(combination.count for combination in self.combinations)

    @property
    def identified(self) -> int:
        return sum(source.identified for source in self.sources)

    @property
    def combined(self) -> list[Search]:
        """The searches whose sources were exported together, so not told apart."""
        return [s.search for s in self.sources if s.search.is_combined]

    def matrix(self) -> list[tuple[Source, list[Pair]]]:
        """Return each source with what it shares with each, itself among them."""
        counts: Counter[tuple[int, int]] = Counter()
        for combination in self.combinations:
            keys = [search.pk for search in combination.searches]
            for one in keys:
                for other in keys:
                    counts[one, other] += combination.count
        searches = [source.search for source in self.sources]
        return [
            (
                source,
                [
                    Pair((source.search, other), counts[source.search.pk, other.pk])
                    for other in searches
                ],
            )
            for source in self.sources
        ]


def overlap(review: Review) -> Overlap:
    """Return what each search found and what they share, from three queries."""
    searches = list(review.searches.order_by("position", "pk"))
    identified, alone = _counts(review)
    sets = _sets(review)
    # The records that stand for a set are counted with their copies, not alone.
    found: Counter[frozenset[int]] = Counter()
    for kept, members in sets.values():
        alone[kept] -= 1
        found[members] += 1
    for search, count in alone.items():
        found[frozenset([search])] += count
    combinations = _in_order(searches, found)
    return Overlap(
        tuple(_source(s, identified[s.pk], combinations) for s in searches),
        combinations,
    )


def combinations(review: Review) -> tuple[Combination, ...]:
    """Return what each combination of searches found, the largest first."""
    return overlap(review).combinations


def selection_name(kind: str, searches: Iterable[Search]) -> str:
    """Name a selection, as `only-3-7`."""
    return "-".join([kind, *map(str, sorted({search.pk for search in searches}))])


def select(review: Review, name: str) -> tuple[str, Sequence[Search], RecordQuerySet]:
    """Return a selection's kind, its searches and its records, copies left out.

    Raises UnknownSelection.
    """
    kind, _, numbers = name.partition("-")
    keys = [part for part in numbers.split("-") if part.isascii() and part.isdigit()]
    if kind not in (ONLY, AT_LEAST, SHARED) or "-".join(keys) != numbers:
        raise UnknownSelection(name)
    wanted = {int(key) for key in keys if len(key) < 19}
    searches = list(review.searches.filter(pk__in=wanted).order_by("position", "pk"))
    if not searches or len(searches) != len(keys):
        raise UnknownSelection(name)
    if kind == SHARED and len(searches) != 1:
        raise UnknownSelection(name)
    records = review.records.filter(duplicate_of=None)
    for search in searches:
        records = records.filter(_found_by(search))
    elsewhere = Exists(
        Record.objects.filter(duplicate_of=OuterRef("pk")).exclude(search__in=searches)
    ) | ~Q(search__in=searches)
    if kind == ONLY:
        records = records.exclude(elsewhere)
    elif kind == SHARED:
        records = records.filter(elsewhere)
    return kind, searches, records


def _found_by(search: Search) -> Q:
    copies = Record.objects.filter(duplicate_of=OuterRef("pk"), search=search)
    return Q(search=search) | Q(Exists(copies))


def _counts(review: Review) -> tuple[Counter[int], Counter[int]]:
    """Count the records of each search, and those of them that are no copies."""
    rows = (
        review.records.order_by()
        .values("search")
        .annotate(identified=Count("pk"), kept=Count("pk", filter=Q(duplicate_of=None)))
    )
    identified: Counter[int] = Counter()
    kept: Counter[int] = Counter()
    for row in rows:
        identified[row["search"]] = row["identified"]
        kept[row["search"]] = row["kept"]
    return identified, kept


def _sets(review: Review) -> dict[int, tuple[int, frozenset[int]]]:
    """Return the search of each record that has copies, and the searches of them all.

    Its memory is bounded by the copies, not by the records.
    """
    of: dict[int, int] = {}
    members: defaultdict[int, set[int]] = defaultdict(set)
    copies = (
        review.records.duplicates()
        .order_by()
        .values_list("duplicate_of", "duplicate_of__search", "search")
    )
    for kept, search, other in copies.iterator(chunk_size=5000):
        assert kept is not None
        of[kept] = search
        members[kept].update((search, other))
    return {kept: (of[kept], frozenset(members[kept])) for kept in of}


def _in_order(
    searches: Sequence[Search], found: Counter[frozenset[int]]
) -> tuple[Combination, ...]:
    ranks = {search.pk: rank for rank, search in enumerate(searches)}
    made = [
        Combination(tuple(s for s in searches if s.pk in keys), count)
        for keys, count in found.items()
        if count
    ]
    return tuple(
        sorted(
            made,
            key=lambda each: (
                -each.count,
                len(each.searches),
                [ranks[search.pk] for search in each.searches],
            ),
        )
    )


def _source(
    search: Search, identified: int, combinations: Sequence[Combination]
) -> Source:
    return Source(
        search,
        identified,
        distinct=sum(c.count for c in combinations if search in c.searches),
        unique=sum(c.count for c in combinations if c.searches == (search,)),
    )
