"""Whether the index holds the words of all records, and nothing else.

On SQLite the words are indexed anew beside it, and each word is counted in both; on
PostgreSQL each row is made anew and compared.
"""

from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper

from reviews.terms import index

_FRESH = "temp.reviews_record_fresh"


@transaction.atomic
def check() -> list[str]:
    """Return in words what is wrong with the index; nothing, where it is right."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _postgresql(cursor)
        return _sqlite(cursor)


def _postgresql(cursor: CursorWrapper) -> list[str]:
    wrong = []
    for told, joined, condition in (
        ("records are not in the index", "LEFT", "index.record_id IS NULL"),
        ("records of the index are none", "RIGHT", "reviews_record.id IS NULL"),
        ("records stand there with other words", "INNER", index.DIFFERS),
    ):
        cursor.execute(
            f"SELECT count(*) FROM reviews_record {joined} JOIN {index.TABLE} AS index "
            f"ON index.record_id = reviews_record.id WHERE {condition}"
        )
        wrong += _told(told, cursor.fetchone()[0])
    return wrong


def _sqlite(cursor: CursorWrapper) -> list[str]:
    name = index.TABLE
    try:
        with transaction.atomic():
            cursor.execute(f"INSERT INTO {name}({name}) VALUES('integrity-check')")
    except DatabaseError:
        return ["The index is damaged."]
    index.create_virtual_table(cursor, _FRESH)
    fresh = _FRESH.rpartition(".")[2]
    try:
        cursor.execute(
            f"CREATE VIRTUAL TABLE temp.held_words USING fts5vocab(main, {name}, col)"
        )
        cursor.execute(
            f"CREATE VIRTUAL TABLE temp.fresh_words USING fts5vocab(temp, {fresh}, col)"
        )
        return _compared(cursor, name, _FRESH)
    finally:
        for table in ("temp.held_words", "temp.fresh_words", _FRESH):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")


def _compared(cursor: CursorWrapper, held: str, fresh: str) -> list[str]:
    wrong = []
    for told, there, here, columns in (
        ("records are not in the index", fresh, held, "rowid"),
        ("records of the index are none", held, fresh, "rowid"),
        ("words are not in the index", "fresh_words", "held_words", "*"),
        ("words of the index stand nowhere", "held_words", "fresh_words", "*"),
    ):
        cursor.execute(
            f"SELECT count(*) FROM (SELECT {columns} FROM {there} "
            f"EXCEPT SELECT {columns} FROM {here})"
        )
        wrong += _told(told, cursor.fetchone()[0])
    return wrong


def _told(what: str, number: int) -> list[str]:
    return [f"{number:,} {what}."] if number else []
