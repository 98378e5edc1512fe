"""The history of a review: one event for each write, in the same transaction.

Judgments are their own history and are never copied here, or the history would
unblind. PRISMA 2020 items 8 and 24c: who did what, and what was amended.
"""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from reviews.models import Event, Review, User


def record(
    review: Review,
    action: str,
    summary: str,
    *,
    by: User | None,
    subject: models.Model | None = None,
    old: Any = None,
    new: Any = None,
    at: datetime | None = None,
) -> Event:
    """Write one event.

    `action` is noun and verb ("record.settled"); `by` is None where the product
    itself acted; `old` and `new` are what JSON can hold.
    """
    return Event.objects.create(
        review=review,
        at=at or timezone.now(),
        by=by,
        action=action,
        subject_type=subject._meta.model_name or "" if subject else "",
        subject_id=subject.pk if subject else None,
        summary=summary,
        old=old,
        new=new,
    )


def about(subject: models.Model) -> models.QuerySet[Event]:
    """Return what was done to one thing, the latest first."""
    return (
        Event.objects.filter(
            subject_type=subject._meta.model_name or "", subject_id=subject.pk
        )
        .select_related("by")
        .order_by("-at", "-pk")
    )


def told(action: str) -> str:
    """Return an action in words: "record.settled" is "Record settled"."""
    words = action.replace(".", " ").replace("_", " ").replace("table1", "Table 1")
    return words[:1].upper() + words[1:]
