"""Who judges what at a stage: the rule of today, for one item or for a whole queue.

- Without an allocation, and in the open pool, everybody judges whatever waits.
- By share and by pair an item's cell says who judges it; by batch and by person the
  first part that it lies in does, and what lies in none is everybody's.
- What is given to fewer people of today's team than must judge it is everybody's, so
  that it can always be completed: somebody who left never holds anything up.
- What somebody began stays theirs: they may judge again what they took back. Their own
  queue alone tells it; an owner who hands over or asks what is given to whom learns
  nothing of it.
- What was handed over is the taker's and not the giver's, as long as the allocation
  of that day holds; what is everybody's by now is the giver's as well.

It narrows a queue by one condition on the item's own row and depends on nothing that
anybody else judged (MECIR C39).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from django.db.models import (
    Case,
    Expression,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.lookups import (
    GreaterThanOrEqual,
    In,
    LessThanOrEqual,
)

from reviews import members
from reviews.models import MemberRole, Record, Report, Review, Role, Stage, User
from screening.allocation import drawing
from screening.models import (
    Allocation,
    AllocationPart,
    AllocationRecord,
    Choice,
    Decision,
    HandedItem,
)
from screening.stages import item_name

Items = QuerySet[Record] | QuerySet[Report]
Way = Allocation.Way
DRAWN = (Way.SHARE, Way.PAIR)
MOST_RUNS = 50


@dataclass(frozen=True)
class Part:
    """A stretch of keys, a search or named records, and who is given them."""

    people: frozenset[int]
    first: int | None = None
    last: int | None = None
    search: int | None = None
    name: str = ""
    shares: Mapping[int, int] | None = None
    core: frozenset[int] = frozenset()
    # The keys of the records that a saved filter found, as a query.
    named: QuerySet[Any, Any] | None = None

    def holds(
        self, key: int, searches: Collection[int], named: Collection[int] = ()
    ) -> bool:
        """Tell whether an item lies in the part; `named` are the keys it names."""
        if self.named is not None:
            return key in named
        if self.first is not None and self.last is not None:
            return self.first <= key <= self.last
        return self.search is None or self.search in searches

    def condition(self, stage: Stage) -> Q:
        """Return the condition that an item lies in the part."""
        if self.named is not None:
            return Q(pk__in=self.named)
        if self.first is not None:
            return Q(pk__gte=self.first, pk__lte=self.last)
        if stage == Stage.TITLE_ABSTRACT:
            return Q(search=self.search)
        return Q(pk__in=Report.objects.filter(records__search=self.search).values("pk"))


@dataclass(frozen=True)
class Dealt:
    """How a stage is dealt out; `pool` are those who may judge there today."""

    review: int
    stage: Stage
    way: str
    pool: frozenset[int]
    required: int
    parts: Sequence[Part] = ()
    seed: int = 0
    # The allocation that this is read from; what was handed over hangs on it.
    allocation: int | None = None

    @property
    def is_open(self) -> bool:
        return self.way == Way.OPEN or not self.parts

    def people_for(
        self,
        key: int,
        searches: Collection[int] = (),
        named: Mapping[int, Collection[int]] = MappingProxyType({}),
    ) -> frozenset[int]:
        """Return who of today's team is given an item, handovers aside.

        `named` are the keys that the parts name, by the places of these.
        """
        if self.is_open:
            return self.pool
        if self.way in DRAWN:
            return self.cells()[drawing.cell_of(key, self.offset())]
        for place, part in enumerate(self.parts):
            if part.holds(key, searches, named.get(place, ())):
                return self.filled(part.people)
        return self.pool

    def names_of(self, keys: Collection[int]) -> dict[int, set[int]]:
        """Return which of the keys each part names, by the place of the part."""
        return {
            place: set(part.named.filter(pk__in=keys))
            for place, part in enumerate(self.parts)
            if part.named is not None
        }

    def filled(self, people: frozenset[int]) -> frozenset[int]:
        """Return the people of today, or everybody where these are too few."""
        today = people & self.pool
        return today if len(today) >= self.required else self.pool

    def is_filled_up(self, people: frozenset[int]) -> bool:
        return len(people & self.pool) < self.required

    def drawn(self) -> drawing.Cells:
        """Return the people of each cell as they were named."""
        part = self.parts[0]
        if self.way == Way.SHARE:
            shares = tuple(sorted((part.shares or {}).items()))
            return drawing.by_share(shares, self.seed, self.purpose)
        # The others of today, so that the place of one who left is another's.
        return drawing.by_pair(
            part.core & self.pool,
            (part.people - part.core) & self.pool,
            required=self.required,
            seed=self.seed,
            purpose=self.purpose,
        )

    def cells(self) -> drawing.Cells:
        """Return who of today's team judges each cell."""
        return tuple(self.filled(each) for each in self.drawn())

    @property
    def purpose(self) -> str:
        return f"allocation of {self.stage}"

    def offset(self) -> int:
        return drawing.offset(self.seed, self.purpose)

    def condition(self, person: int) -> Q | None:
        """Return the condition on what the person is given; None where it is all."""
        if self.is_open:
            return None
        if self.way in DRAWN:
            mine = [at for at, each in enumerate(self.cells()) if person in each]
            if len(mine) == drawing.CELLS:
                return None
            return self.in_cells(mine)
        return self._in_parts(person)

    def everybodys(self) -> Q:
        """Return the condition that an item is given to the whole of today's team."""
        if self.way in DRAWN:
            cells = self.cells()
            return self.in_cells(
                [at for at, each in enumerate(cells) if each == self.pool]
            )
        found, before = Q(pk__in=()), Q()
        for part in self.parts:
            lies = part.condition(self.stage)
            if self.filled(part.people) == self.pool:
                found |= lies & before
            before &= ~lies
        return found | before

    def place(self) -> Expression:
        """Return where an item lies: its cell, or the first part that holds it."""
        if self.way in DRAWN:
            return ExpressionWrapper(self._cell(), output_field=IntegerField())
        held = (
            When(part.condition(self.stage), then=Value(place))
            for place, part in enumerate(self.parts)
        )
        return Case(*held, default=Value(len(self.parts)))

    def people_at(self) -> Sequence[frozenset[int]]:
        """Return who of today's team is given what lies at each place."""
        if self.way in DRAWN:
            return self.cells()
        return [*(self.filled(part.people) for part in self.parts), self.pool]

    def in_cells(self, cells: Sequence[int]) -> Q:
        """Return the condition on the cells; the shorter one is asked sooner."""
        cell = self._cell()
        runs = drawing.runs(cells)
        if len(runs) > MOST_RUNS:
            return Q(In(cell, cells))
        found = Q(pk__in=())
        for first, last in runs:
            found |= Q(GreaterThanOrEqual(cell, first), LessThanOrEqual(cell, last))
        return found

    def _cell(self) -> CombinedExpression:
        at = (F("pk") * drawing.GOLDEN + self.offset()) % drawing.PRIME
        return at * drawing.CELLS / drawing.PRIME

    def _in_parts(self, person: int) -> Q | None:
        mine, before = Q(pk__in=()), Q()
        everything = True
        for part in self.parts:
            lies = part.condition(self.stage)
            if person in self.filled(part.people):
                mine |= lies & before
            else:
                everything = False
            before &= ~lies
        if everything and person in self.pool:
            return None
        return (mine | before) if person in self.pool else mine


