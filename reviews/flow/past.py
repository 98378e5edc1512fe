"""What stood in each box at a past moment, as rows of the database of today."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.flow.among import Among
from reviews.flow.rows import INCLUDED, RECORD_PLACES, REPORT_PLACES, Rows, SearchRow
from reviews.flow.state import State
from reviews.flow.synthesis import Synthesis
from reviews.models import PreviousReport, Record, Report, Review, Search
from reviews.models.record import RecordQuerySet
from reviews.models.report import ReportQuerySet
from reviews.models.study import StudyQuerySet


@dataclass(frozen=True)
class Then:
    """How a record or a report stood at the moment; `place` as in `reviews.flow.rows`.

    Of a record `beside` is the search that found it, of a report the study.
    """

    place: str
    beside: str = ""
    reason: str = ""


class Past:
    """A review as it was, or one wave of it, by its number; as `Live` is of today."""

    def __init__(self, review: Review, state: State, wave: int | None = None) -> None:
        self.review, self.state, self.wave = review, state, wave

    def rows(self) -> Rows:
        """Return the rows that a flow is summed from."""
        return self.state.rows(self.wave)

    def then(self, row: object) -> Then | None:
        """Return how a record or a report stood; None of what has no such place."""
        state = self.state
        if isinstance(row, Record) and (record := state.records.get(row.pk)):
            return Then(record.place, state.searches[record.search].name)
        if isinstance(row, Report) and (report := state.reports.get(row.pk)):
            study = state.labels.get(report.study or 0, "")
            reason = state.reasons.get(report.reason or 0)
            if reason is None or report.place != "excluded_reports":
                return Then(report.place, study)
            return Then(report.place, study, reason.label)
        return None

    # Records ----------------------------------------------------------------

    def records(self, name: str, *, other: bool) -> RecordQuerySet:
        """Return the records of a box of one column."""
        found_by = [s.pk for s in self._searches() if s.is_main is not other]
        places = {place for place, boxes in RECORD_PLACES.items() if name in boxes}
        return self._records(found_by, places)

    def by_kind(self, kind: Search.Kind) -> RecordQuerySet:
        """Return the records that the searches of one kind found."""
        return self._records(s.pk for s in self._searches() if s.kind == kind)

    def by_search(self, search: int) -> RecordQuerySet:
        """Return the records that one search found."""
        return self._records(s.pk for s in self._searches() if s.pk == search)

    def uneven(self) -> RecordQuerySet:
        """Return the included records that had no report of their own, or several."""
        state = self.state
        found_by = {s.pk for s in self._searches() if s.is_main}
        pointing: Counter[int] = Counter()
        shared: set[int] = set()
        for report in state.reports.values():
            asking = [r for r in report.records if state.records[r].place == INCLUDED]
            pointing.update(asking)
            if len(asking) > 1:
                shared.update(asking)
        return self._stored().filter(
            Among(
                [
                    pk
                    for pk, (search, place) in state.records.items()
                    if place == INCLUDED and search in found_by
                    if pk in shared or pointing[pk] != 1
                ]
            )
        )

    def _searches(self) -> list[SearchRow]:
        return self.state.searches_of(self.wave)

    def _records(
        self, searches: Iterable[int], places: Iterable[str] = (*RECORD_PLACES,)
    ) -> RecordQuerySet:
        found_by, standing = set(searches), set(places)
        return self._stored().filter(
            Among(
                [
                    pk
                    for pk, record in self.state.records.items()
                    if record.search in found_by and record.place in standing
                ]
            )
        )

    def _stored(self) -> RecordQuerySet:
        """Return the records, with those that are out of the review today."""
        return Record.stored.filter(review=self.review)

    # Reports ----------------------------------------------------------------

    def reports(self, name: str, *, other: bool) -> ReportQuerySet:
        """Return the reports of a box of one column."""
        return self._reports(
            each.pk
            for each in self.state.sought(self.wave)
            if each.is_main is not other and name in REPORT_PLACES[each.report.place]
        )

    def excluded_for(self, criterion: int, *, other: bool) -> ReportQuerySet:
        """Return the reports that were counted under one reason."""
        return self._reports(
            each.pk
            for each in self.state.sought(self.wave)
            if each.is_main is not other
            and each.report.place == "excluded_reports"
            and each.report.reason == criterion
        )

    def included_reports(self) -> ReportQuerySet:
        """Return the reports that were included, by whatever method."""
        return self._reports(each.pk for each in self.state.included(self.wave))

    def without_study(self) -> ReportQuerySet:
        """Return those of them that stood in no study yet."""
        return self._reports(
            each.pk
            for each in self.state.included(self.wave)
            if each.report.study is None
        )

    def classified(self, classification: str) -> ReportQuerySet:
        """Return the reports that awaited classification, or ongoing studies."""
        return self._reports(self.state.classified(classification, self.wave))

    def _reports(self, keys: Iterable[int]) -> ReportQuerySet:
        return self.review.reports.filter(Among(list(keys)))

    # Studies ----------------------------------------------------------------

    def studies(self) -> StudyQuerySet:
        """Return the included studies that no earlier version or wave had."""
        return self._studies(self.state.studies(self.wave))

    def studies_again(self) -> StudyQuerySet:
        """Return the included studies that a version made elsewhere had too."""
        return self._studies(self.state.studies_again(self.wave))

    def in_synthesis(self, number: int) -> StudyQuerySet:
        """Return the included studies under one label of the synthesis."""
        found = self.state.synthesis
        studies = self.state.brought(self.wave)
        return self._studies(found.members(number, studies) if found else [])

    def synthesis(self) -> Synthesis | None:
        """Return what was settled for the box of synthesis, if there is such a box."""
        return self.state.synthesis

    def _studies(self, keys: Iterable[int]) -> StudyQuerySet:
        return self.review.studies.filter(Among(list(keys)))

    # What was included before -----------------------------------------------

    def previous_studies(self) -> StudyQuerySet:
        """Return the studies of earlier waves."""
        return self._studies(self.state.studies_before(self.wave))

    def previous_reports(self) -> ReportQuerySet:
        """Return the included reports of earlier waves."""
        return self._reports(self.state.reports_before(self.wave))

    def elsewhere(self) -> QuerySet[PreviousReport]:
        """Return the reports that a version made elsewhere had included."""
        return self.review.previous_reports.filter(Among(list(self.state.elsewhere)))

    def studies_elsewhere(self) -> QuerySet[PreviousReport]:
        """Return the first report of each study that such a version had included."""
        keys = self.state.studies_elsewhere()
        return self.review.previous_reports.filter(Among(keys))

    def total_studies(self) -> StudyQuerySet:
        """Return the studies of this and earlier waves."""
        state = self.state
        return self._studies(
            [*state.studies(self.wave), *state.studies_before(self.wave)]
        )

    def total_reports(self) -> ReportQuerySet:
        """Return the included reports of this and earlier waves."""
        here = [each.pk for each in self.state.included(self.wave)]
        return self._reports([*here, *self.state.reports_before(self.wave)])
