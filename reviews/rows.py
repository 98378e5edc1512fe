"""Writing very many rows, each with values of its own.

Django's `bulk_update` builds one CASE over all rows for each field, and `bulk_create`
an object of its own for each value; for ten thousand rows both take longer than
finding out what is to be written.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

Values = Sequence[Any]
Field = models.Field[Any, Any]

# What every database takes as it is.
_PLAIN = frozenset((int, str, bytes, type(None)))


def save_each(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Values]
) -> None:
    """Store these fields of rows that exist, given as key and values.

    A related row is given by its key. To be called in a transaction.
    """
    chosen = _fields(model, fields)
    told = ", ".join(f"{_name(field)} = %s" for field in chosen)
    _write(
        f"UPDATE {_table(model)} SET {told} WHERE {_name(model._meta.pk)} = %s",
        [[*_prepared(chosen, values), key] for key, *values in rows],
    )


def insert_each(
    model: type[models.Model], fields: Sequence[str], rows: Iterable[Values]
) -> None:
    """Store rows that are new; fields that are not named must be able to be empty.

    A related row is given by its key. To be called in a transaction.
    """
    chosen = _fields(model, fields)
    names = ", ".join(map(_name, chosen))
    places = ", ".join(["%s"] * len(chosen))
    _write(
        f"INSERT INTO {_table(model)} ({names}) VALUES ({places})",
        [_prepared(chosen, values) for values in rows],
    )


def _write(statement: str, rows: Sequence[Values]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(statement, rows)


def _fields(model: type[models.Model], names: Sequence[str]) -> list[Field]:
    by_name = {field.name: field for field in model._meta.concrete_fields}
    return [by_name[name] for name in names]


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _name(field: Field) -> str:
    return connection.ops.quote_name(str(field.column))


def _prepared(fields: Sequence[Field], values: Values) -> list[Any]:
    return [
        value if type(value) in _PLAIN else field.get_db_prep_save(value, connection)
        for field, value in zip(fields, values, strict=True)
    ]
