"""The tables of studies, of the protocol, and of what was extracted."""

from collections.abc import Iterator

from reviews import table1
from reviews.models import SettledValue
from reviews.studies import design_of
from screening.archive import rows
from screening.archive.spreadsheets.facts import Facts
from screening.archive.spreadsheets.layout import Cells, Spreadsheet, columns_of


def studies(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        included = set(facts.review.studies.included().values_list("pk", flat=True))
        for study in facts.review.studies.order_by("pk"):
            yield {
                "study": study.pk,
                "label": study.label,
                "design": study.design,
                "design_in_words": design_of(study),
                "included": study.pk in included,
                "notes": study.notes,
            }

    return Spreadsheet(
        "studies",
        "Every study into which reports were grouped.",
        columns_of(
            """
            study | whole number | the study's key
            label | text | as it is cited
            design | text | code of its design
            design_in_words | text | its design, as Table 1 has it
            included | yes or no | whether an included report stands in it
            notes* | text | the team's notes
            """
        ),
        read,
    )


def criteria(facts: Facts) -> Spreadsheet:
    names = "code kind position version text reason topic".split()

    def read() -> Iterator[Cells]:
        for criterion in facts.review.criteria.order_by("position", "pk"):
            yield {
                **{name: getattr(criterion, name) for name in names},
                "retired": criterion.retired_at is not None,
            }

    return Spreadsheet(
        "criteria",
        "The criteria of the protocol, in the order that decides the reason counted.",
        columns_of(
            """
            code | text | code
            kind | text | inclusion (must hold) or exclusion (must not hold)
            position | whole number | place in the protocol's order
            version | whole number | version of the wording
            text | text | the criterion
            reason | text | the reason for exclusion where it fails
            topic | text | what it speaks of
            retired | yes or no | no longer in force
            """
        ),
        read,
    )


def fields(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        shown = {column.field for column in facts.table1.columns}
        grouping = facts.table1.grouped_by
        for pk, field in facts.fields.items():
            yield {
                **{name: getattr(field, name) for name in names},
                "field": field.code,
                "in_table1": pk in shown,
                "groups_table1": grouping is not None and grouping.field == pk,
                "retired": field.retired_at is not None,
            }

    names = "label kind unit choices position version".split()
    return Spreadsheet(
        "fields",
        "The facts that are extracted.",
        columns_of(
            """
            field | text | code
            label | text | label
            kind | text | text, number, choice, multiple or date
            unit | text | unit of a number
            choices | list | what may be chosen, with "; " between
            position | whole number | place in the protocol's order
            version | whole number | version of the wording
            in_table1 | yes or no | a column of Table 1
            groups_table1 | yes or no | groups Table 1
            retired | yes or no | no longer in force
            """
        ),
        read,
    )


def values(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        found = SettledValue.objects.filter(study__review=facts.review)
        for value in found.order_by("study", "field").iterator(rows.CHUNK):
            yield {
                "study": value.study_id,
                "field": facts.fields[value.field_id].code,
                "value": "" if value.not_reported else table1.words(value.value),
                "not_reported": value.not_reported,
                "settlement": value.settlement,
                "settled_at": value.settled_at,
            }

    return Spreadsheet(
        "values",
        "Each value on which the team settled; what is not settled has no row.",
        columns_of(
            """
            study | whole number | as in studies
            field | text | as in fields
            value | text | the value; several have "; " between
            not_reported | yes or no | the study does not report it
            settlement | text | how the value came about
            settled_at | moment | when it was settled
            """
        ),
        read,
    )
