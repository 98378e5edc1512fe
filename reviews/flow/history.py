"""What a review was at a moment, replayed from its history.

Today's rows are taken, less those that were added later, and every later event is
undone, the last one first. The number of queries is the same whatever the size of the
review. What was settled, removed, merged, retrieved, grouped and searched is replayed,
and so are the wording and order of the criteria and the box of synthesis.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from reviews.flow import absences, drawn, together
from reviews.flow.among import Among
from reviews.flow.rewound import SEARCH, Later, Rewound
from reviews.flow.rows import SEARCH_COLUMNS, ReasonRow, SearchRow, place_of_record
from reviews.flow.state import RecordAt, ReportAt, State
from reviews.flow.undoing import BY_BOTH, BY_OLD, undo
from reviews.models import (
    CriterionVersion,
    Import,
    Record,
    Report,
    Review,
)

CHUNK = 5000
# So many events are named of those that the history keeps too little of.
NAMED = 5


def state(review: Review, at: datetime | None = None) -> State:
    """Return what everything was at a moment; without one, what it is today."""
    choice = drawn.chosen(review, at)
    past = _today(review, at)
    drawn.take_in(past, choice, review, at)
    if at is not None:
        past.together = together.since(review, at)
        for later in _later(review, at):
            undo(past, later)
    return State(
        at=at,
        searches=dict(sorted(past.searches.items(), key=_in_order(past))),
        records={
            pk: RecordAt(search, place_of_record(of, removal, verdict))
            for pk, (search, of, removal, verdict) in past.records.items()
        },
        reports=_reports(review, at, past),
        reasons=_reasons(review, at, past),
        elsewhere={
            pk: label
            for pk, label in past.elsewhere.items()
            if pk not in past.taken_off
        },
        labels=past.labels,
        synthesis=drawn.read(past, choice),
        unknown=_unknown(review, past),
    )


def _in_order(past: Rewound) -> Any:
    return lambda pair: (past.places[pair[0]], pair[0])


def _later(review: Review, at: datetime) -> Iterator[Later]:
    """Yield the events after the moment that the flow hangs on, the last one first."""
    rows = review.events.filter(at__gt=at).order_by("-at", "-pk")
    told = ("pk", "action", "subject_id", "old")
    # Of the many events of records and reports, only what is needed is read.
    many = rows.filter(action__in=BY_OLD).values_list(*told)
    for key, action, subject, old in many.iterator(chunk_size=CHUNK):
        yield Later(key, action, subject, old, None)
    few = rows.filter(action__in=BY_BOTH).values_list(*told, "new")
    for more in few.iterator(chunk_size=CHUNK):
        yield Later(*more)


def _unknown(review: Review, past: Rewound) -> tuple[str, ...]:
    """Say what cannot be told, the earliest event first."""
    if not past.lacking:
        return ()
    # One message for all of them: they may be many.
    found = review.events.filter(Among(past.lacking)).order_by("at", "pk")
    summaries = list(found.values_list("summary", flat=True)[:NAMED])
    more = len(past.lacking) - len(summaries)
    if more:
        summaries.append(f"and {more:,} more")
    return (f"The history does not keep what was before: {'; '.join(summaries)}.",)


def _until(rows: QuerySet[Any], name: str, at: datetime | None) -> QuerySet[Any]:
    return rows if at is None else rows.filter(**{f"{name}__lte": at})


def _today(review: Review, at: datetime | None) -> Rewound:
    """Read the rows of today, without what was added after the moment."""
    reports = _until(review.reports.order_by("pk"), "added_at", at)
    late = _late(review, at)
    gone, out_then = absences.since(review, at)
    left_out = late | out_then
    # These columns stand in one index, so that no abstract is read.
    columns = ("pk", "search_id", "duplicate_of_id", "removal", "verdict")
    records = review.records.order_by().values_list(*columns)
    kept: dict[int, list[Any]] = {
        row[0]: [*row[1:]]
        for row in records.iterator(chunk_size=CHUNK)
        if row[0] not in left_out
    }
    if gone - left_out:
        away = Record.stored.filter(Among(gone - left_out), review=review)
        kept |= {row[0]: [*row[1:]] for row in away.values_list(*columns)}
    elsewhere = _until(review.previous_reports.order_by("pk"), "added_at", at)
    told, waves = _beginnings(review)
    in_use = {row[SEARCH] for row in kept.values()}
    searches, places = _searches(review, at, in_use, told)
    return Rewound(
        records=kept,
        reports={
            pk: row
            for pk, *row in reports.values_list(
                "pk",
                "retrieval",
                "verdict",
                "counted_reason_id",
                "classification",
                "study_id",
            )
        },
        searches=searches,
        places=places,
        elsewhere=dict(elsewhere.values_list("pk", "study_label")),
        taken_off=set(elsewhere.exclude(removed_at=None).values_list("pk", flat=True)),
        waves=waves,
        labels=dict(review.studies.values_list("pk", "label")),
    )


def _late(review: Review, at: datetime | None) -> set[int]:
    """Return the records that were taken in after the moment."""
    if at is None:
        return set()
    imports = Import.objects.filter(search__review=review, imported_at__gt=at)
    # Without the review, so that the database goes by the import and not by it.
    imported = Record.stored.filter(source_import__in=imports.values("pk"))
    by_hand = Record.stored.filter(source_import=None, added_at__gt=at)
    found: set[int] = set()
    for rows in (imported, by_hand):
        found.update(rows.order_by().values_list("pk", flat=True))
    return found


def _searches(
    review: Review, at: datetime | None, in_use: set[int], told: set[int]
) -> tuple[dict[int, SearchRow], dict[int, int]]:
    """Return the searches that were there, and the place of each in the list."""
    searches, places = {}, {}
    rows = review.searches.values_list(*SEARCH_COLUMNS, "position", "created_at")
    for *row, position, created_at in rows:
        search = SearchRow(*row)
        # Where the history tells when it was recorded, that is undone below.
        late = at is not None and created_at > at and search.pk not in told
        if not late or search.pk in in_use:
            searches[search.pk] = search
            places[search.pk] = position
    return searches, places


def _beginnings(review: Review) -> tuple[set[int], dict[int, int]]:
    """Return the searches that the history tells of, and the numbers of all waves."""
    searches: set[int] = set()
    waves: dict[int, int] = {}
    found = review.events.filter(action__in=("search.recorded", "wave.begun"))
    for action, pk, new in found.values_list("action", "subject_id", "new"):
        if pk is None:
            continue
        if action == "search.recorded":
            searches.add(pk)
        elif new:
            waves[pk] = new["number"]
    return searches, {**waves, **dict(review.waves.values_list("pk", "number"))}


def _reports(review: Review, at: datetime | None, past: Rewound) -> dict[int, ReportAt]:
    links = Report.records.through.objects.filter(report__review=review)
    pointing: defaultdict[int, list[int]] = defaultdict(list)
    for report, record in links.values_list("report_id", "record_id").order_by("pk"):
        # A record is never taken from its report, nor given to another.
        if report in past.reports and record in past.records:
            pointing[report].append(record)
    return {
        pk: ReportAt(tuple(pointing[pk]), retrieval, verdict, reason, named, study)
        for pk, (retrieval, verdict, reason, named, study) in past.reports.items()
    }


def _reasons(
    review: Review, at: datetime | None, past: Rewound
) -> Mapping[int, ReasonRow]:
    """Return the criteria as they were worded and ordered at the moment."""
    rows = review.criteria.values_list("pk", "position", "code", "reason")
    found = {row[0]: ReasonRow(*row[1:]) for row in rows}
    if at is not None:
        versions = CriterionVersion.objects.filter(
            criterion__review=review, written_at__lte=at
        )
        worded = versions.order_by("number").values_list(
            "criterion_id", "position", "reason"
        )
        for pk, position, reason in worded:
            code = past.codes.get(pk, found[pk].code)
            found[pk] = ReasonRow(position, code, reason)
    return found
