"""Which votes of a file count here: pure, by the rules of votes that are cast here.

Whoever has judged an item here keeps that judgment. No more people count on an item
than the protocol asks for, those who first judged it before the others. A full text is
excluded for a criterion. What somebody said twice counts as they said it last, where
the file tells which was last; several lines of the same decision count once, for the
reasons of all; and different decisions of which nothing tells the last, not at all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from reviews.formats.votes.told import Decision as Said
from reviews.formats.votes.told import Vote
from reviews.models import Stage
from screening.models import Choice

JUDGED_HERE = "Judged here already; the judgment made here stays."
ENOUGH = "As many people as the protocol asks for have judged this."
SAID_AGAIN = "The file has another line of this person on the same, which counts."
SAID_TWICE = (
    "The file has this person decide the same on another line; it counts once, for the "
    "reasons of both."
)
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
    required: Callable[[int], int],
) -> tuple[list[Planned], list[Refused]]:
    """Return which votes count, in the order in which they were said, and which not.

    `words` are the last words on each item by reviewer, `required` tells how many
    must judge an item.
    """
    planned: list[Planned] = []
    refused: list[Refused] = []
    valid: list[Cast] = []
    for cast in casts:
        if why := _why_never(cast, stage):
            refused.append(Refused(cast, why))
        else:
            valid.append(cast)
    once, again = _said_last(valid)
    refused += again
    judges: defaultdict[int, set[int]] = defaultdict(set)
    for cast in once:
        here = words.get(cast.item, {})
        mine = here.get(cast.reviewer)
        others = {who for who, word in here.items() if word.counts} | judges[cast.item]
        if mine is not None and mine.counts:
            refused.append(Refused(cast, JUDGED_HERE))
        elif len(others - {cast.reviewer}) >= required(cast.item):
            refused.append(Refused(cast, ENOUGH))
        else:
            judges[cast.item].add(cast.reviewer)
            planned.append(Planned(cast, mine.decision if mine else None))
    return planned, refused


def _why_never(cast: Cast, stage: Stage) -> str:
    if stage != Stage.FULL_TEXT:
        return ""
    if cast.vote.decision is Said.MAYBE:
        return NO_MAYBE
    is_exclusion = cast.vote.decision is Said.EXCLUDE
    return NO_CRITERION if is_exclusion and not cast.criteria else ""


def _order(cast: Cast) -> tuple[datetime, int]:
    return cast.vote.date or _LATEST, cast.vote.line


def _said_last(casts: Iterable[Cast]) -> tuple[list[Cast], list[Refused]]:
    """Return one vote of each person on each item, and those that it makes idle.

    In the order in which each first judged the item: that is when they took a place.
    """
    said: defaultdict[tuple[int, int], list[Cast]] = defaultdict(list)
    for cast in sorted(casts, key=_order):
        said[cast.item, cast.reviewer].append(cast)
    kept: list[Cast] = []
    refused: list[Refused] = []
    for found in said.values():
        counts, idle = _last(found)
        kept += [counts] if counts else []
        refused += idle
    return kept, refused


def _last(found: Sequence[Cast]) -> tuple[Cast | None, list[Refused]]:
    """Return what counts of what a person said in turn, and what does not."""
    dates = [cast.vote.date for cast in found]
    if len(found) == 1 or (None not in dates and dates[-1] != dates[-2]):
        return found[-1], [Refused(cast, SAID_AGAIN) for cast in found[:-1]]
    if len({cast.vote.decision for cast in found}) > 1:
        return None, [Refused(cast, AT_ODDS) for cast in found]
    reasons = dict.fromkeys(r for cast in found for r in cast.vote.reasons)
    criteria = frozenset[int]().union(*(cast.criteria for cast in found))
    vote = replace(found[0].vote, reasons=tuple(reasons))
    merged = replace(found[0], vote=vote, criteria=criteria)
    return merged, [Refused(cast, SAID_TWICE) for cast in found[1:]]