def dealt(review: Review, stage: Stage) -> Dealt:
    """Return how the stage is dealt out today."""
    return _read([review], stage)[review.pk]


def of(review: Review, stage: Stage, allocation: Allocation | None) -> Dealt:
    """Return how the stage is dealt out by this allocation, with today's team."""
    pool = frozenset(members.reviewers(review, stage).values_list("user", flat=True))
    return _dealt(review, stage, allocation, pool)


def narrowed(items: Items, review: Review, stage: Stage, reviewer: User) -> Items:
    """Leave in a queue what the reviewer is given. The one hook of the queues."""
    return narrowed_by(dealt(review, stage), items, reviewer)


def narrowed_by(found: Dealt, items: Items, reviewer: User) -> Items:
    """The same by an allocation that may not be made yet."""
    given = _theirs(found, reviewer)
    return items if given is None else items.filter(given)


def dealt_to(found: Dealt, items: Items, reviewer: User) -> Items:
    """Leave what is given to the reviewer, whatever they judged and took back."""
    given = _given(found, reviewer)
    return items if given is None else items.filter(given)


def given_to(review: Review, stage: Stage, reviewer: User) -> Q:
    """Return the condition that an item is given to the reviewer, as `dealt_to`."""
    return _given(dealt(review, stage), reviewer) or Q()


def narrowed_in(
    items: Items, reviews: Iterable[Review], stage: Stage, reviewer: User
) -> Items:
    """The same for several reviews at once."""
    reviews = list(reviews)
    wanted, narrow = Q(), []
    for pk, found in _read(reviews, stage).items():
        given = _theirs(found, reviewer)
        if given is not None:
            narrow.append(pk)
            wanted |= Q(review=pk) & given
    if not narrow:
        return items
    return items.filter(~Q(review__in=narrow) | wanted)


