"""Which votes of a file count here: pure, by the rules of votes that are cast here.

Whoever has judged an item here keeps that judgment. No more people count on an item
than the protocol asks for, those who said it first before the others. A full text is
excluded for a criterion. What somebody said twice counts as they said it last, where
the file tells which was last, and not at all where it does not.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reviews.formats.votes.told import Decision as Said
from reviews.formats.votes.told import Vote
from reviews.models import Stage
from screening.models import Choice

JUDGED_HERE = "Judged here already; the judgment made here stays."
ENOUGH = "As many people as the protocol asks for have judged this."
SAID_AGAIN = "The file has another line of this person on the same, which counts."
AT_ODDS = (
    "The file has this person say different things of the same, and no dates that tell "
    "which came last."
)
NO_MAYBE = "A full text is included or excluded; there is no maybe."
NO_CRITERION = (
    "A full text is excluded for a criterion, and no reason of this line is one."
)
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote of the file, on an item and of a person of the review."""

    vote: Vote
    item: int
    reviewer: int
    criteria: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Word:
    """The last word of a reviewer on an item, made here."""

    decision: int
    choice: str

    @property
    def counts(self) -> bool:
        return self.choice != Choice.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Planned:
    """A vote that is to count here, and what it supersedes."""

    cast: Cast
    supersedes: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A vote that does not count here, and why."""

    cast: Cast
    why: str


def plan(
    casts: Iterable[Cast],
    words: Mapping[int, Mapping[int, Word]],
    *,
    stage: Stage,
    required: int,
) -> tuple[list[Planned], list[Refused]]:
    """Return which votes count, in the order in which they were said, and which not.

    `words` are the last words on each item by reviewer.
    """
    planned: list[Planned] = []
    refused: list[Refused] = []
    once, again = _said_last(casts)
    refused += again
    judges: defaultdict[int, set[int]] = defaultdict(set)
    for cast in sorted(once, key=_order):
        here = words.get(cast.item, {})
        mine = here.get(cast.reviewer)
        others = {who for who, word in here.items() if word.counts} | judges[cast.item]
        if why := _why_not(cast, mine, others - {cast.reviewer}, stage, required):
            refused.append(Refused(cast, why))
            continue
        judges[cast.item].add(cast.reviewer)
        planned.append(Planned(cast, mine.decision if mine else None))
    return planned, refused


def _why_not(
    cast: Cast, mine: Word | None, others: set[int], stage: Stage, required: int
) -> str:
    if mine is not None and mine.counts:
        return JUDGED_HERE
    if stage == Stage.FULL_TEXT and cast.vote.decision is Said.MAYBE:
        return NO_MAYBE
    is_exclusion = cast.vote.decision is Said.EXCLUDE
    if stage == Stage.FULL_TEXT and is_exclusion and not cast.criteria:
        return NO_CRITERION
    return ENOUGH if len(others) >= required else ""


def _order(cast: Cast) -> tuple[datetime, int]:
    return cast.vote.date or _LATEST, cast.vote.line


def _said_last(casts: Iterable[Cast]) -> tuple[list[Cast], list[Refused]]:
    """Return one vote of each person on each item, and those that it makes idle."""
    said: defaultdict[tuple[int, int], list[Cast]] = defaultdict(list)
    for cast in casts:
        said[cast.item, cast.reviewer].append(cast)
    kept: list[Cast] = []
    refused: list[Refused] = []
    for found in said.values():
        last = _last(found)
        why = SAID_AGAIN if last else AT_ODDS
        refused += [Refused(cast, why) for cast in found if cast is not last]
        kept += [last] if last else []
    return kept, refused


def _last(found: Sequence[Cast]) -> Cast | None:
    if len(found) == 1:
        return found[0]
    in_order = sorted(found, key=_order)
    if len({cast.vote.decision for cast in found}) == 1:
        return in_order[0]
    dates = [cast.vote.date for cast in in_order]
    if None in dates or dates[-1] == dates[-2]:
        return None
    return in_order[-1]
