"""Judging: what a form on the page of judging is kept as.

The page is one; what it writes is a decision, a vote of a pilot round that does not
count, or what somebody says of a decision of theirs that came back. One's last word of
the three is what can be undone.
"""

import uuid
from collections.abc import Iterable

from reviews.models import Criterion, Review, Stage, User
from screening import decisions
from screening.arrangements import Arrangements
from screening.decisions import Item
from screening.models import Choice, Decision, PilotVote, SelfCheck
from screening.pilots import standing, voting
from screening.self_checks import answering

Said = Decision | PilotVote | SelfCheck


def judge(
    item: Item,
    choice: Choice,
    *,
    reviewer: User,
    criteria: Iterable[Criterion] = (),
    note: str = "",
    token: uuid.UUID | None = None,
    form_token: uuid.UUID | None = None,
    again: bool = False,
    pilot: int | None = None,
    in_use: Arrangements | None = None,
) -> Said:
    """Keep what was said as what it was asked as.

    `pilot` is the number of the round that does not count, in which the page showed
    the item; `form_token` tells the form from all others, where `token` is of one
    sending; `again` is as in `decisions.decide`; `in_use` what is in use, where it is
    known. Raises what `decisions.decide` and `voting.vote` raise.
    """
    checked = None
    if in_use is None or in_use.checks_self:
        checked = answering.asked(item, reviewer, form_token or token)
    if checked:
        return answering.answer(
            checked,
            choice,
            reviewer=reviewer,
            criteria=criteria,
            note=note,
            token=token,
        )
    if pilot is None:
        return decisions.decide(
            item,
            choice,
            reviewer=reviewer,
            criteria=criteria,
            note=note,
            token=token,
            again=again,
        )
    stage = decisions.stage_of(item)
    found = standing.of(item.review).filter(stage=stage, number=pilot).first()
    if found is None:
        raise voting.RoundEnded(voting.ENDED)
    return voting.vote(
        found,
        item,
        choice,
        reviewer=reviewer,
        criteria=criteria,
        note=note,
        token=token,
        again=again,
    )


def said_by(review: Review, token: uuid.UUID | None, reviewer: User) -> Said | None:
    """Return what the person said that goes by the token, if they did."""
    if token is None:
        return None
    return (
        decisions.all_own(review, reviewer).filter(token=token).first()
        or voting.all_own(review, reviewer).filter(token=token).first()
        or answering.own(review, reviewer).filter(token=token).first()
    )


def stage_of(said: Said) -> Stage:
    """Return the stage that it was said at."""
    if isinstance(said, Decision):
        return Stage(said.stage)
    if isinstance(said, PilotVote):
        return Stage(said.pilot_round.stage)
    return Stage(said.decision.stage)


def take_back(said: Said, reviewer: User) -> None:
    """Take back what one said oneself. Raises WrongRole or RoundEnded."""
    if isinstance(said, Decision):
        decisions.take_back(said, reviewer=reviewer)
    elif isinstance(said, PilotVote):
        voting.take_back(said, reviewer=reviewer)
    else:
        answering.forget(said.review, reviewer, only=said.token)


def own_last(review: Review, stage: Stage, reviewer: User) -> Said | None:
    """Return what the person said last at the stage, if it stands."""
    found: list[Said | None] = [
        decisions.own_last(review, stage, reviewer),
        voting.own_last(review, stage, reviewer),
        answering.own_last(review, stage, reviewer),
    ]
    said = [each for each in found if each is not None]
    return max(said, key=lambda each: each.decided_at, default=None)