def is_given(item: Record | Report, stage: Stage, reviewer: User) -> bool:
    """Tell whether the item is the reviewer's to judge."""
    found = dealt(item.review, stage)
    given = _theirs(found, reviewer)
    if given is None:
        return True
    rows = Record.stored if stage == Stage.TITLE_ABSTRACT else Report.objects
    return rows.filter(given, pk=item.pk).exists()


def handed_items(found: Dealt) -> QuerySet[HandedItem]:
    """Return what stands handed over under the allocation."""
    return HandedItem.objects.filter(
        handover__allocation=found.allocation, handover__undone_at=None, ended_at=None
    )


def _theirs(found: Dealt, reviewer: User) -> Q | None:
    """Add to what the reviewer is given what they took back: for their own queue."""
    given = _given(found, reviewer)
    if given is None:
        return None
    begun = Decision.objects.filter(
        review=found.review,
        stage=found.stage,
        reviewer=reviewer,
        choice=Choice.WITHDRAWN,
        sets_aside=None,
    )
    return given | Q(pk__in=begun.values(item_name(found.stage)))


def _given(found: Dealt, reviewer: User) -> Q | None:
    """Return the condition by the rule and what was handed over alone."""
    if found.is_open:
        return None
    condition = found.condition(reviewer.pk)
    name = item_name(found.stage)
    handed = handed_items(found)
    dealt_out = Q() if condition is None else condition
    # Somebody who left takes nobody's place.
    away = handed.filter(place_of=reviewer, handover__taker__in=found.pool)
    kept = dealt_out & (~Q(pk__in=away.values(name)) | found.everybodys())
    taken = Q(pk__in=handed.filter(handover__taker=reviewer).values(name))
    return kept | taken


def _read(reviews: Sequence[Review], stage: Stage) -> dict[int, Dealt]:
    """Return how each review deals the stage out, in few queries."""
    latest: dict[int, Allocation] = {}
    rows = Allocation.objects.filter(review__in=reviews, stage=stage)
    for each in rows.order_by("number"):
        latest[each.review_id] = each
    narrow = [each for each in latest.values() if each.way != Way.OPEN]
    prefetch_related_objects(narrow, "parts__people")
    # Which are at hand, with the plan that they may hold already.
    known = {review.pk: review for review in reviews}
    for each in narrow:
        each.review = known[each.review_id]
    prefetch_related_objects([each.review for each in narrow], "plan")
    pools: defaultdict[int, set[int]] = defaultdict(set)
    if narrow:
        held = MemberRole.objects.filter(
            member__review__in=[each.review_id for each in narrow],
            member__removed_at=None,
            role=Role.REVIEWER,
            stage__in=["", stage],
        )
        for review, person in held.values_list("member__review", "member__user"):
            pools[review].add(person)
    return {
        review.pk: _dealt(
            review, stage, latest.get(review.pk), frozenset(pools[review.pk])
        )
        for review in reviews
    }


def _dealt(
    review: Review,
    stage: Stage,
    allocation: Allocation | None,
    pool: frozenset[int],
) -> Dealt:
    required = review.reviewers_required(stage)
    if allocation is None or allocation.way == Way.OPEN:
        return Dealt(review.pk, stage, Way.OPEN, pool, required)
    return Dealt(
        review.pk,
        stage,
        allocation.way,
        pool,
        required,
        parts=parts_of(allocation),
        seed=allocation.review.plan.seed,
        allocation=allocation.pk,
    )


def _named(row: AllocationPart) -> QuerySet[Any, Any]:
    listed = AllocationRecord.objects.filter(part=row)
    return Record.stored.filter(pk__in=listed.values("record")).values_list(
        "pk", flat=True
    )


def parts_of(allocation: Allocation) -> list[Part]:
    """Return the parts of an allocation in their order."""
    found = []
    for row in sorted(allocation.parts.all(), key=attrgetter("position")):
        people = list(row.people.all())
        found.append(
            Part(
                frozenset(each.person_id for each in people),
                first=row.first_record_id or row.first_report_id,
                last=row.last_record_id or row.last_report_id,
                search=row.search_id,
                named=_named(row) if row.is_listed else None,
                name=row.name,
                shares={
                    each.person_id: each.share
                    for each in people
                    if each.share is not None
                },
                core=frozenset(each.person_id for each in people if each.is_core),
            )
        )
    return found
