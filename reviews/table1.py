"""Table 1: the characteristics of the included studies (PRISMA 2020, item 17).

It is read off settled values alone, so anyone on the team may see it. What a study
does not report and what the team has not settled are told apart: the first is a
finding, the second is work to do.
"""

import enum
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reviews import manuscripts, studies, study_facts, table1_columns
from reviews.models import ExtractionField, Review, SettledValue, Study
from reviews.study_facts import Fact
from reviews.table1_columns import Column

NOT_REPORTED = "NR"
OPEN = "–  not settled"
STUDY = "Study"
DESIGN = "Design"
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class State(enum.Enum):
    """Where a cell stands."""

    SETTLED = "settled"
    NOT_REPORTED = "not_reported"
    OPEN = "open"


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
    """A study, with the numbers of its reports in the reference list."""

    study: int
    label: str
    design: str
    cells: tuple[Cell, ...]
    numbers: tuple[int, ...] = ()

    @property
    def citation(self) -> str:
        """The numbers as they are cited: [3, 4]."""
        return f"[{', '.join(map(str, self.numbers))}]" if self.numbers else ""


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
    # Where the protocol extracts the design as a field, or the team chose the columns,
    # the design has no column of its own.
    has_design: bool = True
    # The abbreviations that stand in the table, with their meanings.
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    # Each report's reference by its key, where a column has them.
    citations: Mapping[int, str] = field(default_factory=dict)

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def width(self) -> int:
        """Return the number of columns, with the study's and its design's."""
        return len(self.columns) + 1 + self.has_design

    @property
    def has_citations(self) -> bool:
        return any(column.fact == Fact.CITATION for column in self.columns)

    @property
    def has_not_reported(self) -> bool:
        return any(cell.is_not_reported for row in self.rows for cell in row.cells)

    @property
    def open_count(self) -> int:
        return sum(cell.is_open for row in self.rows for cell in row.cells)


def table(review: Review, *, style: str = "") -> Table:
    """Return Table 1 as it stands, from a constant number of queries.

    Citations are in the style that is named, else in that of the review. Raises
    reviews.references.styles.UnknownStyle.
    """
    fields = {each.pk: each for each in review.extraction_fields.in_force()}
    grouping = next((each for each in fields.values() if each.groups_table1), None)
    columns, has_design = table1_columns.shown(review, fields, grouping)
    included = list(review.studies.included().by_label())
    settled = {
        (value.study_id, value.field_id): value
        for value in SettledValue.objects.filter(
            study__in=review.studies.included(),
            field__in=[*(c.field for c in columns if c.field), *_keys(grouping)],
        )
    }
    wanted = {column.fact for column in columns if column.fact}
    facts = study_facts.read(review, wanted, style=style)

    def cell(column: Column, study: Study) -> Cell:
        if column.field is None:
            text = facts.tell(column.fact, study)
            return Cell(column, State.SETTLED if text else State.OPEN, text or OPEN)
        return _cell(column, settled.get((study.pk, column.field)))

    rows = {
        study.pk: Row(
            study=study.pk,
            label=study.label,
            design=studies.design_of(study),
            cells=tuple(cell(column, study) for column in columns),
            numbers=facts.numbers(study),
        )
        for study in _sorted(included, columns, cell)
    }
    groups: tuple[Group, ...] = (Group("", tuple(rows.values())),) if rows else ()
    by = table1_columns.of_field(grouping) if grouping else None
    if by is not None and grouping is not None:
        keys = {pk: _cell(by, settled.get((pk, grouping.pk))) for pk in rows}
        groups = _groups(rows, keys, grouping.choices)
    made = Table(by, columns, groups, has_design, citations=facts.citations)
    known = manuscripts.abbreviations(review)
    return replace(made, abbreviations=manuscripts.used(known, _texts(made)))


def _sorted(
    included: Sequence[Study],
    columns: Sequence[Column],
    cell: Callable[[Column, Study], Cell],
) -> list[Study]:
    """Return the studies by the column that sorts; numbers by their size.

    What is not reported comes last, and what is not settled after it.
    """
    column = next((each for each in columns if each.sorts), None)
    if column is None:
        return list(included)
    states = list(State)

    def key(study: Study) -> tuple[int, float, str]:
        found = cell(column, study)
        number = _NUMBER.match(found.text)
        size = float(number[0]) if number else float("inf")
        return states.index(found.state), size, found.text.casefold()

    return sorted(included, key=key)


def _texts(table: Table) -> Iterator[str]:
    """Yield every text of the table, so that its abbreviations are found."""
    yield from (column.heading for column in table.columns)
    for group in table.groups:
        yield group.label
        for row in group.rows:
            yield from (row.label, *(cell.text for cell in row.cells))


def _keys(field: ExtractionField | None) -> list[int]:
    return [field.pk] if field else []


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
