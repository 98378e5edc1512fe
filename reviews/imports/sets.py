"""What a file that is taken out does to the sets of duplicates, and its way back.

Where the copy that goes on leaves, another of those that remain goes on; of a set of
which one copy is left none remains. What each set was is kept with the undo. A set
that nobody changed since comes back as it was; else the copies that come back stand
alone, and are compared with the others anew.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from reviews.duplicates import members, stored
from reviews.flow.among import Among
from reviews.models import DuplicateSet, ImportUndo, Record, Review, User

State = DuplicateSet.State
Pointers = dict[int, int | None]


@dataclass
class Change:
    """A set before records leave it, and after."""

    row: DuplicateSet
    before: Pointers
    after: Pointers
    remains: bool

    @property
    def number(self) -> int:
        return self.row.number

    @property
    def leaving(self) -> int:
        return len(self.before) - len(self.after)

    @property
    def state_after(self) -> str:
        if self.row.state == State.SPLIT or not self.remains:
            return str(State.SPLIT)
        return state_of(self.after)

    @property
    def goes_on(self) -> int | None:
        """The copy that goes on in the stead of one that leaves, if one does."""
        left = set(self.before) - set(self.after)
        kept = {of for of in self.before.values() if of in left}
        chosen = [pk for pk, of in self.after.items() if of is None]
        return chosen[0] if kept and chosen else None

    def facts_before(self) -> dict[str, Any]:
        return _facts(self.number, str(self.row.state), self.before)

    def facts_after(self) -> dict[str, Any]:
        return _facts(self.number, self.state_after, self.after)

    def kept(self) -> dict[str, Any]:
        """Return what the way back needs, as JSON holds it."""
        settled_at = self.row.settled_at
        return {
            "pk": self.row.pk,
            "number": self.number,
            "state": str(self.row.state),
            "basis": self.row.basis,
            "found_at": self.row.found_at.isoformat(),
            "settled_at": settled_at.isoformat() if settled_at else None,
            "settled_by": self.row.settled_by_id,
            "remains": self.remains,
            "state_after": self.state_after,
            "before": self.before,
            "after": self.after,
        }


@dataclass
class Restored:
    """What came back of the sets, as the history keeps it."""

    old: dict[int, dict[str, Any]] = field(default_factory=dict)
    new: dict[int, dict[str, Any]] = field(default_factory=dict)
    left: int = 0


def state_of(pointers: Mapping[int, int | None]) -> str:
    """Return the state of a set: merged where exactly one copy goes on."""
    going_on = sum(of is None for of in pointers.values())
    return str(State.MERGED if going_on == 1 else State.FOUND)


def changes(review: Review, out: Collection[int]) -> list[Change]:
    """Return what becomes of each set when these records leave the review."""
    members = _members(review)
    touched = {
        key for key, pointers in members.items() if any(p in out for p in pointers)
    }
    rows = review.duplicate_sets.order_by("number")
    found = []
    for row in (row for row in rows if row.pk in touched):
        before = members[row.pk]
        rest = {pk: of for pk, of in before.items() if pk not in out}
        split = row.state == State.SPLIT
        remains = split or len(rest) > 1
        after = rest if remains else dict.fromkeys(rest)
        found.append(Change(row, before, after, remains))
    _let_go_on(change.after for change in found)
    return found


def mend(review: Review, found: Iterable[Change], *, at: datetime, by: User) -> None:
    """Store what became of each set; the records that leave have left it."""
    moved, gone, resettled = [], [], []
    for each in found:
        for pk, of in each.after.items():
            if of != each.before[pk] or not each.remains:
                into = each.row.pk if each.remains else None
                moved.append(Record(pk=pk, duplicate_set_id=into, duplicate_of_id=of))
        if not each.remains:
            gone.append(each.row.pk)
        elif each.state_after != each.row.state:
            resettled.append(_settled(each.row, each.state_after, at=at, by=by))
    stored.save(moved)
    stored.save_settled(resettled)
    review.duplicate_sets.filter(Among(gone)).delete()


def restore(
    review: Review, undo: ImportUndo, waking: Collection[int], *, at: datetime, by: User
) -> Restored:
    """Bring records that come back into their sets, as far as these still stand."""
    members = _members(review)
    now = {pk: (row, of) for row, each in members.items() for pk, of in each.items()}
    stands = {row.pk: row for row in review.duplicate_sets.all()}
    numbers = {row.number for row in stands.values()}
    told = undo.taken_out.get("sets", [])
    here = _in_review(review, {int(pk) for each in told for pk in each["before"]})
    result, plans = Restored(), []
    for each in told:
        plan = _plan(each, now, stands, members, here, set(waking))
        if plan is None:
            result.left += any(int(pk) in waking for pk in each["before"])
        elif plan:
            plans.append((each, plan))
    _let_go_on(plan for _, plan in plans)
    made, standing = [], []
    for each, plan in plans:
        row = stands.get(each["pk"]) if each["remains"] else None
        if row is None:
            row = _made_again(review, each, numbers)
            numbers.add(row.number)
            made.append((row, plan))
        else:
            standing.append((row, plan))
        before = {pk: now.get(pk, (None, None))[1] for pk in plan}
        result.old[row.number] = _facts(row.number, str(row.state), before)
        whole = len(plan) == len(each["before"])
        _resettle(row, each, plan, whole=whole, at=at, by=by)
        result.new[row.number] = _facts(row.number, str(row.state), plan)
    DuplicateSet.objects.bulk_create([row for row, _ in made], batch_size=500)
    stored.save_settled(row for row, _ in standing)
    stored.save(
        [
            Record(pk=pk, duplicate_set_id=row.pk, duplicate_of_id=of)
            for row, plan in (*made, *standing)
            for pk, of in plan.items()
        ]
    )
    return result


def _plan(
    told: Mapping[str, Any],
    now: Mapping[int, tuple[int, int | None]],
    rows: Mapping[int, DuplicateSet],
    members: Mapping[int, Pointers],
    here: Collection[int],
    waking: Collection[int],
) -> Pointers | None:
    """Return for whom each copy stands in a set that comes back.

    Empty where it has fewer than two copies by now, None where it changed meanwhile.
    """
    before: Pointers = {int(pk): of for pk, of in told["before"].items()}
    after: Pointers = {int(pk): of for pk, of in told["after"].items()}
    present = {pk: of for pk, of in before.items() if pk in here}
    row = rows.get(told["pk"]) if told["remains"] else None
    if row is not None and (
        row.state != told["state_after"] or not before.keys() >= members[row.pk].keys()
    ):
        return None
    for pk in present:
        stands = now.get(pk)
        left_as = (told["pk"], after.get(pk))
        if stands is not None and (pk in waking or row is None or stands != left_as):
            return None
    if told["state"] == State.SPLIT:
        return present if row is not None else {}
    return present if len(present) > 1 else {}


def _let_go_on(pointers: Iterable[Pointers]) -> None:
    """Choose who goes on where copies point at one that is not among them."""
    chosen: list[tuple[Pointers, list[int]]] = []
    for each in pointers:
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for pk, of in each.items():
            if of is not None and of not in each:
                groups[of].append(pk)
        for orphans in groups.values():
            chosen.append((each, orphans))
    known = _records(
        {pk for _, orphans in chosen for pk in orphans if len(orphans) > 1}
    )
    for each, orphans in chosen:
        kept = orphans[0]
        if len(orphans) > 1:
            kept = members.default_keep(known[pk] for pk in orphans).pk
        each.update({pk: None if pk == kept else kept for pk in orphans})


def _records(keys: Collection[int]) -> dict[int, Record]:
    if not keys:
        return {}
    rows = Record.objects.filter(Among(keys)).select_related("search__wave")
    return {row.pk: row for row in rows.defer("original")}


def _in_review(review: Review, keys: Collection[int]) -> set[int]:
    return set(review.records.filter(Among(keys)).values_list("pk", flat=True))


def _members(review: Review) -> defaultdict[int, Pointers]:
    """Return the records of every set, and for whom each stands."""
    found: defaultdict[int, Pointers] = defaultdict(dict)
    inside = review.records.exclude(duplicate_set=None).order_by("pk")
    rows = inside.values_list("pk", "duplicate_set_id", "duplicate_of_id")
    for pk, row, of in rows.iterator(chunk_size=5000):
        found[row or 0][pk] = of
    return found


def _made_again(
    review: Review, told: Mapping[str, Any], taken: Collection[int]
) -> DuplicateSet:
    number = int(told["number"])
    if number in taken:
        number = max(taken) + 1
    return DuplicateSet(
        review=review,
        number=number,
        basis=told["basis"],
        found_at=parse_datetime(told["found_at"]) or timezone.now(),
    )


def _resettle(
    row: DuplicateSet,
    told: Mapping[str, Any],
    plan: Pointers,
    *,
    whole: bool,
    at: datetime,
    by: User,
) -> None:
    if whole or told["state"] == State.SPLIT:
        row.state = told["state"]
        settled_at = told["settled_at"]
        row.settled_at = parse_datetime(settled_at) if settled_at else None
        row.settled_by_id = told["settled_by"]
    else:
        _settled(row, state_of(plan), at=at, by=by)


def _settled(row: DuplicateSet, state: str, *, at: datetime, by: User) -> DuplicateSet:
    if row.state != state:
        is_open = state == State.FOUND
        row.state = state
        row.settled_at = None if is_open else at
        row.settled_by = None if is_open else by
    return row


def _facts(
    number: int, state: str, pointers: Mapping[int, int | None]
) -> dict[str, Any]:
    return {"number": number, "state": state, "duplicate_of": dict(pointers)}
