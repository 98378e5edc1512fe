"""What somebody says of a decision of theirs that came back: never a vote.

It settles nothing and changes nothing. It is the person's own: they may take it back,
delete it, or change their mind about the decision itself, which is another act.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews import access
from reviews.models import Criterion, Review, Role, Stage, User
from screening import decisions
from screening.decisions import Item
from screening.models import Choice, Decision, SelfCheck
from screening.self_checks import drawing


def asked(item: Item, reviewer: User, token: uuid.UUID | None) -> Decision | None:
    """Return the decision that a form checks, if it is the form of a self-check.

    Where what the person said was taken back or set aside meanwhile, the item waits for
    them again, and what they say now is a decision.
    """
    if token is None:
        return None
    said = Decision.objects.filter(decisions.of(item), reviewer=reviewer)
    own = list(said.order_by("pk"))
    if own and own[-1].choice == Choice.WITHDRAWN:
        return None
    return next((each for each in own if drawing.token_of(each) == token), None)


@transaction.atomic
def answer(
    decision: Decision,
    choice: Choice,
    *,
    reviewer: User,
    criteria: Iterable[Criterion] = (),
    note: str = "",
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> SelfCheck:
    """Store what the person says now; the same form again replaces it.

    Raises WrongRole, CriterionMissing or UnknownCriterion.
    """
    stage = Stage(decision.stage)
    access.require(decision.review, reviewer, Role.REVIEWER, stage=stage)
    if decision.reviewer_id != reviewer.pk:
        raise access.WrongRole("Everybody checks only what is their own.")
    criteria = list(criteria)
    decisions.require_criterion(stage, choice, criteria)
    versions = decisions.versions(decision.review, criteria)
    item = decisions.item_of(decision)
    # As a decision keeps it, so that it can be taken back by what was sent.
    keys = [each.pk for each in criteria]
    kept = decisions.kept_token(
        token or uuid.uuid4(), item, choice, keys, note, reviewer=reviewer
    )
    made, _ = SelfCheck.objects.update_or_create(
        decision=decision,
        defaults={
            "choice": choice,
            "note": note,
            "token": kept,
            "decided_at": at or timezone.now(),
        },
        create_defaults={
            "review": decision.review,
            "reviewer": reviewer,
            "after": _last(decision, reviewer),
            "choice": choice,
            "note": note,
            "token": kept,
            "decided_at": at or timezone.now(),
        },
    )
    made.criteria.set(versions)
    return made


def _last(decision: Decision, reviewer: User) -> Decision | None:
    """Return what the person decided last, unless one came back after it already."""
    last = (
        Decision.objects.filter(
            review=decision.review, stage=decision.stage, reviewer=reviewer
        )
        .order_by("-pk")
        .first()
    )
    return None if SelfCheck.objects.filter(after=last).exists() else last


def own(review: Review, reviewer: User) -> QuerySet[SelfCheck]:
    """Return the person's self-checks, the latest first."""
    return (
        SelfCheck.objects.filter(review=review, reviewer=reviewer)
        .select_related("decision__record", "decision__report", "decision__review")
        .order_by("-decided_at", "-pk")
    )


def own_last(review: Review, stage: Stage, reviewer: User) -> SelfCheck | None:
    """Return the person's last self-check at the stage."""
    return own(review, reviewer).filter(decision__stage=stage).first()


@transaction.atomic
def forget(review: Review, reviewer: User, *, only: uuid.UUID | None = None) -> None:
    """Delete the person's own self-checks, or only one: nobody else counts on them."""
    found = SelfCheck.objects.filter(review=review, reviewer=reviewer)
    (found if only is None else found.filter(token=only)).delete()
