"""Which judgments were made independently: what agreement is measured on.

Two judge an item alone until as many have judged it as the protocol asks for. In that
moment it is closed to blindness: they may see each other's judgment, talk, change
their mind. So the judgments that stood in that moment are taken, one of each reviewer:
what somebody thought better of before is left out, and what anybody said after (a
changed mind over a conflict, a consensus, an adjudication) changes nothing, however
the item was settled. Taken from the lines of decisions alone, in the order in which
they were appended, it needs no word of the resolution. MECIR C39.

What stands in a pilot round that counts is judged by all of its people, alone, and
closed to blindness when the round ends: then all that stands is taken at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile

from screening.models import Choice

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Said:
    """One decision of an item's history: who said what.

    Two rows are an owner's act and not the reviewer's: one that sets their vote aside,
    and one that brings it back.
    """

    reviewer: int
    choice: str
    sets_aside: bool = False
    brings_back: bool = False
    # As many as the protocol asked for that day, where it was changed since.
    required: int | None = None
    decision: int = 0
    at: datetime = _NEVER


@dataclass(frozen=True)
class Held:
    """A pilot round that held the item: when it ended, and how many it took then."""

    # None while it is open.
    ended_at: datetime | None
    required: int


def without_set_aside(history: Iterable[Said]) -> list[Said]:
    """Return a history as if a vote that stands set aside had never been cast.

    One that was brought back stands where it was cast.
    """
    rows: list[Said] = []
    # How often the vote of a row had been set aside: 0 is one that stands.
    aside: list[int] = []
    for said in history:
        own = [at for at, each in enumerate(rows) if each.reviewer == said.reviewer]
        times = max((aside[at] for at in own), default=0)
        if said.sets_aside:
            for at in own:
                aside[at] = aside[at] or times + 1
        elif said.brings_back:
            for at in own:
                aside[at] = 0 if aside[at] == times else aside[at]
        else:
            rows.append(said)
            aside.append(0)
    return [each for each, times in zip(rows, aside, strict=True) if not times]


def closing(
    history: Iterable[Said], *, required: int, held: Held | None = None
) -> tuple[datetime, list[Said]] | None:
    """Return when as many as required had judged first, and what each had said then.

    The history is in the order of its making. None if that moment never came.
    """
    standing: dict[int, Said] = {}
    rows = without_set_aside(history)
    if held is not None:
        end = held.ended_at
        if end is None:
            return None
        in_the_round = list(takewhile(lambda said: said.at <= end, rows))
        for said in in_the_round:
            _take(standing, said)
        if len(standing) >= held.required:
            return end, list(standing.values())
        rows = rows[len(in_the_round) :]
    for said in rows:
        _take(standing, said)
        if len(standing) >= (said.required or required):
            return said.at, list(standing.values())
    return None


def _take(standing: dict[int, Said], said: Said) -> None:
    if said.choice == Choice.WITHDRAWN:
        standing.pop(said.reviewer, None)
    else:
        standing[said.reviewer] = said
