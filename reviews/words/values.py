"""What is settled of an item or of a target, as the words and their lists read it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reviews.instruments.definition import OVERALL
from reviews.judgments import Row, Table
from reviews.models import ExtractionField, SettledValue, Study
from reviews.words.facts import Facts

_WHOLE = re.compile(r"\d{1,3}(?:[,\u2009 ]\d{3})+|\d+")


@dataclass(frozen=True)
class Said:
    """What is settled of a field, and the studies of which nothing is told."""

    settled: Sequence[SettledValue]
    not_reported: Sequence[Study]
    open: Sequence[Study]


def said(facts: Facts, field: ExtractionField) -> Said:
    """Return what is settled of a field, study by study."""
    found = [(study, facts.value(field, study)) for study in facts.studies]
    held = [value for _, value in found if value is not None]
    return Said(
        settled=[value for value in held if not value.not_reported],
        not_reported=[s for s, v in found if v is not None and v.not_reported],
        open=[study for study, value in found if value is None],
    )


def texts(value: SettledValue) -> list[str]:
    """Return each of the values that are settled."""
    held = value.value
    return [str(each) for each in held] if isinstance(held, list) else [str(held)]


def number_of(value: SettledValue) -> int | None:
    """Return the whole number that the value is, if it is one."""
    return whole(" ".join(texts(value)))


def whole(text: str) -> int | None:
    """Return the number that the text is, if it is a whole number and nothing else."""
    found = _WHOLE.fullmatch(text.strip())
    return int(re.sub(r"\D", "", found[0])) if found else None


def overall(table: Table, row: Row) -> str | None:
    """Return the overall judgment of a target, empty where none is settled yet.

    None where the instrument gives none.
    """
    for place, column in enumerate(table.columns):
        if column.id == OVERALL:
            cell = row.cells[place]
            return cell.label if cell.is_settled else ""
    return None
