"""The agreement of a closed pilot round, pair by pair: as the round was measured.

Counted is what stood when the round was closed, whether or not it counts for the
review, and no later word moves it (`pilots.measuring`). A round is closed to all of
its people at once, and an owner may see every judgment of one that is, but for what
waits again (`pilots.withholding`). The pairs of a stage that somebody adjudicates
without names are told as `reading` tells them, and in files a round stands once its
stage is closed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reviews.models import Review, Stage, User
from screening import decisions, exports
from screening.agreement import reading
from screening.agreement.reading import Agreement
from screening.models import PilotRound
from screening.pilots import measuring, standing, withholding
from screening.pilots.measuring import Measured


def closed(review: Review) -> list[PilotRound]:
    """Return the rounds that were closed, in their order."""
    return [found for found in standing.of(review) if found.is_closed]


def in_files(review: Review) -> list[Agreement]:
    """Return the agreement of the closed rounds of closed stages."""
    stages = exports.closed_stages(review)
    return [of(found) for found in closed(review) if found.stage in stages]


def find(review: Review, name: str) -> PilotRound | None:
    """Return the closed round that an address names: its stage and its number."""
    return next((each for each in closed(review) if named(each) == name), None)


def named(found: PilotRound) -> str:
    """Return the name of a round in an address."""
    return f"{found.stage}-{found.number}"


def of(found: PilotRound) -> Agreement:
    """Return the agreement of a closed round, as files hold it."""
    return _over(found, measuring.measured(found))


def _over(found: PilotRound, measured: Measured) -> Agreement:
    choices = [said for _, said in _said(measured)]
    agreement = reading.counted(found.review, Stage(found.stage), choices)
    return replace(agreement, required=agreement.people, pilot=found.number)


def shown(found: PilotRound, reader: User) -> Agreement:
    """Return the agreement of a closed round, as an owner may see it."""
    stage = Stage(found.stage)
    agreement = replace(
        _over(found, withholding.told(found, reader)),
        is_closed=decisions.stage_is_closed(found.review, stage),
    )
    if reading.may_see_pairs(found.review, stage, reader):
        return agreement
    return replace(agreement, pairs=())


def behind(
    found: PilotRound, reader: User, first: int, second: int, *, one: str, other: str
) -> list[int]:
    """Return the items on which two said this in the round. Raises UnknownNumber."""
    told = withholding.told(found, reader)
    return reading.said_by(_said(told), first, second, one=one, other=other)


def _said(measured: Measured) -> Iterator[tuple[int, Mapping[int, str]]]:
    for item, by_person in measured.judgments.items():
        yield item, {who: said.choice for who, said in by_person.items()}
