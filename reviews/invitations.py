"""Inviting: a place on the team for somebody who has no account here yet.

An account is made that nobody can sign in to: it has no password, and only who reads
the mail of its address can set one ("Forgot your password?"), or the operator of the
site. The address is taken from then on, so that nobody gets what is kept for this
person by signing up with it. An account that exists is never taken for the person of
an address: whoever made it may not have confirmed that the address is theirs. Its
owner is added on the page of the team, by whom one knows.
"""

import re
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from reviews import access, events, members
from reviews.members import Part
from reviews.models import Review, Role, User

_NOT_IN_NAMES = re.compile(r"[^a-z0-9.]+")
_LONGEST_NAME = 30


class CannotInvite(ValueError):
    """Nobody is invited; the message says what to do instead."""


@transaction.atomic
def invite(
    review: Review,
    *,
    email: str,
    name: str,
    parts: set[Part],
    by: User,
    at: datetime | None = None,
) -> User:
    """Make an account for an address that has none, and put it on the team.

    Raises WrongRole or CannotInvite.
    """
    access.require(review, by, Role.OWNER)
    email, name = email.strip(), " ".join(name.split())
    if not settings.SIGNUP_OPEN:
        raise CannotInvite(
            "Accounts are made by who runs this site. Ask for one for this person, "
            "then add them on the page of the team."
        )
    try:
        validate_email(email)
    except ValidationError as error:
        raise CannotInvite("This is no e-mail address.") from error
    try:
        with transaction.atomic():
            user = _account(email, name)
    except IntegrityError as error:
        raise CannotInvite(
            "Somebody has an account with this address. If you know that it is this "
            "person, add them on the page of the team, then choose them here."
        ) from error
    events.record(
        review,
        "member.invited",
        f"Invited {user} ({email})",
        by=by,
        subject=user,
        at=at,
    )
    members.add(review, user, parts, by=by, at=at)
    return user


def _account(email: str, name: str) -> User:
    first, _, last = name.rpartition(" ")
    user = User(
        username=_user_name(email),
        email=email,
        first_name=(first or last)[:150],
        last_name=(last if first else "")[:150],
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    return user


def _user_name(email: str) -> str:
    """Return a user name that nobody has, after the beginning of the address."""
    local = email.partition("@")[0].lower()
    wanted = _NOT_IN_NAMES.sub("-", local).strip("-.")[:_LONGEST_NAME] or "reviewer"
    taken = {
        name.lower()
        for name in User.objects.filter(username__istartswith=wanted).values_list(
            "username", flat=True
        )
    }
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found
