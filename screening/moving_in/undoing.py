"""Taking votes back that were moved in: appended, as everything here.

Each decision that came in with the file and is still its person's last word is taken
back by a further row, and what stood on it is settled again by the same rules. What
its person has said of the item since stays, as does what anybody else said.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access, events
from reviews.jobs import Progress
from reviews.models import Review, Role, Stage, User
from screening.models import Choice, Decision, VoteImport
from screening.moving_in import settling
from screening.moving_in.files import BATCH, NotWaiting
from screening.stages import item_name

_TOKENS = uuid.UUID("0c6b1c86-3f0f-4f0c-8b7a-0a4f3f5b7a52")


@transaction.atomic
def take_back(
    made: VoteImport,
    *,
    by: User,
    at: datetime | None = None,
    progress: Progress | None = None,
) -> VoteImport:
    """Take back the votes of a file that was moved in; again, it is as it was.

    Raises WrongRole, NotWaiting, or what `progress` does.
    """
    at = at or timezone.now()
    if progress:
        progress.hold()
    review = Review.objects.select_for_update(no_key=True).get(pk=made.review_id)
    access.require(review, by, Role.OWNER)
    made = VoteImport.objects.select_for_update().get(pk=made.pk)
    if made.state == VoteImport.State.UNDONE:
        return made
    if made.state != VoteImport.State.MOVED_IN:
        raise NotWaiting(made)
    stage = Stage(made.stage)
    name = item_name(stage)
    came_in = Decision.objects.filter(imported__vote_import=made)
    settling.lock(stage, set(came_in.values_list(f"{name}_id", flat=True)))
    standing = list(came_in.unsuperseded().order_by("pk"))
    for start in range(0, len(standing), BATCH):
        Decision.objects.bulk_create(
            _withdrawn(decision, at) for decision in standing[start : start + BATCH]
        )
    items = {each.record_id or each.report_id or 0 for each in standing}
    settling.settle(review, stage, items, by=by, at=at)
    made.state = VoteImport.State.UNDONE
    made.undone_at, made.undone_by = at, by
    made.save(update_fields=["state", "undone_at", "undone_by"])
    events.record(
        review,
        "votes.taken_back",
        f"Took back the votes of {made.file_name} ({made.get_source_display()})",
        by=by,
        subject=made,
        at=at,
    )
    return made


def _withdrawn(decision: Decision, at: datetime) -> Decision:
    return Decision(
        review_id=decision.review_id,
        stage=decision.stage,
        record_id=decision.record_id,
        report_id=decision.report_id,
        reviewer_id=decision.reviewer_id,
        choice=Choice.WITHDRAWN,
        supersedes=decision,
        token=uuid.uuid5(_TOKENS, str(decision.token)),
        decided_at=at,
    )
