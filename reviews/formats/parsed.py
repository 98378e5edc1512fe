"""What any reader of import files gives back: plain data, never a database row.

A file with errors is imported only where its owner agrees to go without what they
name; what is whole, or may be incomplete, is imported and told.
The original text of each record is kept, so nothing that a reader does not
understand is lost.
"""

from dataclasses import dataclass
from enum import StrEnum


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why in one sentence."""


class UnknownTable(UnreadableFile):
    """The file is a table, but nothing says which of its columns is the title."""

    def __init__(self, headings: tuple[str, ...]) -> None:
        self.headings = headings
        super().__init__(
            "The file is a table, but none of its columns is known to hold titles; "
            "say which column is the title."
        )


class Severity(StrEnum):
    """How much a problem weighs."""

    ERROR = "error"  # something of the file could not be read
    INCOMPLETE = "incomplete"  # all was read, and more of it may be missing
    WARNING = "warning"  # all was read, and a line is worth a look


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

    @property
    def says_what_it_is(self) -> bool:
        """Say whether anything tells the record from others."""
        return bool(self.title or self.authors or self.doi or self.pmid)


# What a reader yields, in the order of the lines.
Item = ParsedRecord | Problem


@dataclass(frozen=True, slots=True)
class Mapping:
    """Which headings of a table give which field of a record.

    It is plain data, so that a person may correct it and it may be kept as JSON.
    Of several headings for a field the first that says something counts; all of
    them count for keywords.
    """

    columns: dict[str, tuple[str, ...]]
    # What stands between two authors, "" if it shows; a full stop behind it where
    # one ends the list, as PubMed's "Smith J, Doe A."
    authors_apart: str = ""
    keywords_apart: str = ""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """All that was read from one file, and every problem met on the way."""

    format: str
    encoding: str
    records: tuple[ParsedRecord, ...]
    problems: tuple[Problem, ...]
    # Of a table only: its headings, and how they were taken.
    headings: tuple[str, ...] = ()
    mapping: Mapping | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that stand for something that could not be read."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    @property
    def gaps(self) -> tuple[Problem, ...]:
        """Return the signs that more of the file may be missing."""
        return tuple(p for p in self.problems if p.severity is Severity.INCOMPLETE)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Return the problems that are told and imported."""
        return tuple(p for p in self.problems if p.severity is Severity.WARNING)

    @property
    def importable(self) -> bool:
        """Say whether all of the file was read."""
        return bool(self.records) and not self.errors
