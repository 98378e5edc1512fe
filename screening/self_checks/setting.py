"""Whether one's own decisions come back: each decides it for themself.

It is no part of the protocol and of nobody's business, so the history of the review
does not tell of it.
"""

from dataclasses import dataclass

from django.db import transaction

from reviews import access
from reviews.models import Review, Role, User
from screening.models import SelfCheck, SelfCheckSetting

# Of a hundred that are judged.
SHARES = (0, 1, 2, 5, 10)


class UnknownShare(ValueError):
    """As many are not offered."""


@dataclass(frozen=True)
class Setting:
    """What somebody chose: how many come back, and whether owners see the figures."""

    share: int = 0
    is_shared: bool = False


def of(review: Review, user: User) -> Setting:
    """Return what the person chose; at first they are off."""
    found = SelfCheckSetting.objects.filter(review=review, user=user).first()
    return Setting(found.share, found.is_shared) if found else Setting()


@transaction.atomic
def choose(
    review: Review, *, share: int, is_shared: bool, by: User
) -> SelfCheckSetting:
    """Store what the person chose. Raises WrongRole or UnknownShare."""
    access.require(review, by, Role.REVIEWER)
    if share not in SHARES:
        raise UnknownShare(f"Choose one of {', '.join(map(str, SHARES))}.")
    made, _ = SelfCheckSetting.objects.update_or_create(
        review=review, user=by, defaults={"share": share, "is_shared": is_shared}
    )
    return made


def shared_by(review: Review) -> list[User]:
    """Return who shares their figures and has any."""
    shared = SelfCheckSetting.objects.filter(review=review, is_shared=True)
    checked = SelfCheck.objects.filter(review=review).values("reviewer")
    found = User.objects.filter(pk__in=shared.values("user")).filter(pk__in=checked)
    return list(found.order_by("username"))
