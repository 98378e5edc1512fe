"""The PRISMA 2020 flow, read off what the team settled (items 16a and 16b).

`flow` asks the database four times for today, whatever the size of the review, and
replays the history for an earlier moment; both are summed here from the same rows.
Each number is the number of rows of the box of its name, so that it can be opened.

Records of other methods are screened as all others are, while the official diagram
draws no screening box for them: a footnote says what happened between.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from reviews.flow import history, today, twice
from reviews.flow.boxes import Rows as Members
from reviews.flow.figures import Column, Flow, Reason, Source
from reviews.flow.live import Live
from reviews.flow.names import RECORD_BOXES, REPORT_BOXES
from reviews.flow.opening import find
from reviews.flow.past import Past
from reviews.flow.rows import (
    REPORT_PLACES,
    ReasonRow,
    ReportGroup,
    Rows,
    SearchRow,
)
from reviews.models import Report, Review, Search, Wave


def flow(
    review: Review, *, as_of: datetime | None = None, wave: Wave | None = None
) -> Flow:
    """Count the flow of a review, today in four queries, or as it was at a moment.

    With a wave it is the flow of the searches of that wave alone.
    """
    number = wave.number if wave else None
    if as_of is None:
        live = Live(review, number)
        return _with_doubts(put_together(today.read(live)), live)
    past = Past(review, history.state(review, as_of), number)
    return _with_doubts(put_together(past.rows()), past)


def _with_doubts(flow: Flow, members: Live | Past) -> Flow:
    """Add what may count twice, where a version made elsewhere had included any."""
    if flow.previous_reports is None:
        return flow
    return replace(flow, twice=twice.tell(members))


def box(
    review: Review,
    name: str,
    *,
    as_of: datetime | None = None,
    wave: Wave | None = None,
) -> Members:
    """Return the records, reports or studies behind a number.

    Raises reviews.flow.opening.UnknownBox.
    """
    return find(review, name, as_of=as_of, wave=wave).rows(review)


def put_together(rows: Rows) -> Flow:
    """Sum the flow from its rows."""
    main = {search.pk for search in rows.searches if search.is_main}
    included = [group for group in rows.reports if group.place == "included_reports"]
    reports = _number(included)
    previous = rows.previous
    return Flow(
        **_column(rows, main, is_main=True),
        other=Column(
            **_column(rows, {s.pk for s in rows.searches} - main, is_main=False)
        ),
        sources=tuple(_source(search, rows.records) for search in rows.searches),
        studies_included=rows.studies,
        studies_again=rows.studies_again,
        reports_included=reports,
        reports_without_study=sum(group.ungrouped for group in included),
        awaiting_classification=_classified(
            rows.reports, Report.Classification.AWAITING
        ),
        ongoing=_classified(rows.reports, Report.Classification.ONGOING),
        classified_and_open=_number(
            group
            for group in rows.reports
            if group.is_classified and group.place != "not_retrieved"
        ),
        previous_studies=previous.studies if previous else None,
        previous_reports=previous.reports if previous else None,
        total_studies=previous.studies + rows.studies if previous else None,
        total_reports=previous.reports + reports if previous else None,
        synthesis=rows.synthesis,
        as_of=rows.as_of,
        wave=rows.wave,
        unknown=rows.unknown,
    )


def _column(rows: Rows, searches: set[int], *, is_main: bool) -> dict[str, Any]:
    records = [rows.records[search] for search in searches & rows.records.keys()]
    reports = [group for group in rows.reports if group.is_main is is_main]
    return {
        **{name: sum(row[name] for row in records) for name in RECORD_BOXES},
        **{
            name: _number(g for g in reports if name in REPORT_PLACES[g.place])
            for name in REPORT_BOXES
        },
        "reasons": tuple(_reasons(reports, rows.reasons)),
    }


def _reasons(
    reports: Iterable[ReportGroup], reasons: Mapping[int, ReasonRow]
) -> Iterable[Reason]:
    """Yield the reasons in the order of the protocol."""
    counted: dict[int, int] = {}
    for group in reports:
        if group.place == "excluded_reports" and group.reason is not None:
            counted[group.reason] = counted.get(group.reason, 0) + group.number
    for pk in sorted(counted, key=lambda pk: (reasons[pk].position, pk)):
        yield Reason(
            criterion=pk,
            code=reasons[pk].code,
            label=reasons[pk].label,
            count=counted[pk],
        )


def _classified(reports: Sequence[ReportGroup], classification: str) -> int:
    return _number(
        group
        for group in reports
        if group.is_classified and group.classification == classification
    )


def _number(groups: Iterable[ReportGroup]) -> int:
    return sum(group.number for group in groups)


def _source(search: SearchRow, records: Mapping[int, Mapping[str, int]]) -> Source:
    return Source(
        search=search.pk,
        name=search.name,
        kind=Search.Kind(search.kind),
        sources=search.source,
        is_combined=search.is_combined,
        reported=search.reported,
        count=records.get(search.pk, {}).get("identified", 0),
    )
