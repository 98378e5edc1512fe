"""The numbers of a flow; no database is asked (PRISMA 2020, item 16a)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reviews.flow.names import (
    BELOW,
    COLUMN,
    KINDS,
    OTHER,
    UPDATE,
    reason_name,
    search_name,
)
from reviews.flow.synthesis import Part
from reviews.models import Search


@dataclass(frozen=True, kw_only=True)
class Reason:
    """A reason for exclusion at full text, with the reports counted under it."""

    criterion: int
    code: str
    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Source:
    """A search, with the records that it found."""

    search: int
    name: str
    kind: Search.Kind
    sources: str
    is_combined: bool
    reported: int | None
    count: int

    @property
    def is_main(self) -> bool:
        return self.kind in Search.MAIN_KINDS


@dataclass(frozen=True, kw_only=True)
class Column:
    """The numbers of one column of the diagram."""

    # Records.
    identified: int = 0
    duplicates: int = 0
    removed_by_automation: int = 0
    removed_for_other_reasons: int = 0
    screened: int = 0
    awaiting_screening: int = 0
    excluded: int = 0
    # Reports.
    sought: int = 0
    not_retrieved: int = 0
    awaiting_retrieval: int = 0
    assessed: int = 0
    excluded_reports: int = 0
    awaiting_decision: int = 0
    included_reports: int = 0
    # In the order of the protocol.
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Flow(Column):
    """The whole flow: the main column, and beside it that of other methods."""

    other: Column
    sources: tuple[Source, ...]
    studies_included: int
    reports_included: int
    reports_without_study: int
    # Included here and in a version made elsewhere: counted there, and not again.
    studies_again: int = 0
    # Sought and not judged yet, because too little is known or no results are out.
    awaiting_classification: int = 0
    ongoing: int = 0
    # Those of them that are not known to be out of reach.
    classified_and_open: int = 0
    # None where nothing was included before.
    previous_studies: int | None = None
    previous_reports: int | None = None
    total_studies: int | None = None
    total_reports: int | None = None
    # Empty where the team wants no such box.
    synthesis: tuple[Part, ...] = ()
    # The moment that it shows, None for today; the number of the wave, None for all.
    as_of: datetime | None = None
    wave: int | None = None
    # Which reports may be those of a previous version, so that they count twice.
    twice: tuple[str, ...] = ()
    # What the history does not tell of that moment, in words.
    unknown: tuple[str, ...] = ()

    @property
    def template(self) -> str:
        """Return the template of the official form that the review needs."""
        begin = "new" if self.previous_studies is None else "update"
        return f"{begin}_v{1 if all(s.is_main for s in self.sources) else 2}"

    @property
    def studies_here(self) -> int:
        """Return how many studies the included reports of this review are of."""
        return self.studies_included + self.studies_again

    @property
    def numbers(self) -> dict[str, int]:
        """Return every number by the name of its box."""
        found = {name: getattr(self, name) for name in COLUMN}
        found |= {OTHER + name: getattr(self.other, name) for name in COLUMN}
        for kind, (name, _) in KINDS.items():
            found[name] = total(self.of_kind(kind))
        for source in self.sources:
            found[search_name(source.search)] = source.count
        for other, column in ((False, self), (True, self.other)):
            for reason in column.reasons:
                found[reason_name(reason.criterion, other=other)] = reason.count
        found |= {name: getattr(self, name) for name in BELOW}
        for name in UPDATE:
            if (number := getattr(self, name)) is not None:
                found[name] = number
        return found | {part.box: part.count for part in self.synthesis}

    def of_kind(self, kind: Search.Kind) -> list[Source]:
        """Return the searches of one kind."""
        return [source for source in self.sources if source.kind == kind]


def total(sources: Iterable[Source]) -> int:
    """Add up the records that searches found."""
    return sum(source.count for source in sources)
