"""Cells: the entries that count, read together for one cell, a study or a review.

A cell is one field of one study. What is read here holds the entries of everybody, so
it is what rules derive from, and no page is given it: a page shows one's own entries,
or both sides of a conflict to those who may settle it.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from reviews.models import (
    ExtractionField,
    ExtractionFieldVersion,
    Review,
    Stage,
    Study,
    User,
)
from screening.extraction import values
from screening.extraction.values import Outcome, Reading, Ruling
from screening.models import ExtractionEntry

Kind = ExtractionEntry.Kind
Place = tuple[int, int]
"""A cell's place: the keys of its study and its field."""


@dataclass(frozen=True)
class Cell:
    """The entries that count in one cell, and the consensus on it."""

    readings: tuple[Reading, ...] = ()
    ruling: Ruling | None = None

    def of(self, reviewer: User) -> Reading | None:
        """Return the person's own reading."""
        for reading in self.readings:
            if reading.reviewer == reviewer.pk:
                return reading
        return None

    def is_open_to(self, reviewer: User, required: int) -> bool:
        """Tell whether the person may fill the cell or change their entry."""
        return self.of(reviewer) is not None or len(self.readings) < required

    def outcome(self, required: int) -> Outcome:
        """Return what the entries come to."""
        return values.outcome(self.readings, self.ruling, required=required)


EMPTY = Cell()


def of_cell(study: Study, field: ExtractionField) -> Cell:
    """Return the entries that count in one cell."""
    found = _cells(Q(study=study, field=field), Q(field=field))
    return found.get((study.pk, field.pk), EMPTY)


def of_study(study: Study) -> dict[Place, Cell]:
    """Return the cells of a study in which something stands."""
    return _cells(Q(study=study), Q(field__review=study.review_id))


def of_review(review: Review) -> dict[Place, Cell]:
    """Return the cells of a review in which something stands."""
    return _cells(Q(study__review=review), Q(field__review=review))


def _cells(entries: Q, versions: Q) -> dict[Place, Cell]:
    kinds = {
        (field, number): kind
        for field, number, kind in ExtractionFieldVersion.objects.filter(
            versions
        ).values_list("field", "number", "kind")
    }
    readings: dict[Place, list[Reading]] = defaultdict(list)
    rulings: dict[Place, Ruling] = {}
    current = ExtractionEntry.objects.current().filter(entries).order_by("pk")
    for entry in current.filter(kind=Kind.INDEPENDENT):
        kind = kinds.get((entry.field_id, entry.field_version), "")
        readings[entry.study_id, entry.field_id].append(_reading(entry, kind))
    for entry in current.exclude(kind=Kind.INDEPENDENT).prefetch_related("resolved"):
        rulings[entry.study_id, entry.field_id] = _ruling(entry)
    return {
        place: Cell(tuple(readings.get(place, ())), rulings.get(place))
        for place in readings.keys() | rulings.keys()
    }


def _reading(entry: ExtractionEntry, kind: str) -> Reading:
    return Reading(
        entry=entry.pk,
        reviewer=entry.reviewer_id,
        value=entry.value,
        key=values.key(kind, entry.value),
        field_version=entry.field_version,
        note=entry.note,
    )


def _ruling(entry: ExtractionEntry) -> Ruling:
    return Ruling(
        entry=entry.pk,
        value=entry.value,
        how=entry.kind,
        field_version=entry.field_version,
        resolved=frozenset(each.pk for each in entry.resolved.all()),
        reason=entry.note,
        resolver=entry.reviewer_id,
    )


def required(review: Review) -> int:
    """Return how many people fill each cell."""
    return review.reviewers_required(Stage.EXTRACTION)
