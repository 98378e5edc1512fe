"""How much each of a team is given: counted by place at once, and summed here.

What an item is given to hangs on its place alone, so one query tells of everybody.
"""

from collections import Counter

from django.db.models import Count

from screening.allocation.dealing import Dealt
from screening.decisions import Items


def given(found: Dealt, items: Items) -> Counter[int]:
    """Count of the items how many each of today's team is given, handovers aside."""
    if found.is_open:
        number = items.count()
        return Counter(dict.fromkeys(found.pool, number))
    told: Counter[int] = Counter()
    people = found.people_at()
    rows = items.order_by().annotate(place=found.place()).values("place")
    for place, number in rows.annotate(number=Count("pk")).values_list(
        "place", "number"
    ):
        told.update(dict.fromkeys(people[place], number))
    return told
