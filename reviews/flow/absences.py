"""Which records were in the review at a moment and are out today, and the other way.

A record is out while its import is taken out, or after its adding by hand was undone.
"""

from datetime import datetime
from typing import NamedTuple

from reviews.models import Review, TakenOut

# What is done to a record that was added by hand.
OUT, BACK = "record.taken_out", "record.put_back"


class Absences(NamedTuple):
    """Records by their keys: in the review then and out today, and out then."""

    gone: set[int]
    out_then: set[int]


def since(review: Review, at: datetime | None) -> Absences:
    """Return what differs between a moment and today, in two queries."""
    gone: set[int] = set()
    out_then: set[int] = set()
    if at is None:
        return Absences(gone, out_then)
    rows = TakenOut.objects.filter(undo__source_import__search__review=review)
    later = rows.exclude(back_at__lte=at)
    told = later.values_list("record_id", "undo__undone_at", "back_at")
    for pk, undone_at, back_at in told.iterator(chunk_size=5000):
        if undone_at <= at:
            out_then.add(pk)
        elif back_at is None:
            gone.add(pk)
    seen: set[int] = set()
    events = review.events.filter(at__gt=at, action__in=(OUT, BACK))
    ordered = events.order_by("at", "pk").values_list("action", "subject_id")
    for action, subject in ordered:
        # The first of them after the moment tells what was before it.
        if subject is not None and subject not in seen:
            seen.add(subject)
            (gone if action == OUT else out_then).add(subject)
    return Absences(gone - out_then, out_then)
