"""Keeping the rows of a list that a search asks for, by the index of the database.

What the index can answer as a whole is asked of it in one go; only what it does not
hold, such as years and one's own notes, is put together around it.
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

from reviews.models import Record, Review
from reviews.terms.asking import EVERYWHERE, All, Asked, Either, Node, Not, Term, Years
from reviews.terms.index import TABLE, WEIGHTS

NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Place:
    """How the rows of a list hang together with the records that the index holds.

    `holds` turns the keys of records into a condition on a row, `dated` does so with
    a condition on the year of a record. `says` gives the condition that something
    which the index does not hold has a term, or None where nothing has.
    """

    holds: Callable[[RawSQL], Q] = lambda keys: is_among("pk", keys)
    dated: Callable[[Q], Q] = lambda years: years
    says: Callable[[Term], Q | None] = lambda term: None


def is_among(name: str, keys: RawSQL | QuerySet[Any, Any]) -> Q:
    """Return the condition that a key of a row is one of the keys.

    SQLite would read each row that has the words, and with it its abstract. So it is
    asked of what cannot be looked up: it then goes through an index of the rows, which
    tells all else that is asked of them, and the words are asked of the key alone.
    """
    if connection.vendor == "postgresql":
        return Q(**{f"{name}__in": keys})
    return Q(In(F(name) + Value(0), keys))


def of_years(review: Review, years: Q) -> Q:
    """Return the condition that a record of the review is of the years.

    It asks the index of years, because a record has its year behind its abstract.
    """
    return is_among("pk", Record.objects.filter(years, review=review).values("pk"))


def is_one_of(name: str, keys: Collection[int]) -> Q:
    """Return the condition that a key of a row is one of many, given as one value."""
    told = (
        "SELECT jsonb_array_elements_text(%s::jsonb)::bigint"
        if connection.vendor == "postgresql"
        else "SELECT value FROM json_each(%s)"
    )
    return Q(**{f"{name}__in": RawSQL(told, [json.dumps(sorted(keys))])})


def condition(asked: Asked, place: Place | None = None) -> Q:
    """Return the condition that a row is one of those that are asked for.

    Everything is, where nothing was typed; nothing, where it made no sense.
    """
    if asked.node is None:
        return Q() if asked.is_empty else NOTHING
    return _condition(asked.node, place or Place())


def _condition(node: Node, place: Place) -> Q:
    if _is_indexed(node, place):
        return place.holds(_keys(node))
    match node:
        case Term():
            held = place.holds(_keys(node)) if _has_column(node) else NOTHING
            said = place.says(node)
            return held if said is None else held | said
        case Years(first, last):
            return place.dated(_between(first, last))
        case Not(part):
            return ~_condition(part, place)
        case All(parts):
            return reduce(and_, _merged(parts, place, All))
        case Either(parts):
            return reduce(or_, _merged(parts, place, Either))


def _merged(
    parts: Sequence[Node], place: Place, kind: type[All] | type[Either]
) -> list[Q]:
    """Return the conditions of parts; those that the index holds are one question."""
    indexed = tuple(part for part in parts if _is_indexed(part, place))
    others = [_condition(part, place) for part in parts if part not in indexed]
    return [*others, place.holds(_keys(kind(indexed)))] if indexed else others


def _is_indexed(node: Node, place: Place) -> bool:
    """Tell whether the index alone can answer: it can exclude only from something."""
    match node:
        case Term():
            return _has_column(node) and place.says(node) is None
        case All(parts):
            wanted = [part for part in parts if not isinstance(part, Not)]
            barred = [part.part for part in parts if isinstance(part, Not)]
            return bool(wanted) and all(
                _is_indexed(part, place) for part in (*wanted, *barred)
            )
        case Either(parts):
            return all(_is_indexed(part, place) for part in parts)
    return False


def _has_column(term: Term) -> bool:
    return not term.field or term.field in WEIGHTS


def _between(first: int | None, last: int | None) -> Q:
    years = Q()
    if first is not None:
        years &= Q(year__gte=first)
    if last is not None:
        years &= Q(year__lte=last)
    return years


def _keys(node: Node) -> RawSQL:
    """Return the keys of the records that the index has for what it can answer."""
    if connection.vendor == "postgresql":
        told, values = _tsquery(node)
        return RawSQL(f"SELECT record_id FROM {TABLE} WHERE {told}", values)
    return RawSQL(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [_match(node)])


def _match(node: Node) -> str:
    """Return the question in the language of FTS5; words are letters and digits."""
    match node:
        case Term(words, field, begins):
            columns = field or " ".join(EVERYWHERE)
            return f'{{{columns}}} : "{" ".join(words)}"{" *" if begins else ""}'
        case Either(parts):
            return f"({' OR '.join(_match(part) for part in parts)})"
        case All(parts):
            wanted = [_match(part) for part in parts if not isinstance(part, Not)]
            barred = [_match(part.part) for part in parts if isinstance(part, Not)]
            told = f"({' AND '.join(wanted)})"
            return f"({told} NOT ({' OR '.join(barred)}))" if barred else told
    raise ValueError(f"The index cannot answer {node}.")


def _tsquery(node: Node) -> tuple[str, list[str]]:
    """Return the condition of PostgreSQL and its values."""
    match node:
        case Term(words, field, begins):
            column, _ = WEIGHTS[field or "title"]
            return f"{column} @@ %s::tsquery", [_lexemes(words, field, begins)]
        case Not(part):
            told, values = _tsquery(part)
            return f"NOT {told}", values
        case Either(parts) | All(parts):
            both = [_tsquery(part) for part in parts]
            joined = (" OR " if isinstance(node, Either) else " AND ").join(
                told for told, _ in both
            )
            return f"({joined})", [value for _, values in both for value in values]
    raise ValueError(f"The index cannot answer {node}.")


def _lexemes(words: tuple[str, ...], field: str, begins: bool) -> str:
    """Return a phrase in the language of PostgreSQL, within one field at a time."""
    fields = (field,) if field else EVERYWHERE
    if len(words) == 1:
        weights = ["".join(WEIGHTS[each][1] for each in fields)]
    else:
        weights = [WEIGHTS[each][1] for each in fields]
    return " | ".join(
        "("
        + " <-> ".join(
            f"{word}:{'*' if begins and at == len(words) else ''}{weight}"
            for at, word in enumerate(words, 1)
        )
        + ")"
        for weight in weights
    )
