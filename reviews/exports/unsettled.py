"""What the team has not settled yet: the work that is left, item by item.

It is read off settled facts alone. Who has judged, and whether anybody has, is not in
it, so everybody on the team may see it at any time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Prefetch

from reviews import targets
from reviews.documents.table import Cell, Column, Group, Row, Table
from reviews.exports import formats, table
from reviews.exports.options import Options, Writers
from reviews.instruments import definition, sheets
from reviews.models import (
    AppraisalTarget,
    Record,
    Report,
    Review,
    SettledValue,
    Study,
)
from reviews.models.report import ReportQuerySet

TITLE = "What is not settled yet"
COLUMNS = (Column("Item", 6), Column("What is open", 4))
NOT_SET_UP = "Appraisal: nothing is set up"


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return every item that waits for a verdict, a value or a judgment."""
    return [Table(TITLE, COLUMNS, _groups(review), grouped_by="Kind")]


def _groups(review: Review) -> Iterator[Group]:
    reports = review.reports
    for label, rows in (
        ("Records awaiting screening", _records(review)),
        (
            "Reports awaiting retrieval",
            _reports(review, reports.awaiting_retrieval(), "Retrieval"),
        ),
        (
            "Reports awaiting a decision",
            _reports(review, reports.awaiting_decision(), "Verdict on the full text"),
        ),
        (
            "Included reports without a study",
            _reports(review, reports.without_study(), "The study that it reports"),
        ),
        ("Values not settled", _values(review)),
        ("Appraisals not settled", _domains(review)),
    ):
        first = next(rows, None)
        if first is not None:
            yield Group(label, _again(first, rows))


def _again(first: Row, others: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from others


def _records(review: Review) -> Iterator[Row]:
    found = (
        review.records.awaiting_screening()
        .only("pk", "review_id", "title", "authors", "year")
        .order_by("pk")
    )
    for record in found.iterator(chunk_size=table.CHUNK):
        record.review = review
        text = _named(record)
        yield _row(text, "Verdict on title and abstract", record.get_absolute_url())


def _reports(review: Review, reports: ReportQuerySet, what: str) -> Iterator[Row]:
    found = reports.order_by("pk").iterator(chunk_size=table.CHUNK)
    for report in found:
        report.review = review
        yield _row(_named(report), what, report.get_absolute_url())


def _values(review: Review) -> Iterator[Row]:
    fields = list(review.extraction_fields.in_force())
    values = SettledValue.objects.only("study_id", "field_id")
    studies = (
        review.studies.included()
        .prefetch_related(Prefetch("values", queryset=values))
        .by_label()
    )
    for study in studies.iterator(chunk_size=table.CHUNK):
        study.review = review
        settled = {value.field_id for value in study.values.all()}
        for field in fields:
            if field.pk not in settled:
                path = f"{study.get_absolute_url()}#value-{field.pk}"
                yield _row(study.label, field.label, path)


def _domains(review: Review) -> Iterator[Row]:
    """Yield the domains without a judgment, and the studies nobody set up."""
    if not review.instruments.in_force().exists():
        return
    forms: dict[int, definition.Instrument] = {}
    found = targets.standing(review).prefetch_related("judgments")
    for target in found.iterator(chunk_size=table.CHUNK):
        if target.instrument_id not in forms:
            forms[target.instrument_id] = targets.form_of(target.instrument)
        yield from _open_domains(review, target, forms)
    for study in _without_targets(review):
        study.review = review
        yield _row(study.label, NOT_SET_UP, study.get_absolute_url())


def _open_domains(
    review: Review,
    target: AppraisalTarget,
    forms: Mapping[int, definition.Instrument],
) -> Iterator[Row]:
    settled = {judgment.domain for judgment in target.judgments.all()}
    for domain in sheets.domains(forms[target.instrument_id], target.options):
        if domain.id not in settled:
            target.study.review = review
            what = f"{target.instrument.name}: {domain.name}"
            yield _row(str(target), what, target.study.get_absolute_url())


def _without_targets(review: Review) -> Iterable[Study]:
    standing = AppraisalTarget.objects.filter(removed_at=None)
    return (
        review.studies.included()
        .exclude(pk__in=standing.values("study"))
        .by_label()
        .iterator(chunk_size=table.CHUNK)
    )


def _named(item: Record | Report) -> str:
    year = f" ({item.year})" if item.year else ""
    return f"{item.first_author}{year}: {item}" if item.first_author else str(item)


def _row(item: str, what: str, path: str) -> Row:
    return Row((Cell(item, path=path), Cell(what)))


WRITERS: Writers = {"unsettled": formats.in_every_format(tables)}
