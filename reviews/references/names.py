"""The names of authors as the Citation Style Language tells them.

A person stands as "Family, Given" or "Family, Given, Jr". A name without a comma, and a
name that says that it is a body's, is taken as it is printed: nothing is guessed.
"""

import re
from collections.abc import Mapping

Name = Mapping[str, str]

# What stands before a family name and is no part of how it is sorted in most styles.
_PARTICLES = frozenset(
    "af al bin d' da dal das de degli dei del della den der des di do dos du el ibn la "
    "las le lo los op 't te ten ter van von zu zum zur".split()
)
_SUFFIX = re.compile(
    r"(?:jr|sr|jun|sen)\.?|[IVX]{2,4}|IV|\dnd|\drd|\dth", re.IGNORECASE
)
_BODY = re.compile(
    r"\b(?:groups?|organi[sz]ations?|collaborat\w+|investigators|society|committee"
    r"|association|consortium|network|institute|department|ministry)\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"[A-Z]{2,4}")


def name(author: str) -> Name:
    """Return the parts of one author's name."""
    parts = [part.strip() for part in author.split(",")]
    if len(parts) not in (2, 3) or not all(parts) or _BODY.search(author):
        return {"literal": author.strip()}
    family, *rest = parts
    if len(rest) == 2 and _SUFFIX.fullmatch(rest[0]):
        rest.reverse()
    if len(rest) == 2 and not _SUFFIX.fullmatch(rest[1]):
        return {"literal": author.strip()}
    particle, family = _without_particle(family)
    found = {"family": family, "given": rest[0]}
    if particle:
        found["non-dropping-particle"] = particle
    if len(rest) == 2:
        found["suffix"] = rest[1]
    return found


def for_print(found: Name) -> Name:
    """Return the name so that a style can shorten it to initials.

    Initials that are run together are set apart, or all but the first would be lost;
    a name in a script without capitals has no initials, and stands whole.
    """
    given = found.get("given", "")
    if not given:
        return found
    if not any(letter.isupper() or letter.islower() for letter in given):
        parts = (found.get("non-dropping-particle"), found["family"], given)
        asian = re.search("[\u3040-\u9fff\uac00-\ud7af]", given)
        return {"literal": ("" if asian else " ").join(filter(None, parts))}
    words = []
    for word in given.split():
        together = _CAPITALS.fullmatch(word)
        words += [f"{letter}." for letter in word] if together else [word]
    return {**found, "given": " ".join(words)}


def _without_particle(family: str) -> tuple[str, str]:
    words = family.split()
    number = 0
    while number < len(words) - 1 and words[number] in _PARTICLES:
        number += 1
    return " ".join(words[:number]), " ".join(words[number:])
