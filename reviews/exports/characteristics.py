"""Table 1 in every format, and the long table of the same: a block for each study.

The long one has every extraction field, with the support of each judgment, as the
Cochrane Handbook asks of "characteristics of included studies" (PRISMA 2020, items 17
and 18).
"""

from collections.abc import Iterator, Sequence
from math import sqrt

from reviews import judgments, manuscripts, studies, study_facts, table1
from reviews.documents.table import Cell, Column, Group, Row, Table
from reviews.exports import citing, formats, table
from reviews.exports.options import Options, Writers
from reviews.models import ExtractionField, Review, SettledValue, Study
from reviews.study_facts import Fact, Facts
from reviews.table1 import Table as Table1

TITLE = "Characteristics of included studies"
LONG_TITLE = "Characteristics of included studies, in full"
NOT_REPORTED = "Not reported"
OPEN = "Not settled yet"
# In a document, where a cell of Table 1 is not settled.
DASH = "–"
# Beyond so many characters a column of longer texts is no wider.
LONGEST_WORD, LONG = 20, 240
REFERENCES = "Reference numbers"


def table1_tables(review: Review, options: Options) -> Sequence[Table]:
    """Return Table 1 for a document, each study cited by number. CannotExport."""
    found = table1.table(review, style=citing.style(review, options))
    columns = [Column(heading) for heading in _headings(found)]
    groups = [
        (group.label, [_cells(found, row) for row in group.rows])
        for group in found.groups
    ]
    rows = [row for _, part in groups for row in part]
    columns = [
        Column(column.heading, _width(column.heading, [row[place] for row in rows]))
        for place, column in enumerate(columns)
    ]
    return [
        Table(
            TITLE,
            tuple(columns),
            [Group(label, [Row(row) for row in part]) for label, part in groups],
            tuple(notes(found)),
            landscape=True,
            grouped_by=found.grouped_by.heading if found.grouped_by else "",
        )
    ]


def table1_csv(review: Review, options: Options) -> Sequence[Table]:
    """Return Table 1 as data: a study's reference numbers have their own column."""
    found = table1.table(review, style=citing.style(review, options))
    study, *others = _headings(found)
    columns = tuple(Column(name) for name in (study, REFERENCES, *others))
    groups = [
        Group(group.label, [Row(tuple(_flat(found, row))) for row in group.rows])
        for group in found.groups
    ]
    grouped_by = found.grouped_by.heading if found.grouped_by else ""
    return [Table(TITLE, columns, groups, grouped_by=grouped_by)]


def notes(found: Table1) -> Iterator[str]:
    """Yield the notes under Table 1: its abbreviations, and what is open."""
    explained = dict(found.abbreviations)
    if found.has_not_reported:
        explained.setdefault(table1.NOT_REPORTED, "not reported")
    if explained:
        ordered = sorted(explained.items(), key=lambda pair: pair[0].casefold())
        yield f"{manuscripts.note(dict(ordered))}."
    if found.open_count:
        yield f"{DASH}, not settled yet."


def tables(review: Review, options: Options) -> Sequence[Table]:
    """Return a block for each study with all that was settled of it. CannotExport."""
    columns = (Column("Characteristic", 2), Column("What was settled", 7))
    blocks = _blocks(review, citing.style(review, options))
    return [Table(LONG_TITLE, columns, blocks, grouped_by="Study")]


def _headings(found: Table1) -> list[str]:
    design = [table1.DESIGN] if found.has_design else []
    return [table1.STUDY, *design, *(column.heading for column in found.columns)]


def _cells(found: Table1, row: table1.Row) -> tuple[Cell, ...]:
    study = Cell(f"{row.label} {row.citation}".strip())
    design = [Cell(row.design or DASH)] if found.has_design else []
    cells = (Cell(DASH if cell.is_open else cell.text) for cell in row.cells)
    return (study, *design, *cells)


def _flat(found: Table1, row: table1.Row) -> Iterator[Cell]:
    yield Cell(row.label)
    yield Cell(", ".join(map(str, row.numbers)))
    if found.has_design:
        yield Cell(row.design)
    for cell in row.cells:
        yield Cell("" if cell.is_open else cell.text)


def _width(heading: str, cells: Sequence[Cell]) -> float:
    """Return the share of a column: its longest word fits, long texts get more."""
    texts = [heading, *(cell.text for cell in cells)]
    word = max(len(word) for text in texts for word in (text.split() or [""]))
    longest = max(map(len, texts))
    return min(word, LONGEST_WORD) + 2 * sqrt(min(longest, LONG))


def _blocks(review: Review, style: str) -> Iterator[Group]:
    fields = list(review.extraction_fields.in_force())
    facts = study_facts.read(review, {Fact.CITATION}, style=style)
    appraised = _appraised(review)
    found = review.studies.included().prefetch_related("values").by_label()
    for study in found.iterator(chunk_size=table.CHUNK):
        numbers = ", ".join(map(str, facts.numbers(study)))
        rows = [*_known(study, fields, facts), *appraised.get(study.pk, [])]
        yield Group(f"{study.label} [{numbers}]", rows)


def _known(
    study: Study, fields: Sequence[ExtractionField], facts: Facts
) -> Iterator[Row]:
    yield Row.of("Reports", facts.tell(Fact.CITATION, study))
    if all(field.code != "design" for field in fields):
        yield Row.of("Design", studies.design_of(study) or "Not stated")
    values = {value.field_id: value for value in study.values.all()}
    for field in fields:
        label = f"{field.label} ({field.unit})" if field.unit else field.label
        yield Row.of(label, _told(values.get(field.pk)))


def _told(value: SettledValue | None) -> str:
    if value is None:
        return OPEN
    return NOT_REPORTED if value.not_reported else table1.words(value.value)


def _appraised(review: Review) -> dict[int, list[Row]]:
    """Return the settled judgments of each study, with what supports them."""
    found: dict[int, list[Row]] = {}
    for made in judgments.tables(review):
        for row in made.rows:
            target = row.target
            support = {each.domain: each.support for each in target.judgments.all()}
            of_what = ", ".join(
                filter(None, (made.instrument.name, target.outcome, target.time_point))
            )
            for domain, cell in zip(made.columns, row.cells, strict=True):
                if cell.is_settled:
                    text = "\n".join(filter(None, (cell.label, support.get(domain.id))))
                    found.setdefault(target.study_id, []).append(
                        Row.of(f"{of_what}: {cell.domain}", text)
                    )
    return found


WRITERS: Writers = {
    "table1": formats.in_every_format(table1_tables, csv=table1_csv),
    "characteristics": formats.in_every_format(tables),
}
