"""The team: who belongs to a review, and in which parts.

A review always has an owner who can sign in. A member who leaves keeps the row, as
what they judged stays and goes on counting; coming back, they find it again. PRISMA
2020 items 8, 9 and 11 ask how many people judged, and how independently.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.models import Member, MemberRole, Review, Role, Stage, User

BY_STAGE = (Role.REVIEWER, Role.ADJUDICATOR)


class Part(NamedTuple):
    """A role, at one stage or (stage empty) at all of them."""

    role: Role
    stage: str = ""


class UnknownPerson(LookupError):
    """Nobody who can sign in has this user name or e-mail address."""


class AlreadyMember(ValueError):
    """The person is on the team."""


class NoMember(LookupError):
    """The person is not on the team any more."""


class LastOwner(ValueError):
    """A review keeps an owner."""


def find_person(name: str) -> User:
    """Return who has this user name or e-mail address, or raise UnknownPerson.

    With an @ it is an e-mail address and nothing else: a user name that looks like
    somebody's address would otherwise let one person come in for another.
    """
    name = name.strip()
    lookup = "email__iexact" if "@" in name else "username__iexact"
    found = User.objects.filter(is_active=True, **{lookup: name}).first()
    if found is None:
        kind = "e-mail address" if "@" in name else "user name"
        raise UnknownPerson(f"Nobody here has the {kind} {name}.")
    return found


def team(review: Review) -> QuerySet[Member]:
    """Return the members of today, by name, each with their roles."""
    return (
        review.members.filter(removed_at=None)
        .select_related("user")
        .prefetch_related("roles")
        .order_by("user__first_name", "user__last_name", "user__username")
    )


def reviewers(review: Review, stage: str) -> QuerySet[Member]:
    """Return the members of today who may judge at the stage."""
    held = MemberRole.objects.filter(
        member=OuterRef("pk"), role=Role.REVIEWER, stage__in=["", stage]
    )
    return review.members.filter(Exists(held), removed_at=None)


def parts_of(member: Member) -> set[Part]:
    """Return the parts that the member has."""
    return {Part(Role(each.role), each.stage) for each in member.roles.all()}


def told(parts: Iterable[Part]) -> str:
    """Say in words which parts these are."""
    wanted = _plain(parts)
    if not wanted:
        return "Viewer"
    words = []
    for role in Role:
        stages = [stage for stage in Stage if Part(role, stage) in wanted]
        name = role.label.partition(":")[0]
        if Part(role) in wanted:
            words.append(name)
        elif stages:
            words.append(f"{name} ({', '.join(stage.label for stage in stages)})")
    return "; ".join(words)


@transaction.atomic
def add(
    review: Review,
    user: User,
    parts: Iterable[Part],
    *,
    by: User,
    at: datetime | None = None,
) -> Member:
    """Put a person on the team, or back on it. Raises AlreadyMember."""
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    member, is_new = Member.objects.get_or_create(
        review=review, user=user, defaults={"added_at": at or timezone.now()}
    )
    if not is_new and member.removed_at is None:
        raise AlreadyMember(f"{user} is on the team already.")
    if not is_new:
        member.removed_at = None
        member.save(update_fields=["removed_at"])
    wanted = _plain(parts)
    _give(member, wanted)
    events.record(
        review,
        "member.added" if is_new else "member.came_back",
        f"{user} joined the team: {told(wanted)}",
        by=by,
        subject=member,
        new=_facts(wanted),
        at=at,
    )
    return member


@transaction.atomic
def change_parts(
    member: Member, parts: Iterable[Part], *, by: User, at: datetime | None = None
) -> Member:
    """Give a member these parts and no others. Raises LastOwner or NoMember."""
    member = _lock(member, by)
    old, wanted = parts_of(member), _plain(parts)
    if old == wanted:
        return member
    if Part(Role.OWNER) in old - wanted:
        _require_another_owner(member)
    _give(member, wanted)
    events.record(
        member.review,
        "member.changed",
        f"{member.user} is now: {told(wanted)}",
        by=by,
        subject=member,
        old=_facts(old),
        new=_facts(wanted),
        at=at,
    )
    return member


@transaction.atomic
def remove(member: Member, *, by: User, at: datetime | None = None) -> Member:
    """Take a person off the team; what they judged stays.

    Raises LastOwner or NoMember.
    """
    member = _lock(member, by)
    old = parts_of(member)
    if Part(Role.OWNER) in old:
        _require_another_owner(member)
    member.removed_at = at or timezone.now()
    member.save(update_fields=["removed_at"])
    events.record(
        member.review,
        "member.removed",
        f"{member.user} left the team",
        by=by,
        subject=member,
        old=_facts(old),
        at=at,
    )
    return member


def _lock(member: Member, by: User) -> Member:
    # The review first: two owners who remove each other at once wait here.
    review = Review.objects.select_for_update(no_key=True).get(pk=member.review_id)
    access.require(review, by, Role.OWNER)
    found = (
        Member.objects.select_for_update(of=("self",))
        .select_related("user", "review")
        .get(pk=member.pk)
    )
    if found.removed_at is not None:
        raise NoMember(f"{found.user} is not on the team any more.")
    return found


def _require_another_owner(member: Member) -> None:
    others = MemberRole.objects.filter(
        role=Role.OWNER,
        member__review=member.review_id,
        member__removed_at=None,
        member__user__is_active=True,
    ).exclude(member=member)
    if not others.exists():
        raise LastOwner(
            f"{member.user} is the only owner. Make somebody else an owner first."
        )


def _plain(parts: Iterable[Part]) -> set[Part]:
    """Leave out what says nothing: viewers, and stages of a role held at all."""
    given = set(parts)
    return {
        part
        for part in given
        if part.role != Role.VIEWER and (not part.stage or Part(part.role) not in given)
    }


def _give(member: Member, wanted: set[Part]) -> None:
    member.roles.all().delete()
    MemberRole.objects.bulk_create(
        MemberRole(member=member, role=part.role, stage=part.stage)
        for part in sorted(wanted)
    )


def _facts(parts: set[Part]) -> dict[str, list[str]]:
    return {"roles": [":".join(filter(None, part)) for part in sorted(parts)]}
