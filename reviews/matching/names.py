"""Read the family names of authors, however a database prints them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from reviews.matching.folding import fold

_PARTICLES = frozenset((
    "al", "ap", "bin", "da", "das", "de", "del", "della", "den", "der", "des", "di",
    "do", "dos", "du", "el", "ibn", "jr", "la", "las", "le", "los", "san", "sr", "st",
    "ten", "ter", "van", "vande", "vanden", "von", "zu", "zur", "ii", "iii",
))  # fmt: skip
_BODY = re.compile(
    r"\b(?:groups?|organi[sz]ations?|collaborat\w+|investigators?|society|committee"
    r"|association|consortium|network|institute|department|ministry|centre|center"
    r"|anonymous|anon|no authors?|unknown|et al|others)\b"
)
# "Müller" is printed "Muller" and "Mueller".
_UMLAUT = re.compile("(?<=[aou])e")
_RUN_TOGETHER = re.compile(r"(?<=[A-Z]\.)(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class Name:
    """One author: the words of the family name, and all words that are no initials."""

    family: frozenset[str]
    words: frozenset[str]
    letters: str


def people(authors: Iterable[str]) -> tuple[Name, ...]:
    """Return the persons among the authors; bodies are printed in too many ways."""
    # One entry may hold all: "Adeli K.Lewis G. F.".
    single = (part for author in authors for part in _RUN_TOGETHER.split(author))
    names = (_name(author) for author in single)
    return tuple(name for name in names if name is not None)


# The same people stand in many records.
@lru_cache(maxsize=100_000)
def _name(author: str) -> Name | None:
    family, comma, given = author.partition(",")
    words = [word for word in _plain(author) if len(word) > 1]
    if not words or _BODY.search(" ".join(words)):
        return None
    if not comma:
        family = _without_initials(author) or family
    elif family.strip().casefold() in _PARTICLES or not fold(family):
        family = given
    parts = _plain(family)
    long = {word for word in parts if len(word) > 1 and word not in _PARTICLES}
    own = frozenset(long or parts)
    every = own.union(word for word in words if word not in _PARTICLES)
    return Name(
        family=own,
        # Most names say no more; a hundred thousand records hold many names.
        words=own if every == own else every,
        letters="".join(parts),
    )


def _plain(text: str) -> list[str]:
    text = fold(text)
    if "ae" in text or "oe" in text or "ue" in text:
        text = _UMLAUT.sub("", text)
    return text.split()


def _without_initials(author: str) -> str:
    """Return the family name of an author that is printed without a comma."""
    words = author.replace(".", ". ").split()
    full = [word for word in words if not re.fullmatch(r"[A-Z]{1,3}\.?|\w\.", word)]
    # "Orly Lipsitz R" keeps both words; "Karen Cook" has its family name last.
    return " ".join(full if len(full) < len(words) else full[-1:])
