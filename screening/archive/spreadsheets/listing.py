"""Every table for readers, with the dictionary of their columns."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from screening.archive import figures
from screening.archive.spreadsheets import (
    appraisal,
    judgments,
    records,
    studies,
    table1,
)
from screening.archive.spreadsheets.facts import Facts
from screening.archive.spreadsheets.layout import Spreadsheet, columns_of


def all_of(facts: Facts) -> list[Spreadsheet]:
    """Return every table, in the form that the archive has."""
    made = [make(facts) for make in _MAKERS]
    if facts.public:
        made = [
            replace(each, columns=tuple(c for c in each.columns if not c.is_private))
            for each in made
        ]
    return [*made, _dictionary(made)]


def _dictionary(tables: Sequence[Spreadsheet]) -> Spreadsheet:
    own = Spreadsheet(
        "dictionary",
        "What each column of each table means.",
        columns_of(
            """
            table | text | the table's name
            column | text | the column's name
            kind | text | text, whole number, number, yes or no, moment (UTC), list
            meaning | text | what it says
            """
        ),
        lambda: (
            {
                "table": each.name,
                "column": column.name,
                "kind": column.kind,
                "meaning": column.meaning,
            }
            for each in (*tables, own)
            for column in each.columns
        ),
    )
    return own


def figures_of(facts: Facts) -> Spreadsheet:
    """Return the product's own figures as a table, for scripts that read no JSON."""
    return Spreadsheet(
        "figures",
        "The product's own figures, as in figures.json.",
        columns_of(
            """
            set | text | flow, agreement, table1 or appraisal
            name | text | the figure's name
            value | text | the figure; empty where it cannot be estimated
            """
        ),
        lambda: (
            {"set": part, "name": name, "value": value}
            for part, found in figures.of(facts).items()
            for name, value in found.items()
        ),
    )


_MAKERS: Sequence[Callable[[Facts], Spreadsheet]] = (
    records.records,
    records.searches,
    records.reports,
    records.report_records,
    records.report_authors,
    records.excluded,
    studies.studies,
    studies.criteria,
    studies.fields,
    studies.values,
    table1.table1_columns,
    table1.table1_long,
    table1.table1_wide,
    appraisal.appraisal,
    judgments.reviewers,
    judgments.decisions,
    judgments.resolutions,
    judgments.agreement,
    records.flow,
    figures_of,
)
