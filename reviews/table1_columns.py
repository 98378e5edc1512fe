"""The columns of Table 1: chosen and ordered by the team, else those of the protocol.

A column is an extraction field or a fact that is known of every study. How the table is
laid out changes nothing that was settled, so it is no amendment; each change can be
undone, as the history keeps the arrangement before it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from reviews import access, events
from reviews.models import (
    Event,
    ExtractionField,
    Review,
    Role,
    Table1Column,
    User,
)
from reviews.study_facts import HEADINGS

DESIGN_FIELD = "design"
ARRANGED = "table1.arranged"


class UnknownField(LookupError):
    """The field is none of this review's protocol of today."""


class NoSuchColumn(LookupError):
    """Table 1 has no such column, or it is the last."""


class ColumnTwice(ValueError):
    """Table 1 has the column already."""


class NothingToUndo(Exception):
    """The columns were never arranged, or have changed since."""


@dataclass(frozen=True)
class Column:
    """A field of the protocol, or a fact of the study, that is a column."""

    field: int | None
    label: str
    unit: str = ""
    fact: str = ""
    sorts: bool = False

    @property
    def heading(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


def shown(
    review: Review,
    fields: Mapping[int, ExtractionField],
    grouping: ExtractionField | None,
) -> tuple[tuple[Column, ...], bool]:
    """Return the columns that the team chose, else those of the protocol.

    With whether the design has a column beside them.
    """
    chosen = [
        each
        for each in review.table1_columns.order_by("position", "pk")
        # A field that was retired since, or that groups now, is no column.
        if each.field_id is None
        or (each.field_id in fields and fields[each.field_id] != grouping)
    ]
    if chosen:
        return tuple(_chosen(each, fields) for each in chosen), False
    found = [each for each in fields.values() if each.in_table1 and each != grouping]
    has_design = all(each.code != DESIGN_FIELD for each in fields.values())
    return tuple(map(of_field, found)), has_design


def of_field(field: ExtractionField) -> Column:
    """Return a field of the protocol as a column."""
    return Column(field.pk, field.label, field.unit)


def _chosen(chosen: Table1Column, fields: Mapping[int, ExtractionField]) -> Column:
    if chosen.field_id is None:
        label = chosen.heading or HEADINGS[chosen.fact]
        return Column(None, label, fact=chosen.fact, sorts=chosen.sorts)
    found = fields[chosen.field_id]
    label = chosen.heading or found.label
    return Column(found.pk, label, found.unit, sorts=chosen.sorts)


@transaction.atomic
def group_by(
    review: Review,
    field: ExtractionField | None,
    *,
    by: User,
    at: datetime | None = None,
) -> None:
    """Group Table 1 by a field of the protocol, or by none.

    It changes how the table is laid out and nothing that was settled, so it is no
    amendment. Raises WrongRole or UnknownField.
    """
    access.require(review, by, Role.OWNER)
    fields = review.extraction_fields.select_for_update()
    chosen = fields.in_force().filter(pk=field.pk).first() if field else None
    if field is not None and chosen is None:
        raise UnknownField("This field is none of today's protocol.")
    old = fields.filter(groups_table1=True).first()
    if old == chosen:
        return
    fields.filter(groups_table1=True).update(groups_table1=False)
    if chosen is not None:
        fields.filter(pk=chosen.pk).update(groups_table1=True)
    events.record(
        review,
        "table1.grouped",
        f"Table 1 grouped by {chosen}" if chosen else "Table 1 not grouped any more",
        by=by,
        old={"field": old.pk if old else None},
        new={"field": chosen.pk if chosen else None},
        at=at,
    )


# Arranging ---------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A column as the team arranges it; the heading is empty where it is its own."""

    field: int | None = None
    fact: str = ""
    heading: str = ""
    sorts: bool = False

    @property
    def key(self) -> str:
        """What names the column: a table has none of them twice."""
        return f"fact-{self.fact}" if self.fact else f"field-{self.field}"


def arrangement(review: Review) -> list[Place]:
    """Return the columns in their order, those of the protocol if none were chosen."""
    chosen = review.table1_columns.order_by("position", "pk")
    found = [Place(c.field_id, c.fact, c.heading, c.sorts) for c in chosen]
    if found:
        return found
    fields = {each.pk: each for each in review.extraction_fields.in_force()}
    grouping = next((each for each in fields.values() if each.groups_table1), None)
    columns, has_design = shown(review, fields, grouping)
    of_design = [Place(fact=Table1Column.Fact.DESIGN)] if has_design else []
    return [*of_design, *(Place(column.field) for column in columns)]


def is_arranged(review: Review) -> bool:
    """Tell whether the team chose the columns."""
    return review.table1_columns.exists()


def labels(review: Review) -> dict[str, str]:
    """Return every column that Table 1 could have, by its key."""
    of_facts = {Place(fact=fact).key: HEADINGS[fact] for fact in Table1Column.Fact}
    fields = review.extraction_fields.in_force()
    return of_facts | {Place(each.pk).key: of_field(each).heading for each in fields}


def place(key: str) -> Place:
    """Return the column of this key. Raises NoSuchColumn."""
    kind, _, name = key.partition("-")
    if kind == "fact" and name in Table1Column.Fact.values:
        return Place(fact=name)
    if kind == "field" and name.isascii() and name.isdigit() and len(name) < 19:
        return Place(field=int(name))
    raise NoSuchColumn(f"There is no column {key}.")


@transaction.atomic
def add(review: Review, key: str, *, by: User, at: datetime | None = None) -> None:
    """Add a column at the end.

    Raises WrongRole, NoSuchColumn, UnknownField or ColumnTwice.
    """
    places, added = _locked(review, by), place(key)
    known = labels(review)
    if key not in known:
        raise UnknownField("This field is none of today's protocol.")
    if key in [each.key for each in places]:
        raise ColumnTwice("Table 1 has this column already.")
    what = f"Added a column to Table 1: {known[key]}"
    _arrange(review, places, [*places, added], what, by=by, at=at)


@transaction.atomic
def remove(review: Review, key: str, *, by: User, at: datetime | None = None) -> None:
    """Take a column away. Raises WrongRole or NoSuchColumn."""
    places = _locked(review, by)
    here = _find(places, key)
    left = [*places[:here], *places[here + 1 :]]
    if not left:
        raise NoSuchColumn(
            "The last column stays: without any, those of the protocol are shown."
        )
    what = f"Took a column from Table 1: {labels(review).get(key, key)}"
    _arrange(review, places, left, what, by=by, at=at)


@transaction.atomic
def move(
    review: Review, key: str, *, up: bool, by: User, at: datetime | None = None
) -> None:
    """Move a column one place. At the end already it stays.

    Raises WrongRole or NoSuchColumn.
    """
    places = _locked(review, by)
    here = _find(places, key)
    there = here - 1 if up else here + 1
    if not 0 <= there < len(places):
        return
    moved = list(places)
    moved[here], moved[there] = moved[there], moved[here]
    what = f"Moved a column of Table 1: {labels(review).get(key, key)}"
    _arrange(review, places, moved, what, by=by, at=at)


@transaction.atomic
def describe(
    review: Review,
    key: str,
    *,
    heading: str,
    sorts: bool,
    by: User,
    at: datetime | None = None,
) -> None:
    """Give a column a heading, and sort by it or not; one sorts at most.

    Raises WrongRole or NoSuchColumn.
    """
    places = _locked(review, by)
    here = _find(places, key)
    changed = [
        replace(each, sorts=each.sorts and not sorts)
        if number != here
        else replace(each, heading=heading.strip(), sorts=sorts)
        for number, each in enumerate(places)
    ]
    what = f"Changed a column of Table 1: {labels(review).get(key, key)}"
    _arrange(review, places, changed, what, by=by, at=at)


@transaction.atomic
def follow_protocol(review: Review, *, by: User, at: datetime | None = None) -> None:
    """Show the columns that the protocol marks again. Raises WrongRole."""
    places = _locked(review, by)
    if is_arranged(review):
        what = "Table 1 has the columns of the protocol again"
        _arrange(review, places, [], what, by=by, at=at)


@transaction.atomic
def undo(review: Review, *, by: User, at: datetime | None = None) -> None:
    """Take the last change back. Raises WrongRole or NothingToUndo."""
    places = _locked(review, by)
    last = last_change(review)
    if last is None:
        raise NothingToUndo("There is no change to undo.")
    back = [Place(**each) for each in last.old or []]
    _arrange(review, places, back, "Took back a change of Table 1", by=by, at=at)


def last_change(review: Review) -> Event | None:
    """Return the last change of the columns, if they stand as it left them."""
    last = review.events.filter(action=ARRANGED).order_by("-pk").first()
    return last if last and last.new == _stored(review) else None


def _locked(review: Review, by: User) -> list[Place]:
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    return arrangement(review)


def _find(places: Iterable[Place], key: str) -> int:
    for number, each in enumerate(places):
        if each.key == key:
            return number
    raise NoSuchColumn("Table 1 has this column no more.")


def _stored(review: Review) -> list[dict[str, Any]]:
    """Return the columns as the history keeps them, none where none were chosen."""
    return [asdict(each) for each in arrangement(review)] if is_arranged(review) else []


def _arrange(
    review: Review,
    old: list[Place],
    new: list[Place],
    what: str,
    *,
    by: User,
    at: datetime | None,
) -> None:
    if old == new:
        return
    before = _stored(review)
    review.table1_columns.all().delete()
    Table1Column.objects.bulk_create(
        Table1Column(
            review=review,
            position=position,
            field_id=each.field,
            fact=each.fact,
            heading=each.heading,
            sorts=each.sorts,
        )
        for position, each in enumerate(new, start=1)
    )
    after = [asdict(each) for each in new]
    events.record(review, ARRANGED, what, by=by, old=before, new=after, at=at)
