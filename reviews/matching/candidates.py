"""What is compared and what is found: plain values, no database.

A duplicate is a second record of one report (PRISMA 2020, item 16a: records
removed before screening). Only what is certain becomes a set; what is likely is
a pair for a person to look at.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """The fields of one record that can tell whether it repeats another."""

    key: int
    title: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    abstract: str = ""
    kind: str = ""
    language: str = ""
    accession: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class DuplicateSet:
    """Records that are certainly one report, and why, in plain words."""

    keys: tuple[int, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one report: a person decides."""

    first: int
    second: int
    basis: str


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that one search for duplicates found.

    `to_check` has the likeliest pairs first. `related` are two reports of one study,
    such as a preprint and its article: flagged, and never merged.
    """

    sets: tuple[DuplicateSet, ...]
    to_check: tuple[Pair, ...]
    related: tuple[Pair, ...] = ()


def fullest(candidates: Iterable[Candidate]) -> int:
    """Return the key of the copy worth keeping.

    That is the copy with most fields filled, then the one with the longest
    abstract, then the one with the lowest key. Raises ValueError for no copies.
    """
    return min(
        candidates,
        key=lambda copy: (-filled(copy), -len(copy.abstract.strip()), copy.key),
    ).key


def filled(candidate: Candidate) -> int:
    """Return how many of the ten fields that count are filled."""
    texts = (
        candidate.title,
        candidate.journal,
        candidate.volume,
        candidate.issue,
        candidate.pages,
        candidate.doi,
        candidate.pmid,
        candidate.abstract,
    )
    return (
        sum(bool(text.strip()) for text in texts)
        + bool(candidate.authors)
        + (candidate.year is not None)
    )
