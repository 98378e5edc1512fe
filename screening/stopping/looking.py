"""What a stop rests on: read while nothing waits, and held as it stands.

Reading a large review takes seconds, and whoever holds it keeps every vote waiting. So
all is read first; what was written meanwhile is noticed, and all is read again.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from reviews import access
from reviews.models import Review, Role, ScreeningPlan, User
from screening import quorum
from screening.models import Stop
from screening.stopping import keeping, reading, rule, sampling
from screening.stopping.reading import Reading
from screening.stopping.rule import Said

# So often it is read while nothing waits; then while every vote does.
LOOKS = 3


class CannotStop(Exception):
    """Screening cannot be stopped now; the message says why."""


@dataclass(frozen=True)
class Look:
    """What a stop rests on, as it stood when so much was written of the review."""

    mark: keeping.Mark
    plan: ScreeningPlan
    found: Reading
    said: Said
    rest: list[int]
    # The sample of the rest for the next stop, where one is to be drawn.
    number: int = 0
    drawn: Sequence[int] = ()


@contextmanager
def held(
    review: Review, by: User, *, draws: bool = False
) -> Iterator[tuple[Review, Look]]:
    """Hold the review, with a look at it that is as it stands.

    Raises WrongRole or CannotStop. All that is done with it is kept, or nothing.
    """
    for _ in range(LOOKS):
        look = _look(review, draws=draws)
        with transaction.atomic():
            locked = lock(review, by)
            # Whoever judges just now is read, or waits until it is over.
            quorum.hold(locked)
            if keeping.mark(locked) == look.mark:
                yield locked, look
                return
    with transaction.atomic():
        locked = lock(review, by)
        quorum.hold(locked)
        yield locked, _look(locked, draws=draws)


def _look(review: Review, *, draws: bool) -> Look:
    """Read what a stop rests on. Raises CannotStop."""
    mark = keeping.mark(review)
    plan = ScreeningPlan.objects.get(review=review)
    found, said = require_rule(review, plan)
    rest = list(reading.unread(review).order_by("pk").values_list("pk", flat=True))
    if not draws:
        return Look(mark, plan, found, said, rest)
    last = Stop.objects.filter(review=review).aggregate(last=Max("number"))["last"]
    number = (last or 0) + 1
    drawn = sampling.draw(rest, plan.audit_size, seed=plan.seed, number=number)
    return Look(mark, plan, found, said, rest, number, drawn)


def require_rule(review: Review, plan: ScreeningPlan) -> tuple[Reading, Said]:
    """Return what was read, and what the rule says of it. Raises CannotStop."""
    found = reading.read(review, from_scratch=True)
    said = rule.say(plan, found)
    if found.conflicts:
        raise CannotStop(
            "Something that was judged by all is not settled yet: the conflicts of "
            "titles and abstracts are resolved first."
        )
    if not reading.unread(review).exists():
        raise CannotStop("Everything is screened: there is nothing to stop.")
    if not said.holds:
        raise CannotStop("The rule of the protocol does not hold: screening goes on.")
    return found, said


def lock(review: Review, by: User) -> Review:
    """Hold the review as an owner. Raises WrongRole."""
    locked = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(locked, by, Role.OWNER)
    return locked
