"""Conflicts: decisions that differ, and how they are settled.

A conflict is derived, never stored: as many current decisions as the protocol asks
for, which do not agree. Both sides may be seen by those who may settle it: the two
who judged, who can reach a consensus, and an adjudicator who did not judge it
(MECIR C39). The votes stay as they were; the resolution stands beside them.
"""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import (
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone

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
from screening import decisions, quorum, settling, statements
from screening.decisions import Item, Items
from screening.models import Choice, Decision, Resolution
from screening.models.decision import ResolutionQuerySet
from screening.stages import item_name


class NotInConflict(Exception):
    """The item is not in conflict, or not any more."""


class ChangedMeanwhile(NotInConflict):
    """One of the decisions is not the one that the resolver has seen."""


class NotStatedYet(Exception):
    """Both sides are not open to the resolver yet: somebody states first."""


class ReasonMissing(ValueError):
    """A resolution says why; one that excludes a full text names the criterion."""


def in_conflict(review: Review, stage: Stage) -> Items:
    """Return the items whose decisions are complete and do not agree."""
    required = quorum.expression([review], stage)
    found = _complete(decisions.open_items(review, stage), stage, required)
    return found.order_by("pk")


def visible_to(review: Review, stage: Stage, user: User) -> Items:
    """Return the conflicts that the person may see, as they may settle them."""
    if adjudicates(review, stage, user):
        return in_conflict(review, stage)
    items = decisions.open_items(review, stage)
    if not access.has_role(review, user, Role.REVIEWER, stage=stage):
        return items.none()
    required = quorum.expression([review], stage)
    shared = items.filter(_by_them_and_others(stage, user))
    return _complete(shared, stage, required).order_by("pk")


def adjudicates(review: Review, stage: Stage, user: User) -> bool:
    """Tell whether the person settles conflicts of others at the stage."""
    return access.has_role(review, user, Role.ADJUDICATOR, stage=stage)


def visible_in(
    *,
    adjudicated: list[Review],
    judged: list[Review],
    stage: Stage,
    user: User,
) -> Items:
    """Return the conflicts that the person may see in several reviews at once.

    In the reviews `adjudicated` that is all of them, in the reviews `judged` those
    that the person has judged.
    """
    items: Items = (
        Record.objects.awaiting_screening()
        if stage == Stage.TITLE_ABSTRACT
        else Report.objects.awaiting_decision()
    )
    mine = Q(review__in=judged) & _by_them_and_others(stage, user)
    items = items.filter(Q(review__in=adjudicated) | mine)
    required = quorum.expression([*adjudicated, *judged], stage)
    return _complete(items, stage, required)


def _by_them_and_others(stage: Stage, user: User) -> Q:
    """Return the condition that the person judged an item, and somebody else did.

    Of all that they are ahead with, this leaves little whose decisions are counted.
    """
    name = item_name(stage)
    begun = Decision.objects.filter(**{name: OuterRef("pk")}, supersedes=None)
    others = Q(Exists(begun.exclude(reviewer=user)))
    alone = Q(**{f"review__{stage}_reviewers": 1})
    return decisions.judged_by(stage, user) & (others | alone)


def _complete(items: Items, stage: Stage, required: F | Expression) -> Items:
    """Keep the open items that as many people as must judge them have judged."""
    judged = decisions.number_on(stage, Decision.objects.current())
    return items.alias(judged=judged).filter(judged__gte=required)


def require_part(review: Review, stage: Stage, user: User) -> None:
    """Raise WrongRole unless the person could have a part in some conflict here.

    It asks for the role alone, so that the answer is the same for every item.
    """
    if not access.has_role(review, user, Role.REVIEWER, stage=stage):
        access.require(review, user, Role.ADJUDICATOR, stage=stage)


def require_some_part(review: Review, user: User) -> None:
    """Raise WrongRole unless the person could have a part in conflicts of a stage."""
    for stage in (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT):
        if access.has_role(review, user, Role.REVIEWER, stage=stage) or access.has_role(
            review, user, Role.ADJUDICATOR, stage=stage
        ):
            return
    raise access.WrongRole("This needs the role of reviewer or adjudicator.")


def may_see(item: Item, user: User) -> bool:
    """Tell whether the person may see both sides: in conflict, or settled out of one.

    False says the same for an item that nobody judged, that one judged, on which two
    agree, and that is another's to settle.
    """
    stage = decisions.stage_of(item)
    if not _is_disputed(item):
        return False
    if any(vote.reviewer == user.pk for vote in decisions.votes_on(item)):
        return True
    return access.has_role(item.review, user, Role.ADJUDICATOR, stage=stage)


def _is_disputed(item: Item) -> bool:
    found = decisions.outcome(item)
    if found.state is settling.State.CONFLICT:
        return True
    ruling = decisions.ruling_on(item)
    return (
        found.state is settling.State.SETTLED
        and ruling is not None
        and settling.holds(ruling, decisions.votes_on(item))
    )


def sides(item: Item) -> list[Decision]:
    """Return the decisions that count on the item, with who made them and why."""
    return list(
        Decision.objects.current()
        .filter(decisions.of(item))
        .select_related("reviewer", "imported__vote_import")
        .prefetch_related("ticks__criterion__criterion")
        .order_by("pk")
    )


def criteria_for(review: Review, sides: list[Decision]) -> list[Criterion]:
    """Return what may be counted: the criteria in force, and what a side ticked."""
    ticked = {
        tick.criterion.criterion_id for side in sides for tick in side.ticks.all()
    }
    return list(
        review.criteria.filter(Q(retired_at=None) | Q(pk__in=ticked)).order_by(
            "position", "pk"
        )
    )


def resolution_of(item: Item) -> Resolution | None:
    """Return the resolution that holds for the item, if it was not opened again."""
    resolution = _resolutions(item).unsuperseded().first()
    if resolution is None or resolution.choice == Choice.WITHDRAWN:
        return None
    held = settling.holds(decisions.ruling(resolution), decisions.votes_on(item))
    return resolution if held else None


def history(item: Item) -> list[Resolution]:
    """Return all that was done about the conflict, the latest first."""
    return list(_resolutions(item).order_by("-pk"))


def settled_by_resolution(review: Review, user: User) -> QuerySet[Resolution]:
    """Return the resolutions that hold and that the person may see, latest first."""
    # A vote that was set aside and brought back is the same vote again.
    stands = Decision.objects.unsuperseded().filter(
        Q(pk=OuterRef("decision")) | Q(restores=OuterRef("decision")),
    )
    mine = Q(
        Exists(
            Resolution.resolved.through.objects.filter(
                resolution=OuterRef("pk"), decision__reviewer=user
            )
        )
    )
    for stage in (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT):
        if access.has_role(review, user, Role.ADJUDICATOR, stage=stage):
            mine |= Q(stage=stage)
    return (
        Resolution.objects.filter(mine, review=review)
        .unsuperseded()
        .exclude(choice=Choice.WITHDRAWN)
        # One on a record that was taken out rests with it.
        .exclude(record__in_review=False)
        .filter(
            ~Exists(
                Resolution.resolved.through.objects.filter(
                    ~Exists(stands), resolution=OuterRef("pk")
                )
            )
        )
        .select_related("record", "report", "resolver")
        .order_by("-pk")
    )


def _resolutions(item: Item) -> ResolutionQuerySet:
    return Resolution.objects.filter(decisions.of(item)).select_related(
        "resolver", "criterion__criterion"
    )


def how(item: Item, resolver: User) -> Resolution.How:
    """Return how this person would settle the conflict.

    One of those who judged records a consensus; an adjudicator who did not judge
    decides. Raises WrongRole for anybody else.
    """
    stage = decisions.stage_of(item)
    require_part(item.review, stage, resolver)
    judges = {vote.reviewer for vote in decisions.votes_on(item)}
    if resolver.pk in judges:
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
    cause: str = "",
    seen: Collection[int] | None = None,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Resolution:
    """Settle a conflict beside the votes.

    `seen` are the decisions that the resolver looked at. The same token again
    returns the resolution that it made. Raises WrongRole, NotInConflict (also where
    somebody settled it a moment ago), ChangedMeanwhile, NotStatedYet or ReasonMissing.
    """
    item = decisions.lock(item)
    stage = decisions.stage_of(item)
    if token is not None:
        made = Resolution.objects.filter(token=token).first()
        if (
            made is not None
            and made.resolver_id == resolver.pk
            and (made.record or made.report) == item
        ):
            return made
        token = None if made is not None else token
    if decisions.outcome(item).state is not settling.State.CONFLICT:
        raise NotInConflict("This is not in conflict any more.")
    by = how(item, resolver)
    if not statements.is_open_to(item, resolver):
        raise NotStatedYet("State first what decided.")
    votes = {vote.decision for vote in decisions.votes_on(item)}
    if seen is not None and set(seen) != votes:
        raise ChangedMeanwhile("A decision was changed after you opened this page.")
    if not reason.strip():
        raise ReasonMissing("Say why it is settled so.")
    if choice == Choice.EXCLUDE and stage == Stage.FULL_TEXT and criterion is None:
        raise ReasonMissing("Name the criterion that an excluded full text fails.")
    failed = criterion if choice == Choice.EXCLUDE else None
    resolution = Resolution.objects.create(
        review=item.review,
        stage=stage,
        choice=choice,
        how=by,
        criterion=decisions.version(item.review, failed),
        reason=reason,
        cause=cause,
        resolver=resolver,
        supersedes=Resolution.objects.filter(decisions.of(item)).unsuperseded().first(),
        token=token or uuid.uuid4(),
        resolved_at=at or timezone.now(),
        **{item._meta.model_name or "": item},
    )
    resolution.resolved.set(votes)
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
    item = decisions.lock(decisions.item_of(resolution))
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
