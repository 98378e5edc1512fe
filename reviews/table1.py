"""Table 1: the characteristics of the included studies (PRISMA 2020, item 17).

It is read off settled values alone, so anyone on the team may see it. What a study
does not report and what the team has not settled are told apart: the first is a
finding, the second is work to do.
"""

import enum
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from django.db import transaction

from reviews import access, events, studies
from reviews.models import ExtractionField, Review, Role, SettledValue, User

NOT_REPORTED = "NR"
OPEN = "–  not settled"
STUDY = "Study"
DESIGN = "Design"
DESIGN_FIELD = "design"


class UnknownField(LookupError):
    """The field is none of this review's protocol of today."""


class State(enum.Enum):
    """Where a cell stands."""

    SETTLED = "settled"
    NOT_REPORTED = "not_reported"
    OPEN = "open"


@dataclass(frozen=True)
class Column:
    """A field of the protocol that is a column."""

    field: int
    label: str
    unit: str = ""

    @property
    def heading(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Cell:
    """A settled value in words, or what stands in its place."""

    column: Column
    state: State
    text: str

    @property
    def is_open(self) -> bool:
        return self.state is State.OPEN

    @property
    def is_not_reported(self) -> bool:
        return self.state is State.NOT_REPORTED


@dataclass(frozen=True)
class Row:
    """A study."""

    study: int
    label: str
    design: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Group:
    """The studies with one value of the field that groups; all, where none does."""

    label: str
    rows: tuple[Row, ...]

    @property
    def count(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Table:
    """Table 1, ready to be drawn."""

    grouped_by: Column | None
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    # Where the protocol extracts the design as a field, that field is its one place.
    has_design: bool = True

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def width(self) -> int:
        """Return the number of columns, with the study's and its design's."""
        return len(self.columns) + 1 + self.has_design

    @property
    def has_not_reported(self) -> bool:
        return any(cell.is_not_reported for row in self.rows for cell in row.cells)

    @property
    def open_count(self) -> int:
        return sum(cell.is_open for row in self.rows for cell in row.cells)


def table(review: Review) -> Table:
    """Return Table 1 as it stands, from three queries."""
    fields = list(review.extraction_fields.in_force())
    grouping = next((field for field in fields if field.groups_table1), None)
    shown = [field for field in fields if field.in_table1 and field != grouping]
    included = list(review.studies.included().order_by("label", "pk"))
    settled = {
        (value.study_id, value.field_id): value
        for value in SettledValue.objects.filter(
            study__in=included, field__in=[*shown, *([grouping] if grouping else [])]
        )
    }
    columns = tuple(map(_column, shown))
    has_design = all(field.code != DESIGN_FIELD for field in fields)
    rows = {
        study.pk: Row(
            study=study.pk,
            label=study.label,
            design=studies.design_of(study),
            cells=tuple(
                _cell(column, settled.get((study.pk, column.field)))
                for column in columns
            ),
        )
        for study in included
    }
    if grouping is None:
        groups: tuple[Group, ...] = (Group("", tuple(rows.values())),) if rows else ()
        return Table(None, columns, groups, has_design)
    by = _column(grouping)
    keys = {study: _cell(by, settled.get((study, grouping.pk))) for study in rows}
    return Table(by, columns, _groups(rows, keys, grouping.choices), has_design)


def frame(review: Review) -> pd.DataFrame:
    """Return Table 1 as a data frame of texts, the group first where there is one.

    What is not reported is NR, what is not settled is empty.
    """
    found = table(review)
    headings = [
        *([found.grouped_by.heading] if found.grouped_by else []),
        STUDY,
        *([DESIGN] if found.has_design else []),
        *(column.heading for column in found.columns),
    ]
    lines = [
        [
            *([group.label] if found.grouped_by else []),
            row.label,
            *([row.design] if found.has_design else []),
            *("" if cell.is_open else cell.text for cell in row.cells),
        ]
        for group in found.groups
        for row in group.rows
    ]
    return pd.DataFrame(lines, columns=pd.Index(headings), dtype="str")


@transaction.atomic
def group_by(
    review: Review,
    field: ExtractionField | None,
    *,
    by: User,
    at: datetime | None = None,
) -> None:
    """Group Table 1 by a field of the protocol, or by none.

    It changes how the table is laid out and nothing that was settled, so it is no
    amendment. Raises WrongRole or UnknownField.
    """
    access.require(review, by, Role.OWNER)
    fields = review.extraction_fields.select_for_update()
    chosen = fields.in_force().filter(pk=field.pk).first() if field else None
    if field is not None and chosen is None:
        raise UnknownField("This field is none of today's protocol.")
    old = fields.filter(groups_table1=True).first()
    if old == chosen:
        return
    fields.filter(groups_table1=True).update(groups_table1=False)
    if chosen is not None:
        fields.filter(pk=chosen.pk).update(groups_table1=True)
    events.record(
        review,
        "table1.grouped",
        f"Table 1 grouped by {chosen}" if chosen else "Table 1 not grouped any more",
        by=by,
        old={"field": old.pk if old else None},
        new={"field": chosen.pk if chosen else None},
        at=at,
    )


def _column(field: ExtractionField) -> Column:
    return Column(field.pk, field.label, field.unit)


def _cell(column: Column, settled: SettledValue | None) -> Cell:
    if settled is None:
        return Cell(column, State.OPEN, OPEN)
    if settled.not_reported:
        return Cell(column, State.NOT_REPORTED, NOT_REPORTED)
    return Cell(column, State.SETTLED, words(settled.value))


def words(value: str | list[str] | None) -> str:
    """Return a settled value in words."""
    if value is None:
        return NOT_REPORTED
    return "; ".join(value) if isinstance(value, list) else str(value)


def _groups(
    rows: dict[int, Row], keys: dict[int, Cell], choices: Sequence[str]
) -> tuple[Group, ...]:
    """Return the groups in the order of the choices, else of first appearance.

    Studies that do not report the field come next, those not settled last.
    """
    found: dict[tuple[State, str], list[Row]] = defaultdict(list)
    for study, row in rows.items():
        found[keys[study].state, keys[study].text].append(row)
    ranks = {choice: rank for rank, choice in enumerate(choices)}
    states = list(State)
    order = sorted(
        found,
        key=lambda key: (states.index(key[0]), ranks.get(key[1], len(ranks))),
    )
    names = {State.NOT_REPORTED: "Not reported", State.OPEN: "Not settled yet"}
    return tuple(Group(names.get(key[0], key[1]), tuple(found[key])) for key in order)
