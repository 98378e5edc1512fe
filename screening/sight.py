"""When what one person said of an item alone is open to another.

An item is closed to its reader once it is settled, or in conflict and the reader one
of those who may settle it, who has stated what decided where the review asks for it
(see `statements`). Until then labels, quotes and notes are their maker's own,
as decisions are (MECIR C39: two people work independently).
"""

from django.db.models import Q

from reviews.models import User, Verdict
from screening import conflicts, statements
from screening.decisions import Item


def is_closed_to(item: Item, reader: User) -> bool:
    """Tell whether the reader may see what others said of the item."""
    if item.verdict != Verdict.OPEN:
        return True
    return conflicts.may_see(item, reader) and statements.is_open_to(item, reader)


def settled() -> Q:
    """Return the condition that what somebody said is of a settled item."""
    verdicts = [verdict for verdict in Verdict.values if verdict]
    return Q(record__verdict__in=verdicts) | Q(report__verdict__in=verdicts)
