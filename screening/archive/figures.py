"""The product's own figures, for the scripts of the archive to be held against.

The scripts derive the same from the tables alone, so that a reader needs to take
neither on trust.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from reviews import judgments
from reviews.flow.names import COLUMN, KINDS, OTHER, search_name
from screening.agreement import statistics
from screening.agreement.reading import Pair
from screening.archive.spreadsheets import table1
from screening.archive.spreadsheets.facts import Facts

Figures = Mapping[str, Mapping[str, Any]]
# Decimals that are kept, and compared.
DIGITS = 6
_TOTALS = ("reports_included", "reports_without_study")


def of(facts: Facts) -> Figures:
    """Return flow, agreement, Table 1 and appraisal, each a figure by its name."""
    return {
        "flow": _flow(facts),
        "agreement": dict(_agreements(facts)),
        "table1": dict(_table1(facts)),
        "appraisal": _appraisal(facts),
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
        # Those of the tables, also where a version made elsewhere had them before.
        "studies_included": flow.studies_here,
        **{f"reason:{each.code}": each.count for each in flow.reasons},
        **{f"other_reason:{each.code}": each.count for each in flow.other.reasons},
    }


def _agreements(facts: Facts) -> Iterator[tuple[str, float | None]]:
    """Yield the figures of each pair, which goes by the order of joining the team."""
    for found in facts.agreements:
        for pair in found.pairs:
            ranks = f"{facts.ranks[pair.first.pk]}-{facts.ranks[pair.second.pk]}"
            name = f"{found.stage.value}:{ranks}"
            yield f"{name}:items", pair.came_to.items
            yield f"{name}:percent", percent(pair)
            yield f"{name}:kappa", kappa(pair)


def percent(pair: Pair) -> float | None:
    """Return on how many of a hundred items both let go on or both exclude."""
    found = statistics.observed(pair.came_to)
    return None if found is None else round(100 * found, DIGITS)


def kappa(pair: Pair) -> float | None:
    """Return Cohen's kappa on going on, where it can be estimated."""
    found = statistics.kappa(pair.came_to)
    return None if found is None else round(found.value, DIGITS)


def _table1(facts: Facts) -> Iterator[tuple[str, str]]:
    """Yield each study's label, group and cells."""
    columns = table1.shown(facts)
    for group, row in table1.rows(facts):
        yield f"{row.study}:label", row.label
        yield f"{row.study}:group", group
        for column in columns:
            yield f"{row.study}:{column.name}", column.text(row)


def _appraisal(facts: Facts) -> Mapping[str, int]:
    """Return how often each level was settled on in each domain."""
    found: Counter[str] = Counter()
    for made in judgments.tables(facts.review):
        name = f"{made.instrument.key}:{made.instrument.version}"
        for row in made.rows:
            for domain, cell in zip(made.columns, row.cells, strict=True):
                if cell.level is not None:
                    found[f"{name}:{domain.id}:{cell.level.code}"] += 1
    return found
