"""What the search for duplicates adds: sets to merge, and questions to a person.

PRISMA 2020, item 16a: duplicate records are removed before screening. Finding merges
nothing, and what was told apart is never suggested together again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from reviews import events
from reviews.duplicates import stored
from reviews.matching.candidates import Found
from reviews.matching.fitting import fit
from reviews.matching.sets import find_sets
from reviews.models import Review, User


@dataclass(frozen=True)
class FoundNow:
    """What one search for duplicates added.

    `sets` are the certain sets that are new or have grown, `records` the records that
    came into them, `to_check` the new questions, and `waiting` the pairs in doubt that
    are asked about once the sets that they touch are settled.
    """

    sets: int
    records: int
    to_check: int
    waiting: int


def find(review: Review, *, by: User | None, at: datetime | None = None) -> FoundNow:
    """Store the sets of duplicates that are in the review and not known yet.

    Nothing is merged. Run again, it adds nothing.
    """
    # Comparing takes seconds; nobody's vote should wait for a lock meanwhile.
    found = find_sets(
        stored.candidates(review),
        distinct=stored.distinct_pairs(review),
    )
    return _store(review, found, by=by, at=at)


@transaction.atomic
def _store(
    review: Review, found: Found, *, by: User | None, at: datetime | None
) -> FoundNow:
    """Write what was found into the sets as they stand now."""
    review = stored.lock(review, by)
    fitted = fit(
        stored.still_there(review, found),
        stored.standing(review),
        distinct=stored.distinct_pairs(review),
        first_number=stored.next_number(review),
    )
    came = stored.write(review, fitted, at=at)
    grown = [*fitted.made, *fitted.changed]
    result = FoundNow(
        sets=sum(not each.doubtful for each in grown),
        records=sum(came[each.number] for each in grown if not each.doubtful),
        to_check=sum(each.doubtful for each in grown),
        waiting=fitted.waiting,
    )
    if grown or fitted.gone:
        events.record(
            review,
            "duplicates.found",
            f"{stored.count(result.sets, 'set', 'sets')} of duplicates found, "
            f"{result.to_check} more to be checked",
            by=by,
            new={
                "sets": {each.number: sorted(each.keys) for each in grown},
                "joined_with_others": fitted.gone,
            },
            at=at,
        )
    return result
