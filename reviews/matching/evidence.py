"""Weigh what two records say of each other, field by field.

Each field agrees, conflicts or is unknown. No sum of similarities decides: a
conflict that matters is never outvoted by fields that say little, since a wrong
merge would lose a report from the review without anyone noticing (PRISMA 2020,
item 16a).
"""

from dataclasses import dataclass
from enum import Enum


class Sign(Enum):
    """What one field says of a pair."""

    AGREE = "agree"
    CONFLICT = "conflict"
    UNKNOWN = "unknown"


class Verdict(Enum):
    """What all fields together say of a pair."""

    SAME = "same"
    CHECK = "check"
    RELATED = "related"
    DIFFERENT = "different"


AGREE, CONFLICT, UNKNOWN = Sign.AGREE, Sign.CONFLICT, Sign.UNKNOWN

NEAR = 95.0


@dataclass(slots=True)
class Evidence:
    """What each field of two records says; the title as a similarity of 0 to 100."""

    title: float
    contained: bool
    part_of_title: bool
    generic: bool
    short: bool
    series: bool
    long: bool
    opposed: bool
    reworded: bool
    companion: bool
    preceded: bool
    foreign: bool
    markers: bool
    numbers: Sign
    doi: Sign
    versions: bool
    pmid: Sign
    registration: Sign
    register: bool
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
    early: bool
    same_length: bool
    one_page: bool
    preprint: bool
    supplement: bool
    abstract_alone: bool
    meetings: bool
    venue: bool
    pages_spanned: int
    abstract: Sign

    @property
    def near(self) -> bool:
        """The titles are the same but for a slip or a subtitle."""
        return self.title >= NEAR or self.contained

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
            or CONFLICT in (self.pmid, self.registration)
            or self.years_apart > 1
            or (self.pages is CONFLICT and self.volume is CONFLICT)
        )

    def agreeing(self) -> tuple[str, ...]:
        """Name the fields that agree, the surest first."""
        named = (
            ("DOI", self.doi is AGREE),
            ("PMID", self.pmid is AGREE),
            ("registration number", self.registration is AGREE),
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
            ("registration number", self.registration is CONFLICT),
            ("title", not self.near),
            ("numbers in the title", self.near and self.numbers is CONFLICT),
            ("authors", self.author is CONFLICT),
            ("year", self.year is CONFLICT),
            ("journal", self.journal is CONFLICT),
            ("volume", self.volume is CONFLICT),
            ("pages", self.pages is CONFLICT),
        )
        return tuple(name for name, holds in named if holds)
