"""The flow of today, asked of the database: its rows, and what stands in each box.

The rows take four queries, whatever the size of the review; a wave, a version made
elsewhere or the box of studies in synthesis takes a few more.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from reviews.flow import again, synthesis
from reviews.flow.among import Among
from reviews.flow.rows import Previous, ReasonRow, ReportGroup, Rows, SearchRow
from reviews.flow.synthesis import Synthesis
from reviews.models import (
    PreviousReport,
    Record,
    Report,
    Review,
    Search,
    Verdict,
)
from reviews.models.record import RecordQuerySet
from reviews.models.report import ReportQuerySet
from reviews.models.study import StudyQuerySet

RECORDS: Mapping[str, Callable[[RecordQuerySet], RecordQuerySet]] = {
    "identified": lambda rows: rows,
    "duplicates": RecordQuerySet.duplicates,
    "removed_by_automation": RecordQuerySet.removed_by_automation,
    "removed_for_other_reasons": RecordQuerySet.removed_for_other_reasons,
    "screened": RecordQuerySet.screened,
    "awaiting_screening": RecordQuerySet.awaiting_screening,
    "excluded": RecordQuerySet.excluded,
}
REPORTS: Mapping[str, Callable[[ReportQuerySet], ReportQuerySet]] = {
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
        rows = self._records()
        return RECORDS[name](
            rows.via_other_methods() if other else rows.via_databases_and_registers()
        )

    def by_kind(self, kind: Search.Kind) -> RecordQuerySet:
        """Return the records that the searches of one kind found."""
        return self._records().filter(search__kind=kind)

    def by_search(self, search: int) -> RecordQuerySet:
        """Return the records that one search found."""
        return self._records().filter(search=search)

    def uneven(self) -> RecordQuerySet:
        """Return the included records that have no report of their own, or several."""
        pairs = Report.records.through.objects
        own = pairs.filter(record=OuterRef("pk"))
        more = pairs.filter(record=OuterRef("record")).exclude(pk=OuterRef("pk"))
        also = pairs.filter(
            report=OuterRef("report"), record__in=self.review.records.included()
        ).exclude(pk=OuterRef("pk"))
        rows = self._records().via_databases_and_registers().included()
        return rows.filter(
            ~Exists(own) | Exists(own.filter(Exists(more) | Exists(also)))
        )

    def _records(self) -> RecordQuerySet:
        rows = self.review.records.all()
        return (
            rows if self.wave is None else rows.filter(search__wave__number=self.wave)
        )

    # Reports ----------------------------------------------------------------

    def reports(self, name: str, *, other: bool) -> ReportQuerySet:
        """Return the reports of a box of one column."""
        by_main = self._by_main()
        return REPORTS[name](self._reports().filter(~by_main if other else by_main))

    def excluded_for(self, criterion: int, *, other: bool) -> ReportQuerySet:
        """Return the reports that are counted under one reason."""
        rows = self.reports("excluded_reports", other=other)
        return rows.filter(counted_reason=criterion)

    def included_reports(self) -> ReportQuerySet:
        """Return the reports that are included, by whatever method."""
        return self._reports().included()

    def without_study(self) -> ReportQuerySet:
        """Return those of them that stand in no study yet."""
        return self._reports().without_study()

    def classified(self, classification: str) -> ReportQuerySet:
        """Return the reports that await classification, or those of ongoing studies."""
        rows = self._reports().sought()
        return rows.filter(verdict=Verdict.OPEN, classification=classification)

    def _reports(self) -> ReportQuerySet:
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
        asking = Record.objects.included().filter(
            reports=OuterRef("pk"), search__kind__in=Search.MAIN_KINDS
        )
        if self.wave is not None:
            asking = asking.filter(search__wave__number=self.wave)
        return Exists(asking)

    # Studies ----------------------------------------------------------------

    def studies(self) -> StudyQuerySet:
        """Return the included studies that no earlier version or wave had."""
        return self._brought().exclude(Among(self._known))

    def studies_again(self) -> StudyQuerySet:
        """Return the included studies that a version made elsewhere had too."""
        return self._brought().filter(Among(self._known))

    def _brought(self) -> StudyQuerySet:
        """Return the included studies; of a wave, those that none before it had."""
        rows = self.review.studies.all()
        if self.wave is None:
            return rows.included()
        here = Exists(_included_of_study().filter(search__wave__number=self.wave))
        return rows.filter(here, ~self._included_before())

    def in_synthesis(self, number: int) -> StudyQuerySet:
        """Return the included studies under one label of the synthesis."""
        found = self.synthesis()
        if found is None:
            return self.review.studies.none()
        members = found.members(number, self._included_studies())
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
        """Return the studies of earlier waves."""
        if self.wave is None:
            return self.review.studies.none()
        rows = self.review.studies.filter(self._included_before())
        return rows.exclude(Among(self._known))

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
        firsts = again.first_of_each(self._labels_elsewhere)
        return self.review.previous_reports.filter(Among(firsts))

    @cached_property
    def _labels_elsewhere(self) -> Sequence[tuple[int, str]]:
        return list(self.elsewhere().values_list("pk", "study_label"))

    @cached_property
    def _known(self) -> frozenset[int]:
        """Return the studies of this review that a version made elsewhere had."""
        labels = [label for _, label in self._labels_elsewhere]
        if not labels:
            return frozenset()
        return again.known(self.review.studies.values_list("pk", "label"), labels)

    def total_studies(self) -> StudyQuerySet:
        """Return the studies of this and earlier waves."""
        if self.wave is None:
            return self.studies()
        rows = _included_of_study().filter(search__wave__number__lte=self.wave)
        return self.review.studies.filter(Exists(rows)).exclude(Among(self._known))

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

    # The rows of the flow ---------------------------------------------------

    def rows(self) -> Rows:
        """Read the rows that a flow is summed from."""
        records = self._count_records()
        groups = self._count_reports()
        # Last, so that no record is counted whose search is not known yet.
        searches = self._searches()
        known = {search.pk for search in searches}
        studies, previous, more = self._count_studies()
        field, instrument = more["field"], more["instrument"]
        found = synthesis.read(self.review, field=field, instrument=instrument)
        return Rows(
            searches=searches,
            records={row["search"]: row for row in records if row["search"] in known},
            reports=[_group(row) for row in groups],
            reasons={row["counted_reason"]: _reason(row) for row in groups},
            studies=studies,
            studies_again=more["again"],
            previous=previous,
            synthesis=found.parts(self._included_studies()) if found else (),
            wave=self.wave,
        )

    def _included_studies(self) -> list[int]:
        return list(self._brought().values_list("pk", flat=True))

    def _searches(self) -> list[SearchRow]:
        rows = self.review.searches.all()
        if self.wave is not None:
            rows = rows.filter(wave__number=self.wave)
        found = rows.order_by("position", "pk").values_list(
            "pk",
            "name",
            "kind",
            "source",
            "is_combined",
            "reported_count",
            "wave__number",
        )
        return [SearchRow(*row) for row in found]

    def _count_records(self) -> Sequence[Mapping[str, Any]]:
        """Count the records of each search, box by box, from one index."""
        standing = Q(duplicate_of=None)
        screened = standing & Q(removal=Record.Removal.NONE)
        return list(
            self.review.records.order_by()
            .values("search")
            .annotate(
                identified=Count("pk"),
                duplicates=Count("pk", filter=~standing),
                removed_by_automation=Count(
                    "pk", filter=standing & Q(removal=Record.Removal.AUTOMATION)
                ),
                removed_for_other_reasons=Count(
                    "pk", filter=standing & Q(removal=Record.Removal.OTHER)
                ),
                screened=Count("pk", filter=screened & ~Q(verdict=Verdict.OPEN)),
                awaiting_screening=Count(
                    "pk", filter=screened & Q(verdict=Verdict.OPEN)
                ),
                excluded=Count("pk", filter=screened & Q(verdict=Verdict.EXCLUDE)),
            )
        )

    def _count_reports(self) -> Sequence[Mapping[str, Any]]:
        """Count the reports that are sought, by all that decides where they are.

        The records that ask for them are read from an index, all at once.
        """
        included = self._records().included()
        main = included.via_databases_and_registers()
        return list(
            self._reports()
            .filter(pk__in=_asked_by(included))
            .annotate(is_main=_is_among(_asked_by(main)))
            .order_by()
            .values(
                "is_main",
                "retrieval",
                "verdict",
                "classification",
                "counted_reason",
                "counted_reason__position",
                "counted_reason__code",
                "counted_reason__reason",
            )
            .annotate(number=Count("pk"), ungrouped=Count("pk", filter=Q(study=None)))
        )

    def _count_studies(self) -> tuple[int, Previous | None, Mapping[str, Any]]:
        """Count the studies, and what was included before, in one query.

        Only where there is a version made elsewhere are its labels read as well.
        """
        elsewhere = self.review.previous_reports.filter(removed_at=None)
        counted: dict[str, Any] = {
            "brought": _number(self._brought()),
            "elsewhere": _number(elsewhere),
        }
        if self.wave is not None:
            earlier = self.review.studies.filter(self._included_before())
            counted["earlier_studies"] = _number(earlier)
            counted["earlier_reports"] = _number(self.previous_reports())
        found = (
            Review.objects.filter(pk=self.review.pk)
            .annotate(**counted)
            .values(
                *counted,
                field=F("diagram__synthesis_field"),
                instrument=F("diagram__synthesis_instrument"),
            )
            .get()
        )
        number = {name: found[name] or 0 for name in counted}
        studies, earlier_studies = number["brought"], number.get("earlier_studies", 0)
        more = {**found, "again": 0}
        if number["elsewhere"]:
            more["again"] = self.studies_again().count() if self._known else 0
            if self._known and self.wave is not None:
                earlier_studies = self.previous_studies().count()
        elif (self.wave or 1) == 1:
            return studies, None, more
        labels = self._labels_elsewhere if number["elsewhere"] else ()
        previous = Previous(
            len(again.first_of_each(labels)) + earlier_studies,
            number["elsewhere"] + number.get("earlier_reports", 0),
        )
        return studies - more["again"], previous, more


def _asked_by(records: RecordQuerySet) -> QuerySet[Any]:
    """Return the keys of the reports that these records ask for."""
    links = Report.records.through.objects.filter(record__in=records)
    return links.order_by().values("report")


def _is_among(keys: QuerySet[Any]) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(Q(pk__in=keys), output_field=BooleanField())


def _included_of_study() -> RecordQuerySet:
    return Record.objects.included().filter(
        reports__study=OuterRef("pk"),
        reports__retrieval=Report.Retrieval.RETRIEVED,
        reports__verdict=Verdict.INCLUDE,
    )


def _number(rows: QuerySet[Any]) -> Subquery:
    counted = rows.order_by().values("review").annotate(number=Count("pk"))
    return Subquery(counted.values("number"))


def _group(row: Mapping[str, Any]) -> ReportGroup:
    return ReportGroup(
        row["is_main"],
        row["retrieval"],
        row["verdict"],
        row["classification"],
        row["counted_reason"],
        row["number"],
        row["ungrouped"],
    )


def _reason(row: Mapping[str, Any]) -> ReasonRow:
    return ReasonRow(
        row["counted_reason__position"],
        row["counted_reason__code"],
        row["counted_reason__reason"],
    )
