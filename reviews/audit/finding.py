"""What a check of the audit says: one thing that a careful referee would ask about.

A finding names the thing, the place, the arithmetic and the records behind it. What is
coded decides; words that only match ask; what is not known is told as open and never
taken for true or for nought.
"""

import enum
import hashlib
import json
from dataclasses import dataclass


class Severity(enum.StrEnum):
    """How much a finding weighs, the heaviest first."""

    CRITICAL = "critical"  # the set of studies or the conclusion is affected
    MAJOR = "major"  # a number or statement is wrong, or nobody can repeat it
    MINOR = "minor"  # clerical
    REPORTING = "reporting"  # something that readers need is not told
    INFO = "info"  # cannot be told from what the review holds


class Certainty(enum.StrEnum):
    """Whether the product knows, or a person has to look."""

    CONFLICT = "conflict"  # facts that are coded contradict each other
    CHECK = "check"  # words match; a person looks
    OPEN = "open"  # a part is not known


class Kind(enum.StrEnum):
    """What a finding may be about."""

    RECORD = "record"
    REPORT = "report"
    STUDY = "study"
    SEARCH = "search"
    CRITERION = "criterion"
    FIELD = "field"
    RELATED = "related"


CITED = frozenset({Kind.RECORD, Kind.REPORT, Kind.STUDY, Kind.RELATED})
"""What stands for records."""


@dataclass(frozen=True)
class Subject:
    """One thing that a finding is about; `names` are what its sources call it."""

    kind: Kind
    pk: int
    label: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One finding; `code` tells it from others of its check about the same things."""

    check: str
    severity: Severity
    what: str
    code: str
    where: str = ""
    arithmetic: str = ""
    certainty: Certainty = Certainty.CONFLICT
    subjects: tuple[Subject, ...] = ()

    @property
    def key(self) -> str:
        """Return what tells this finding, with its numbers, from every other.

        It is made of names and no keys of the database, so that it holds in a review
        that was restored elsewhere.
        """
        about = sorted((s.kind, s.label, *s.names) for s in self.subjects)
        told = [self.check, self.code, self.arithmetic, about]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def records(self) -> tuple[str, ...]:
        """Return the records behind it: by the source's names, else by their labels."""
        names = (
            name
            for subject in self.subjects
            if subject.kind in CITED
            for name in subject.names or (subject.label,)
        )
        return tuple(dict.fromkeys(names))

    @property
    def about(self) -> tuple[str, ...]:
        """Return the studies, criteria, fields and searches that it is about."""
        kinds = (Kind.STUDY, Kind.CRITERION, Kind.FIELD, Kind.SEARCH)
        return tuple(s.label for s in self.subjects if s.kind in kinds)
