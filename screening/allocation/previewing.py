"""What a new allocation would do, before it is made.

Told of each person: how much of what is open they are given now and then. That is read
off the allocation alone. How much still waits for them is told to owners who may know
how far others are, and of oneself.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from reviews import members
from reviews.models import Member, Review, User
from screening import queues
from screening.allocation import counting, dealing, knowing
from screening.allocation.dealing import DRAWN, Dealt, Way, dealt
from screening.decisions import open_items


@dataclass(frozen=True)
class Row:
    """One person: what they are given of what is open, and what waits for them."""

    member: Member
    given_now: int
    given_then: int
    waiting_now: int | None
    waiting_then: int | None


@dataclass(frozen=True)
class Preview:
    """What an allocation would do."""

    now: Dealt
    then: Dealt
    open: int
    rows: Sequence[Row]
    warnings: Sequence[str]


def preview(review: Review, then: Dealt, *, reader: User) -> Preview:
    """Return what the allocation would do; nothing is written."""
    now, stage = dealt(review, then.stage), then.stage
    knows_all = knowing.knows_all(review, stage, reader)
    items = open_items(review, stage)
    given_now, given_then = counting.given(now, items), counting.given(then, items)
    rows = []
    for member in (
        members.reviewers(review, stage).select_related("user").order_by("pk")
    ):
        told = knows_all or member.user_id == reader.pk
        rows.append(
            Row(
                member,
                given_now[member.user_id],
                given_then[member.user_id],
                queues.queue(review, stage, member.user).count() if told else None,
                _waiting(review, then, member.user) if told else None,
            )
        )
    return Preview(now, then, items.count(), rows, warnings(review, then))


def _waiting(review: Review, then: Dealt, person: User) -> int:
    items = queues.not_judged(review, then.stage, person)
    return dealing.narrowed_by(then, items, person).count()


def warnings(review: Review, found: Dealt) -> list[str]:
    """Say what an owner should know before it is made."""
    said = []
    many = "One person" if found.required == 1 else f"{found.required} people"
    if len(found.pool) < found.required:
        said.append(
            f"{many} must judge each at this stage, and the team has "
            f"{len(found.pool)} who may. Until somebody joins, nothing is completed."
        )
    if found.is_open:
        return said
    if len(found.pool) == found.required:
        said.append(
            f"{many} must judge each, and no more than that may: so everybody judges "
            "everything, however it is dealt out."
        )
        return said
    if filled := _filled(review, found):
        said.append(
            f"{filled:,} that are open: given to fewer people than must judge them. "
            "They are everybody’s, so that they can be completed."
        )
    if found.way == Way.PAIR and not found.parts[0].core & found.pool:
        said.append(
            "No core reviewer may judge at this stage any more, so everything is "
            "everybody’s."
        )
    elif found.way == Way.PAIR:
        said.append(
            "It holds from now on: what somebody judged before stays, and may be "
            "completed by another who is not core."
        )
    if found.way == Way.SHARE:
        total = sum((found.parts[0].shares or {}).values())
        if total > 100 * found.required:
            said.append(
                f"The shares make {total} per cent where {100 * found.required} are "
                "enough: some are given to one person more, and whoever comes first "
                "judges them."
            )
    return said


def _filled(review: Review, found: Dealt) -> int:
    """Count what is open and given to too few of today's team."""
    items = open_items(review, found.stage)
    if found.way in DRAWN:
        cells = [
            at for at, each in enumerate(found.drawn()) if found.is_filled_up(each)
        ]
        return items.filter(found.in_cells(cells)).count() if cells else 0
    wanted, before = Q(pk__in=()), Q()
    for part in found.parts:
        lies = part.condition(found.stage)
        if found.is_filled_up(part.people):
            wanted |= lies & before
        before &= ~lies
    return items.filter(wanted).count()
