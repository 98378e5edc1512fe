"""The judgments that agreement is measured on, item by item, out of the database.

They are streamed, so that a hundred thousand records are counted by as many queries as
ten. Only settled items are read: see `reading` for who may see what of them.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from reviews.models import Review, Stage, Verdict
from screening.agreement.independent import Held, Said, closing
from screening.decisions import Items
from screening.models import Choice, Decision, PilotItem, Tick
from screening.numbers import changing
from screening.numbers.changing import Required
from screening.stages import item_name

ON, EXCLUDE = "on", Choice.EXCLUDE.value
CHUNK = 2000


@dataclass(frozen=True)
class Judged:
    """What each said of an item alone, when it was closed, and what they ticked."""

    item: int
    closed_at: datetime
    choices: Mapping[int, str]
    # Of each person, in the order of `choices`; empty unless they were asked for.
    ticks: Mapping[int, frozenset[int]]

    @property
    def differ(self) -> bool:
        """Whether one lets the item go on and another does not."""
        return len({came_to(choice) for choice in self.choices.values()}) > 1


def came_to(choice: str) -> str:
    """Return what a judgment comes to: whether the item goes on."""
    return EXCLUDE if choice == EXCLUDE else ON


def settled(review: Review, stage: Stage) -> Items:
    """Return the items that stand at the stage and are settled."""
    if stage == Stage.TITLE_ABSTRACT:
        return review.records.screened()
    return review.reports.assessed().exclude(verdict=Verdict.OPEN)


def of(
    review: Review,
    stage: Stage,
    *,
    with_ticks: bool = False,
    among: Collection[int] | None = None,
    items: Items | None = None,
) -> Iterator[Judged]:
    """Yield each settled item with what each said of it independently.

    `among` are the keys of the items to look at, where not all are; `items` stand in
    the place of those that are settled.
    """
    looked_at = (settled(review, stage) if items is None else items).order_by()
    name = item_name(stage)
    required = review.reviewers_required(stage)
    required_at = changing.required_at(review, stage)
    rounds = _rounds(review, stage, required_at)
    histories = (
        Decision.objects.filter(
            **{f"{name}__in": looked_at.values("pk")}, review=review, stage=stage
        )
        .order_by(f"{name}_id", "pk")
        .values_list(
            name, "pk", "reviewer", "choice", "sets_aside", "restores", "decided_at"
        )
    )
    ticked = _ticks(review, stage) if with_ticks else iter(())
    waiting = next(ticked, None)
    found = histories.iterator(chunk_size=CHUNK)
    for item, history in groupby(found, key=itemgetter(0)):
        while waiting is not None and waiting[0] < item:
            waiting = next(ticked, None)
        here = waiting[1] if waiting is not None and waiting[0] == item else {}
        if among is not None and item not in among:
            continue
        said = (
            Said(
                reviewer,
                choice,
                sets_aside is not None,
                restores is not None,
                required_at(decision),
                decision,
                at,
            )
            for _, decision, reviewer, choice, sets_aside, restores, at in history
        )
        closed = closing(said, required=required, held=rounds.get(item))
        if closed is not None:
            moment, standing = closed
            yield Judged(
                item,
                moment,
                {each.reviewer: each.choice for each in standing},
                {
                    each.reviewer: frozenset(here.get(each.decision, ()))
                    for each in standing
                },
            )


def _rounds(review: Review, stage: Stage, required_at: Required) -> dict[int, Held]:
    """Return which items a pilot round that counts ever held."""
    name = item_name(stage)
    found = PilotItem.objects.filter(
        pilot_round__review=review, pilot_round__stage=stage, pilot_round__counts=True
    ).order_by("pilot_round__number")
    return {
        item: Held(ended_at, required_at.on(ended_at))
        for item, ended_at in found.values_list(name, "pilot_round__ended_at")
    }


def _ticks(review: Review, stage: Stage) -> Iterator[tuple[int, dict[int, set[int]]]]:
    """Yield what was ticked by each decision on an item, in the order of the items."""
    name = f"decision__{item_name(stage)}"
    rows = (
        Tick.objects.filter(
            **{f"{name}__in": settled(review, stage).order_by().values("pk")},
            decision__review=review,
            decision__stage=stage,
        )
        .order_by(name)
        .values_list(name, "decision", "criterion__criterion")
    )
    for item, ticks in groupby(rows.iterator(chunk_size=CHUNK), key=itemgetter(0)):
        here: dict[int, set[int]] = {}
        for _, decision, criterion in ticks:
            here.setdefault(decision, set()).add(criterion)
        yield item, here
