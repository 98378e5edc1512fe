"""Objects for tests, each made in one line and typed."""

from itertools import count
from typing import Any

from django.utils import timezone

from reviews.instruments import loading
from reviews.models import (
    Criterion,
    CriterionVersion,
    DuplicateSet,
    ExtractionField,
    ExtractionFieldVersion,
    Instrument,
    Protocol,
    Record,
    Report,
    Review,
    ScreeningPlan,
    Search,
    Settlement,
    Study,
    User,
    Verdict,
)
from tests.cast import Cast, create_cast, staff

_number = count(1)


def create_review(*, owner: User, slug: str = "", **fields: Any) -> Review:
    slug = slug or f"review-{next(_number)}"
    fields.setdefault("title", f"Review {slug}")
    review = Review.objects.create(slug=slug, created_by=owner, **fields)
    Protocol.objects.create(review=review)
    ScreeningPlan.objects.create(review=review, seed=1)
    return review


def create_staffed_review(**fields: Any) -> tuple[Review, Cast]:
    """Create a review with the whole cast in its parts."""
    cast = create_cast()
    review = create_review(owner=cast.alice, **fields)
    staff(review, cast)
    return review, cast


def create_criterion(
    *,
    review: Review,
    code: str = "",
    kind: str = Criterion.Kind.EXCLUSION,
    position: int | None = None,
    reason: str = "Wrong population",
    text: str = "",
) -> Criterion:
    number = next(_number)
    criterion = Criterion.objects.create(
        review=review,
        code=code or f"E{number}",
        kind=kind,
        position=position if position is not None else number,
        reason=reason,
        text=text or reason,
    )
    CriterionVersion.objects.create(
        criterion=criterion,
        number=1,
        position=criterion.position,
        text=criterion.text,
        reason=criterion.reason,
    )
    return criterion


def create_extraction_field(
    *,
    review: Review,
    code: str = "",
    label: str = "Country",
    kind: str = ExtractionField.Kind.TEXT,
    **fields: Any,
) -> ExtractionField:
    number = next(_number)
    fields.setdefault("position", number)
    field = ExtractionField.objects.create(
        review=review, code=code or f"field-{number}", label=label, kind=kind, **fields
    )
    ExtractionFieldVersion.objects.create(
        field=field,
        number=1,
        label=field.label,
        kind=field.kind,
        unit=field.unit,
        choices=field.choices,
        instructions=field.instructions,
    )
    return field


def create_search(
    *, review: Review, name: str = "", kind: str = Search.Kind.DATABASE, **fields: Any
) -> Search:
    return Search.objects.create(
        review=review, name=name or f"Database {next(_number)}", kind=kind, **fields
    )


def create_record(
    *, review: Review, search: Search | None = None, title: str = "", **fields: Any
) -> Record:
    number = next(_number)
    search = search or review.searches.first() or create_search(review=review)
    fields.setdefault("authors", [f"Author{number}, A"])
    fields.setdefault("year", 2020)
    fields.setdefault("source_id", f"SRC-{number}")
    return Record.objects.create(
        review=review,
        search=search,
        title=title or f"A trial, number {number}",
        **fields,
    )


def create_duplicate_set(
    *records: Record, basis: str = "Same title", number: int | None = None
) -> DuplicateSet:
    """Create a set that was found, of which nothing is merged."""
    review = records[0].review
    found = DuplicateSet.objects.create(
        review=review,
        number=number or review.duplicate_sets.count() + 1,
        basis=basis,
    )
    for record in records:
        record.duplicate_set = found
        record.save(update_fields=["duplicate_set"])
    return found


def create_report(
    *,
    review: Review,
    record: Record | None = None,
    retrieval: str = Report.Retrieval.RETRIEVED,
    **fields: Any,
) -> Report:
    """Create a report that is sought: its record is settled as included."""
    record = record or create_record(review=review)
    if record.verdict != Verdict.INCLUDE:
        record.verdict = Verdict.INCLUDE
        record.settlement = Settlement.AGREEMENT
        record.settled_at = timezone.now()
        record.save()
    report = Report.objects.create(
        review=review,
        title=fields.pop("title", record.title),
        authors=record.authors,
        year=record.year,
        retrieval=retrieval,
        **fields,
    )
    report.records.add(record)
    return report


def create_included_report(*, review: Review, **fields: Any) -> Report:
    """Create a report that is settled as included."""
    return create_report(
        review=review,
        verdict=Verdict.INCLUDE,
        settlement=Settlement.AGREEMENT,
        settled_at=timezone.now(),
        **fields,
    )


def create_study(*, review: Review, label: str = "", **fields: Any) -> Study:
    """Create a study with one included report."""
    study = Study.objects.create(
        review=review, label=label or f"Brody {next(_number)}", **fields
    )
    create_included_report(review=review, study=study)
    return study


def create_instrument(
    *, review: Review, key: str = "rob2", **fields: Any
) -> Instrument:
    """Adopt an instrument that comes with the product."""
    definition = loading.definition(key)
    form = loading.load(key)
    fields.setdefault("name", form.short_name)
    fields.setdefault("unit", form.unit)
    fields.setdefault("designs", list(form.designs))
    return Instrument.objects.create(
        review=review, key=key, definition=definition, **fields
    )
