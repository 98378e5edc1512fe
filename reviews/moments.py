"""Moments: the day on which a flow is shown, and the days on which things happened.

A day means its end, in the time zone of the instance: what was done on it is in.
"""

from collections.abc import Sequence
from datetime import date, datetime, time

from django.conf import settings
from django.db.models import CharField, Func, Min, Value
from django.db.models.functions import Cast, Substr, TruncDate
from django.utils import timezone

from reviews.models import Review

EARLIEST = date(1900, 1, 1)


class NotADate(ValueError):
    """What was typed is neither a day nor a moment."""


def read(text: str, *, now: datetime | None = None) -> datetime | None:
    """Return the moment that was typed; None for today, and for what is yet to come.

    Takes a day (2026-05-31) or a moment (2026-05-31T10:00:00+00:00). Raises NotADate.
    """
    found = _typed(text)
    return found if found and found < (now or timezone.now()) else None


def is_to_come(text: str, *, now: datetime | None = None) -> bool:
    """Tell whether what was typed is later than today. Raises NotADate."""
    found = _typed(text)
    today = timezone.localdate(now or timezone.now())
    return found is not None and timezone.localdate(found) > today


def _typed(text: str) -> datetime | None:
    text = text.strip()
    if not text:
        return None
    try:
        # "+" arrives as a space where somebody typed it into an address.
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError as error:
        raise NotADate(
            f"“{text[:40]}” is not a day. Write it as year, month and day: 2026-05-31."
        ) from error
    if not EARLIEST.year <= found.year <= 9998:
        raise NotADate("Choose a day between the years 1900 and 9998.")
    if len(text) <= len("2026-05-31"):
        found = end_of(found.date())
    elif timezone.is_naive(found):
        found = timezone.make_aware(found)
    return found


def end_of(day: date) -> datetime:
    """Return the last moment of a day."""
    return timezone.make_aware(datetime.combine(day, time.max))


def written(moment: datetime | None) -> str:
    """Write a moment as `read` reads it: as a day where it is the end of one."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    if local == end_of(local.date()):
        return local.date().isoformat()
    return local.isoformat()


def told(moment: datetime) -> str:
    """Tell a moment in words: as a day where it is the end of one."""
    local = timezone.localtime(moment)
    day = f"{local:%-d %B %Y}"
    return day if local == end_of(local.date()) else f"{day}, {local:%H:%M:%S}"


def first_day(review: Review) -> date | None:
    """Return the day on which the history of a review begins."""
    first = review.events.aggregate(first=Min("at"))["first"]
    return timezone.localdate(first) if first else None


def days(review: Review) -> Sequence[str]:
    """Return the days on which something happened, in order."""
    found = review.events.annotate(day=day_of("at")).values_list("day", flat=True)
    return list(found.distinct().order_by("day"))


def day_of(name: str) -> Func:
    """Return the day of a moment as a query tells it: 2026-05-31.

    It is that of the zone of the instance. By Universal Time it is the beginning of
    the text, so that no function is called for each of very many rows.
    """
    if settings.TIME_ZONE == "UTC":
        return Substr(Cast(name, CharField()), Value(1), Value(10))
    return Cast(TruncDate(name), CharField())
