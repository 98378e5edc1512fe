"""Votes of a round that does not count: kept beside the decisions.

The form, the keys and the last word are those of a decision; what is said settles
nothing, stands in no flow, no progress and no export of decisions, and is never lost.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access
from reviews.models import Criterion, Review, Role, Stage, User
from screening import decisions
from screening.decisions import Item, NotOpenForDecision
from screening.models import Choice, PilotRound, PilotTick, PilotVote
from screening.models.pilot import PilotVoteQuerySet
from screening.pilots import standing
from screening.stages import item_name


class RoundEnded(NotOpenForDecision):
    """The round was closed or abandoned after the page was opened."""


class NotOneOfThem(NotOpenForDecision):
    """The person is not one of the round's, or was taken out of it meanwhile."""


ENDED = (
    "The pilot round was ended meanwhile, so this was not kept. If it waits for you in "
    "screening, judge it there."
)


@transaction.atomic
def vote(
    found: PilotRound,
    item: Item,
    choice: Choice,
    *,
    reviewer: User,
    criteria: Iterable[Criterion] = (),
    note: str = "",
    token: uuid.UUID | None = None,
    again: bool = False,
    at: datetime | None = None,
) -> PilotVote:
    """Append what somebody of an open round says of one of its items.

    The same form again returns the vote that it made; `again` is as in
    `decisions.decide`. Raises WrongRole, RoundEnded, NotOneOfThem, NotOpenForDecision,
    CriterionMissing or UnknownCriterion.
    """
    item = decisions.lock(item)
    stage = decisions.stage_of(item)
    access.require(item.review, reviewer, Role.REVIEWER, stage=stage)
    criteria = list(criteria)
    if token is not None:
        keys = [each.pk for each in criteria]
        token = decisions.kept_token(token, item, choice, keys, note, reviewer=reviewer)
        made = PilotVote.objects.filter(token=token).first()
        last = last_word(found, item, reviewer)
        if made is not None and (made == last or not again):
            return made
        if made is not None and last is not None:
            if last.token == decisions.once_more(made, last.supersedes_id):
                return last
            token = decisions.once_more(made, last.pk)
    _require_open(found, item, reviewer)
    decisions.require_criterion(stage, choice, criteria)
    made = PilotVote.objects.create(
        pilot_round=found,
        reviewer=reviewer,
        choice=choice,
        note=note,
        supersedes=last_word(found, item, reviewer),
        token=token or uuid.uuid4(),
        decided_at=at or timezone.now(),
        **{item_name(stage): item},
    )
    PilotTick.objects.bulk_create(
        PilotTick(vote=made, criterion=version)
        for version in decisions.versions(item.review, criteria)
    )
    return made


@transaction.atomic
def take_back(
    vote: PilotVote, *, reviewer: User, at: datetime | None = None
) -> PilotVote:
    """Take one's own vote back, as long as the round is open.

    Raises WrongRole, RoundEnded or NotOneOfThem.
    """
    item = decisions.lock(decisions.item_of(vote))
    if vote.reviewer_id != reviewer.pk:
        raise access.WrongRole("Everybody takes back only what is their own.")
    _require_open(vote.pilot_round, item, reviewer)
    last = last_word(vote.pilot_round, item, reviewer)
    if last is None or last.pk != vote.pk or last.choice == Choice.WITHDRAWN:
        return last or vote
    return PilotVote.objects.create(
        pilot_round=vote.pilot_round,
        record=vote.record,
        report=vote.report,
        reviewer=reviewer,
        choice=Choice.WITHDRAWN,
        supersedes=vote,
        decided_at=at or timezone.now(),
    )


def _require_open(found: PilotRound, item: Item, reviewer: User) -> None:
    held = standing.holding(item)
    if held is None or held.pk != found.pk or found.counts:
        raise RoundEnded(ENDED)
    if not standing.has_part(held, reviewer):
        raise NotOneOfThem(
            "Others judge this pilot round now, so this was not kept. If it waits for "
            "you in screening once the round is closed, judge it there."
        )
    decisions.require_standing(item)


def last_word(found: PilotRound, item: Item, reviewer: User) -> PilotVote | None:
    """Return the person's last word on the item in the round, taken back or not."""
    said = PilotVote.objects.filter(
        decisions.of(item), pilot_round=found, reviewer=reviewer
    )
    return said.unsuperseded().first()


def all_own(review: Review, reviewer: User) -> PilotVoteQuerySet:
    """Return all that the person ever said in rounds that do not count."""
    return PilotVote.objects.filter(
        pilot_round__review=review, reviewer=reviewer
    ).select_related("pilot_round__review", "record__review", "report__review")


def own_last(review: Review, stage: Stage, reviewer: User) -> PilotVote | None:
    """Return the vote that the person made last in the open round, if it stands."""
    found = all_own(review, reviewer).current()
    return (
        found.filter(pilot_round__stage=stage, pilot_round__state=PilotRound.State.OPEN)
        .order_by("-pk")
        .first()
    )


def histories(
    review: Review, stage: Stage, items: Sequence[Item], reviewer: User
) -> tuple[PilotRound | None, Mapping[int, list[PilotVote]]]:
    """Return the open round that does not count, if it is the person's.

    And of each item that it asks for all that they said in it, the latest first.
    """
    found = standing.open_round(review, stage)
    if found is None or found.counts or not standing.has_part(found, reviewer):
        return None, {}
    name = item_name(stage)
    asked = found.items.filter(**{f"{name}__in": [item.pk for item in items]})
    said: dict[int, list[PilotVote]] = {
        pk: [] for pk in asked.values_list(name, flat=True)
    }
    votes = PilotVote.objects.filter(
        **{f"{name}__in": list(said)}, pilot_round=found, reviewer=reviewer
    )
    for each in votes.prefetch_related("ticks__criterion__criterion").order_by("-pk"):
        said[getattr(each, f"{name}_id")].append(each)
    return found, said
