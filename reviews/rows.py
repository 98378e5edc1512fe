"""Writing very many rows, each with values of its own.

Django's `bulk_update` builds one CASE over all rows for each field, and `bulk_create`
an object of its own for each value; for ten thousand rows both take longer than
finding out what is to be written.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)


def save_each(model: type[Row], rows: Iterable[Row], fields: Sequence[str]) -> None:
    """Store these fields of rows that exist; to be called in a transaction."""
    meta = model._meta
    chosen = [field for field in meta.concrete_fields if field.name in fields]
    told = ", ".join(f"{_name(field)} = %s" for field in chosen)
    _write(
        f"UPDATE {_table(model)} SET {told} WHERE {_name(meta.pk)} = %s",
        [[*_values(row, chosen), row.pk] for row in rows],
    )


def insert_each(
    model: type[Row], fields: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Store rows that are new, by the values of all fields that have no default.

    To be called in a transaction.
    """
    by_name = {field.name: field for field in model._meta.concrete_fields}
    chosen = [by_name[name] for name in fields]
    names = ", ".join(map(_name, chosen))
    places = ", ".join(["%s"] * len(chosen))
    _write(
        f"INSERT INTO {_table(model)} ({names}) VALUES ({places})",
        [
            [
                field.get_db_prep_save(value, connection)
                for field, value in zip(chosen, row, strict=True)
            ]
            for row in rows
        ],
    )


def _write(statement: str, values: Sequence[Sequence[Any]]) -> None:
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)


def _table(model: type[Row]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _name(field: "models.Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))


def _values(row: Row, fields: Iterable["models.Field[Any, Any]"]) -> list[Any]:
    return [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for field in fields
    ]
