"""Which column of a table gives which field, confirmed by a person and remembered.

A table with the same headings is read the same way the next time, without asking.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from reviews.formats import headings
from reviews.formats.parsed import Mapping
from reviews.models import ColumnMapping, Review, User


def remembered(review: Review, names: Sequence[str]) -> Mapping | None:
    """Return how a table of these headings was taken before, if it was confirmed."""
    found = row_of(review, names)
    return headings.from_data(found.mapping) if found else None


def row_of(review: Review, names: Sequence[str]) -> ColumnMapping | None:
    """Return what is remembered of a table of these headings."""
    if not names:
        return None
    rows = review.column_mappings.select_related("confirmed_by")
    return rows.filter(digest=digest(names)).first()


def remember(
    review: Review,
    names: Sequence[str],
    mapping: Mapping,
    *,
    by: User,
    at: datetime | None = None,
) -> ColumnMapping:
    """Keep how a table of these headings is taken."""
    row, _ = ColumnMapping.objects.update_or_create(
        review=review,
        digest=digest(names),
        defaults={
            "headings": list(names),
            "mapping": headings.as_data(mapping),
            "confirmed_at": at or timezone.now(),
            "confirmed_by": by,
        },
    )
    return row


def digest(names: Sequence[str]) -> str:
    """Return what tells tables apart: their headings, in order."""
    return hashlib.sha256(json.dumps(list(names)).encode()).hexdigest()
