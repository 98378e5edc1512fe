"""Which records have been compared with all others, and what new ones may repeat.

A record has a fingerprint once it was compared; one whose fields were edited, or that
was away meanwhile, loses it and is compared anew. So an import of 500 into 100,000
compares what is new, and a search that was killed begins where it was.
"""

from collections.abc import Iterator
from itertools import islice

from django.db import transaction
from django.db.models import QuerySet

from reviews.duplicates import stored
from reviews.matching import index
from reviews.models import Fingerprint, Record, Review
from reviews.rows import insert_each

_AT_ONCE = 1000


def uncompared(review: Review) -> QuerySet[Record]:
    """Return the records that have yet to be compared with the others."""
    return stored.compared(review).exclude(fingerprint__version=index.VERSION)


def forget_absent(review: Review) -> None:
    """Forget those of records that take no part, which miss what comes meanwhile."""
    there = stored.compared(review)
    absent = Fingerprint.objects.filter(record__review=review).exclude(
        record__in=there.values("pk")
    )
    absent.delete()


def forget_all(review: Review) -> None:
    """Have all records compared with one another again."""
    Fingerprint.objects.filter(record__review=review).delete()


def sharing(review: Review, marks: set[int]) -> set[int]:
    """Return the records that were compared before and have one of these marks."""
    return index.sharing(_packed(review), marks)


def keep(review: Review, made: dict[int, bytes], *, since: int) -> None:
    """Store the fingerprints of records that were compared.

    Left out are those that anything was done to since the event of that key: what they
    say may have changed while they were compared.
    """
    touched = set(
        review.events.filter(pk__gt=since, subject_type="record").values_list(
            "subject_id", flat=True
        )
    )
    rows = iter((pk, marks) for pk, marks in made.items() if pk not in touched)
    while some := dict(islice(rows, _AT_ONCE)):
        _store(review, some)


def last_event(review: Review) -> int:
    """Return the key of what was done last in the review."""
    keys = review.events.order_by("-pk").values_list("pk", flat=True)
    return keys.first() or 0


def _packed(review: Review) -> Iterator[tuple[int, bytes]]:
    rows = Fingerprint.objects.filter(
        record__review=review, record__in_review=True, version=index.VERSION
    ).values_list("record_id", "marks")
    for pk, marks in rows.order_by().iterator(chunk_size=5000):
        yield pk, bytes(marks)


@transaction.atomic
def _store(review: Review, made: dict[int, bytes]) -> None:
    rows = stored.compared(review).filter(pk__in=made)
    there = list(rows.values_list("pk", flat=True))
    Fingerprint.objects.filter(pk__in=there).delete()
    insert_each(
        Fingerprint,
        ["record", "marks", "version"],
        ((pk, made[pk], index.VERSION) for pk in there),
    )
