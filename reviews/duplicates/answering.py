"""What a person says of a question: copies of one another, or not; and taking it back.

What was merged before and is not in question stays merged, whatever the answer. An
answer can be taken back as long as nobody changed its set since.
"""

from collections import defaultdict
from datetime import datetime
from itertools import product
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews.duplicates import marking, members, splitting, stored
from reviews.models import DuplicateSet, Event, Record, Review, User

_ANSWERS = ("duplicates.merged", "duplicates.told_apart")
# So many answers can be taken back one after the other.
_KEPT_IN_MIND = 20


class NothingToTakeBack(ValueError):
    """No answer of this person stands as it was given."""


def questions(review: Review) -> QuerySet[DuplicateSet]:
    """Return the sets that wait for a person, in the order in which they are asked."""
    waiting = review.duplicate_sets.filter(state=DuplicateSet.State.FOUND)
    return waiting.order_by("number")


@transaction.atomic
def tell_apart(
    duplicate_set: DuplicateSet, *, by: User, at: datetime | None = None
) -> None:
    """Say that the records that go on in a set are no copies of one another.

    Each goes on with those that were merged into it. Raises WrongRole, or
    ChangedMeanwhile where the set was joined with another.
    """
    review, duplicate_set, records = members.take(duplicate_set, by)
    families = _families(records)
    if len(families) == len(records):
        splitting.tell_apart(duplicate_set, by=by, at=at)
        return
    if len(families) < 2 or duplicate_set.state not in stored.ACTIVE:
        return
    old = {**members.facts(duplicate_set, records), "basis": duplicate_set.basis}
    stays, *others = families
    duplicate_set.basis = _undoubted(duplicate_set.basis)
    duplicate_set.save(update_fields=["basis"])
    for family in others:
        _move_out(review, family, duplicate_set.basis, by=by, at=at)
    pairs = (
        pair
        for number, family in enumerate(families)
        for other in families[number + 1 :]
        for pair in product(family, other)
    )
    splitting.distinguish(review, pairs, by=by, at=at)
    apart = "; ".join(str(family[0]) for family in others)
    members.settle(
        review,
        duplicate_set,
        stays,
        DuplicateSet.State.MERGED,
        "duplicates.told_apart",
        f"no copies of what is merged there: {apart}",
        old=old,
        by=by,
        at=at,
    )


def last(review: Review, by: User) -> Event | None:
    """Return the last answer of a person that still stands as it was given."""
    given = Event.objects.filter(
        review=review, by=by, action__in=_ANSWERS, subject_type="duplicateset"
    ).order_by("-pk")[:_KEPT_IN_MIND]
    # Two queries for all of them.
    sets = review.duplicate_sets.in_bulk([event.subject_id or 0 for event in given])
    pointers: dict[int, dict[str, int | None]] = defaultdict(dict)
    inside = review.records.filter(duplicate_set__in=sets)
    for pk, number, of in inside.values_list(
        "pk", "duplicate_set_id", "duplicate_of_id"
    ):
        pointers[number or 0][str(pk)] = of
    for event in given:
        stands = sets.get(event.subject_id or 0)
        told: dict[str, Any] = event.new or {}
        if stands is None or told.get("state") != stands.state:
            continue
        if told.get("duplicate_of") == pointers[stands.pk]:
            return event
    return None


@transaction.atomic
def take_back(review: Review, *, by: User, at: datetime | None = None) -> DuplicateSet:
    """Take back the last answer of a person: its set is asked about again.

    Raises WrongRole, or NothingToTakeBack.
    """
    review = stored.lock(review, by)
    event = last(review, by)
    if event is None or event.old is None:
        raise NothingToTakeBack("No answer of yours is left to take back.")
    duplicate_set = review.duplicate_sets.select_for_update().get(
        pk=event.subject_id or 0
    )
    pointers = {int(pk): of for pk, of in event.old["duplicate_of"].items()}
    records = [
        each
        for each in review.records.select_for_update(of=("self",))
        .select_related("duplicate_set")
        .defer("original")
        .filter(pk__in=pointers)
        if _is_free(each, duplicate_set, pointers)
    ]
    if len(records) < len(pointers):
        raise NothingToTakeBack("The records stand elsewhere by now.")
    emptied = {each.duplicate_set_id or 0 for each in records} - {duplicate_set.pk}
    before = members.facts(duplicate_set, records)
    for each in records:
        each.duplicate_set = duplicate_set
        each.duplicate_of_id = pointers[each.pk]
    stored.save(records)
    review.duplicate_sets.filter(pk__in=emptied).delete()
    splitting.forget(records)
    if "basis" in event.old:
        duplicate_set.basis = event.old["basis"]
        duplicate_set.save(update_fields=["basis"])
    members.settle(
        review,
        duplicate_set,
        records,
        members.state_of(records),
        "duplicates.unmerged",
        "the last answer was taken back",
        old=before,
        by=by,
        at=at,
    )
    return duplicate_set


def _families(records: list[Record]) -> list[list[Record]]:
    """Return what goes on with its copies, the largest family first."""
    found: dict[int, list[Record]] = defaultdict(list)
    for each in records:
        found[members.root(each)].append(each)
    for pk, family in found.items():
        family.sort(key=lambda each: (each.pk != pk, each.pk))
    return sorted(found.values(), key=lambda family: (-len(family), family[0].pk))


def _undoubted(basis: str) -> str:
    """Return what a set rests on without the question about it."""
    return "\n".join(basis.split("\n")[1:]) or marking.BY_HAND


def _move_out(
    review: Review, family: list[Record], basis: str, *, by: User, at: datetime | None
) -> None:
    """Give a family that leaves a set one of its own, where it is more than one."""
    own = None
    if len(family) > 1:
        own = DuplicateSet.objects.create(
            review=review,
            number=stored.next_number(review),
            state=DuplicateSet.State.MERGED,
            basis=basis,
            settled_by=by,
            settled_at=at or timezone.now(),
        )
    for each in family:
        each.duplicate_set = own
    stored.save(family)


def _is_free(
    record: Record, duplicate_set: DuplicateSet, pointers: dict[int, int | None]
) -> bool:
    """Tell whether a record may come back into a set: nobody moved it since."""
    if record.duplicate_set_id == duplicate_set.pk:
        return True
    if record.removal or record.duplicate_of_id != pointers[record.pk]:
        return False
    if record.duplicate_set is None:
        return True
    # The set of its family, which nothing joined.
    family = record.duplicate_set.records.values_list("pk", flat=True)
    return set(family) <= pointers.keys()
