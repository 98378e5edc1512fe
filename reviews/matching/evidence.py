"""Weigh what two records say of each other, field by field.

Each field agrees, conflicts or is unknown. No sum of similarities decides: a
conflict that matters is never outvoted by fields that say little, since a wrong
merge would lose a report from the review without anyone noticing (PRISMA 2020,
item 16a).
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from rapidfuzz import fuzz

from reviews.matching.names import Name
from reviews.matching.normalising import Profile


class Sign(Enum):
    """What one field says of a pair."""

    AGREE = "agree"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


class Verdict(Enum):
    """What all fields together say of a pair."""

    SAME = "same"
    CHECK = "check"
    DIFFERENT = "different"


AGREE, CONFLICT, UNKNOWN = Sign.AGREE, Sign.CONFLICT, Sign.UNKNOWN

_NEAR = 95.0
_ALIKE = 80.0
_CONTAINED_LETTERS = 25
_COMMON_IN_JOURNALS = frozenset(
    ("a", "and", "for", "in", "j", "journal", "of", "on", "proceedings", "the")
)
_MEETINGS = frozenset(("conference", "congress", "symposium", "workshop"))
# Cochrane reviews and preprint servers give each version a DOI.
_VERSION = re.compile(r"(?:\.pub|[./]v)\d+$")


@dataclass(slots=True)
class Evidence:
    """What each field of two records says; the title as a similarity of 0 to 100."""

    title: float
    contained: bool
    generic: bool
    markers: bool
    numbers: Sign
    doi: Sign
    versions: bool
    pmid: Sign
    year: Sign
    years_apart: int
    author: Sign
    all_authors: bool
    journal: Sign
    volume: Sign
    issue: Sign
    pages: Sign
    last_page: Sign
    provisional: bool
    same_length: bool
    one_page: bool
    preprint: bool
    supplement: bool
    abstract: Sign

    @property
    def near(self) -> bool:
        """The titles are the same but for a slip or a subtitle."""
        return self.title >= _NEAR or self.contained

    def strength(self) -> int:
        """Return how much agrees, to join the surest pairs first."""
        signs = (self.year, self.author, self.journal, self.issue)
        return (
            int(self.title)
            + 60 * (self.pmid is AGREE)
            + 40 * (self.doi is AGREE)
            + 25 * ((self.pages is AGREE) + (self.volume is AGREE))
            + 10 * sum(sign is AGREE for sign in signs)
            - 25 * ((self.pages is CONFLICT) + (self.volume is CONFLICT))
        )

    def contradicts(self) -> bool:
        """Tell whether these two can hardly be copies, whatever a third record says."""
        return (
            not self.markers
            or self.numbers is CONFLICT
            or self.pmid is CONFLICT
            or self.years_apart > 1
            or (self.pages is CONFLICT and self.volume is CONFLICT)
        )

    def agreeing(self) -> tuple[str, ...]:
        """Name the fields that agree, the surest first."""
        named = (
            ("DOI", self.doi is AGREE),
            ("PMID", self.pmid is AGREE),
            ("title", self.title == 100),
            ("nearly the same title", self.title < 100 and self.near),
            ("first author", self.author is AGREE),
            ("year", self.year is AGREE),
            ("journal", self.journal is AGREE),
            ("volume", self.volume is AGREE),
            ("pages", self.pages is AGREE),
            ("abstract", self.abstract is AGREE),
        )
        return tuple(name for name, holds in named if holds)

    def conflicting(self) -> tuple[str, ...]:
        """Name the fields that conflict."""
        named = (
            ("DOI", self.doi is CONFLICT),
            ("PMID", self.pmid is CONFLICT),
            ("title", not self.near),
            ("numbers in the title", self.near and self.numbers is CONFLICT),
            ("authors", self.author is CONFLICT),
            ("year", self.year is CONFLICT),
            ("journal", self.journal is CONFLICT),
            ("volume", self.volume is CONFLICT),
            ("pages", self.pages is CONFLICT),
        )
        return tuple(name for name, holds in named if holds)


def compare(one: Profile, other: Profile) -> Evidence:
    """Return what each field says of the pair, the same in both directions."""
    title = fuzz.ratio(one.title, other.title) if one.title and other.title else 0.0
    short, long = sorted((one.title, other.title), key=len)
    apart = abs(one.year - other.year) if one.year and other.year else 0
    return Evidence(
        title=title,
        contained=len(short) >= _CONTAINED_LETTERS
        and (long.startswith(short) or long.endswith(short)),
        generic=one.generic or other.generic,
        markers=one.markers == other.markers,
        # "10 000" and "10000" differ in words only.
        numbers=AGREE if title == 100 else _numbers(one.numbers, other.numbers),
        doi=_equal(one.doi, other.doi),
        versions=one.doi != other.doi
        and _VERSION.sub("", one.doi) == _VERSION.sub("", other.doi),
        pmid=_equal(one.pmid, other.pmid),
        year=_equal(one.year, other.year),
        years_apart=apart,
        author=_first_author(one, other),
        all_authors=_all_authors(one.families, other.families),
        journal=_journal(*sorted((one.journal, other.journal))),
        volume=_equal(one.volume, other.volume),
        issue=_equal(one.issue, other.issue),
        pages=_equal(one.first_page, other.first_page),
        last_page=_equal(one.last_page, other.last_page),
        # Early prints are paged from 1 until they get their place in a volume.
        provisional="1" in (one.first_page, other.first_page),
        same_length=_length(one) == _length(other) > 1,
        one_page=any(
            each.first_page and each.last_page in ("", each.first_page)
            for each in (one, other)
        ),
        preprint=one.preprint != other.preprint,
        supplement=one.supplement != other.supplement,
        abstract=_abstract(one.abstract, other.abstract),
    )


def _equal(one: object, other: object) -> Sign:
    if not one or not other:
        return UNKNOWN
    return AGREE if one == other else CONFLICT


def _length(each: Profile) -> int:
    return int(each.last_page) - int(each.first_page) + 1 if each.last_page else 0


def _numbers(one: tuple[str, ...], other: tuple[str, ...]) -> Sign:
    if one == other:
        return AGREE
    # A subtitle with a number may be missing; another number is another report.
    return UNKNOWN if not one or not other else CONFLICT


def _first_author(one: Profile, other: Profile) -> Sign:
    if not one.names or not other.names:
        return UNKNOWN
    if _same_person(one.names[0], other.names[0]):
        return AGREE
    shared = len(one.families & other.families)
    if shared * 2 >= min(len(one.families), len(other.families)) and shared:
        return AGREE
    return UNKNOWN if shared else CONFLICT


def _all_authors(one: frozenset[str], other: frozenset[str]) -> bool:
    # One name in four may be misspelt, or be left out at the end.
    return len(one & other) * 4 >= max(len(one), len(other), 1) * 3


def _same_person(one: Name, other: Name) -> bool:
    # The words of the whole name, since family and given name are often exchanged.
    return (
        not one.family.isdisjoint(other.words)
        or not other.family.isdisjoint(one.words)
        or fuzz.ratio(one.letters, other.letters) >= _ALIKE
    )


@lru_cache(maxsize=50_000)
def _journal(one: str, other: str) -> Sign:
    if not one or not other:
        return UNKNOWN
    if _of_a_meeting(one) and _is_a_journal(other):
        return CONFLICT
    if _of_a_meeting(other) and _is_a_journal(one):
        return CONFLICT
    short, long = sorted((_telling(one), _telling(other)), key=len)
    if short and _abbreviates(short, long):
        return AGREE
    if fuzz.token_set_ratio(" ".join(short), " ".join(long)) >= 85:
        return AGREE
    return CONFLICT


def _of_a_meeting(journal: str) -> bool:
    return not _MEETINGS.isdisjoint(journal.split())


def _is_a_journal(journal: str) -> bool:
    words = journal.split()
    return ("journal" in words or "j" in words) and _MEETINGS.isdisjoint(words)


def _telling(journal: str) -> list[str]:
    words = journal.split()
    return [word for word in words if word not in _COMMON_IN_JOURNALS] or words


def _abbreviates(short: list[str], long: list[str]) -> bool:
    """Tell whether each short word begins a long one, in order ("J Affect Disord")."""
    rest = iter(long)
    return all(
        any(word.startswith(part) or part.startswith(word) for word in rest)
        for part in short
    )


def _abstract(one: str, other: str) -> Sign:
    length = min(len(one), len(other))
    if length < 80:
        return UNKNOWN
    if fuzz.ratio(one[:length], other[:length]) >= 85:
        return AGREE
    # Databases shorten, translate and rewrite abstracts.
    return UNKNOWN
