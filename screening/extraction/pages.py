"""What the pages of extraction show: one's own entries, and both sides where settled.

Every value here is made for one reader. Of a cell that is not complete it holds the
reader's own entry and nothing that depends on anybody else's.
"""

from collections.abc import Collection
from dataclasses import dataclass

from reviews import studies
from reviews.models import ExtractionField, ReportFile, SettledValue, Study, User
from screening.extraction import cells, entering, values
from screening.extraction.cells import Cell
from screening.extraction.standing import Part, is_conflict
from screening.extraction.values import Reading, Ruling
from screening.models import ExtractionEntry
from screening.settling import State


@dataclass(frozen=True)
class Sheet:
    """The form of one study for one reader: its fields, and how each stands."""

    fields: tuple[ExtractionField, ...]
    own: dict[int, ExtractionEntry]
    settled: dict[int, SettledValue]
    # Filled by as many others as the protocol asks for.
    closed: frozenset[int]
    # In conflict, where the reader is one of the two.
    disputed: frozenset[int]

    @property
    def waiting(self) -> int:
        return len(self.fields) - len(self.closed) - self.filled

    @property
    def filled(self) -> int:
        return sum(field.pk in self.own for field in self.fields)

    @property
    def total(self) -> int:
        return self.filled + self.waiting


@dataclass(frozen=True)
class Side:
    """What one of the two wrote."""

    name: str
    reading: Reading

    @property
    def words(self) -> str:
        return values.words(self.reading.value)


@dataclass(frozen=True)
class Dispute:
    """A cell on which two differ, with the consensus where there is one."""

    field: ExtractionField
    sides: tuple[Side, ...]
    ruling: Ruling | None = None
    resolver: str = ""

    @property
    def settled_words(self) -> str:
        return values.words(self.ruling.value) if self.ruling else ""


def sheet(study: Study, reviewer: Part) -> Sheet:
    """Return the form of a study as one reviewer may see it."""
    fields = tuple(study.review.extraction_fields.in_force())
    found = cells.of_study(study)
    required = cells.required(study.review)
    user = reviewer.user
    places = {
        field.pk: found.get((study.pk, field.pk), cells.EMPTY) for field in fields
    }
    return Sheet(
        fields=fields,
        own=entering.own(study, user),
        settled={
            line.field.pk: line.settled
            for line in studies.values_of(study)
            if line.settled
        },
        closed=frozenset(
            key for key, each in places.items() if not each.is_open_to(user, required)
        ),
        disputed=frozenset(
            key
            for key, each in places.items()
            if each.of(user) is not None and is_conflict(each, reviewer, required)
        ),
    )


def disputes(study: Study, reader: Part) -> tuple[list[Dispute], list[Dispute]]:
    """Return the cells in conflict and those settled by consensus.

    Only those that the reader may settle: as one of the two, or as an adjudicator
    who did not fill the cell.
    """
    found = cells.of_study(study)
    required = cells.required(study.review)
    open_ones, settled = [], []
    names = _names(found.values())
    for field in study.review.extraction_fields.in_force():
        each = found.get((study.pk, field.pk), cells.EMPTY)
        if is_conflict(each, reader, required):
            open_ones.append(_dispute(field, each, names))
        elif _is_by_consensus(each, required) and reader.settles(each):
            settled.append(_dispute(field, each, names))
    return open_ones, settled


def full_texts(study: Study) -> list[ReportFile]:
    """Return the PDFs of the study's reports."""
    return list(
        ReportFile.objects.in_use()
        .filter(report__study=study)
        .select_related("report")
        .order_by("report__year", "report", "pk")
    )


def _is_by_consensus(each: Cell, required: int) -> bool:
    return (
        each.outcome(required).state is State.SETTLED
        and each.ruling is not None
        and values.holds(each.ruling, each.readings)
    )


def _dispute(field: ExtractionField, each: Cell, names: dict[int, str]) -> Dispute:
    sides = [Side(names[reading.reviewer], reading) for reading in each.readings]
    ruling = each.ruling
    if ruling is not None and not values.holds(ruling, each.readings):
        ruling = None
    return Dispute(
        field=field,
        # By name, so that the order does not tell who was first.
        sides=tuple(sorted(sides, key=lambda side: side.name.casefold())),
        ruling=ruling,
        resolver=names[ruling.resolver] if ruling else "",
    )


def _names(found: Collection[Cell]) -> dict[int, str]:
    people = {reading.reviewer for each in found for reading in each.readings}
    people |= {each.ruling.resolver for each in found if each.ruling}
    return {key: str(user) for key, user in User.objects.in_bulk(people).items()}
