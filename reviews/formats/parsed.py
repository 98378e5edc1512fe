"""What any reader of import files gives back: plain data, never a database row.

A file with one error is not imported at all; a warning is shown and imported.
The original text of each record is kept, so nothing that a reader does not
understand is lost.
"""

from dataclasses import dataclass
from enum import StrEnum


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why in one sentence."""


class Severity(StrEnum):
    """How much a problem weighs."""

    ERROR = "error"  # the file is not imported
    WARNING = "warning"  # the file is imported, and the person is told


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to tell about one line of the file, counted from 1."""

    line: int
    message: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class ParsedRecord:
    """One bibliographic record as the file gives it, cleaned but never cut."""

    source_id: str = ""
    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    year: int | None = None
    journal: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    doi: str = ""
    pmid: str = ""
    keywords: tuple[str, ...] = ()
    language: str = ""
    publication_type: str = ""
    url: str = ""
    original: str = ""
    first_line: int = 0


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """All that was read from one file, and every problem met on the way."""

    format: str
    encoding: str
    records: tuple[ParsedRecord, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that forbid the import."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return the problems that are told and imported."""
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)

    @property
    def importable(self) -> bool:
        """Say whether the file may be imported: whole or not at all."""
        return bool(self.records) and not self.errors
