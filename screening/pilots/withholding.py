"""What of a closed pilot round is not told to a reader yet.

A closed round is open to all of its people. Where a record of it waits again, because
more must judge it than had or a vote was taken back, whoever judges at the stage may
come to judge it: until it is settled or in conflict, nothing that was said of it is
told to them (MECIR C39). Where each side of a conflict states what decided before it
sees the other, that holds for what is in conflict too (`statements`). A round that does
not count is a trial: nothing waits again.
"""

from collections.abc import Iterable
from dataclasses import replace

from reviews import access
from reviews.models import Role, Stage, User
from screening import conflicts, decisions, statements
from screening.models import PilotRound
from screening.pilots import measuring
from screening.pilots.measuring import Measured


def told(found: PilotRound, reader: User) -> Measured:
    """Return what a closed round was measured on, as far as the reader may see it."""
    measured = measuring.measured(found)
    shut = _shut(found, reader, measured.judgments)
    kept = {item: said for item, said in measured.judgments.items() if item not in shut}
    return replace(measured, judgments=kept, withheld=len(shut))


def _shut(found: PilotRound, reader: User, keys: Iterable[int]) -> set[int]:
    """Return what of the items is not told to the reader."""
    review, stage = found.review, Stage(found.stage)
    if not found.counts:
        return set()
    among = list(keys)
    differing = conflicts.in_conflict(review, stage).filter(pk__in=among)
    unstated = differing.filter(statements.closed_to(review, stage, reader))
    shut = set(unstated.values_list("pk", flat=True))
    if access.has_role(review, reader, Role.REVIEWER, stage=stage):
        waiting = decisions.open_items(review, stage).filter(pk__in=among)
        shut |= set(waiting.values_list("pk", flat=True)) - set(
            differing.values_list("pk", flat=True)
        )
    return shut
