"""The settled appraisal, a table an instrument: PRISMA 2020 item 18.

It is read off settled judgments alone, so that anyone on the team may see it.
"""

from dataclasses import dataclass

from reviews import targets
from reviews.instruments import definition, sheets
from reviews.models import AppraisalTarget, Instrument, Review


@dataclass(frozen=True)
class Cell:
    """What was settled on one domain of one target."""

    domain: str
    label: str
    level: definition.Judgement | None = None
    is_settled: bool = False


@dataclass(frozen=True)
class Row:
    """One target and what was settled on it, domain by domain."""

    target: AppraisalTarget
    cells: list[Cell]


@dataclass(frozen=True)
class Table:
    """The settled appraisal with one instrument; `levels` is the key to its marks."""

    instrument: Instrument
    columns: list[definition.Domain]
    rows: list[Row]
    levels: list[definition.Judgement]


def tables(review: Review) -> list[Table]:
    """Return what is settled today, in the order of the protocol.

    An instrument without a settled judgment has no table.
    """
    grouped: dict[Instrument, list[AppraisalTarget]] = {}
    for target in targets.standing(review).prefetch_related("judgments"):
        grouped.setdefault(target.instrument, []).append(target)
    order = sorted(grouped, key=lambda each: (each.position, each.pk))
    found = [_table(instrument, grouped[instrument]) for instrument in order]
    return [
        table
        for table in found
        if any(cell.is_settled for row in table.rows for cell in row.cells)
    ]


def _table(instrument: Instrument, appraised: list[AppraisalTarget]) -> Table:
    form = targets.form_of(instrument)
    used = {
        target.pk: {domain.id for domain in sheets.domains(form, target.options)}
        for target in appraised
    }
    columns = [
        domain
        for domain in sheets.all_domains(form)
        if any(domain.id in own for own in used.values())
    ]
    rows = [
        Row(target, [_cell(target, domain, used[target.pk]) for domain in columns])
        for target in appraised
    ]
    levels = {
        cell.level.label: cell.level for row in rows for cell in row.cells if cell.level
    }
    return Table(instrument, columns, rows, list(levels.values()))


def _cell(target: AppraisalTarget, domain: definition.Domain, used: set[str]) -> Cell:
    if domain.id not in used:
        return Cell(domain.name, "Not part of this appraisal")
    settled = {each.domain: each for each in target.judgments.all()}.get(domain.id)
    if settled is None:
        return Cell(domain.name, "Not settled")
    level = sheets.level(domain, settled.judgment)
    label = level.label if level else sheets.summary(domain, settled.answers)
    return Cell(domain.name, label, level, is_settled=True)
