"""The rows by which votes are set aside, and those by which they count again.

Both are made of what they follow alone, their tokens too: made twice, they are the
same, and the database refuses the second.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime

from screening.models import (
    Choice,
    Decision,
    ImportedDecision,
    SetAside,
    SetAsideVote,
    Tick,
)

_WITHDRAWN = uuid.UUID("3d0b4c55-3a53-4b55-9a0e-6f8c6c6a90f1")
_RESTORED = uuid.UUID("8a9f5b1e-0a77-4d63-8d0f-0f5b1f4d2c77")


def withdraw(made: SetAside, votes: Sequence[Decision], *, at: datetime) -> None:
    """Append to each vote the row that takes it back, and note whose act that was."""
    withdrawn = Decision.objects.bulk_create(
        [_withdrawal(each, made, at) for each in votes]
    )
    SetAsideVote.objects.bulk_create(
        SetAsideVote(set_aside=made, vote=vote, withdrawal=row)
        for vote, row in zip(votes, withdrawn, strict=True)
    )


def bring_back(part: Sequence[SetAsideVote]) -> None:
    """Append the votes again, with their ticks and what they came in with."""
    again = Decision.objects.bulk_create(map(_again, part))
    new = {each.vote_id: row for each, row in zip(part, again, strict=True)}
    for row, each in zip(again, part, strict=True):
        each.restoration = row
    SetAsideVote.objects.bulk_update(part, ["restoration"])
    ticks = Tick.objects.filter(decision__in=new).order_by("pk")
    Tick.objects.bulk_create(
        Tick(decision=new[tick.decision_id], criterion_id=tick.criterion_id)
        for tick in ticks
    )
    came_in = list(ImportedDecision.objects.filter(decision__in=new).order_by("pk"))
    for said in came_in:
        # The decision is the key: the same row under the new one.
        said.decision = new[said.decision_id]
        said._state.adding = True
    ImportedDecision.objects.bulk_create(came_in)


def _withdrawal(vote: Decision, made: SetAside, at: datetime) -> Decision:
    return Decision(
        review_id=vote.review_id,
        stage=vote.stage,
        record_id=vote.record_id,
        report_id=vote.report_id,
        reviewer_id=vote.reviewer_id,
        choice=Choice.WITHDRAWN,
        supersedes=vote,
        token=uuid.uuid5(_WITHDRAWN, f"{vote.token} {made.token}"),
        decided_at=at,
    )


def _again(each: SetAsideVote) -> Decision:
    vote = each.vote
    return Decision(
        review_id=vote.review_id,
        stage=vote.stage,
        record_id=vote.record_id,
        report_id=vote.report_id,
        reviewer_id=vote.reviewer_id,
        choice=vote.choice,
        note=vote.note,
        supersedes=each.withdrawal,
        restores_id=vote.restores_id or vote.pk,
        token=uuid.uuid5(_RESTORED, f"{vote.token} {each.withdrawal.token}"),
        decided_at=vote.decided_at,
    )
