"""The conflict room: which conflicts a person works through, and what narrows them.

Only conflicts that the person may see are filtered, and only by what they may know of
them: by a pair where names are shown, by a criterion that was ticked on a side that is
open to them. So no filter tells what a page would not.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q

from reviews import access
from reviews.models import (
    Criterion,
    Record,
    Report,
    Review,
    Role,
    Stage,
    User,
)
from screening import conflicts, statements
from screening.decisions import Item, Items
from screening.models import Decision, Resolution, Tick
from screening.models.decision import DecisionQuerySet
from screening.stages import STAGES, item_name


@dataclass(frozen=True)
class Narrowed:
    """What narrows the list: two people, a criterion, both or nothing."""

    pair: tuple[int, int] | None = None
    criterion: int | None = None

    @property
    def query(self) -> str:
        """Return it as the query of an address, with its question mark."""
        given = {
            "pair": "-".join(map(str, self.pair)) if self.pair else "",
            "criterion": self.criterion or "",
        }
        kept = {name: value for name, value in given.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True)
class Pair:
    """Two who differ, and on how many items."""

    first: User
    second: User
    number: int

    @property
    def key(self) -> str:
        return f"{self.first.pk}-{self.second.pk}"

    @property
    def ids(self) -> tuple[int, int]:
        return self.first.pk, self.second.pk


def names_are_hidden(review: Review, stage: Stage, user: User) -> bool:
    """Tell whether the person sees conflicts here without the names of the judges."""
    return review.plan.hides_judges and conflicts.adjudicates(review, stage, user)


def listed(review: Review, stage: Stage, user: User, narrowed: Narrowed) -> Items:
    """Return the conflicts that the person may see, narrowed."""
    found = conflicts.visible_to(review, stage, user)
    here = {item_name(stage): OuterRef("pk")}
    if narrowed.pair and not names_are_hidden(review, stage, user):
        for one in narrowed.pair:
            said = Decision.objects.current().filter(**here, reviewer=one)
            found = found.filter(Exists(said))
    if narrowed.criterion:
        shut = statements.closed_to(review, stage, user)
        ticks = Tick.objects.filter(
            decision__in=Decision.objects.current().filter(**_lifted(here)),
            criterion__criterion=narrowed.criterion,
        )
        own = ticks.filter(decision__reviewer=user)
        found = found.filter(Q(Exists(own)) | Q(~shut, Exists(ticks)))
    return found


def _lifted(here: dict[str, OuterRef]) -> dict[str, OuterRef]:
    """Return the condition for one query further in."""
    return {name: OuterRef(OuterRef("pk")) for name in here}


def pairs(review: Review, stage: Stage, user: User) -> list[Pair]:
    """Return who differs with whom; nobody where names are hidden."""
    if names_are_hidden(review, stage, user):
        return []
    name = item_name(stage)
    judged: dict[int, list[int]] = {}
    rows = _standing(review, stage, user).order_by("reviewer")
    for item, reviewer in rows.values_list(name, "reviewer").iterator():
        judged.setdefault(item, []).append(reviewer)
    counted = Counter(
        pair for people in judged.values() for pair in combinations(people, 2)
    )
    users = User.objects.in_bulk({one for pair in counted for one in pair})
    return [
        Pair(users[one], users[other], number)
        for (one, other), number in sorted(counted.items())
    ]


def criteria(review: Review, stage: Stage, user: User) -> list[tuple[Criterion, int]]:
    """Return the criteria ticked on sides that the person may see, with how many."""
    visible = conflicts.visible_to(review, stage, user)
    name = item_name(stage)
    is_open = visible.filter(~statements.closed_to(review, stage, user))
    ticks = Tick.objects.filter(
        Q(decision__reviewer=user)
        | Q(**{f"decision__{name}__in": is_open.order_by().values("pk")}),
        decision__in=_standing(review, stage, user).order_by().values("pk"),
    )
    rows = ticks.values_list("criterion__criterion", f"decision__{name}").distinct()
    counted = Counter(criterion for criterion, _ in rows.iterator())
    found = review.criteria.filter(pk__in=counted).order_by("position", "pk")
    return [(each, counted[each.pk]) for each in found]


def _standing(review: Review, stage: Stage, user: User) -> DecisionQuerySet:
    """Return the decisions that count on the conflicts that the person may see."""
    visible = conflicts.visible_to(review, stage, user).order_by().values("pk")
    name = item_name(stage)
    return Decision.objects.current().filter(
        **{f"{name}__in": visible}, review=review, stage=stage
    )


@dataclass(frozen=True)
class Row:
    """A conflict in the list, with what its reader may know of it."""

    item: Item
    # The people, or nobody where names are hidden.
    people: tuple[str, ...]
    # The criteria ticked on the sides that are open to the reader.
    codes: tuple[str, ...]
    is_closed: bool


def told(review: Review, stage: Stage, user: User, shown: Sequence[Item]) -> list[Row]:
    """Return rows of the list, by as many queries however many there are."""
    name = item_name(stage)
    shut = closed_among(review, stage, user, shown)
    found = (
        Decision.objects.current()
        .filter(**{f"{name}__in": [item.pk for item in shown]})
        .select_related("reviewer")
        .prefetch_related("ticks__criterion__criterion")
        .order_by("reviewer")
    )
    by_item: dict[int, list[Decision]] = {item.pk: [] for item in shown}
    for decision in found:
        by_item[getattr(decision, f"{name}_id")].append(decision)
    hidden = names_are_hidden(review, stage, user)
    return [
        _row(item, by_item[item.pk], user, hidden=hidden, is_closed=item.pk in shut)
        for item in shown
    ]


def _row(
    item: Item, said: list[Decision], user: User, *, hidden: bool, is_closed: bool
) -> Row:
    is_own = any(each.reviewer_id == user.pk for each in said)
    codes = {
        (tick.criterion.position, tick.criterion.criterion.code)
        for each in said
        if not is_closed or each.reviewer_id == user.pk
        for tick in each.ticks.all()
    }
    people = () if hidden and not is_own else tuple(str(each.reviewer) for each in said)
    return Row(item, people, tuple(code for _, code in sorted(codes)), is_closed)


def judged_among(shown: Sequence[Resolution], user: User) -> set[int]:
    """Return which of these conflicts the person judged."""
    mine = Decision.objects.filter(reviewer=user).values("pk")
    rows = Resolution.resolved.through.objects.filter(
        resolution__in=[each.pk for each in shown], decision__in=mine
    )
    return set(rows.values_list("resolution", flat=True))


def may_see_wordings(review: Review, user: User) -> bool:
    """Tell whether the person may see what settled conflicts came from."""
    if access.has_role(review, user, Role.OWNER):
        return True
    return any(conflicts.adjudicates(review, stage, user) for stage in STAGES)


def closed_among(
    review: Review, stage: Stage, user: User, shown: Sequence[Item]
) -> set[int]:
    """Return which of these conflicts do not show the person both sides yet."""
    kind = Record if stage == Stage.TITLE_ABSTRACT else Report
    rows = kind._base_manager.filter(pk__in=[item.pk for item in shown])
    shut = rows.filter(statements.closed_to(review, stage, user))
    return set(shut.values_list("pk", flat=True))


def next_after(found: Items, item: Item) -> Item | None:
    """Return the conflict that comes after this one, and from the end the first."""
    others = found.exclude(pk=item.pk)
    return others.filter(pk__gt=item.pk).first() or others.first()


def before(found: Items, item: Item) -> Item | None:
    """Return the conflict that comes before this one."""
    return found.filter(pk__lt=item.pk).order_by("-pk").first()
