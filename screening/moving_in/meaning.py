"""What the names, words, reasons and columns of a file of votes mean here.

A member of the same name, or a criterion of the same words, is proposed; all else an
owner says.
"""

from collections.abc import Collection, Mapping
from itertools import chain
from typing import Any

from reviews import access, members
from reviews.formats.votes.told import Decision
from reviews.matching.folding import fold
from reviews.models import Review, User


class UnknownMeaning(ValueError):
    """A name is given to nobody of the team, or a reason to no criterion."""


def suggestions(review: Review, names: list[str]) -> dict[str, User]:
    """Return the one member whose user name, address or full name each name is."""
    known: dict[str, set[User]] = {}
    for member in members.team(review):
        person = member.user
        for name in (person.username, person.email, person.get_full_name()):
            known.setdefault(fold(name), set()).add(person)
    known.pop("", None)
    found = {name: known.get(fold(name), set()) for name in names}
    return {name: next(iter(who)) for name, who in found.items() if len(who) == 1}


def suggested_criteria(review: Review, reasons: list[str]) -> dict[str, str]:
    """Return the one criterion whose code, reason or wording each reason is."""
    known: dict[str, set[str]] = {}
    for criterion in review.criteria.in_force():
        for name in {criterion.code, criterion.reason, criterion.text}:
            known.setdefault(fold(name), set()).add(criterion.code)
    found = {
        reason: known.get(fold(reason), set()) for reason in reasons if fold(reason)
    }
    return {reason: next(iter(of)) for reason, of in found.items() if len(of) == 1}


def no_votes_of(name: str) -> UnknownMeaning:
    """Return what is said where a file has no votes of a name."""
    return UnknownMeaning(f"The file has no votes of {name or 'nobody named'}.")


def require_people(review: Review, people: Mapping[str, User | None]) -> None:
    """Raise UnknownMeaning for somebody who is not on the team."""
    for user in people.values():
        if user is not None and not access.is_member(review, user):
            raise UnknownMeaning(f"{user} is not on the team.")


def require_words(words: Mapping[str, str]) -> None:
    """Raise UnknownMeaning for what is no decision; "" is that there is none."""
    for word, meaning in words.items():
        if meaning and meaning not in list(Decision):
            raise UnknownMeaning(
                f"{word}={meaning}: a word means {', '.join(Decision)}, or nothing."
            )


def require_columns(
    columns: Mapping[str, list[str]], headings: list[str] | None
) -> None:
    """Raise UnknownMeaning for a heading that the table does not have."""
    for name in chain.from_iterable(columns.values()):
        if headings is None:
            raise UnknownMeaning("Columns are said of a table of one's own alone.")
        if name not in headings:
            raise UnknownMeaning(f"The table has no column {name}.")


def require_named(
    report: Mapping[str, Any], people: Collection[str], reasons: Collection[str]
) -> None:
    """Raise UnknownMeaning for a name or a reason that the file does not have."""
    names = [name for name, _, _ in report["people"]]
    for name in people:
        if name not in names:
            raise no_votes_of(name)
    for reason in reasons:
        if reason not in report["reasons"]:
            raise UnknownMeaning(f"The file has no reason {reason}.")


def require_criteria(review: Review, criteria: Mapping[str, str]) -> None:
    """Raise UnknownMeaning for a code that no criterion in force has."""
    codes = set(review.criteria.in_force().values_list("code", flat=True))
    for code in criteria.values():
        if code and code not in codes:
            raise UnknownMeaning(f"The protocol has no criterion {code} in force.")
