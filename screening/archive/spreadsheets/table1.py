"""Table 1 as the archive has it: its columns, a cell a row, and a study a row.

The columns are those of the manuscript: the fields that were extracted and the facts
that are known of a study without it, the design too where Table 1 has a column for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviews import table1
from reviews.models import Table1Column
from reviews.table1 import Row, State
from screening.archive.spreadsheets.facts import Facts
from screening.archive.spreadsheets.layout import (
    Cells,
    Column,
    Spreadsheet,
    columns_of,
)


@dataclass(frozen=True)
class Shown:
    """A column of Table 1; one without a place is the design of the study."""

    heading: str
    place: int | None = None
    field: str = ""
    fact: str = ""
    sorts: bool = False

    @property
    def name(self) -> str:
        return f"fact:{self.fact}" if self.fact else f"field:{self.field}"

    def state(self, row: Row) -> State:
        if self.place is None:
            return State.SETTLED if row.design else State.OPEN
        return row.cells[self.place].state

    def text(self, row: Row) -> str:
        """Return what a study has there, empty where that is open."""
        if self.state(row) is State.OPEN:
            return ""
        return row.design if self.place is None else row.cells[self.place].text


def shown(facts: Facts) -> Sequence[Shown]:
    """Return the columns of Table 1 in their order."""
    found = [
        Shown(
            column.heading,
            place,
            "" if column.field is None else facts.fields[column.field].code,
            column.fact,
            column.sorts,
        )
        for place, column in enumerate(facts.table1.columns)
    ]
    if facts.table1.has_design:
        found.insert(0, Shown(table1.DESIGN, fact=Table1Column.Fact.DESIGN.value))
    return found


def rows(facts: Facts) -> Sequence[tuple[str, Row]]:
    """Return each study of Table 1 with the label of its group, by its key."""
    found = [(group.label, row) for group in facts.table1.groups for row in group.rows]
    return sorted(found, key=lambda pair: pair[1].study)


def table1_columns(facts: Facts) -> Spreadsheet:
    columns = shown(facts)

    def read() -> Iterator[Cells]:
        for position, column in enumerate(columns, start=1):
            yield {
                "position": position,
                "column": column.name,
                "field": column.field,
                "fact": column.fact,
                "heading": column.heading,
                "sorts": column.sorts,
            }

    return Spreadsheet(
        "table1_columns",
        "The columns of Table 1 in their order.",
        columns_of(
            """
            position | whole number | place in Table 1
            column | text | the column as table1_wide names it
            field | text | as in fields, where it is a fact that was extracted
            fact | text | citation, authors, year, design, reports or appraisal, else
            heading | text | the column's heading
            sorts | yes or no | Table 1 is sorted by it
            """
        ),
        read,
    )


def table1_long(facts: Facts) -> Spreadsheet:
    columns = shown(facts)

    def read() -> Iterator[Cells]:
        for group, row in rows(facts):
            for column in columns:
                yield {
                    "study": row.study,
                    "label": row.label,
                    "group": group,
                    "field": column.field,
                    "fact": column.fact,
                    "heading": column.heading,
                    "state": column.state(row).value,
                    "value": column.text(row),
                }

    return Spreadsheet(
        "table1_long",
        "Table 1, a cell a row: every column that the team shows of included studies.",
        columns_of(
            """
            study | whole number | as in studies
            label | text | the study's label
            group | text | the group in which it stands
            field | text | as in fields, where the column is a fact that was extracted
            fact | text | as in table1_columns, where it is none
            heading | text | the column's heading
            state | text | settled, not_reported or open
            value | text | the value; NR where not reported, empty where not settled
            """
        ),
        read,
    )


def table1_wide(facts: Facts) -> Spreadsheet:
    columns = shown(facts)

    def read() -> Iterator[Cells]:
        for group, row in rows(facts):
            yield {
                "study": row.study,
                "label": row.label,
                "group": group,
                **{column.name: column.text(row) for column in columns},
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
                """
            ),
            *(Column(each.name, "text", each.heading) for each in columns),
        ),
        read,
    )
