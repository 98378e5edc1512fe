"""What many items come to after many decisions at once: the same derivation as for one.

The caller holds the rows (`lock`), so that nobody judges them meanwhile.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from reviews import verdicts
from reviews.models import Record, Report, Review, Stage, User
from reviews.verdicts import Settled
from screening import decisions, quorum
from screening.models import Choice, Decision, Resolution, Tick
from screening.moving_in.planning import Word
from screening.settling import Outcome, Ruling, State, Ticked, Vote, outcome
from screening.stages import item_name

CHUNK = 500


def chunks(keys: Collection[int]) -> Iterator[list[int]]:
    """Yield keys in order, some hundred at a time."""
    in_order = sorted(keys)
    for start in range(0, len(in_order), CHUNK):
        yield in_order[start : start + CHUNK]


def lock(stage: Stage, items: Collection[int]) -> None:
    """Lock the rows of the items until the transaction ends, in their order."""
    rows: QuerySet[Any] = (
        Record.stored.all() if stage == Stage.TITLE_ABSTRACT else Report.objects.all()
    )
    for keys in chunks(items):
        found = rows.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
        list(found.values_list("pk"))


def last_words(stage: Stage, items: Collection[int]) -> dict[int, dict[int, Word]]:
    """Return the last word of each reviewer on each item."""
    name = item_name(stage)
    found: defaultdict[int, dict[int, Word]] = defaultdict(dict)
    for keys in chunks(items):
        rows = Decision.objects.unsuperseded().filter(**{f"{name}__in": keys})
        for item, who, pk, choice in rows.values_list(
            f"{name}_id", "reviewer_id", "pk", "choice"
        ):
            found[item][who] = Word(pk, choice)
    return found


def settle(
    review: Review, stage: Stage, items: Collection[int], *, by: User, at: datetime
) -> int:
    """Bring the verdicts on the items in line with their decisions."""
    required = quorum.at(review, stage)
    found: dict[int, Settled] = {}
    for keys in chunks(items):
        votes, rulings = _votes(stage, keys), _rulings(stage, keys)
        for item in keys:
            come_to = outcome(
                votes.get(item, []),
                rulings.get(item),
                stage=stage,
                required=required.of(item),
                reasons_must_agree=review.reasons_must_agree,
            )
            found[item] = _settled(come_to)
    if stage == Stage.TITLE_ABSTRACT:
        return verdicts.settle_records(review, found, by=by, at=at)
    return verdicts.settle_reports(review, found, by=by, at=at)


def _settled(come_to: Outcome) -> Settled:
    if come_to.state is not State.SETTLED:
        return verdicts.OPEN
    return Settled(come_to.verdict, come_to.settlement, come_to.counted_reason)


def _votes(stage: Stage, keys: list[int]) -> dict[int, list[Vote]]:
    name = item_name(stage)
    current = Decision.objects.current().filter(**{f"{name}__in": keys})
    rows = list(
        current.order_by("pk").values_list(
            f"{name}_id", "pk", "reviewer_id", "choice", "restores_id"
        )
    )
    ticks: defaultdict[int, set[Ticked]] = defaultdict(set)
    ticked = Tick.objects.filter(decision__in=[row[1] for row in rows])
    for pk, position, criterion in ticked.values_list(
        "decision_id", "criterion__position", "criterion__criterion_id"
    ):
        ticks[pk].add(Ticked(position, criterion))
    found: defaultdict[int, list[Vote]] = defaultdict(list)
    for item, pk, who, choice, restores in rows:
        found[item].append(Vote(restores or pk, who, choice, frozenset(ticks[pk])))
    return found


def _rulings(stage: Stage, keys: list[int]) -> dict[int, Ruling]:
    name = item_name(stage)
    standing = (
        Resolution.objects.filter(**{f"{name}__in": keys})
        .unsuperseded()
        .exclude(choice=Choice.WITHDRAWN)
        .select_related("criterion")
        .prefetch_related("resolved")
    )
    return {
        resolution.record_id or resolution.report_id or 0: decisions.ruling(resolution)
        for resolution in standing
    }
