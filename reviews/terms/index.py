"""The index of the words of all records, kept by the database itself.

Triggers follow whatever is written to a record, by whichever way: an import, an edit,
an archive that is restored. On SQLite it is an FTS5 table without a copy of the text;
on PostgreSQL a table of two tsvectors, made by functions that need no extension. Both
are given the letters of `folding`, so that both find the same.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from reviews.terms import folding

TABLE = "reviews_record_index"
# The columns of the index, in their order, and what of a record they hold.
COLUMNS = ("title", "abstract", "author", "keyword", "journal", "doi", "pmid")
_SOURCES = ("title", "abstract", "authors", "keywords", "journal", "doi", "pmid")
_LISTS = ("authors", "keywords")
# On SQLite: the texts as they are indexed, and the letters that are spelt out in them.
VIEW = "reviews_record_words"
LETTERS = "reviews_record_letter"


def create(connection: BaseDatabaseWrapper) -> None:
    """Make the index with the triggers that keep it, of all records there are."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in _postgresql():
                cursor.execute(statement)
            cursor.execute(
                f"INSERT INTO {TABLE} (record_id, words, facts) "
                f"SELECT id, {_vector('')}, {_facts('')} FROM reviews_record"
            )
            return
        cursor.execute(
            f"CREATE TABLE {LETTERS} "
            "(number integer PRIMARY KEY, letter text NOT NULL, told text NOT NULL)"
        )
        cursor.executemany(
            f"INSERT INTO {LETTERS}(letter, told) VALUES (%s, %s)",
            list(folding.LETTERS.items()),
        )
        cursor.execute(_sqlite_view())
        create_virtual_table(cursor, TABLE)
        for statement in _sqlite_triggers():
            cursor.execute(statement)


def create_virtual_table(cursor: CursorWrapper, table: str) -> None:
    """Make a table of the words of all records on SQLite."""
    columns = ", ".join(COLUMNS)
    cursor.execute(
        f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, content='', "
        "tokenize='unicode61 remove_diacritics 2')"
    )
    cursor.execute(
        f"INSERT INTO {table}(rowid, {columns}) SELECT id, {columns} FROM {VIEW}"
    )


def drop(connection: BaseDatabaseWrapper) -> None:
    """Take the index away with all that keeps it."""
    with connection.cursor() as cursor:
        names = _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE
        for name in names:
            kind, _, rest = name.partition(" ")
            cursor.execute(f"DROP {kind} IF EXISTS {rest}")


def rebuild(connection: BaseDatabaseWrapper) -> None:
    """Make the index anew; to be called in a transaction."""
    drop(connection)
    create(connection)


_SQLITE = (
    *(f"TRIGGER {TABLE}_{name}" for name in ("inserted", "deleted")),
    *(f"TRIGGER {TABLE}_{name}" for name in ("changing", "changed")),
    f"TABLE {TABLE}",
    f"VIEW {VIEW}",
    f"TABLE {LETTERS}",
)
_POSTGRESQL = (
    *(
        f"TRIGGER {TABLE}_{name} ON reviews_record"
        for name in ("inserted", "deleted", "changed", "emptied")
    ),
    f"TABLE {TABLE}",
    f"FUNCTION {TABLE}_keep()",
    f"FUNCTION {TABLE}_empty()",
    "FUNCTION twofold_vector(text, text)",
    "FUNCTION twofold_words(text)",
    "FUNCTION twofold_list(jsonb)",
)


# SQLite ---------------------------------------------------------------------


def _sqlite_view() -> str:
    texts = ", ".join(
        f"{_spelt(source)} AS {column}"
        for column, source in zip(COLUMNS, _SOURCES, strict=True)
    )
    return f"CREATE VIEW {VIEW} AS SELECT id, {texts} FROM reviews_record"


def _spelt(source: str) -> str:
    """Return the SQL of a text with its letters spelt out; few texts have any."""
    text = f"reviews_record.{source}"
    if source in _LISTS:
        text = f"(SELECT group_concat(value, ' ') FROM json_each({text}))"
    letters = "".join(each for each in folding.LETTERS if not "Ά" <= each <= "ϵ")
    return (
        "(SELECT CASE WHEN length(CAST(raw AS BLOB)) = length(raw) "
        f"OR raw NOT GLOB '*[Ά-ϵ{letters}]*' THEN raw ELSE ("
        "WITH RECURSIVE spelt(word, at) AS (SELECT raw, 0 UNION ALL "
        "SELECT replace(word, letter, told), number "
        f"FROM spelt JOIN {LETTERS} ON number = (SELECT min(number) FROM {LETTERS} "
        "WHERE number > at AND instr(word, letter))"
        ") SELECT word FROM spelt ORDER BY at DESC LIMIT 1) END "
        f"FROM (SELECT {text} AS raw))"
    )


def _sqlite_triggers() -> list[str]:
    columns = ", ".join(COLUMNS)
    insert = (
        f"BEGIN INSERT INTO {TABLE}(rowid, {columns}) "
        f"SELECT id, {columns} FROM {VIEW} WHERE id = new.id; END"
    )
    # Without a copy of its own the index is told which words go, while they stand.
    delete = (
        f"BEGIN INSERT INTO {TABLE}({TABLE}, rowid, {columns}) "
        f"SELECT 'delete', id, {columns} FROM {VIEW} WHERE id = old.id; END"
    )
    changed = " OR ".join(f"old.{name} IS NOT new.{name}" for name in ("id", *_SOURCES))
    update = f"UPDATE OF id, {', '.join(_SOURCES)} ON reviews_record WHEN {changed}"
    return [
        f"CREATE TRIGGER {TABLE}_inserted AFTER INSERT ON reviews_record {insert}",
        f"CREATE TRIGGER {TABLE}_deleted BEFORE DELETE ON reviews_record {delete}",
        f"CREATE TRIGGER {TABLE}_changing BEFORE {update} {delete}",
        f"CREATE TRIGGER {TABLE}_changed AFTER {update} {insert}",
    ]


