"""Tell whether two names are one journal: full, abbreviated, translated or initials."""

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

_COMMON = frozenset((
    "a", "an", "and", "der", "de", "des", "die", "for", "fur", "in", "j", "journal",
    "la", "of", "on", "proceedings", "the", "und",
))  # fmt: skip
_MEETINGS = frozenset((
    "conference", "conferences", "congress", "meeting", "meetings", "symposium",
    "workshop", "workshops", "conf", "symp",
))  # fmt: skip
_LITTLE = frozenset(("a", "an", "and", "for", "in", "of", "on", "the"))
_ALIKE = 85
_SHORTEST_ACRONYM = 3


def is_meeting(journal: str) -> bool:
    """Tell whether a folded name is that of a meeting."""
    return not _MEETINGS.isdisjoint(journal.split())


@lru_cache(maxsize=100_000)
def same_journal(one: str, other: str) -> bool:
    """Tell whether two folded names are the same journal or series of meetings."""
    if one == other:
        return True
    short, long = sorted((_telling(one), _telling(other)), key=lambda ws: (len(ws), ws))
    if _is_acronym(short, long) or _is_acronym(long, short):
        return True
    if min(len(one), len(other)) >= _SHORTEST_ACRONYM and (
        _initials(one) == other or _initials(other) == one
    ):
        return True
    # "Proceedings of the Meeting of X" is not the journal X.
    if is_meeting(one) != is_meeting(other):
        return False
    if short and _abbreviates(short, long):
        return True
    return fuzz.token_set_ratio(" ".join(short), " ".join(long)) >= _ALIKE


def _telling(journal: str) -> list[str]:
    words = journal.split()
    return [word for word in words if word not in _COMMON] or words


def _initials(journal: str) -> str:
    """Return the initials of a name, its "journal" among them ("JAMA", "BMJ")."""
    return "".join(word[0] for word in journal.split() if word not in _LITTLE)


def _is_acronym(short: Sequence[str], long: Sequence[str]) -> bool:
    """Tell whether a word of one name has the initials of the other ("AMCIS")."""
    letters = "".join(word[0] for word in long)
    return len(letters) >= _SHORTEST_ACRONYM and any(
        word == letters
        or (len(word) > _SHORTEST_ACRONYM and len(long) > 3 and _sounds(word, long))
        for word in short
    )


def _sounds(acronym: str, words: Sequence[str]) -> bool:
    """Tell whether an acronym takes one or two letters of each word in order."""
    places = {0}
    for word in words:
        places = {
            place + taken
            for place in places
            for taken in (1, 2)
            if acronym[place : place + taken] == word[:taken]
        }
    return len(acronym) in places


def _abbreviates(short: Sequence[str], long: Sequence[str]) -> bool:
    """Tell whether each short word begins a long one, in order ("J Affect Disord")."""
    rest = iter(long)
    return all(
        any(
            word.startswith(part) or part.startswith(word) or _cut(part, word)
            for word in rest
        )
        for part in short
    )


def _cut(short: str, long: str) -> bool:
    """Tell whether letters were left out of the middle ("Dtsch" for "Deutsche")."""
    if len(short) < _SHORTEST_ACRONYM or short[0] != long[0] or len(short) > len(long):
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)
