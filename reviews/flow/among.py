"""A condition that the key of a row is one of many, as a single parameter.

A list of parameters has a limit on SQLite, which a review of 100,000 records passes.
"""

from collections.abc import Collection
from json import dumps
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, TextField, Value
from django.db.models.sql.compiler import SQLCompiler


class Among(Func):
    """True for the rows whose key is in the collection."""

    output_field = BooleanField()
    arity = 2

    def __init__(self, keys: Collection[int]) -> None:
        text = dumps(sorted(keys), separators=(",", ":"))
        super().__init__(F("pk"), Value(text, output_field=TextField()))

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        return self._as(compiler, "SELECT value FROM json_each({})")

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        return self._as(
            compiler, "SELECT value::bigint FROM json_array_elements_text({}::json)"
        )

    def _as(self, compiler: SQLCompiler, inner: str) -> Any:
        key, keys = self.get_source_expressions()
        key_sql, key_parameters = compiler.compile(key)
        keys_sql, keys_parameters = compiler.compile(keys)
        return (
            f"{key_sql} IN ({inner.format(keys_sql)})",
            (*key_parameters, *keys_parameters),
        )
