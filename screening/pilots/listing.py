"""The list of all pilot rounds, as everybody who judges may see it.

The figures of a closed round are told to all who judge or own; what was said in it
is told by `telling`, to those who may open it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews import access
from reviews.models import Role, Stage, User
from screening.agreement import wording
from screening.models import PilotRound
from screening.pilots.gate import Gate
from screening.stages import STAGES


@dataclass(frozen=True)
class Listed:
    """A round in the list of all, with its figures where it is closed."""

    pilot_round: PilotRound
    people: int
    size: int
    may_open: bool
    agreement: str = ""
    kappa: str = ""
    ac1: str = ""
    alpha: str = ""
    is_reached: bool = False


def listed(
    found: Sequence[PilotRound], stands: Gate, reader: User
) -> list[tuple[str, list[Listed]]]:
    """Return the rounds by stage, as everybody who judges may see them."""
    sees = {stage for stage in STAGES if _sees_all(found, reader, stage)}
    by_stage: dict[str, list[Listed]] = {}
    for each in found:
        people = [person.user_id for person in each.people.all()]
        may_open = reader.pk in people or each.stage in sees
        by_stage.setdefault(Stage(each.stage).label, []).append(
            _listed(each, stands, len(people), may_open=may_open)
        )
    return list(by_stage.items())


def _sees_all(found: Sequence[PilotRound], reader: User, stage: Stage) -> bool:
    """Tell whether the reader may open every closed round of the stage."""
    review = found[0].review if found else None
    return review is not None and (
        access.has_role(review, reader, Role.OWNER)
        or access.has_role(review, reader, Role.ADJUDICATOR, stage=stage)
    )


def _listed(found: PilotRound, stands: Gate, people: int, *, may_open: bool) -> Listed:
    known = found.figures
    is_pilot_of_gate = found.stage == Stage.TITLE_ABSTRACT
    return Listed(
        found,
        people,
        getattr(found, "size", 0),
        may_open,
        wording.percent(known.get("agreement")) if known else "",
        wording.figure(known.get("kappa")) if known else "",
        wording.figure(known.get("ac1")) if known else "",
        wording.figure(known.get("alpha")) if known else "",
        is_pilot_of_gate and found.is_closed and stands.is_reached_by(found),
    )
