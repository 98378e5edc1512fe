"""What every record, report, study and search of a review was at one moment.

Plain values, made by `reviews.flow.history` from today's rows and the events since; no
database is asked here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from reviews.flow import again
from reviews.flow.rows import (
    INCLUDED,
    RECORD_PLACES,
    Previous,
    ReasonRow,
    ReportGroup,
    Rows,
    SearchRow,
    is_classified,
    place_of_report,
)
from reviews.flow.synthesis import Synthesis

_RECORD_BOXES = tuple(dict.fromkeys(box for r in RECORD_PLACES.values() for box in r))


class RecordAt(NamedTuple):
    """A record: the search that found it, and the place where it stood."""

    search: int
    place: str


class ReportAt(NamedTuple):
    """A report, with the records that point at it."""

    records: tuple[int, ...]
    retrieval: str
    verdict: str
    reason: int | None
    classification: str
    study: int | None

    @property
    def place(self) -> str:
        return place_of_report(self.retrieval, self.verdict)


class Sought(NamedTuple):
    """A report that was sought: by a main search or not, and from which wave on."""

    pk: int
    report: ReportAt
    is_main: bool
    wave: int | None


@dataclass(frozen=True, kw_only=True)
class State:
    """A review at a moment; None is today. `unknown` says what cannot be told."""

    at: datetime | None
    searches: Mapping[int, SearchRow]
    records: Mapping[int, RecordAt]
    reports: Mapping[int, ReportAt]
    reasons: Mapping[int, ReasonRow]
    # The reports of a version made elsewhere, with the names of their studies.
    elsewhere: Mapping[int, str]
    # The labels of the studies.
    labels: Mapping[int, str] = field(default_factory=dict)
    synthesis: Synthesis | None = None
    unknown: tuple[str, ...] = ()
    _sought: dict[int | None, list[Sought]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def searches_of(self, wave: int | None) -> list[SearchRow]:
        """Return the searches of a wave, or all, in their order."""
        return [s for s in self.searches.values() if wave in (None, s.wave)]

    def sought(self, wave: int | None) -> list[Sought]:
        """Return the reports sought; of a wave, those that it was first to have."""
        if wave not in self._sought:
            self._sought[wave] = list(self._seek(wave))
        return self._sought[wave]

    def _seek(self, wave: int | None) -> Iterator[Sought]:
        for pk, report in self.reports.items():
            asking = [
                self.searches[record.search]
                for record in map(self.records.get, report.records)
                if record is not None and record.place == INCLUDED
            ]
            if not asking:
                continue
            first = min((s.wave for s in asking if s.wave is not None), default=None)
            if wave is not None and first != wave:
                continue
            here = [s for s in asking if wave in (None, s.wave)]
            yield Sought(pk, report, any(s.is_main for s in here), first)

    def included(self, wave: int | None) -> list[Sought]:
        """Return the reports that were included."""
        return [s for s in self.sought(wave) if s.report.place == "included_reports"]

    @cached_property
    def first_waves(self) -> Mapping[int, int | None]:
        """Return the included studies, each with the first wave that it came by."""
        found: dict[int, int | None] = {}
        for each in self.included(None):
            study = each.report.study
            if study is None:
                continue
            waves = [w for w in (found.get(study), each.wave) if w is not None]
            found[study] = min(waves, default=None)
        return found

    @cached_property
    def known(self) -> frozenset[int]:
        """Return the studies that a version made elsewhere had too."""
        return again.known(self.labels.items(), self.elsewhere.values())

    def brought(self, wave: int | None) -> list[int]:
        """Return the included studies; of a wave, those it was first to have."""
        return [s for s, first in self.first_waves.items() if wave in (None, first)]

    def studies(self, wave: int | None) -> list[int]:
        """Return the included studies that no earlier version or wave had."""
        return [study for study in self.brought(wave) if study not in self.known]

    def studies_again(self, wave: int | None) -> list[int]:
        """Return the included studies that a version made elsewhere had too."""
        return [study for study in self.brought(wave) if study in self.known]

    def studies_before(self, wave: int | None) -> list[int]:
        """Return the included studies of earlier waves alone."""
        return [
            study
            for study, first in self.first_waves.items()
            if _is_before(first, wave) and study not in self.known
        ]

    def reports_before(self, wave: int | None) -> list[int]:
        """Return the included reports of earlier waves."""
        return [s.pk for s in self.included(None) if _is_before(s.wave, wave)]

    def studies_elsewhere(self) -> list[int]:
        """Return one report for each study of a version made elsewhere."""
        return again.first_of_each(self.elsewhere.items())

    # The rows of the flow ---------------------------------------------------

    def rows(self, wave: int | None) -> Rows:
        """Return the rows that a flow is summed from."""
        searches = self.searches_of(wave)
        return Rows(
            searches=searches,
            records=self._count_records({search.pk for search in searches}),
            reports=self._count_reports(wave),
            reasons=self.reasons,
            studies=len(self.studies(wave)),
            studies_again=len(self.studies_again(wave)),
            previous=self._previous(wave),
            synthesis=self.synthesis.parts(self.brought(wave))
            if self.synthesis
            else (),
            as_of=self.at,
            wave=wave,
            unknown=self.unknown,
        )

    def _count_records(self, searches: set[int]) -> Mapping[int, Mapping[str, int]]:
        found: defaultdict[int, dict[str, int]] = defaultdict(
            lambda: dict.fromkeys(_RECORD_BOXES, 0)
        )
        for record, number in Counter(self.records.values()).items():
            if record.search in searches:
                for box in RECORD_PLACES[record.place]:
                    found[record.search][box] += number
        return found

    def _count_reports(self, wave: int | None) -> list[ReportGroup]:
        numbers: Counter[tuple[bool, str, str, str, int | None]] = Counter()
        ungrouped: Counter[tuple[bool, str, str, str, int | None]] = Counter()
        for each in self.sought(wave):
            report = each.report
            alike = (
                each.is_main,
                report.retrieval,
                report.verdict,
                report.classification,
                report.reason,
            )
            numbers[alike] += 1
            ungrouped[alike] += report.study is None
        return [
            ReportGroup(*alike, number, ungrouped[alike])
            for alike, number in numbers.items()
        ]

    def _previous(self, wave: int | None) -> Previous | None:
        if not self.elsewhere and (wave or 1) == 1:
            return None
        return Previous(
            len(self.studies_elsewhere()) + len(self.studies_before(wave)),
            len(self.elsewhere) + len(self.reports_before(wave)),
        )

    def classified(self, classification: str, wave: int | None) -> list[int]:
        """Return the reports that were classified so, without a verdict."""
        return [
            each.pk
            for each in self.sought(wave)
            if each.report.classification == classification
            and is_classified(each.report.verdict, classification)
        ]


def _is_before(first: int | None, wave: int | None) -> bool:
    return wave is not None and first is not None and first < wave
