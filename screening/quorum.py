"""How many must judge an item before its decisions come to anything.

As many as the protocol asks for at the stage. What stands in an open pilot round is
held: its people judge it, all of them, and it comes to nothing before the round is
closed, however many have. Everything that settles, lists conflicts, replays or moves
votes in asks here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, Expression, F, IntegerField, QuerySet, When

from reviews.models import Record, Report, Review, ScreeningPlan, Stage
from screening.pilots import standing

# More than any team has people.
HELD = 1_000_000


@dataclass(frozen=True)
class Quorum:
    """How many must judge each item of a stage: as usual, or more than ever do."""

    usual: int
    held: frozenset[int]

    def of(self, item: int) -> int:
        """Return how many must judge the item with this key."""
        return HELD if item in self.held else self.usual


def hold(review: Review) -> None:
    """Wait for the judgments being made, and let none be made until it is over.

    Called in a transaction, before anything is counted.
    """
    list(ScreeningPlan.objects.select_for_update(no_key=True).filter(review=review))


def keep(item: Record | Report) -> None:
    """Let the number stay until the transaction ends; many may ask for it at once.

    Called before the item's row is locked, as `hold` comes before the items too.
    """
    if not connection.features.has_select_for_update:
        # There one at a time writes at all.
        return
    rows: QuerySet[Any, Any] = (
        Record.stored.all() if isinstance(item, Record) else Report.objects.all()
    )
    reviews = rows.filter(pk=item.pk).values("review")
    plan = ScreeningPlan.objects.filter(review__in=reviews).values("pk")
    statement, parameters = plan.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} FOR SHARE", parameters)


def required(item: Record | Report) -> int:
    """Return how many must judge the item."""
    if standing.holding(item) is not None:
        return HELD
    is_record = isinstance(item, Record)
    stage = Stage.TITLE_ABSTRACT if is_record else Stage.FULL_TEXT
    return item.review.reviewers_required(stage)


def at(review: Review, stage: Stage) -> Quorum:
    """Return how many must judge each item of the stage."""
    held = standing.held([review], stage)
    return Quorum(review.reviewers_required(stage), frozenset(held))


def expression(reviews: Iterable[Review], stage: Stage) -> F | Expression:
    """Return how many must judge an item, to be compared with in a query of items."""
    usual = F(f"review__{stage}_reviewers")
    held = standing.held(reviews, stage)
    if not held:
        return usual
    return Case(
        When(pk__in=held, then=HELD), default=usual, output_field=IntegerField()
    )
