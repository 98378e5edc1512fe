"""Taking somebody out of an open pilot round, who fell ill or left.

What they said of it is kept, and is not measured: a round is measured over those who
judge all of it. Of a round that counts their judgments are decisions and stay. How far
they had come is told to nobody.
"""

from datetime import datetime

from django.db import transaction

from reviews.models import User
from screening.models import PilotRound
from screening.pilots import rounds, standing

LEAST = 2


class TooFew(ValueError):
    """A round of one compares nothing."""


def of(found: PilotRound) -> list[User]:
    """Return who judges in the round, in their order."""
    people = found.people.select_related("user").order_by("pk")
    return [each.user for each in people]


@transaction.atomic
def take_out(
    found: PilotRound, person: User, *, by: User, at: datetime | None = None
) -> PilotRound:
    """Let the round be judged without somebody; again, it is as it was.

    Raises WrongRole, rounds.NotOpen or TooFew.
    """
    found = rounds.lock(found, by)
    if not standing.has_part(found, person):
        return found
    if found.people.count() <= LEAST:
        raise TooFew(
            "At least two people judge a round, or nothing is compared. Close it or "
            "abandon it instead."
        )
    found.people.filter(user=person).delete()
    told = f"{person} judges it no more; what they said is kept"
    rounds.record_event(found, "changed", told, by, at, None)
    return found
