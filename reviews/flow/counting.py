"""The PRISMA 2020 flow, read off what the team settled (items 16a and 16b).

`flow` asks the database four times, whatever the size of the review. Each number is
the number of rows of the box of its name, so that it can be opened.

Records of other methods are screened as all others are, while the official diagram
draws no screening box for them: a footnote says what happened between.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from reviews.flow.boxes import RECORD_BOXES, Rows, find
from reviews.flow.figures import Column, Flow, Reason, Source
from reviews.models import Record, Report, Review, Search, Verdict, Wave


def flow(
    review: Review, *, as_of: datetime | None = None, wave: Wave | None = None
) -> Flow:
    """Count the flow of a review, today in four queries, or as it was at a moment.

    With a wave it is the flow of the searches of that wave alone.
    """
    found = {row["search"]: row for row in _count_records(review)}
    reports = _count_reports(review)
    # Last, so that no record is counted whose search is not known yet.
    searches = list(review.searches.order_by("position", "pk"))
    main = {s.pk for s in searches if s.kind in Search.MAIN_KINDS}
    included = [g for g in reports if _stands(g, Verdict.INCLUDE)]
    return Flow(
        **_column(
            [row for pk, row in found.items() if pk in main],
            [group for group in reports if group["is_main"]],
        ),
        other=Column(
            **_column(
                [row for pk, row in found.items() if pk not in main],
                [group for group in reports if not group["is_main"]],
            )
        ),
        sources=tuple(_source(s, found.get(s.pk, {})) for s in searches),
        studies_included=review.studies.included().count(),
        reports_included=sum(g["number"] for g in included),
        reports_without_study=sum(g["ungrouped"] for g in included),
    )


def box(
    review: Review,
    name: str,
    *,
    as_of: datetime | None = None,
    wave: Wave | None = None,
) -> Rows:
    """Return the records, reports or studies behind a number.

    Raises reviews.flow.boxes.UnknownBox.
    """
    return find(review, name, as_of=as_of, wave=wave).rows(review)


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


def _count_reports(review: Review) -> Sequence[Mapping[str, Any]]:
    """Count the reports that are sought, by all that decides in which box they are."""
    by_main = Record.objects.included().filter(
        reports=OuterRef("pk"), search__kind__in=Search.MAIN_KINDS
    )
    return list(
        review.reports.sought()
        .annotate(is_main=Exists(by_main))
        .order_by("counted_reason__position", "counted_reason")
        .values(
            "is_main",
            "retrieval",
            "verdict",
            "counted_reason",
            "counted_reason__position",
            "counted_reason__code",
            "counted_reason__reason",
        )
        .annotate(number=Count("pk"), ungrouped=Count("pk", filter=Q(study=None)))
    )


def _column(
    searches: Sequence[Mapping[str, Any]], reports: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    def total(*, retrieval: str = "", verdict: str | None = None) -> int:
        return sum(
            group["number"]
            for group in reports
            if retrieval in ("", group["retrieval"])
            and verdict in (None, group["verdict"])
        )

    retrieved = Report.Retrieval.RETRIEVED
    return {
        **{name: sum(row[name] for row in searches) for name in RECORD_BOXES},
        "sought": total(),
        "not_retrieved": total(retrieval=Report.Retrieval.NOT_RETRIEVED),
        "awaiting_retrieval": total(retrieval=Report.Retrieval.AWAITING),
        "assessed": total(retrieval=retrieved),
        "excluded_reports": total(retrieval=retrieved, verdict=Verdict.EXCLUDE),
        "awaiting_decision": total(retrieval=retrieved, verdict=Verdict.OPEN),
        "included_reports": total(retrieval=retrieved, verdict=Verdict.INCLUDE),
        "reasons": tuple(
            Reason(
                criterion=group["counted_reason"],
                code=group["counted_reason__code"],
                label=group["counted_reason__reason"],
                count=group["number"],
            )
            for group in reports
            if _stands(group, Verdict.EXCLUDE)
        ),
    }


def _stands(group: Mapping[str, Any], verdict: Verdict) -> bool:
    return (group["retrieval"], group["verdict"]) == (
        Report.Retrieval.RETRIEVED,
        verdict,
    )


def _source(search: Search, numbers: Mapping[str, int]) -> Source:
    return Source(
        search=search.pk,
        name=search.name,
        kind=Search.Kind(search.kind),
        sources=search.source,
        is_combined=search.is_combined,
        reported=search.reported_count,
        count=numbers.get("identified", 0),
    )
