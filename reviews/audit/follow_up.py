"""How long an effect is said to last, and how long the studies looked."""

import re

from reviews.audit.facts import Facts, Meaning, StudyFacts
from reviews.audit.wording import SPELLED, number

_TIME = re.compile(
    rf"\b(\d+|{'|'.join(SPELLED)}|several|many)[ -](hour|day|week|month|year)s?\b"
    r"|\b(day|week|month|year) (\d+)\b",
    re.IGNORECASE,
)
_DAYS = {"hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_LASTS = re.compile(
    r"\b(?:last|sustain|durab|persist|maintain|remain|relief|relieve)\w*",
    re.IGNORECASE,
)
# "Several months" are more than one.
_FEWEST = {"several": 2, "many": 2}


def claimed(text: str) -> float | None:
    """Return how many days an effect is said to last; None where none is told."""
    return max(_days(text), default=None) if _LASTS.search(text) else None


def longest(facts: Facts, study: StudyFacts) -> float | None:
    """Return the longest follow-up of a study in days; None where none is told."""
    told = facts.told(study, Meaning.DURATION)
    return max((days for text in told for days in _days(text)), default=None)


def _days(text: str) -> list[float]:
    return [
        int(found[4]) * _DAYS[found[3].casefold()]
        if found[3]
        else _count(found[1].casefold()) * _DAYS[found[2].casefold()]
        for found in _TIME.finditer(text)
    ]


def _count(word: str) -> int:
    return _FEWEST[word] if word in _FEWEST else number(word)
