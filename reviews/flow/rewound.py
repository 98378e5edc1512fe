"""A review on its way back to a moment, in plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from reviews.flow.rows import SearchRow

# What is kept of each record and of each report, by its place in the list.
SEARCH, DUPLICATE_OF, REMOVAL, VERDICT = range(4)
RETRIEVAL, FULL_TEXT, REASON, CLASSIFICATION, STUDY = range(5)


class Later(NamedTuple):
    """An event after the moment; `subject` is the key of what it was done to."""

    key: int
    action: str
    subject: int | None
    old: Any
    new: Any


class Together(NamedTuple):
    """Records that left the flow together, and those of them that came back so."""

    removal: str
    left: tuple[int, ...]
    came_back: tuple[int, ...]


@dataclass
class Rewound:
    """A review on its way back to a moment, row by row."""

    records: dict[int, list[Any]]
    reports: dict[int, list[Any]]
    searches: dict[int, SearchRow]
    places: dict[int, int]
    # Reports of a version made elsewhere, and which of them are taken off the list.
    elsewhere: dict[int, str]
    taken_off: set[int]
    # The numbers of waves by their keys, those undone since among them.
    waves: Mapping[int, int]
    # What the box of synthesis is drawn from: values by study, judgments by target.
    field_key: int | None = None
    values: dict[int, tuple[object, bool]] = field(default_factory=dict)
    targets: Mapping[int, int] = field(default_factory=dict)
    judgments: dict[int, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    # What left the flow together, by the key of the removal.
    together: Mapping[int, "Together"] = field(default_factory=dict)
    # The events that cannot be undone, by their keys.
    lacking: list[int] = field(default_factory=list)

    def lack(self, later: Later) -> None:
        """Remember that the history keeps too little of an event to undo it."""
        self.lacking.append(later.key)

    def set_record(self, pk: int | None, place: int, value: Any) -> None:
        """Set what a record was, if it was there at the moment."""
        if pk in self.records:
            self.records[pk][place] = value

    def set_report(self, pk: int | None, place: int, value: Any) -> None:
        """Set what a report was, if it was there at the moment."""
        if pk in self.reports:
            self.reports[pk][place] = value
