"""The lists of what was appraised, by instrument and by overall judgment."""

from collections.abc import Iterable, Iterator

from reviews.judgments import Row, Table
from reviews.words import values
from reviews.words.facts import Facts
from reviews.words.lists.listing import Line, Listing, NoLines, page_of


def targets(facts: Facts, of: str) -> Listing:
    """List what was appraised with an instrument."""
    table = table_of(facts, of)
    label = f"Appraised with {table.instrument.name}"
    return Listing(label, list(_rows(facts, table, table.rows)))


def overall(facts: Facts, of: str) -> Listing:
    """List what was judged alike overall; `of` is the instrument and the judgment."""
    pk, _, label = of.partition(":")
    table = table_of(facts, pk)
    found = [row for row in table.rows if values.overall(table, row) == label]
    name = f"{table.instrument.name}, overall: {label or 'not settled'}"
    return Listing(name, list(_rows(facts, table, found)))


def table_of(facts: Facts, pk: str) -> Table:
    """Return the judgments of one instrument. Raises NoLines."""
    for table in facts.appraisals:
        if str(table.instrument.pk) == pk:
            return table
    raise NoLines(f"No appraisal with {pk}.")


def _rows(facts: Facts, table: Table, rows: Iterable[Row]) -> Iterator[Line]:
    for row in rows:
        said = values.overall(table, row)
        url = page_of("study_detail", facts, row.target.study_id)
        yield Line(str(row.target), url, said or "")
