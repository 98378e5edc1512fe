"""Somebody leaves, or stays and has votes set aside: all of it in one step.

The votes are kept or set aside, what waits for the person goes to another or to
everybody, and the person leaves or stays. What was chosen is done together or not at
all; only setting thousands of votes aside goes on in the background.
"""

import uuid
from collections.abc import Sequence

from django.db import transaction

from reviews import access, jobs, members
from reviews.models import Job, Member, Role, Stage, User
from screening import tasks
from screening.allocation import changing, dealing, inheriting
from screening.leaving import setting_aside
from screening.models import SetAside
from screening.stages import STAGES


@transaction.atomic
def carry_out(
    member: Member,
    *,
    stages: Sequence[Stage],
    reason: str,
    heir: User | None,
    leaves: bool,
    by: User,
    token: uuid.UUID,
) -> list[SetAside]:
    """Do what was chosen; `stages` are those at which votes are set aside.

    The same form again does it once. Raises WrongRole, ReasonMissing, CannotAllocate,
    members.LastOwner or members.NoMember.
    """
    review, person = member.review, member.user
    access.require(review, by, Role.OWNER)
    made = []
    if stages:
        made = setting_aside.ask(
            review, person, stages, reason=reason, by=by, token=token
        )
    if heir is not None:
        for stage in STAGES:
            _hand_on(member, stage, heir, by=by, token=token)
    for each in made:
        begin(each, by=by)
    # Last: an owner who leaves may do all of this no more.
    if leaves:
        member.refresh_from_db()
        if member.removed_at is None:
            members.remove(member, by=by)
    return made


def begin(made: SetAside, *, by: User) -> None:
    """Set votes aside, thousands of them in the background. Raises WrongRole."""
    access.require(made.review, by, Role.OWNER)
    if made.done_at is not None:
        return
    if setting_aside.at_once(made):
        setting_aside.set_aside(made, by=by)
        return
    kind, subject = Job.Kind.SET_ASIDE_VOTES, setting_aside.subject(made)
    jobs.begin_once(made.review, kind, subject, task=tasks.set_aside_votes, by=by)


def bring_back(made: SetAside, *, by: User) -> None:
    """Let votes count again, thousands of them in the background.

    Raises WrongRole, NotSetAside or jobs.AlreadyAtWork.
    """
    access.require(made.review, by, Role.OWNER)
    if made.done_at is None:
        raise setting_aside.NotSetAside("These votes are not set aside.")
    if setting_aside.at_once(made):
        setting_aside.bring_back(made, by=by)
        return
    kind, subject = Job.Kind.SET_ASIDE_VOTES, setting_aside.subject(made)
    jobs.begin(made.review, kind, subject, task=tasks.bring_back_votes, by=by)


def _hand_on(
    member: Member, stage: Stage, heir: User, *, by: User, token: uuid.UUID
) -> None:
    found = dealing.dealt(member.review, stage)
    if not any(member.user_id in part.people for part in found.parts):
        return
    if heir.pk not in found.pool:
        return
    made = changing.change(
        member.review,
        stage,
        found.way,
        changing.in_place_of(found, member.user_id, heir.pk),
        by=by,
        reason=f"{heir} in the place of {member.user}",
        token=uuid.uuid5(token, f"heir {stage}"),
        of_those_who_left=True,
    )
    inheriting.carry_over(found, made, member.user, heir)
