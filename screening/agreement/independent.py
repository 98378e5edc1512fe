"""Which judgments were made independently: what agreement is measured on.

Two judge an item alone until as many have judged it as the protocol asks for. In that
moment it is closed to blindness: they may see each other's judgment, talk, change
their mind. So the judgments that stood in that moment are taken, one of each reviewer:
what somebody thought better of before is left out, and what anybody said after (a
changed mind over a conflict, a consensus, an adjudication) changes nothing, however
the item was settled. Taken from the lines of decisions alone, in the order in which
they were appended, it needs no word of the resolution. MECIR C39.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from screening.models import Choice


@dataclass(frozen=True)
class Said:
    """One decision of an item's history: who said what."""

    reviewer: int
    choice: str


def first_standing(history: Iterable[Said], *, required: int) -> dict[int, str] | None:
    """Return what each reviewer had said when as many as required had judged first.

    The history is in the order of its making. None if that moment never came.
    """
    standing: dict[int, str] = {}
    for said in history:
        if said.choice == Choice.WITHDRAWN:
            standing.pop(said.reviewer, None)
        else:
            standing[said.reviewer] = said.choice
        if len(standing) >= required:
            return standing
    return None
