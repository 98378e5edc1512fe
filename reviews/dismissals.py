"""Dismissals: the reason why a finding of the flow or of the audit is let stand.

A number that does not add up is mended, or the owner writes down why it stands, and
what is published carries that reason (PRISMA 2020, item 16a). A finding is told by
the numbers that it had: where they change it is another finding, which nobody has
let stand yet. A dismissal that is taken back is kept, to be read.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.models import Dismissal, Review, Role, User

FindingKey = tuple[str, str]
"""The name of a check, and what tells its findings apart."""


class ReasonMissing(ValueError):
    """A finding is let stand for a reason, or not at all."""


class StandsAlready(ValueError):
    """The finding is let stand already, for another reason."""


@transaction.atomic
def dismiss(
    review: Review,
    check: str,
    finding: str,
    *,
    what: str,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> Dismissal:
    """Let a finding stand for a reason; `what` is what the finding says.

    Raises WrongRole, ReasonMissing or StandsAlready.
    """
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    reason = reason.strip()
    if not reason:
        raise ReasonMissing("Write down why it stands.")
    stands = _standing(review).filter(check_name=check, finding=finding).first()
    if stands is not None and stands.reason == reason:
        return stands
    if stands is not None:
        raise StandsAlready(
            "A reason is written down already; take it back to write another."
        )
    dismissal = Dismissal.objects.create(
        review=review,
        check_name=check,
        finding=finding,
        what=what,
        reason=reason,
        dismissed_at=at or timezone.now(),
        dismissed_by=by,
    )
    _tell(dismissal, "finding.dismissed", "Let stand", by=by, at=at)
    return dismissal


@transaction.atomic
def withdraw(
    dismissal: Dismissal, *, by: User, at: datetime | None = None
) -> Dismissal:
    """Take the reason back: the finding is open again. Raises WrongRole."""
    dismissal = Dismissal.objects.select_for_update(of=("self",)).get(pk=dismissal.pk)
    access.require(dismissal.review, by, Role.OWNER)
    if dismissal.withdrawn_at is not None:
        return dismissal
    dismissal.withdrawn_at = at or timezone.now()
    dismissal.save(update_fields=["withdrawn_at"])
    _tell(dismissal, "finding.opened_again", "No longer let stand", by=by, at=at)
    return dismissal


def standing(review: Review) -> Mapping[FindingKey, Dismissal]:
    """Return what is let stand today, by check and finding, in one query."""
    found = _standing(review).select_related("dismissed_by")
    return {(d.check_name, d.finding): d for d in found.order_by("pk")}


def _standing(review: Review) -> QuerySet[Dismissal]:
    return review.dismissals.filter(withdrawn_at=None)


def _tell(
    dismissal: Dismissal, action: str, told: str, *, by: User, at: datetime | None
) -> None:
    events.record(
        dismissal.review,
        action,
        f"{told}: {dismissal.what}",
        by=by,
        subject=dismissal,
        new={
            "check": dismissal.check_name,
            "finding": dismissal.finding,
            "reason": dismissal.reason,
        },
        at=at,
    )
