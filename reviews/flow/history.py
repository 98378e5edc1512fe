"""What a review was at a moment, replayed from its history.

Today's rows are taken, less those that were added later, and every later event is
undone, the last one first. The number of queries is the same whatever the size of the
review. What was settled, removed, merged, retrieved, grouped and searched is replayed,
and the wording and order of the criteria; which box of synthesis the team wants is as
it is today.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from reviews.flow import synthesis
from reviews.flow.rows import ReasonRow, SearchRow, place_of_record
from reviews.flow.state import RecordAt, ReportAt, State
from reviews.flow.synthesis import Synthesis
from reviews.flow.undoing import BY_BOTH, BY_OLD, Later, Rewound
from reviews.instruments.definition import OVERALL
from reviews.models import (
    AppraisalTarget,
    CriterionVersion,
    ExtractionField,
    Instrument,
    Report,
    Review,
    SettledJudgment,
)

CHUNK = 5000


def state(review: Review, at: datetime | None = None) -> State:
    """Return what everything was at a moment; without one, what it is today."""
    field, instrument = _chosen(review)
    past = _today(review, at, field, instrument)
    if at is not None:
        for later in _later(review, at):
            past.undo(later)
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
        synthesis=_synthesis(past, field, instrument),
        unknown=tuple(past.unknown),
    )


def _in_order(past: Rewound) -> Any:
    return lambda pair: (past.places[pair[0]], pair[0])


def _later(review: Review, at: datetime) -> Iterator[Later]:
    """Yield the events after the moment that the flow hangs on, the last one first."""
    rows = review.events.filter(at__gt=at).order_by("-at", "-pk")
    told = ("action", "subject_id", "summary", "old")
    # Of the many events of records and reports, only what is needed is read.
    many = rows.filter(action__in=BY_OLD).values_list(*told)
    for action, subject, summary, old in many.iterator(chunk_size=CHUNK):
        yield Later(action, subject, summary, old, None)
    few = rows.filter(action__in=BY_BOTH).values_list(*told, "new")
    for row in few.iterator(chunk_size=CHUNK):
        yield Later(*row)


def _until(rows: QuerySet[Any], name: str, at: datetime | None) -> QuerySet[Any]:
    return rows if at is None else rows.filter(**{f"{name}__lte": at})


def _today(
    review: Review,
    at: datetime | None,
    field: ExtractionField | None,
    instrument: Instrument | None,
) -> Rewound:
    """Read the rows of today, without what was added after the moment."""
    records = _until(review.records.order_by(), "added_at", at)
    reports = _until(review.reports.order_by("pk"), "added_at", at)
    kept = {
        pk: row
        for pk, *row in records.values_list(
            "pk", "search_id", "duplicate_of_id", "removal", "verdict"
        ).iterator(chunk_size=CHUNK)
    }
    elsewhere = _until(review.previous_reports.order_by("pk"), "added_at", at)
    searches, places = _searches(review, at, {row[0] for row in kept.values()})
    past = Rewound(
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
        waves=_wave_numbers(review),
    )
    if field is not None:
        past.field_key = field.pk
        past.values = synthesis.settled_values(field)
    if instrument is not None:
        past.targets, past.judgments = _judgments(review, at, instrument)
    return past


def _searches(
    review: Review, at: datetime | None, in_use: set[int]
) -> tuple[dict[int, SearchRow], dict[int, int]]:
    """Return the searches that were there, and the place of each in the list."""
    told = set(
        review.events.filter(action="search.recorded").values_list(
            "subject_id", flat=True
        )
    )
    searches, places = {}, {}
    rows = review.searches.values_list(
        "pk",
        "name",
        "kind",
        "source",
        "is_combined",
        "reported_count",
        "wave__number",
        "position",
        "created_at",
    )
    for row in rows:
        search, (position, created_at) = SearchRow(*row[:7]), row[7:]
        # Where the history tells when it was recorded, that is undone below.
        late = at is not None and created_at > at and search.pk not in told
        if not late or search.pk in in_use:
            searches[search.pk] = search
            places[search.pk] = position
    return searches, places


def _wave_numbers(review: Review) -> Mapping[int, int]:
    """Return the number of every wave by its key, those that were undone among them."""
    begun = review.events.filter(action="wave.begun").values_list("subject_id", "new")
    return {
        **{pk: new["number"] for pk, new in begun if pk is not None and new},
        **dict(review.waves.values_list("pk", "number")),
    }


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
    for row in past.reports.values():
        if row[2] is not None and row[2] not in found:
            found[row[2]] = ReasonRow(0, "?", "A reason that was taken out since")
            past.unknown["A criterion that reports were excluded by was deleted."] = (
                None
            )
    return found


def _chosen(review: Review) -> tuple[ExtractionField | None, Instrument | None]:
    """Return what the box of synthesis is drawn from, if there is one."""
    field = ExtractionField.objects.filter(
        pk__in=Review.objects.filter(pk=review.pk).values("diagram__synthesis_field")
    )
    instrument = Instrument.objects.filter(
        pk__in=Review.objects.filter(pk=review.pk).values(
            "diagram__synthesis_instrument"
        )
    )
    return field.first(), instrument.first()


def _judgments(
    review: Review, at: datetime | None, instrument: Instrument
) -> tuple[dict[int, int], dict[int, str]]:
    """Return the targets of that moment with their studies, and today's judgments."""
    targets = _until(
        AppraisalTarget.objects.filter(
            study__review=review, instrument__key=instrument.key
        ),
        "created_at",
        at,
    )
    found = {
        pk: study
        for pk, study, removed_at in targets.order_by("pk").values_list(
            "pk", "study_id", "removed_at"
        )
        if removed_at is None or (at is not None and removed_at > at)
    }
    judged = SettledJudgment.objects.filter(
        target__study__review=review,
        target__instrument__key=instrument.key,
        domain=OVERALL,
    )
    return found, dict(judged.values_list("target_id", "judgment"))


def _synthesis(
    past: Rewound, field: ExtractionField | None, instrument: Instrument | None
) -> Synthesis | None:
    if field is not None:
        values = past.values.items()
        return synthesis.of_field(field, ((study, *each) for study, each in values))
    if instrument is not None:
        judged = (
            (study, past.judgments[target])
            for target, study in past.targets.items()
            if target in past.judgments
        )
        return synthesis.of_instrument(instrument, judged)
    return None
