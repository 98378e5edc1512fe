"""Changing how many judge each item of a stage that has begun.

It is an amendment with a reason (PRISMA 2020 item 24c). Nothing that anybody said is
changed: every verdict is derived anew from the same judgments, so that changing the
number back gives the verdicts that stood. Only what holds as many judgments as lie
between the two numbers can come to something else, and that alone is looked at.

Before it is done, an owner who judges at the stage is told of no judgment but their
own: they could otherwise learn by looking, and leave it, what another has done.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from reviews import events, protocol
from reviews.jobs import Progress
from reviews.models import Review, Stage, User, Verdict
from screening import conflicts, decisions, quorum
from screening.allocation import knowing
from screening.decisions import Items
from screening.models import Decision, NumberChange
from screening.moving_in import settling
from screening.pilots import standing as pilot_standing
from screening.stages import STAGES, item_name

NUMBERS = (1, 2, 3)


class CannotChange(ValueError):
    """The number is that already, or none that may be asked for."""


@dataclass(frozen=True)
class Effect:
    """What the other number would do, as far as the reader may know it.

    `settles` comes to a verdict or into conflict; which of the two would tell what was
    said. Where the reader does not know all, it is all that they judged themselves and
    that is open: whether others have judged it too is not told. What lapses are
    conflicts that the reader may see, which wait for another judgment again.
    """

    stage: Stage
    old: int
    new: int
    settles: Items
    reopens: Items
    lapses: Items
    knows_all: bool

    @property
    def may_conflict(self) -> bool:
        """Tell whether something that two have judged may complete."""
        return self.new < self.old and self.old > 2


def effect(review: Review, stage: Stage, new: int, *, reader: User) -> Effect:
    """Return what the other number would do; nothing is written."""
    old = review.reviewers_required(stage)
    knows_all = knowing.knows_all(review, stage, reader)
    touched = _items(review, stage).filter(
        pk__in=_touched(review, stage, old, new).values(item_name(stage))
    )
    # What stands in an open pilot round comes to nothing before it is closed.
    held = pilot_standing.held([review], stage)
    settles = touched.filter(verdict=Verdict.OPEN).exclude(pk__in=held)
    lapses = conflicts.in_conflict(review, stage).filter(pk__in=_keys(touched))
    if not knows_all:
        settles = _own_open(review, stage, reader).exclude(pk__in=held)
        lapses = lapses.filter(decisions.judged_by(stage, reader))
    return Effect(
        stage,
        old,
        new,
        settles=settles.order_by("pk") if new < old else settles.none(),
        # What is settled is known to the whole team, and by how many.
        reopens=touched.exclude(verdict=Verdict.OPEN).order_by("pk")
        if new > old
        else touched.none(),
        lapses=lapses.order_by("pk") if new > old else lapses.none(),
        knows_all=knows_all,
    )


def changes(review: Review, stage: Stage) -> QuerySet[NumberChange]:
    """Return the changes of a stage, the latest first."""
    rows = NumberChange.objects.filter(review=review, stage=stage)
    return rows.select_related("made_by", "amendment").order_by("-pk")


def required_at(review: Review, stage: Stage) -> "Required":
    """Return how many the protocol asked for when each judgment was made."""
    made = changes(review, stage).exclude(done_at=None).order_by("pk")
    bounds = [
        (each.last_decision_id or 0, each.done_at, each.old)
        for each in made
        if each.done_at is not None
    ]
    return Required(tuple(bounds), review.reviewers_required(stage))


@dataclass(frozen=True)
class Required:
    """The numbers asked for, each up to a last judgment and a day; then today's."""

    bounds: Sequence[tuple[int, datetime, int]]
    today: int

    def __call__(self, decision: int) -> int:
        for last, _, number in self.bounds:
            if decision <= last:
                return number
        return self.today

    def on(self, moment: datetime | None) -> int:
        """Return how many were asked for at a moment; without one, today."""
        for _, until, number in self.bounds:
            if moment is not None and moment <= until:
                return number
        return self.today


