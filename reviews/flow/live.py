"""What stands in each box of the flow of today, as rows of the database."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet

from reviews.flow import again, synthesis
from reviews.flow.among import Among
from reviews.flow.synthesis import Synthesis
from reviews.models import PreviousReport, Record, Report, Review, Search, Verdict
from reviews.models.record import RecordQuerySet
from reviews.models.report import ReportQuerySet
from reviews.models.study import StudyQuerySet

_RECORDS: Mapping[str, Callable[[RecordQuerySet], RecordQuerySet]] = {
    "identified": lambda rows: rows,
    "duplicates": RecordQuerySet.duplicates,
    "removed_by_automation": RecordQuerySet.removed_by_automation,
    "removed_for_other_reasons": RecordQuerySet.removed_for_other_reasons,
    "screened": RecordQuerySet.screened,
    "awaiting_screening": RecordQuerySet.awaiting_screening,
    "excluded": RecordQuerySet.excluded,
}
_REPORTS: Mapping[str, Callable[[ReportQuerySet], ReportQuerySet]] = {
    "sought": ReportQuerySet.sought,
    "not_retrieved": ReportQuerySet.not_retrieved,
    "awaiting_retrieval": ReportQuerySet.awaiting_retrieval,
    "assessed": ReportQuerySet.assessed,
    "excluded_reports": ReportQuerySet.excluded,
    "awaiting_decision": ReportQuerySet.awaiting_decision,
    "included_reports": ReportQuerySet.included,
}


class Live:
    """A review as it is today, or one wave of it, by its number."""

    def __init__(self, review: Review, wave: int | None = None) -> None:
        self.review, self.wave = review, wave

    # Records ----------------------------------------------------------------

    def records(self, name: str, *, other: bool) -> RecordQuerySet:
        """Return the records of a box of one column."""
        rows = self.all_records()
        return _RECORDS[name](
            rows.via_other_methods() if other else rows.via_databases_and_registers()
        )

    def by_kind(self, kind: Search.Kind) -> RecordQuerySet:
        """Return the records that the searches of one kind found."""
        return self.all_records().filter(search__kind=kind)

    def by_search(self, search: int) -> RecordQuerySet:
        """Return the records that one search found."""
        return self.all_records().filter(search=search)

    def uneven(self) -> RecordQuerySet:
        """Return the included records that have no report of their own, or several."""
        pairs = Report.records.through.objects
        own = pairs.filter(record=OuterRef("pk"))
        more = pairs.filter(record=OuterRef("record")).exclude(pk=OuterRef("pk"))
        also = pairs.filter(
            report=OuterRef("report"), record__in=self.review.records.included()
        ).exclude(pk=OuterRef("pk"))
        rows = self.all_records().via_databases_and_registers().included()
        return rows.filter(
            ~Exists(own) | Exists(own.filter(Exists(more) | Exists(also)))
        )

    def all_records(self) -> RecordQuerySet:
        """Return the records, or those that the searches of a wave found."""
        rows = self.review.records.all()
        return (
            rows if self.wave is None else rows.filter(search__wave__number=self.wave)
        )

    # Reports ----------------------------------------------------------------

    def reports(self, name: str, *, other: bool) -> ReportQuerySet:
        """Return the reports of a box of one column."""
        by_main = self._by_main()
        return _REPORTS[name](self.all_reports().filter(~by_main if other else by_main))

    def excluded_for(self, criterion: int, *, other: bool) -> ReportQuerySet:
        """Return the reports that are counted under one reason."""
        rows = self.reports("excluded_reports", other=other)
        return rows.filter(counted_reason=criterion)

    def included_reports(self) -> ReportQuerySet:
        """Return the reports that are included, by whatever method."""
        return self.all_reports().included()

    def without_study(self) -> ReportQuerySet:
        """Return those of them that stand in no study yet."""
        return self.all_reports().without_study()

    def classified(self, classification: str) -> ReportQuerySet:
        """Return the reports that await classification, or those of ongoing studies."""
        rows = self.all_reports().sought()
        return rows.filter(verdict=Verdict.OPEN, classification=classification)

    def all_reports(self) -> ReportQuerySet:
        """Return the reports that a wave brought: those that none before it had."""
        rows = self.review.reports.all()
        if self.wave is None:
            return rows
        asking = Record.objects.included().filter(reports=OuterRef("pk"))
        return rows.filter(
            Exists(asking.filter(search__wave__number=self.wave)),
            ~Exists(asking.filter(search__wave__number__lt=self.wave)),
        )

    def _by_main(self) -> Exists:
        asking = Record.objects.included().via_databases_and_registers()
        asking = asking.filter(reports=OuterRef("pk"))
        if self.wave is not None:
            asking = asking.filter(search__wave__number=self.wave)
        return Exists(asking)

    # Studies ----------------------------------------------------------------

    def studies(self) -> StudyQuerySet:
        """Return the included studies that no earlier version or wave had."""
        return self.brought().exclude(Among(self.known))

    def studies_again(self) -> StudyQuerySet:
        """Return the included studies that a version made elsewhere had too."""
        return self.brought().filter(Among(self.known))

    def brought(self) -> StudyQuerySet:
        """Return the included studies; of a wave, those that none before it had."""
        rows = self.review.studies.all()
        if self.wave is None:
            return rows.included()
        here = Exists(_included_of_study().filter(search__wave__number=self.wave))
        return rows.filter(here, ~self._included_before())

    def brought_keys(self) -> list[int]:
        """Return the keys of those studies."""
        return list(self.brought().values_list("pk", flat=True))

    def in_synthesis(self, number: int) -> StudyQuerySet:
        """Return the included studies under one label of the synthesis."""
        found = self.synthesis()
        if found is None:
            return self.review.studies.none()
        members = found.members(number, self.brought_keys())
        return self.review.studies.filter(pk__in=members)

    def synthesis(self) -> Synthesis | None:
        """Return what is settled for the box of synthesis, if there is such a box."""
        chosen = Review.objects.filter(pk=self.review.pk).values_list(
            "diagram__synthesis_field", "diagram__synthesis_instrument"
        )
        field, instrument = chosen.get()
        return synthesis.read(self.review, field=field, instrument=instrument)

    # What was included before -----------------------------------------------

    def previous_studies(self) -> StudyQuerySet:
        """Return the studies of earlier waves that no version made elsewhere had."""
        return self.studies_before().exclude(Among(self.known))

    def studies_before(self) -> StudyQuerySet:
        """Return the included studies of earlier waves."""
        if self.wave is None:
            return self.review.studies.none()
        return self.review.studies.filter(self._included_before())

    def previous_reports(self) -> ReportQuerySet:
        """Return the included reports of earlier waves."""
        if self.wave is None:
            return self.review.reports.none()
        earlier = Record.objects.included().filter(
            reports=OuterRef("pk"), search__wave__number__lt=self.wave
        )
        return self.review.reports.included().filter(Exists(earlier))

    def elsewhere(self) -> QuerySet[PreviousReport]:
        """Return the reports that a version made elsewhere had included."""
        return self.review.previous_reports.filter(removed_at=None)

    def studies_elsewhere(self) -> QuerySet[PreviousReport]:
        """Return the first report of each study that such a version had included."""
        firsts = again.first_of_each(self.labels_elsewhere)
        return self.review.previous_reports.filter(Among(firsts))

    @cached_property
    def labels_elsewhere(self) -> Sequence[tuple[int, str]]:
        """Return the studies of such a version: the key of a report, and the label."""
        return list(self.elsewhere().values_list("pk", "study_label"))

    @cached_property
    def known(self) -> frozenset[int]:
        """Return the studies of this review that a version made elsewhere had."""
        labels = [label for _, label in self.labels_elsewhere]
        if not labels:
            return frozenset()
        return again.known(self.review.studies.values_list("pk", "label"), labels)

    def total_studies(self) -> StudyQuerySet:
        """Return the studies of this and earlier waves."""
        if self.wave is None:
            return self.studies()
        rows = _included_of_study().filter(search__wave__number__lte=self.wave)
        return self.review.studies.filter(Exists(rows)).exclude(Among(self.known))

    def total_reports(self) -> ReportQuerySet:
        """Return the included reports of this and earlier waves."""
        if self.wave is None:
            return self.included_reports()
        known = Record.objects.included().filter(
            reports=OuterRef("pk"), search__wave__number__lte=self.wave
        )
        return self.review.reports.included().filter(Exists(known))

    def _included_before(self) -> Exists:
        rows = _included_of_study().filter(search__wave__number__lt=self.wave)
        return Exists(rows)


def _included_of_study() -> RecordQuerySet:
    return Record.objects.included().filter(
        reports__study=OuterRef("pk"),
        reports__retrieval=Report.Retrieval.RETRIEVED,
        reports__verdict=Verdict.INCLUDE,
    )
