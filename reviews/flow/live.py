"""The flow of today, asked of the database: its rows, and what stands in each box.

The rows take four queries, whatever the size of the review; a wave or the box of
studies in synthesis takes a few more.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from reviews.flow import synthesis
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
        keys = self.studies().values_list("pk", flat=True)
        return self.review.studies.filter(pk__in=found.members(number, list(keys)))

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
        return first_of_each(self.elsewhere())

    def total_studies(self) -> StudyQuerySet:
        """Return the studies of this and earlier waves."""
        if self.wave is None:
            return self.studies()
        rows = _included_of_study().filter(search__wave__number__lte=self.wave)
        return self.review.studies.filter(Exists(rows))

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
        studies, previous, field, instrument = self._count_studies()
        found = synthesis.read(self.review, field=field, instrument=instrument)
        return Rows(
            searches=searches,
            records={row["search"]: row for row in records if row["search"] in known},
            reports=[_group(row) for row in groups],
            reasons={row["counted_reason"]: _reason(row) for row in groups},
            studies=studies,
            previous=previous,
            synthesis=found.parts(self._included_studies()) if found else (),
            wave=self.wave,
        )

    def _included_studies(self) -> list[int]:
        return list(self.studies().values_list("pk", flat=True))

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

    def _count_studies(self) -> tuple[int, Previous | None, int | None, int | None]:
        """Count the studies, and what was included before, in one query."""
        elsewhere = self.elsewhere()
        counted: dict[str, Any] = {
            "new_studies": _number(self.studies()),
            "elsewhere_studies": _number(elsewhere, distinct="study_label"),
            "elsewhere_reports": _number(elsewhere),
        }
        if self.wave is not None:
            counted["earlier_studies"] = _number(self.previous_studies())
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
        previous = None
        if number["elsewhere_reports"] or (self.wave or 1) > 1:
            previous = Previous(
                number["elsewhere_studies"] + number.get("earlier_studies", 0),
                number["elsewhere_reports"] + number.get("earlier_reports", 0),
            )
        return number["new_studies"], previous, found["field"], found["instrument"]


def first_of_each(rows: QuerySet[PreviousReport]) -> QuerySet[PreviousReport]:
    """Return one row for each study of a version made elsewhere."""
    first = rows.order_by().values("study_label").annotate(first=Min("pk"))
    return rows.filter(pk__in=first.values("first"))


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


def _number(rows: QuerySet[Any], *, distinct: str = "") -> Subquery:
    counted = Count(distinct, distinct=True) if distinct else Count("pk")
    return Subquery(
        rows.order_by().values("review").annotate(number=counted).values("number")
    )


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
