"""What stands handed over when one person is put in another's place.

The stage is dealt out anew by that, and what was handed over hangs on the allocation of
its day. So it is taken along, each as it was made, with the heir in the leaver's place:
what the leaver had been handed is the heir's, and what they had handed over stays with
who has it. What the new allocation gives to its taker anyway is left with the giver, or
it would be given to one person less and might never be completed.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.models import Prefetch

from reviews.models import Record, Report, Stage, User
from screening.allocation import dealing
from screening.allocation.dealing import Dealt, Items
from screening.models import Allocation, HandedItem, Handover
from screening.stages import item_name

BATCH = 1000


@dataclass(frozen=True)
class Row:
    """An item of a handover, as it is under the new allocation."""

    giver: int
    taker: int
    place: int
    old: HandedItem

    @property
    def key(self) -> int:
        return self.old.record_id or self.old.report_id or 0


def carry_over(before: Dealt, made: Allocation, leaver: User, heir: User) -> None:
    """Copy what stands handed over under one allocation to the one after it.

    The caller holds the lock of the review; nothing hangs on the new one yet.
    """
    standing = list(
        Handover.objects.filter(allocation=before.allocation, undone_at=None)
        .prefetch_related(Prefetch("items", HandedItem.objects.order_by("pk")))
        .order_by("pk")
    )
    people = {heir.pk}
    for each in standing:
        people |= {each.taker_id, *(item.place_of_id for item in each.items.all())}
    new = dealing.of(made.review, before.stage, made)
    given = {
        each.pk: _given(new, before, each)
        for each in User.objects.in_bulk(people).values()
    }
    held: set[tuple[int, int]] = set()
    for each in standing:
        rows = [_row(each, item, leaver.pk, heir.pk) for item in each.items.all()]
        kept = []
        for row in rows:
            if row.place == row.taker:
                continue
            if row.old.ended_at is None:
                mark = row.taker, row.key
                if mark in held or row.key not in given[row.place] - given[row.taker]:
                    continue
                held.add(mark)
            kept.append(row)
        _copy(each, made, kept)


def _given(new: Dealt, before: Dealt, person: User) -> frozenset[int]:
    """Return which of what was handed over the new allocation gives the person."""
    name = item_name(before.stage)
    handed = HandedItem.objects.filter(handover__allocation=before.allocation)
    rows: Items = (
        Record.stored.order_by()
        if before.stage == Stage.TITLE_ABSTRACT
        else Report.objects.order_by()
    )
    rows = rows.filter(pk__in=handed.values(name))
    found = dealing.dealt_to(new, rows, person)
    return frozenset(found.values_list("pk", flat=True))


def _row(handover: Handover, item: HandedItem, leaver: int, heir: int) -> Row:
    giver, taker, place = (
        heir if each == leaver else each
        for each in (handover.giver_id, handover.taker_id, item.place_of_id)
    )
    # Between the two it is from whom the giver had it.
    return Row(place if giver == taker else giver, taker, place, item)


def _copy(handover: Handover, made: Allocation, rows: Iterable[Row]) -> None:
    giver_of = attrgetter("giver")
    for giver, those in groupby(sorted(rows, key=giver_of), key=giver_of):
        found = list(those)
        copy = Handover.objects.create(
            review=made.review,
            allocation=made,
            giver_id=giver,
            taker_id=found[0].taker,
            token=uuid.uuid5(made.token, f"handover {handover.pk} {giver}"),
            made_at=handover.made_at,
            made_by_id=handover.made_by_id,
        )
        HandedItem.objects.bulk_create(
            (
                HandedItem(
                    handover=copy,
                    record_id=row.old.record_id,
                    report_id=row.old.report_id,
                    place_of_id=row.place,
                    ended_at=row.old.ended_at,
                )
                for row in found
            ),
            batch_size=BATCH,
        )
