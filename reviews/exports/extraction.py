"""Settled extraction as tidy data: long, wide, and the dictionary of its fields.

A value that the reports do not give is told apart from one that the team has not
settled. A study is known by its number, which no change of its name alters.
"""

from collections.abc import Iterator, Mapping, Sequence

from reviews import studies, study_facts, table1
from reviews.documents.table import Column, Row, Table, plain
from reviews.exports import citing, formats, table
from reviews.exports.options import Options, Writers
from reviews.models import ExtractionField, Review, SettledValue, Study
from reviews.study_facts import Fact

SETTLED, NOT_REPORTED, OPEN = "settled", "not_reported", "open"
# The columns beside the fields of the protocol, with what they mean.
STUDY: Mapping[str, str] = {
    "study_id": "The number of the study in Twofold; it never changes.",
    "study": "The name of the study, such as Brody 2024.",
    "design": "The design of the study, as the team stated it.",
    "citation": "The references of its reports, numbered as in the reference list.",
}
LONG: Mapping[str, str] = {
    **STUDY,
    "field": "The code of the extraction field.",
    "label": "The field as the protocol names it.",
    "unit": "The unit of the value.",
    "value": "What was settled; several choices are separated by semicolons.",
    "status": "settled, not_reported (the reports do not say) or open (not settled).",
}
DICTIONARY = (
    "name",
    "label",
    "kind",
    "unit",
    "choices",
    "meaning",
    "instructions",
    "version",
    "stands_in",
)


def long(review: Review, options: Options) -> Sequence[Table]:
    """Return a row for each study and field."""
    columns = [Column(name) for name in LONG]
    rows = _long(review, citing.style(review, options))
    return [plain("Extraction, long", columns, rows)]


def wide(review: Review, options: Options) -> Sequence[Table]:
    """Return a row for each study and a column for each field, by its code.

    What is not reported is NR, what is not settled is empty.
    """
    fields = _fields(review)
    columns = [Column(name) for name in (*STUDY, *(field.code for field in fields))]
    rows = _wide(review, fields, citing.style(review, options))
    return [plain("Extraction, wide", columns, rows)]


def dictionary(review: Review, options: Options) -> Sequence[Table]:
    """Return what each column of the long and of the wide file means."""
    columns = [Column(name) for name in DICTIONARY]
    rows = _dictionary(_fields(review))
    return [plain("Data dictionary", columns, rows, landscape=True)]


def _fields(review: Review) -> list[ExtractionField]:
    return list(review.extraction_fields.in_force())


def _read(
    review: Review, style: str
) -> Iterator[tuple[Study, list[object], dict[int, SettledValue]]]:
    """Yield the included studies with what stands in front, and their values."""
    facts = study_facts.read(review, {Fact.CITATION}, style=style)
    found = review.studies.included().prefetch_related("values").by_label()
    for study in found.iterator(chunk_size=table.CHUNK):
        citation = facts.tell(Fact.CITATION, study).replace("\n", " ")
        front = [study.pk, study.label, studies.design_of(study), citation]
        yield study, front, {value.field_id: value for value in study.values.all()}


def _long(review: Review, style: str) -> Iterator[Row]:
    fields = _fields(review)
    for _, front, values in _read(review, style):
        for field in fields:
            status, text = _told(values.get(field.pk))
            yield Row.of(*front, field.code, field.label, field.unit, text, status)


def _wide(
    review: Review, fields: Sequence[ExtractionField], style: str
) -> Iterator[Row]:
    for _, front, values in _read(review, style):
        told = [_told(values.get(field.pk)) for field in fields]
        texts = [
            table1.NOT_REPORTED if status == NOT_REPORTED else text
            for status, text in told
        ]
        yield Row.of(*front, *texts)


def _told(value: SettledValue | None) -> tuple[str, str]:
    if value is None:
        return OPEN, ""
    if value.not_reported:
        return NOT_REPORTED, ""
    return SETTLED, table1.words(value.value)


def _dictionary(fields: Sequence[ExtractionField]) -> Iterator[Row]:
    for name, meaning in LONG.items():
        files = "long and wide" if name in STUDY else "long"
        kind = "number" if name == "study_id" else "text"
        yield Row.of(name, name, kind, "", "", meaning, "", "", files)
    for field in fields:
        yield Row.of(
            field.code,
            field.label,
            field.kind,
            field.unit,
            "; ".join(map(str, field.choices)),
            field.get_meaning_display() if field.meaning else "",
            field.instructions,
            field.version,
            "wide, and the values of field in long",
        )


WRITERS: Writers = {
    "extraction-long": formats.in_spreadsheets(long),
    "extraction-wide": formats.in_spreadsheets(wide),
    "dictionary": formats.in_every_format(dictionary),
}
