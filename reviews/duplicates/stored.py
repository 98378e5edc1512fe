"""How sets of duplicates are stored and read: rows, locks and order.

The rules stand in `merging`, `splitting` and `marking` beside it; here is what they all
need. Every write locks the review first, so that sets and their numbers change one
after the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Case, Count, F, IntegerField, Max, Q, QuerySet, Value, When
from django.db.models.functions import Left
from django.utils import timezone

from reviews import access
from reviews.matching.candidates import Candidate, Found
from reviews.matching.fitting import Fitted, Standing
from reviews.matching.normalising import ABSTRACT_READ
from reviews.models import (
    DistinctPair,
    DuplicateSet,
    Fingerprint,
    Record,
    RelatedPair,
    Review,
    Role,
    User,
)
from reviews.rows import insert_each, save_each

# What opens the basis of a set that is no more than a question to a person.
TO_CHECK = "To be checked: "
ACTIVE = (DuplicateSet.State.FOUND, DuplicateSet.State.MERGED)
COMPARED = (
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "abstract",
    "language",
)
# Of so many records at once the fields are asked for by key.
_AT_ONCE = 5000
_PAGE = 2000


class ChangedMeanwhile(Exception):
    """The set, or the sets, are not what the person looked at."""


@dataclass(frozen=True)
class Figures:
    """What stands in the review: sets by state, and records.

    `found` are the certain sets that nobody has settled, `to_check` the questions,
    `records` those that stand in certain or merged sets, and `copies` those that are
    merged away.
    """

    found: int
    to_check: int
    merged: int
    told_apart: int
    records: int
    copies: int


def in_order(sets: QuerySet[DuplicateSet]) -> QuerySet[DuplicateSet]:
    """Return sets in the order of work: to look at, merged, split; certain first."""
    State = DuplicateSet.State
    return sets.annotate(
        work=Case(
            When(state=State.FOUND, then=Value(0)),
            When(state=State.MERGED, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        ),
        doubt=Case(
            When(basis__startswith=TO_CHECK, then=Value(1)),
            default=Value(0),
            output_field=IntegerField(),
        ),
    ).order_by("work", "doubt", "number")


def is_question(duplicate_set: DuplicateSet) -> bool:
    """Tell whether a set that was found asks for a closer look."""
    found = duplicate_set.state == DuplicateSet.State.FOUND
    return found and duplicate_set.basis.startswith(TO_CHECK)


def certain(sets: QuerySet[DuplicateSet]) -> QuerySet[DuplicateSet]:
    """Return the sets that were found and need no second look."""
    return sets.filter(state=DuplicateSet.State.FOUND).exclude(
        basis__startswith=TO_CHECK
    )


def to_check(sets: QuerySet[DuplicateSet]) -> QuerySet[DuplicateSet]:
    """Return the sets that were found and are a question to a person."""
    return sets.filter(state=DuplicateSet.State.FOUND, basis__startswith=TO_CHECK)


def figures(review: Review) -> Figures:
    """Count what stands in the review today."""
    State = DuplicateSet.State
    question = Q(basis__startswith=TO_CHECK)
    counts = review.duplicate_sets.aggregate(
        found=Count("pk", filter=Q(state=State.FOUND) & ~question),
        to_check=Count("pk", filter=Q(state=State.FOUND) & question),
        merged=Count("pk", filter=Q(state=State.MERGED)),
        told_apart=Count("pk", filter=Q(state=State.SPLIT)),
    )
    certain_or_merged = Q(duplicate_set__state=State.MERGED) | (
        Q(duplicate_set__state=State.FOUND)
        & ~Q(duplicate_set__basis__startswith=TO_CHECK)
    )
    records = review.records.aggregate(
        records=Count("pk", filter=certain_or_merged),
        copies=Count("pk", filter=Q(duplicate_of__isnull=False)),
    )
    return Figures(**counts, **records)


def compared(review: Review) -> QuerySet[Record]:
    """Return the records that are compared: all that were not removed."""
    return review.records.filter(removal=Record.Removal.NONE)


def candidates(
    review: Review, keys: Iterable[int] | None = None
) -> Iterator[Candidate]:
    """Read what is compared, a row at a time; with `keys`, of these records alone.

    Of an abstract only the beginning is read, since no more is compared.
    """
    if keys is None:
        yield from _candidates(compared(review))
        return
    wanted = iter(sorted(keys))
    while some := list(islice(wanted, _AT_ONCE)):
        yield from _candidates(compared(review).filter(pk__in=some))


def _candidates(records: QuerySet[Record]) -> Iterator[Candidate]:
    """Read page by page: between two pages no reading is open.

    With SQLite, whoever reads cannot say how far it is once somebody else has voted.
    """
    names = [name for name in COMPARED if name != "abstract"]
    also = ("publication_type", "source_id", "url", Left("abstract", ABSTRACT_READ))
    rows = records.order_by("pk").values_list("pk", *also, *names)
    last = 0
    # Not what comes meanwhile: it is compared the next time.
    top = records.aggregate(top=Max("pk"))["top"] or 0
    while page := list(rows.filter(pk__gt=last, pk__lte=top)[:_PAGE]):
        for pk, kind, accession, url, abstract, *fields in page:
            values = dict(zip(names, fields, strict=True))
            values["authors"] = tuple(values["authors"])
            yield Candidate(
                key=pk,
                kind=kind,
                accession=accession,
                url=url,
                abstract=abstract,
                **values,
            )
        last = page[-1][0]


def candidate(record: Record) -> Candidate:
    """Return all of a record that its copies may have or lack."""
    values = {name: getattr(record, name) for name in COMPARED}
    values["authors"] = tuple(record.authors)
    return Candidate(key=record.pk, kind=record.publication_type, **values)


def forget_fingerprints(records: Iterable[Record]) -> None:
    """Have records compared anew, since what they say has changed."""
    Fingerprint.objects.filter(record__in=records).delete()


def distinct_pairs(review: Review) -> set[tuple[int, int]]:
    return set(review.distinct_pairs.values_list("first_id", "second_id"))


def told_apart(review: Review) -> QuerySet[DistinctPair]:
    """Return the pairs that a person told apart, the latest first."""
    pairs = review.distinct_pairs.filter(first__in_review=True, second__in_review=True)
    return pairs.select_related("first__search", "second__search", "said_by").order_by(
        "-said_at", "-pk"
    )


def related(review: Review) -> QuerySet[RelatedPair]:
    """Return the pairs of records that may report one study and are not merged."""
    pairs = review.related_pairs.filter(
        first__in_review=True, second__in_review=True
    ).exclude(
        first__duplicate_set__isnull=False,
        first__duplicate_set=F("second__duplicate_set"),
    )
    return pairs.select_related("first__search", "second__search").order_by("pk")


def still_there(review: Review, found: Found) -> Found:
    """Leave out the records that went while the others were compared."""
    there = set(compared(review).values_list("pk", flat=True))
    return Found(
        sets=tuple(each for each in found.sets if there.issuperset(each.keys)),
        to_check=tuple(
            each for each in found.to_check if {each.first, each.second} <= there
        ),
        related=tuple(
            each for each in found.related if {each.first, each.second} <= there
        ),
    )


def standing(review: Review) -> list[Standing]:
    """Return the sets as they stand, with their records."""
    keys: dict[int, set[int]] = defaultdict(set)
    copies: dict[int, set[int]] = defaultdict(set)
    inside = review.records.filter(duplicate_set__state__in=ACTIVE)
    for pk, number, of in inside.values_list(
        "pk", "duplicate_set__number", "duplicate_of_id"
    ):
        keys[number].add(pk)
        if of:
            copies[number].add(pk)
    return [
        Standing(
            number=number,
            keys=keys[number],
            copies=frozenset(copies[number]),
            basis=basis.removeprefix(TO_CHECK),
            doubtful=basis.startswith(TO_CHECK),
        )
        for number, basis in review.duplicate_sets.filter(state__in=ACTIVE).values_list(
            "number", "basis"
        )
    ]


def families(review: Review) -> list[set[int]]:
    """Return which records were merged with one another."""
    merged: dict[int, set[int]] = defaultdict(set)
    copies = review.records.duplicates().values_list("pk", "duplicate_of_id")
    for pk, of in copies:
        merged[of or pk] |= {pk, of or pk}
    return list(merged.values())


def write(review: Review, fitted: Fitted, *, at: datetime | None) -> dict[int, int]:
    """Store the sets that changed; return how many records came into each."""
    at = at or timezone.now()
    State = DuplicateSet.State
    insert_each(
        DuplicateSet,
        ["review", "number", "state", "basis", "found_at"],
        (
            (review.pk, each.number, str(State.FOUND), _basis(each), at)
            for each in fitted.made
        ),
    )
    keys = dict(review.duplicate_sets.values_list("number", "pk"))
    changed = fitted.changed
    rows = ((keys[each.number], _basis(each)) for each in changed)
    save_each(DuplicateSet, ["basis"], rows)
    save_each(
        DuplicateSet,
        ["state", "settled_at", "settled_by"],
        (
            (keys[each.number], str(State.FOUND), None, None)
            for each in changed
            if not each.settled
        ),
    )
    return _move(review, [*fitted.made, *changed], keys, fitted.gone)


def _basis(each: Standing) -> str:
    return (TO_CHECK if each.doubtful else "") + each.basis


def _move(
    review: Review, grown: list[Standing], keys: dict[int, int], gone: list[int]
) -> dict[int, int]:
    """Bring each record into its set; return how many came into each.

    `keys` are those of the sets by their numbers.
    """
    into = {key: each.number for each in grown for key in each.keys}
    inside = review.records.exclude(duplicate_set=None).values_list(
        "pk", "duplicate_set__number"
    )
    came = {each.number: 0 for each in grown}
    was, changing = {}, {*came, *gone}
    moved: list[tuple[int, int | None]] = []
    for pk, number in inside:
        was[pk] = number
        if number in changing and pk not in into:
            moved.append((pk, None))
    for pk, number in into.items():
        if was.get(pk) != number:
            moved.append((pk, keys[number]))
            came[number] += 1
    save_each(Record, ["duplicate_set"], moved)
    review.duplicate_sets.filter(number__in=gone).delete()
    return came


def lock(review: Review, by: User | None) -> Review:
    """Lock the review, so that numbers and sets are written one after the other.

    `by` is None on the command line. Raises WrongRole.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    require_owner(review, by)
    return review


