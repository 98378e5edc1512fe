"""The tables of studies: what was extracted and appraised, and Table 1."""

from collections.abc import Iterator

from reviews import table1
from reviews.models import SettledJudgment, SettledValue
from screening.archive import rows
from screening.archive.spreadsheets.facts import Facts
from screening.archive.spreadsheets.layout import (
    Cells,
    Column,
    Spreadsheet,
    columns_of,
)


def studies(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        included = set(facts.review.studies.included().values_list("pk", flat=True))
        for study in facts.review.studies.order_by("pk"):
            yield {
                "study": study.pk,
                "label": study.label,
                "design": study.design,
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


def table1_long(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        cells = [
            (row.study, place, group, row, cell)
            for group in facts.table1.groups
            for row in group.rows
            for place, cell in enumerate(row.cells)
            if cell.column.field is not None
        ]
        for study, _, group, row, cell in sorted(cells, key=lambda each: each[:2]):
            yield {
                "study": study,
                "label": row.label,
                "group": group.label,
                "field": facts.fields[cell.column.field or 0].code,
                "heading": cell.column.heading,
                "state": cell.state.value,
                "value": "" if cell.is_open else cell.text,
            }

    return Spreadsheet(
        "table1_long",
        "Table 1, a cell a row: the fields that the team shows of included studies.",
        columns_of(
            """
            study | whole number | as in studies
            label | text | the study's label
            group | text | the group in which it stands
            field | text | as in fields
            heading | text | the column's heading
            state | text | settled, not_reported or open
            value | text | the value; NR where not reported, empty where not settled
            """
        ),
        read,
    )


def table1_wide(facts: Facts) -> Spreadsheet:
    shown = [
        (place, column)
        for place, column in enumerate(facts.table1.columns)
        if column.field is not None or column.fact
    ]
    names = {
        place: f"fact:{column.fact}"
        if column.field is None
        else f"field:{facts.fields[column.field].code}"
        for place, column in shown
    }

    def read() -> Iterator[Cells]:
        listed = [(group, row) for group in facts.table1.groups for row in group.rows]
        for group, row in sorted(listed, key=lambda each: each[1].study):
            told = {
                name: "" if row.cells[place].is_open else row.cells[place].text
                for place, name in names.items()
            }
            yield {
                "study": row.study,
                "label": row.label,
                "group": group.label,
                "design": row.design,
                **told,
            }

    return Spreadsheet(
        "table1_wide",
        "Table 1, a study a row: NR where not reported, empty where not settled.",
        (
            *columns_of(
                """
                study | whole number | as in studies
                label | text | the study's label
                group | text | the group in which it stands
                design | text | the study's design
                """
            ),
            *(Column(names[place], "text", column.heading) for place, column in shown),
        ),
        read,
    )


def appraisal(facts: Facts) -> Spreadsheet:
    def read() -> Iterator[Cells]:
        found = SettledJudgment.objects.filter(target__study__review=facts.review)
        found = found.select_related("target__instrument").order_by("target", "pk")
        for judgment in found.iterator(chunk_size=rows.CHUNK):
            target = judgment.target
            yield {
                "target": target.pk,
                "study": target.study_id,
                "report": target.report_id,
                "instrument": target.instrument.key,
                "instrument_version": target.instrument.version,
                "outcome": target.outcome,
                "time_point": target.time_point,
                "comparison": target.comparison,
                "removed": target.removed_at is not None,
                "domain": judgment.domain,
                "judgment": judgment.judgment,
                "support": judgment.support,
                "settlement": judgment.settlement,
                "settled_at": judgment.settled_at,
            }

    return Spreadsheet(
        "appraisal",
        "Each judgment of quality on which the team settled.",
        columns_of(
            """
            target | whole number | what is appraised
            study | whole number | as in studies
            report | whole number | as in reports, where one report is appraised
            instrument | text | the instrument's key
            instrument_version | whole number | version of the form
            outcome | text | outcome, where a result is appraised
            time_point | text | time point, where a result is appraised
            comparison | text | comparison, where a result is appraised
            removed | yes or no | taken out of the appraisal since
            domain | text | the domain, or overall
            judgment | text | the judgment
            support | text | the words behind the judgment
            settlement | text | how the judgment came about
            settled_at | moment | when it was settled
            """
        ),
        read,
    )
