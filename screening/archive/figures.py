"""The product's own figures, for the scripts of the archive to be held against.

The scripts derive the same from the tables alone, so that a reader needs to take
neither on trust.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reviews.exports import table
from reviews.flow.boxes import COLUMN, KINDS, OTHER, search_name
from screening.archive.agreement import Agreement
from screening.archive.spreadsheets.facts import Facts

Figures = Mapping[str, Mapping[str, Any]]
_TOTALS = ("studies_included", "reports_included", "reports_without_study")


def of(facts: Facts) -> Figures:
    """Return the flow, the agreement and Table 1, each a figure by its name."""
    return {
        "flow": _flow(facts),
        "agreement": dict(_agreements(facts.agreements)),
        "table1": dict(_table1(facts)),
    }


def guarded(facts: Facts) -> Figures:
    """Return the figures with their texts as the tables have them."""
    return {
        part: {name: table.guard(figure) for name, figure in found.items()}
        for part, found in of(facts).items()
    }


def _flow(facts: Facts) -> dict[str, int]:
    flow = facts.flow
    numbers = flow.numbers
    names = [
        *COLUMN,
        *(OTHER + name for name in COLUMN),
        *(name for name, _ in KINDS.values()),
        *(search_name(source.search) for source in flow.sources),
        *_TOTALS,
    ]
    return {
        **{name: numbers[name] for name in names},
        **{f"reason:{each.code}": each.count for each in flow.reasons},
        **{f"other_reason:{each.code}": each.count for each in flow.other.reasons},
    }


def _agreements(found: Iterable[Agreement]) -> Iterator[tuple[str, Any]]:
    for each in found:
        yield f"{each.stage.value}:items", each.items
        yield f"{each.stage.value}:percent", each.percent
        yield f"{each.stage.value}:kappa", each.kappa


def _table1(facts: Facts) -> Iterator[tuple[str, object]]:
    """Yield each study's group and cells."""
    for group in facts.table1.groups:
        for row in group.rows:
            yield f"{row.study}:group", group.label
            for cell in row.cells:
                if cell.column.field is not None:
                    code = facts.fields[cell.column.field].code
                    text = "" if cell.is_open else cell.text
                    yield f"{row.study}:field:{code}", text