def require_owner(review: Review, by: User | None) -> None:
    """Raise WrongRole before any work; `by` is None on the command line."""
    if by is not None:
        access.require(review, by, Role.OWNER)


def again(duplicate_set: DuplicateSet) -> DuplicateSet:
    """Read the set afresh under its lock."""
    found = (
        DuplicateSet.objects.select_for_update(of=("self",))
        .filter(pk=duplicate_set.pk)
        .first()
    )
    if found is None:
        raise ChangedMeanwhile("This set was joined with another meanwhile.")
    return found


def members_of(duplicate_set: DuplicateSet) -> list[Record]:
    """Lock the records of a set, and return them."""
    return list(
        duplicate_set.records.select_for_update(of=("self",))
        .select_related("search__wave")
        .defer("original")
        .order_by("pk")
    )


def save(records: Iterable[Record]) -> None:
    """Store in which set the records are, and whose copies."""
    save_each(
        Record,
        ["duplicate_of", "duplicate_set"],
        ((each.pk, each.duplicate_of_id, each.duplicate_set_id) for each in records),
    )


def save_settled(sets: Iterable[DuplicateSet]) -> None:
    """Store whether sets are settled, when and by whom."""
    save_each(
        DuplicateSet,
        ["state", "settled_at", "settled_by"],
        (
            (each.pk, str(each.state), each.settled_at, each.settled_by_id)
            for each in sets
        ),
    )


def next_number(review: Review) -> int:
    return (review.duplicate_sets.aggregate(last=Max("number"))["last"] or 0) + 1


def count(number: int, one: str, many: str) -> str:
    """Return a number with its noun, as the history says it."""
    return f"{number:,} {one if number == 1 else many}"