@transaction.atomic
def ask(
    review: Review,
    stage: Stage,
    new: int,
    *,
    by: User,
    because: str,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> NumberChange:
    """Write down that so many are to judge each item; the same form again asks once.

    Raises WrongRole, CannotChange or protocol.ReasonMissing.
    """
    review, token = protocol.lock(review, by), token or uuid.uuid4()
    made = NumberChange.objects.filter(token=token, review=review).first()
    if made is not None:
        return made
    _require_other(review, stage, new)
    if not because.strip():
        raise protocol.ReasonMissing("Say why the number is changed.")
    return NumberChange.objects.create(
        review=review,
        stage=stage,
        old=review.reviewers_required(stage),
        new=new,
        reason=because.strip(),
        token=token,
        made_at=at or timezone.now(),
        made_by=by,
    )


@transaction.atomic
def change(
    made: NumberChange,
    *,
    by: User,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> NumberChange:
    """Let so many judge each item from now on, and settle and reopen what follows.

    Once it holds it stays as it is. Raises WrongRole or CannotChange.
    """
    at = at or timezone.now()
    if progress:
        progress.hold()
    review = protocol.lock(made.review, by)
    made = NumberChange.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if made.done_at is not None:
        return made
    stage, old, new = Stage(made.stage), made.old, made.new
    if review.reviewers_required(stage) != old:
        raise CannotChange("The number was changed meanwhile. Look at it again.")
    # Whoever judges just now is counted, or judges by the new number.
    quorum.hold(review)
    name = item_name(stage)
    keys = set(_touched(review, stage, old, new).values_list(name, flat=True))
    settling.lock(stage, keys)
    setattr(review, f"{stage}_reviewers", new)
    review.save(update_fields=[f"{stage}_reviewers"])
    last = Decision.objects.filter(review=review, stage=stage).order_by("-pk")
    made.amendment = protocol.amend(
        review,
        f"{stage.label}: judged by {_people(new)} (was {_people(old)})",
        because=made.reason,
        by=by,
        at=at,
    )
    made.last_decision, made.done_at = last.first(), at
    made.save(update_fields=["amendment", "last_decision", "done_at"])
    events.record(
        review,
        "review.number_changed",
        f"{protocol.headline(made.amendment)}{stage.label}: judged by {_people(new)} "
        "from now on",
        by=by,
        subject=review,
        old={f"{stage}_reviewers": old},
        new={f"{stage}_reviewers": new, "reason": made.reason},
        at=at,
    )
    settling.settle(review, stage, keys, by=by, at=at)
    return made


def at_once(made: NumberChange) -> bool:
    """Tell whether it is done while the page waits."""
    touched = _touched(made.review, Stage(made.stage), made.old, made.new)
    return touched.count() <= int(settings.VOTES_AT_ONCE)


def subject(made: NumberChange) -> str:
    """Return by what the job on a change is known."""
    return f"number {made.pk}"


def _require_other(review: Review, stage: Stage, new: int) -> None:
    old = review.reviewers_required(stage)
    if stage not in STAGES or new not in NUMBERS:
        raise CannotChange("One to three people judge each record or full text.")
    if new == old:
        raise CannotChange(f"{_people(old).capitalize()} judge each already.")


def _touched(review: Review, stage: Stage, old: int, new: int) -> QuerySet[Any, Any]:
    """Return the items with as many judgments as lie between the two numbers.

    What stands in an open pilot round comes to nothing before it is closed, by either.
    """
    name = item_name(stage)
    held = pilot_standing.held([review], stage)
    low, high = sorted((old, new))
    found: QuerySet[Any, Any] = (
        Decision.objects.current()
        .filter(review=review, stage=stage)
        .exclude(**{f"{name}__in": held})
        .order_by()
        .values(name)
        .annotate(number=Count("pk"))
        .filter(number__gte=low, number__lt=high)
    )
    return found


def _own_open(review: Review, stage: Stage, reader: User) -> Items:
    """Return what the reader has judged and others have yet to."""
    own = decisions.open_items(review, stage).filter(decisions.judged_by(stage, reader))
    disputed = conflicts.in_conflict(review, stage)
    return own.exclude(pk__in=_keys(disputed))


def _keys(items: Items) -> QuerySet[Any, Any]:
    return items.order_by().values("pk")


def _items(review: Review, stage: Stage) -> Items:
    if stage == Stage.TITLE_ABSTRACT:
        return review.records.to_screen()
    return review.reports.assessed()


def in_words(number: int) -> str:
    """Return how many people judge, in words."""
    return {1: "one person", 2: "two people", 3: "three people"}[number]


def _people(number: int) -> str:
    return in_words(number) + (", independently" if number > 1 else "")
