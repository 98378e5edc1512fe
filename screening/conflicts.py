"""Conflicts: decisions that differ, and how they are settled.

A conflict is derived, never stored: as many current decisions as the protocol asks
for, which do not agree. Both sides may be seen by those who may settle it: the two
who judged, who can reach a consensus, and an adjudicator who did not judge it
(MECIR C39). The votes stay as they were; the resolution stands beside them.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from reviews import access
from reviews.models import Criterion, CriterionVersion, Review, Role, Stage, User
from screening import decisions, settling
from screening.decisions import Item, Items
from screening.models import Choice, Decision, Resolution


class NotInConflict(Exception):
    """The item is not in conflict, or not any more."""


class ReasonMissing(ValueError):
    """A resolution says why; one that excludes a full text names the criterion."""


def in_conflict(review: Review, stage: Stage) -> Items:
    """Return the items whose decisions are complete and do not agree."""
    name = decisions.item_name(stage)
    judged = (
        Decision.objects.current()
        .filter(**{name: OuterRef("pk")})
        .order_by()
        .values(name)
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        decisions.open_items(review, stage)
        .alias(judged=Coalesce(Subquery(judged, output_field=IntegerField()), 0))
        .filter(judged__gte=review.reviewers_required(stage))
        .order_by("pk")
    )


def visible_to(review: Review, stage: Stage, user: User) -> Items:
    """Return the conflicts that the person may see, as they may settle them."""
    found = in_conflict(review, stage)
    if access.has_role(review, user, Role.ADJUDICATOR, stage=stage):
        return found
    if not access.has_role(review, user, Role.REVIEWER, stage=stage):
        return found.none()
    mine = Decision.objects.current().filter(
        Q(**{decisions.item_name(stage): OuterRef("pk")}), reviewer=user
    )
    return found.filter(Exists(mine))


def how(item: Item, resolver: User) -> Resolution.How:
    """Return how this person would settle the conflict.

    One of those who judged records a consensus; an adjudicator who did not judge
    decides. Raises WrongRole for anybody else.
    """
    stage = decisions.stage_of(item)
    judges = {vote.reviewer for vote in decisions.votes_on(item)}
    if resolver.pk in judges:
        access.require(item.review, resolver, Role.REVIEWER, stage=stage)
        return Resolution.How.CONSENSUS
    access.require(item.review, resolver, Role.ADJUDICATOR, stage=stage)
    return Resolution.How.ADJUDICATION


@transaction.atomic
def resolve(
    item: Item,
    choice: Choice,
    *,
    resolver: User,
    reason: str,
    criterion: Criterion | None = None,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Resolution:
    """Settle a conflict beside the votes.

    The same token again returns the resolution that it made. Raises WrongRole,
    NotInConflict (also where somebody settled it a moment ago) or ReasonMissing.
    """
    item = decisions.lock(item)
    stage = decisions.stage_of(item)
    if token is not None:
        made = Resolution.objects.filter(token=token, resolver=resolver).first()
        if made is not None:
            return made
    if decisions.outcome(item).state is not settling.State.CONFLICT:
        raise NotInConflict("This is not in conflict any more.")
    by = how(item, resolver)
    if not reason.strip():
        raise ReasonMissing("Say why it is settled so.")
    if choice == Choice.EXCLUDE and stage == Stage.FULL_TEXT and criterion is None:
        raise ReasonMissing("Name the criterion that an excluded full text fails.")
    version = (
        CriterionVersion.objects.filter(
            criterion=criterion, criterion__review=item.review
        )
        .order_by("-number")
        .first()
        if criterion is not None and choice == Choice.EXCLUDE
        else None
    )
    resolution = Resolution.objects.create(
        review=item.review,
        stage=stage,
        choice=choice,
        how=by,
        criterion=version,
        reason=reason,
        resolver=resolver,
        supersedes=Resolution.objects.filter(decisions.of(item)).unsuperseded().first(),
        token=token or uuid.uuid4(),
        resolved_at=at or timezone.now(),
        **{item._meta.model_name or "": item},
    )
    resolution.resolved.set(vote.decision for vote in decisions.votes_on(item))
    decisions.settle(item, by=resolver, at=at)
    return resolution


@transaction.atomic
def reopen(
    resolution: Resolution, *, by: User, reason: str, at: datetime | None = None
) -> Resolution:
    """Open a conflict again that was settled; the resolution stays in the history.

    A resolution that was superseded already stays as it is. Raises WrongRole for
    somebody who could not have settled it.
    """
    item = decisions.lock(resolution.record or resolution.report)  # type: ignore[arg-type]
    as_what = how(item, by)
    if not reason.strip():
        raise ReasonMissing("Say why it is opened again.")
    last = Resolution.objects.filter(decisions.of(item)).unsuperseded().get()
    if last.pk != resolution.pk or last.choice == Choice.WITHDRAWN:
        return last
    opened = Resolution.objects.create(
        review=resolution.review,
        stage=resolution.stage,
        record=resolution.record,
        report=resolution.report,
        choice=Choice.WITHDRAWN,
        how=as_what,
        reason=reason,
        resolver=by,
        supersedes=resolution,
        resolved_at=at or timezone.now(),
    )
    decisions.settle(item, by=by, at=at)
    return opened
