"""What the answers to a domain come to: the one derivation of a settled judgment.

It is pure, so that `check_settled` can replay every answer. Two agree on a judged
domain when the judgments are equal, on another when the answers are. A consensus
holds for the very answers that it resolved and lapses when one of them changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reviews.instruments.conditions import Answers
from reviews.models import Settlement
from screening.settling import State


@dataclass(frozen=True)
class Vote:
    """The current answer of one reviewer to a domain."""

    answer: int
    reviewer: int
    judgment: str
    answers: Answers = field(default_factory=dict)
    support: str = ""


@dataclass(frozen=True)
class Ruling:
    """The current consensus on a domain, and the answers that it resolved."""

    how: str
    judgment: str
    resolved: frozenset[int]
    answers: Answers = field(default_factory=dict)
    support: str = ""


@dataclass(frozen=True)
class Outcome:
    """What the answers to a domain come to."""

    state: State
    settlement: Settlement = Settlement.OPEN
    judgment: str = ""
    answers: Answers = field(default_factory=dict)
    support: str = ""


def outcome(votes: Sequence[Vote], ruling: Ruling | None, *, required: int) -> Outcome:
    """Return what the current answers to a domain come to.

    A domain is judged when it carries a judgment; then the judgments decide, and of
    the answers those are kept that all gave.
    """
    if len(votes) < required:
        return Outcome(State.AWAITING)
    if ruling is not None and ruling.resolved == {vote.answer for vote in votes}:
        return Outcome(
            State.SETTLED,
            Settlement(ruling.how),
            ruling.judgment,
            ruling.answers,
            ruling.support,
        )
    first = votes[0]
    if not all(_agree(first, vote) for vote in votes):
        return Outcome(State.CONFLICT)
    shared = {
        key: answer
        for key, answer in first.answers.items()
        if all(vote.answers.get(key) == answer for vote in votes)
    }
    supports = dict.fromkeys(vote.support for vote in votes if vote.support)
    return Outcome(
        State.SETTLED,
        Settlement.SINGLE if len(votes) == 1 else Settlement.AGREEMENT,
        first.judgment,
        shared,
        "\n\n".join(supports),
    )


def _agree(one: Vote, other: Vote) -> bool:
    if one.judgment or other.judgment:
        return one.judgment == other.judgment
    return one.answers == other.answers
