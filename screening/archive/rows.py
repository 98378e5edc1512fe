"""Rows as lines of canonical JSON, the same from SQLite and from PostgreSQL.

Keys are sorted, there are no spaces, text is UTF-8, moments are UTC with six decimals.
People stand by user name, as their keys differ from instance to instance.

The judgments are numbered anew, in the order in which they were made: gaps between
keys would tell of judgments that are left out. Nothing outside the judgments points
at one.
"""

import json
import re
import uuid
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import models
from django.utils.dateparse import parse_datetime

from reviews.models import Record, Review, User
from screening.archive.tables import TABLES, Column, Model, columns
from screening.models import Decision

CHUNK = 2000
_EXPONENT = re.compile(r"\de\+\d")


class BadRow(ValueError):
    """A line is not a row of its table; the message says which cell."""


class Numbers:
    """The place of each judgment among those that are written, from 1 on."""

    def __init__(self, keys: Iterator[int]) -> None:
        self._keys = array("q", keys)

    def __getitem__(self, key: int) -> int:
        return bisect_left(self._keys, key) + 1


def canonical(value: object) -> str:
    """Return a value as canonical JSON."""
    text = _written(value)
    # PostgreSQL gives 1e+22 back as a whole number.
    return _written(_whole(value)) if _EXPONENT.search(text) else text


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _whole(value: object) -> object:
    if isinstance(value, float) and "e+" in repr(value):
        return int(value)
    if isinstance(value, list):
        return [_whole(each) for each in value]
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return value


def selected(
    model: Model, review: Review, condition: models.Q | None
) -> "models.QuerySet[models.Model]":
    """Return the rows of a table that belong to the review, in the order of the key."""
    # A record that is out of the review is kept, and comes along.
    rows = Record.stored if model is Record else model._default_manager
    found: models.QuerySet[Any] = rows.filter(**{TABLES[model]: review.pk})
    if condition is not None:
        found = found.filter(condition)
    return found.order_by("pk")


@cache
def numbered() -> tuple[Model, ...]:
    """Return the tables that are numbered anew and that another row points at."""
    pointed_at = {column.target for model in TABLES for column in columns(model)}
    return tuple(
        model for model in TABLES if model in pointed_at and _own_key(model) is not None
    )


def keys(found: "models.QuerySet[models.Model]") -> Numbers:
    """Number the rows in the order of their keys."""
    return Numbers(found.values_list("pk", flat=True).iterator(chunk_size=CHUNK))


def lines(
    model: Model,
    found: "models.QuerySet[models.Model]",
    *,
    people: Mapping[int, str],
    numbers: Mapping[Model, Numbers],
) -> Iterator[bytes]:
    """Yield the rows as lines, some thousand characters at a time."""
    table = columns(model)
    names = [column.name for column in table]
    encoders = [
        (place, encode)
        for place, column in enumerate(table)
        if (encode := _encoder(column, people, numbers))
    ]
    own = _own_key(model)
    rows = found.values_list(*(column.attname for column in table))
    waiting: list[str] = []
    for count, row in enumerate(rows.iterator(chunk_size=CHUNK), start=1):
        cells: list[Any] = list(row)
        for place, encode in encoders:
            if cells[place] is not None:
                cells[place] = encode(cells[place])
        if own is not None:
            cells[own] = count
        waiting.append(canonical(dict(zip(names, cells, strict=True))))
        if len(waiting) == CHUNK:
            yield _joined(waiting)
            waiting = []
    if waiting:
        yield _joined(waiting)


def _joined(waiting: Sequence[str]) -> bytes:
    return ("\n".join(waiting) + "\n").encode()


def _own_key(model: Model) -> int | None:
    """Return the place of the key in a row, where rows are numbered anew."""
    if model._meta.app_label != Decision._meta.app_label:
        return None
    # What goes by the key of a judgment has that key, numbered anew as well.
    places = (place for place, each in enumerate(columns(model)) if each.is_primary)
    return next(places, None)


def _encoder(
    column: Column, people: Mapping[int, str], numbers: Mapping[Model, Numbers]
) -> Callable[[Any], object] | None:
    if column.kind == "datetime":
        return written_moment
    if column.kind == "uuid":
        return str
    if column.kind == "person":
        return people.__getitem__
    if column.kind == "key" and column.target is not None:
        of_target = numbers.get(column.target)
        return of_target.__getitem__ if of_target else None
    return None


def written_moment(moment: datetime) -> str:
    """Return a moment as the archive writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_line(line: bytes) -> dict[str, Any]:
    """Return a line as an object. Raises BadRow."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadRow("it is no JSON") from error
    if not isinstance(found, dict):
        raise BadRow("it is no JSON object")
    return found


def decode(
    model: Model, row: Mapping[str, Any], people: Mapping[str, User]
) -> dict[str, Any]:
    """Return a row as arguments for the model. Raises BadRow."""
    table = columns(model)
    if row.keys() != {column.name for column in table}:
        raise BadRow("its columns are not those of the table")
    return {
        column.attname: decoded(column, row[column.name], people) for column in table
    }


def decoded(column: Column, cell: Any, people: Mapping[str, User]) -> Any:
    """Return a cell as its field takes it. Raises BadRow."""
    if column.kind == "json":
        return cell
    if cell is None:
        if not column.nullable:
            raise BadRow(f"{column.name} is empty")
        return None
    wanted = _WANTED[column.kind]
    if type(cell) is not wanted:
        raise BadRow(f"{column.name} is no {wanted.__name__}")
    longest = column.max_length if column.kind == "string" else None
    if longest and len(str(cell)) > longest:
        raise BadRow(f"{column.name} is longer than {longest} characters")
    if isinstance(cell, int) and abs(cell) >= _limit(column):
        raise BadRow(f"{column.name} is too large")
    try:
        return _DECODERS[column.kind](cell, people)
    except (ValueError, OverflowError, KeyError) as error:
        raise BadRow(f"{column.name} is not known: {cell!r:.80}") from error


def _limit(column: Column) -> int:
    """Return what PostgreSQL has no room for; SQLite would take it."""
    is_half = column.kind == "integer" and not column.is_big
    return 2**31 if is_half else 2**63


_WANTED: Mapping[str, type] = {
    "integer": int,
    "key": int,
    "boolean": bool,
    "string": str,
    "datetime": str,
    "uuid": str,
    "person": str,
}


def _same(cell: Any, people: Mapping[str, User]) -> Any:
    return cell


def _moment(cell: str, people: Mapping[str, User]) -> datetime:
    found = parse_datetime(cell)
    if found is None or found.tzinfo is None or written_moment(found) != cell:
        raise ValueError(cell)
    return found


def _uuid(cell: str, people: Mapping[str, User]) -> uuid.UUID:
    found = uuid.UUID(cell)
    if str(found) != cell:
        raise ValueError(cell)
    return found


def _person(cell: str, people: Mapping[str, User]) -> int:
    return people[cell].pk


_DECODERS: Mapping[str, Callable[[Any, Mapping[str, User]], Any]] = {
    "integer": _same,
    "key": _same,
    "boolean": _same,
    "string": _same,
    "datetime": _moment,
    "uuid": _uuid,
    "person": _person,
}