# PostgreSQL -----------------------------------------------------------------

# A word and a text longer than these do not fit into a tsvector.
_LONGEST_WORD = 500
_LONGEST_TEXT = 200_000


def _postgresql() -> list[str]:
    several = {
        letter: told for letter, told in folding.LETTERS.items() if len(told) > 1
    }
    single = {letter: told for letter, told in folding.LETTERS.items() if len(told) < 2}
    # translate() takes away what has no counterpart, so those letters stand last.
    single = dict(sorted(single.items(), key=lambda pair: not pair[1]))
    collation = 'COLLATE "und-x-icu"'
    here, there = "".join(single), "".join(single.values())
    spelt = f"translate(normalize(t {collation}, NFC), '{here}', '{there}')"
    for letter, told in several.items():
        spelt = f"replace({spelt}, '{letter}', '{told}')"
    bare = (
        f"lower(normalize(regexp_replace(normalize({spelt}, NFD), "
        f"'([A-Za-z])[\u0300-\u036f]+', '\\1', 'g'), NFC))"
    )
    return [
        f"""CREATE FUNCTION twofold_words(t text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT CASE WHEN octet_length(t) = char_length(t)
            THEN regexp_replace(lower(t {collation}), '[^0-9a-z]+', ' ', 'g')
            ELSE regexp_replace({bare}, '[^[:alnum:]]+', ' ', 'g') END
        $$""",
        """CREATE FUNCTION twofold_list(l jsonb) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(string_agg(value, ' ' ORDER BY number), '')
        FROM jsonb_array_elements_text(l) WITH ORDINALITY AS each(value, number)
        $$""",
        # The parser of the database would take numbers and addresses apart its own way.
        f"""CREATE FUNCTION twofold_vector(t text, weight text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(string_agg(
            left(word, {_LONGEST_WORD}) || ':' || least(place, 16383) || weight, ' '
        ), '')::tsvector
        FROM unnest(string_to_array(
            btrim(twofold_words(left(t, {_LONGEST_TEXT}))), ' '
        )) WITH ORDINALITY AS each(word, place) WHERE word <> ''
        $$""",
        f"""CREATE TABLE {TABLE} (
            record_id bigint PRIMARY KEY,
            words tsvector NOT NULL,
            facts tsvector NOT NULL
        )""",
        f"CREATE INDEX {TABLE}_words ON {TABLE} USING gin (words)",
        f"CREATE INDEX {TABLE}_facts ON {TABLE} USING gin (facts)",
        f"""CREATE FUNCTION {TABLE}_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                DELETE FROM {TABLE} WHERE record_id = old.id;
                RETURN old;
            END IF;
            INSERT INTO {TABLE} (record_id, words, facts)
            VALUES (new.id, {_vector("new.")}, {_facts("new.")})
            ON CONFLICT (record_id) DO UPDATE
            SET words = excluded.words, facts = excluded.facts;
            RETURN new;
        END $$""",
        f"""CREATE FUNCTION {TABLE}_empty() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN TRUNCATE {TABLE}; RETURN NULL; END $$""",
        *_postgresql_triggers(),
    ]


def _postgresql_triggers() -> list[str]:
    changed = " OR ".join(
        f"old.{name} IS DISTINCT FROM new.{name}" for name in _SOURCES
    )
    keep = f"FOR EACH ROW {{}} EXECUTE FUNCTION {TABLE}_keep()"
    on = "ON reviews_record"
    return [
        f"CREATE TRIGGER {TABLE}_inserted AFTER INSERT {on} {keep.format('')}",
        f"CREATE TRIGGER {TABLE}_deleted AFTER DELETE {on} {keep.format('')}",
        f"CREATE TRIGGER {TABLE}_changed AFTER UPDATE OF {', '.join(_SOURCES)} {on} "
        f"{keep.format(f'WHEN ({changed})')}",
        f"CREATE TRIGGER {TABLE}_emptied AFTER TRUNCATE {on} "
        f"EXECUTE FUNCTION {TABLE}_empty()",
    ]


# A tsvector tells four columns apart.
_WORDS = {"title": "A", "abstract": "B", "author": "C", "keyword": "D"}
_FACTS = {"journal": "A", "doi": "B", "pmid": "C"}
WEIGHTS = {
    **{name: ("words", weight) for name, weight in _WORDS.items()},
    **{name: ("facts", weight) for name, weight in _FACTS.items()},
}


def _vector(row: str) -> str:
    return _joined(row, _WORDS)


def _facts(row: str) -> str:
    return _joined(row, _FACTS)


def _joined(row: str, weights: dict[str, str]) -> str:
    parts = []
    for column, weight in weights.items():
        source = _SOURCES[COLUMNS.index(column)]
        text = f"twofold_list({row}{source})" if source in _LISTS else f"{row}{source}"
        parts.append(f"twofold_vector({text}, '{weight}')")
    return " || ".join(parts)


DIFFERS = (
    f"index.words IS DISTINCT FROM ({_vector('reviews_record.')}) "
    f"OR index.facts IS DISTINCT FROM ({_facts('reviews_record.')})"
)
