"""The rows that the flow of today is summed from, asked of the database.

They take four queries, whatever the size of the review; a wave, a version made
elsewhere or the box of studies in synthesis takes a few more.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from reviews.flow import again, synthesis
from reviews.flow.live import Live
from reviews.flow.rows import (
    SEARCH_COLUMNS,
    Previous,
    ReasonRow,
    ReportGroup,
    Rows,
    SearchRow,
)
from reviews.flow.synthesis import Part
from reviews.models import Record, Report, Review, Verdict
from reviews.models.record import RecordQuerySet


def read(live: Live) -> Rows:
    """Read the rows that a flow is summed from."""
    records = _count_records(live.review)
    groups = _count_reports(live)
    # Last, so that no record is counted whose search is not known yet.
    searches = _searches(live)
    known = {search.pk for search in searches}
    counted = _count_studies(live)
    studies_again = _count_again(live, counted)
    return Rows(
        searches=searches,
        records={row["search"]: row for row in records if row["search"] in known},
        reports=[_group(row) for row in groups],
        reasons={row["counted_reason"]: _reason(row) for row in groups},
        studies=counted["brought"] - studies_again,
        studies_again=studies_again,
        previous=_previous(live, counted),
        synthesis=_synthesis(live, counted),
        wave=live.wave,
    )


def _searches(live: Live) -> list[SearchRow]:
    rows = live.review.searches.all()
    if live.wave is not None:
        rows = rows.filter(wave__number=live.wave)
    found = rows.order_by("position", "pk").values_list(*SEARCH_COLUMNS)
    return [SearchRow(*row) for row in found]


def _count_records(review: Review) -> Sequence[Mapping[str, Any]]:
    """Count the records of each search, box by box, from one index."""
    standing = Q(duplicate_of=None)
    screened = standing & Q(removal=Record.Removal.NONE)
    return list(
        review.records.order_by()
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
            awaiting_screening=Count("pk", filter=screened & Q(verdict=Verdict.OPEN)),
            excluded=Count("pk", filter=screened & Q(verdict=Verdict.EXCLUDE)),
        )
    )


def _count_reports(live: Live) -> Sequence[Mapping[str, Any]]:
    """Count the reports that are sought, by all that decides where they are.

    The records that ask for them are read from an index, all at once.
    """
    included = live.all_records().included()
    main = included.via_databases_and_registers()
    return list(
        live.all_reports()
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


def _count_studies(live: Live) -> Mapping[str, Any]:
    """Count the studies, and what was included before, in one query.

    What the box of synthesis is drawn from comes along.
    """
    counted = {
        "brought": _number(live.brought()),
        "elsewhere": _number(live.elsewhere()),
    }
    if live.wave is not None:
        counted["earlier_studies"] = _number(live.studies_before())
        counted["earlier_reports"] = _number(live.previous_reports())
    found: Mapping[str, Any] = (
        Review.objects.filter(pk=live.review.pk)
        .annotate(**counted)
        .values(
            *counted,
            field=F("diagram__synthesis_field"),
            instrument=F("diagram__synthesis_instrument"),
        )
        .get()
    )
    return found


def _count_again(live: Live, counted: Mapping[str, Any]) -> int:
    """Count the studies that a version made elsewhere had too, where there is one."""
    if not counted["elsewhere"] or not live.known:
        return 0
    return live.studies_again().count()


def _previous(live: Live, counted: Mapping[str, Any]) -> Previous | None:
    """Return what was included before; nothing of a first version."""
    studies = counted.get("earlier_studies", 0)
    reports = counted.get("earlier_reports", 0)
    if counted["elsewhere"]:
        if live.known and live.wave is not None:
            studies = live.previous_studies().count()
        studies += len(again.first_of_each(live.labels_elsewhere))
    elif live.wave in (None, 1):
        return None
    return Previous(studies, reports + counted["elsewhere"])


def _synthesis(live: Live, counted: Mapping[str, Any]) -> tuple[Part, ...]:
    found = synthesis.read(
        live.review, field=counted["field"], instrument=counted["instrument"]
    )
    return found.parts(live.brought_keys()) if found else ()


def _asked_by(records: RecordQuerySet) -> QuerySet[Any]:
    """Return the keys of the reports that these records ask for."""
    links = Report.records.through.objects.filter(record__in=records)
    return links.order_by().values("report")


def _is_among(keys: QuerySet[Any]) -> ExpressionWrapper[Any]:
    return ExpressionWrapper(Q(pk__in=keys), output_field=BooleanField())


def _number(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("review").annotate(number=Count("pk"))
    return Coalesce(Subquery(counted.values("number")), 0)


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
