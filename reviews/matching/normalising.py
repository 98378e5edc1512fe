"""Bring every field of a record to the one form in which it is compared.

What cannot be read becomes unknown, never a guess.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from sys import intern

from reviews.matching import titles
from reviews.matching.candidates import Candidate
from reviews.matching.folding import fold
from reviews.matching.journals import is_meeting
from reviews.matching.names import Name, people
from reviews.matching.places import doi, first_number, page_range, volume_number
from reviews.matching.registrations import registration

_PREPRINT_SERVER = re.compile(
    r"\b(?:\w*xiv|preprints?|corr|ssrn|research square|osf preprints|authorea)\b"
)
# bioRxiv and medRxiv, Research Square, arXiv, SSRN, PsyArXiv, preprints.org,
# ChemRxiv, OSF, SocArXiv, Qeios, Authorea, TechRxiv; openRxiv since 2025.
_PREPRINT_DOIS = (
    "10.1101/", "10.21203/", "10.48550/", "10.2139/", "10.31234/", "10.20944/",
    "10.26434/", "10.31219/", "10.31235/", "10.32388/", "10.22541/", "10.36227/",
    "10.64898/",
)  # fmt: skip
# Cold Spring Harbor's journals share the prefix of bioRxiv.
_JOURNAL_DOIS = ("10.1101/gad.", "10.1101/gr.", "10.1101/lm.", "10.1101/cshperspect")
_SUPPLEMENT = re.compile(r"supp|\bs\d", re.IGNORECASE)
_ABSTRACT_ONLY = re.compile(r"[(\[](?:meeting )?abstract\b|\babstract (?:no|number)\b")
_MEETING_KINDS = frozenset((
    "conf", "cpaper", "conference", "inproceedings", "conference paper",
    "conference abstract", "conference proceedings", "meeting abstract",
    "proceedings paper",
))  # fmt: skip
_ABSTRACT_KINDS = frozenset(("meeting abstract", "conference abstract"))
_PREPRINT_KINDS = frozenset(("preprint", "posted-content"))
_BETWEEN_KINDS = re.compile("[;:|]")
ABSTRACT_READ = 300
_ABSTRACT_KEPT = 200


@dataclass(frozen=True, slots=True)
class Profile:
    """A candidate in the form in which it is compared."""

    key: int
    words: tuple[str, ...]
    title: str
    numbers: tuple[str, ...]
    markers: frozenset[str]
    generic: bool
    short: bool
    series: bool
    names: tuple[Name, ...]
    year: int | None
    journal: str
    volume: str
    issue: str
    first_page: str
    last_page: str
    doi: str
    pmid: str
    preprint: bool
    registration: str
    supplement: bool
    abstract_alone: bool
    meeting: bool
    abstract: str

    @property
    def families(self) -> frozenset[str]:
        """Return the words of all family names."""
        return frozenset(word for name in self.names for word in name.family)


def profile(candidate: Candidate) -> Profile:
    """Return the candidate with every field normalised once."""
    text = titles.title_text(candidate.title)
    # The same words stand in many titles.
    words = tuple(map(intern, text.split()))
    title = "".join(words)
    names = people(candidate.authors)
    journal = _folded_journal(candidate.journal)
    first_page, last_page = page_range(candidate.pages)
    identifier = doi(candidate.doi)
    kinds = _kinds(candidate.kind)
    abstract_alone = _is_abstract_alone(candidate.title, kinds)
    return Profile(
        key=candidate.key,
        words=words,
        title=title,
        numbers=titles.numbers(words),
        markers=titles.markers(candidate.title, text),
        generic=titles.is_generic(text),
        short=titles.is_short(title),
        series=titles.is_series(text),
        names=names,
        year=candidate.year,
        journal=journal,
        volume=volume_number(candidate.volume, candidate.year),
        issue=first_number(candidate.issue),
        first_page=first_page,
        last_page=last_page,
        doi=identifier,
        pmid=first_number(candidate.pmid),
        preprint=_is_preprint(journal, kinds)
        # What stands in a volume is an article, whatever its DOI begins with.
        or (not candidate.volume and _is_on_a_server(identifier)),
        registration=registration(candidate),
        supplement=abstract_alone
        or _SUPPLEMENT.search(f"{candidate.volume} {candidate.issue} {candidate.pages}")
        is not None,
        abstract_alone=abstract_alone,
        meeting=not kinds.isdisjoint(_MEETING_KINDS) or is_meeting(journal),
        # The opening tells abstracts apart; the rest would only cost time.
        abstract=fold(candidate.abstract[:ABSTRACT_READ]).replace(" ", "")[
            :_ABSTRACT_KEPT
        ],
    )


def _is_abstract_alone(title: str, kinds: frozenset[str]) -> bool:
    if not kinds.isdisjoint(_ABSTRACT_KINDS):
        return True
    title = title.casefold()
    return "abstract" in title and _ABSTRACT_ONLY.search(title) is not None


@lru_cache(maxsize=50_000)
def _folded_journal(journal: str) -> str:
    return fold(journal)


@lru_cache(maxsize=1000)
def _kinds(kind: str) -> frozenset[str]:
    """Return the types of a publication, of which databases give several."""
    return frozenset(part.strip() for part in _BETWEEN_KINDS.split(kind.casefold()))


def _is_preprint(journal: str, kinds: frozenset[str]) -> bool:
    return _is_server(journal) or not kinds.isdisjoint(_PREPRINT_KINDS)


@lru_cache(maxsize=50_000)
def _is_server(journal: str) -> bool:
    return _PREPRINT_SERVER.search(journal) is not None


def _is_on_a_server(identifier: str) -> bool:
    on_a_server = identifier.startswith(_PREPRINT_DOIS)
    return on_a_server and not identifier.startswith(_JOURNAL_DOIS)
