"""What decided, stated by each side of a conflict before it sees the other.

A review may ask for it (`plan.states_reason_first`): who has read the other's reasons
finds their own among them. Whoever judged sees the other side once they have stated
the criterion or the words that decided for them. An adjudicator sees both sides once
both have stated, or calls the conflict in and does not wait. Who has left the team, or
judges no more at the stage, holds nobody up. A statement is of one decision: who
changes their mind states anew. Without the rule, and once a conflict is settled, both
sides are open to all who may see it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from reviews import access, members
from reviews.models import Criterion, Review, Role, Stage, User
from screening import decisions, settling
from screening.decisions import Item
from screening.models import Decision, Statement
from screening.models.decision import DecisionQuerySet
from screening.stages import item_name


class NothingStated(ValueError):
    """A statement names a criterion or quotes the words that decided."""


class NothingToState(Exception):
    """There is no conflict here in which the person has a side to state."""


def awaited(review: Review, stage: Stage) -> DecisionQuerySet:
    """Return the decisions whose reviewers are there and have not stated them."""
    said = Statement.objects.filter(decision=OuterRef("pk"), by=OuterRef("reviewer"))
    there = members.reviewers(review, stage).values("user")
    return Decision.objects.current().filter(
        ~Exists(said), review=review, stage=stage, reviewer__in=there
    )


def closed_to(review: Review, stage: Stage, user: User) -> Q:
    """Return the condition that a conflict does not show the person both sides yet.

    It asks of an item that is in conflict, and is never met without the rule.
    """
    if not review.plan.states_reason_first:
        return Q(pk__in=[])
    here = {item_name(stage): OuterRef("pk")}
    own = Decision.objects.current().filter(**here, reviewer=user)
    said = Statement.objects.filter(decision=OuterRef("pk"), by=user)
    held_up = awaited(review, stage).filter(~Exists(said), **here)
    return Q(Exists(own.filter(~Exists(said)))) | ~Q(Exists(own)) & Q(Exists(held_up))


def is_open_to(item: Item, user: User) -> bool:
    """Tell whether the person may see both sides of the item, which is in conflict."""
    stage = decisions.stage_of(item)
    rows = type(item)._base_manager.filter(pk=item.pk)
    return not rows.filter(closed_to(item.review, stage, user)).exists()


def waits_for(item: Item) -> list[User]:
    """Return who is asked to state what decided, by their place among the judges."""
    waiting = awaited(item.review, decisions.stage_of(item)).filter(decisions.of(item))
    found = waiting.select_related("reviewer").order_by("pk")
    return [decision.reviewer for decision in found]


@transaction.atomic
def state(
    item: Item,
    *,
    by: User,
    criterion: Criterion | None = None,
    quote: str = "",
    at: datetime | None = None,
) -> Statement:
    """State what decided for the person; what was stated already stays as it is.

    Raises NothingToState or NothingStated.
    """
    item = decisions.lock(item)
    access.require(item.review, by, Role.REVIEWER, stage=decisions.stage_of(item))
    own = Decision.objects.current().filter(decisions.of(item), reviewer=by).first()
    if own is None or not _is_in_conflict(item):
        raise NothingToState("This is not in conflict any more.")
    made = own.statements.filter(by=by).first()
    if made is not None:
        return made
    if criterion is None and not quote.strip():
        raise NothingStated("Name the criterion or quote the words that decided.")
    return Statement.objects.create(
        decision=own,
        by=by,
        criterion=decisions.version(item.review, criterion),
        quote=quote.strip(),
        stated_at=at or timezone.now(),
    )


@transaction.atomic
def call_in(item: Item, *, by: User, at: datetime | None = None) -> None:
    """Go on as an adjudicator without what was not stated.

    The others are still asked, and see the other side only then. Raises WrongRole or
    NothingToState.
    """
    item = decisions.lock(item)
    stage = decisions.stage_of(item)
    access.require(item.review, by, Role.ADJUDICATOR, stage=stage)
    if not _is_in_conflict(item) or judged(item, by):
        raise NothingToState("There is nothing here to call in.")
    waiting = awaited(item.review, stage).filter(decisions.of(item))
    Statement.objects.bulk_create(
        Statement(
            decision=decision, by=by, called_in=True, stated_at=at or timezone.now()
        )
        for decision in waiting.exclude(
            Exists(Statement.objects.filter(decision=OuterRef("pk"), by=by))
        )
    )


def judged(item: Item, user: User) -> bool:
    """Tell whether a decision of the person counts on the item."""
    mine = Decision.objects.current().filter(decisions.of(item), reviewer=user)
    return mine.exists()


def of_sides(sides: list[Decision]) -> dict[int, Statement]:
    """Return what each side stated, by its decision."""
    found = Statement.objects.filter(
        decision__in=sides, by=F("decision__reviewer")
    ).select_related("criterion__criterion")
    return {statement.decision_id: statement for statement in found}


def _is_in_conflict(item: Item) -> bool:
    return decisions.outcome(item).state is settling.State.CONFLICT
