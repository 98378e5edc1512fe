"""The words of all records are indexed, and searches can be saved."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# What the index was made of at this step; a later change is a step of its own.
_SQLITE = (
    """CREATE TABLE reviews_record_letter (number integer PRIMARY KEY, letter text NOT NULL, told text NOT NULL)""",
    """INSERT INTO reviews_record_letter(letter, told) VALUES (%s, %s)""",
    """CREATE VIEW reviews_record_words AS SELECT id, (SELECT CASE WHEN length(CAST(raw AS BLOB)) = length(raw) OR raw NOT GLOB '*[Ά-ϵµΩßẞæÆœŒøØđĐðÐłŁþÞıİÅ⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ﬀﬁﬂﬃﬄ\xad\u200b\u200c\u200d\u2060\ufeff]*' THEN raw ELSE (WITH RECURSIVE spelt(word, at) AS (SELECT raw, 0 UNION ALL SELECT replace(word, letter, told), number FROM spelt JOIN reviews_record_letter ON number = (SELECT min(number) FROM reviews_record_letter WHERE number > at AND instr(word, letter))) SELECT word FROM spelt ORDER BY at DESC LIMIT 1) END FROM (SELECT reviews_record.title AS raw)) AS title, (SELECT CASE WHEN length(CAST(raw AS BLOB)) = length(raw) OR raw NOT GLOB '*[Ά-ϵµΩßẞæÆœŒøØđĐðÐłŁþÞıİÅ⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ﬀﬁﬂﬃﬄ\xad\u200b\u200c\u200d\u2060\ufeff]*' THEN raw ELSE (WITH RECURSIVE spelt(word, at) AS (SELECT raw, 0 UNION ALL SELECT replace(word, letter, told), number FROM spelt JOIN reviews_record_letter ON number = (SELECT min(number) FROM reviews_record_letter WHERE number > at AND instr(word, letter))) SELECT word FROM spelt ORDER BY at DESC LIMIT 1) END FROM (SELECT reviews_record.abstract AS raw)) AS abstract, (SELECT CASE WHEN length(CAST(raw AS BLOB)) = length(raw) OR raw NOT GLOB '*[Ά-ϵµΩßẞæÆœŒøØđĐðÐłŁþÞıİÅ⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ﬀﬁﬂﬃﬄ\xad\u200b\u200c\u200d\u2060\ufeff]*' THEN raw ELSE (WITH RECURSIVE spelt(word, at) AS (SELECT raw, 0 UNION ALL SELECT replace(word, letter, told), number FROM spelt JOIN reviews_record_letter ON number = (SELECT min(number) FROM reviews_record_letter WHERE number > at AND instr(word, letter))) SELECT word FROM spelt ORDER BY at DESC LIMIT 1) END FROM (SELECT (SELECT group_concat(value, ' ') FROM json_each(reviews_record.authors)) AS raw)) AS author, (SELECT CASE WHEN length(CAST(raw AS BLOB)) = length(raw) OR raw NOT GLOB '*[Ά-ϵµΩßẞæÆœŒøØđĐðÐłŁþÞıİÅ⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ﬀﬁﬂﬃﬄ\xad\u200b\u200c\u200d\u2060\ufeff]*' THEN raw ELSE (WITH RECURSIVE spelt(word, at) AS (SELECT raw, 0 UNION ALL SELECT replace(word, letter, told), number FROM spelt JOIN reviews_record_letter ON number = (SELECT min(number) FROM reviews_record_letter WHERE number > at AND instr(word, letter))) SELECT word FROM spelt ORDER BY at DESC LIMIT 1) END FROM (SELECT (SELECT group_concat(value, ' ') FROM json_each(reviews_record.keywords)) AS raw)) AS keyword, (SELECT CASE WHEN length(CAST(raw AS BLOB)) = length(raw) OR raw NOT GLOB '*[Ά-ϵµΩßẞæÆœŒøØđĐðÐłŁþÞıİÅ⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ﬀﬁﬂﬃﬄ\xad\u200b\u200c\u200d\u2060\ufeff]*' THEN raw ELSE (WITH RECURSIVE spelt(word, at) AS (SELECT raw, 0 UNION ALL SELECT replace(word, letter, told), number FROM spelt JOIN reviews_record_letter ON number = (SELECT min(number) FROM reviews_record_letter WHERE number > at AND instr(word, letter))) SELECT word FROM spelt ORDER BY at DESC LIMIT 1) END FROM (SELECT reviews_record.journal AS raw)) AS journal, (SELECT CASE WHEN length(CAST(raw AS BLOB)) = length(raw) OR raw NOT GLOB '*[Ά-ϵµΩßẞæÆœŒøØđĐðÐłŁþÞıİÅ⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ﬀﬁﬂﬃﬄ\xad\u200b\u200c\u200d\u2060\ufeff]*' THEN raw ELSE (WITH RECURSIVE spelt(word, at) AS (SELECT raw, 0 UNION ALL SELECT replace(word, letter, told), number FROM spelt JOIN reviews_record_letter ON number = (SELECT min(number) FROM reviews_record_letter WHERE number > at AND instr(word, letter))) SELECT word FROM spelt ORDER BY at DESC LIMIT 1) END FROM (SELECT reviews_record.doi AS raw)) AS doi, (SELECT CASE WHEN length(CAST(raw AS BLOB)) = length(raw) OR raw NOT GLOB '*[Ά-ϵµΩßẞæÆœŒøØđĐðÐłŁþÞıİÅ⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉ﬀﬁﬂﬃﬄ\xad\u200b\u200c\u200d\u2060\ufeff]*' THEN raw ELSE (WITH RECURSIVE spelt(word, at) AS (SELECT raw, 0 UNION ALL SELECT replace(word, letter, told), number FROM spelt JOIN reviews_record_letter ON number = (SELECT min(number) FROM reviews_record_letter WHERE number > at AND instr(word, letter))) SELECT word FROM spelt ORDER BY at DESC LIMIT 1) END FROM (SELECT reviews_record.pmid AS raw)) AS pmid FROM reviews_record""",
    """CREATE VIRTUAL TABLE reviews_record_index USING fts5(title, abstract, author, keyword, journal, doi, pmid, content='', tokenize='unicode61 remove_diacritics 2')""",
    """INSERT INTO reviews_record_index(rowid, title, abstract, author, keyword, journal, doi, pmid) SELECT id, title, abstract, author, keyword, journal, doi, pmid FROM reviews_record_words""",
    """CREATE TRIGGER reviews_record_index_inserted AFTER INSERT ON reviews_record BEGIN INSERT INTO reviews_record_index(rowid, title, abstract, author, keyword, journal, doi, pmid) SELECT id, title, abstract, author, keyword, journal, doi, pmid FROM reviews_record_words WHERE id = new.id; END""",
    """CREATE TRIGGER reviews_record_index_deleted BEFORE DELETE ON reviews_record BEGIN INSERT INTO reviews_record_index(reviews_record_index, rowid, title, abstract, author, keyword, journal, doi, pmid) SELECT 'delete', id, title, abstract, author, keyword, journal, doi, pmid FROM reviews_record_words WHERE id = old.id; END""",
    """CREATE TRIGGER reviews_record_index_changing BEFORE UPDATE OF id, title, abstract, authors, keywords, journal, doi, pmid ON reviews_record WHEN old.id IS NOT new.id OR old.title IS NOT new.title OR old.abstract IS NOT new.abstract OR old.authors IS NOT new.authors OR old.keywords IS NOT new.keywords OR old.journal IS NOT new.journal OR old.doi IS NOT new.doi OR old.pmid IS NOT new.pmid BEGIN INSERT INTO reviews_record_index(reviews_record_index, rowid, title, abstract, author, keyword, journal, doi, pmid) SELECT 'delete', id, title, abstract, author, keyword, journal, doi, pmid FROM reviews_record_words WHERE id = old.id; END""",
    """CREATE TRIGGER reviews_record_index_changed AFTER UPDATE OF id, title, abstract, authors, keywords, journal, doi, pmid ON reviews_record WHEN old.id IS NOT new.id OR old.title IS NOT new.title OR old.abstract IS NOT new.abstract OR old.authors IS NOT new.authors OR old.keywords IS NOT new.keywords OR old.journal IS NOT new.journal OR old.doi IS NOT new.doi OR old.pmid IS NOT new.pmid BEGIN INSERT INTO reviews_record_index(rowid, title, abstract, author, keyword, journal, doi, pmid) SELECT id, title, abstract, author, keyword, journal, doi, pmid FROM reviews_record_words WHERE id = new.id; END""",
)

_SQLITE_DROPPED = (
    "DROP TRIGGER IF EXISTS reviews_record_index_inserted",
    "DROP TRIGGER IF EXISTS reviews_record_index_deleted",
    "DROP TRIGGER IF EXISTS reviews_record_index_changing",
    "DROP TRIGGER IF EXISTS reviews_record_index_changed",
    "DROP TABLE IF EXISTS reviews_record_index",
    "DROP VIEW IF EXISTS reviews_record_words",
    "DROP TABLE IF EXISTS reviews_record_letter",
)

_LETTERS = {
    "α": "alpha",
    "β": "beta",
    "γ": "gamma",
    "δ": "delta",
    "ε": "epsilon",
    "ζ": "zeta",
    "η": "eta",
    "θ": "theta",
    "ι": "iota",
    "κ": "kappa",
    "λ": "lambda",
    "μ": "mu",
    "ν": "nu",
    "ξ": "xi",
    "ο": "omicron",
    "π": "pi",
    "ρ": "rho",
    "σ": "sigma",
    "τ": "tau",
    "υ": "upsilon",
    "φ": "phi",
    "χ": "chi",
    "ψ": "psi",
    "ω": "omega",
    "Α": "alpha",
    "Β": "beta",
    "Γ": "gamma",
    "Δ": "delta",
    "Ε": "epsilon",
    "Ζ": "zeta",
    "Η": "eta",
    "Θ": "theta",
    "Ι": "iota",
    "Κ": "kappa",
    "Λ": "lambda",
    "Μ": "mu",
    "Ν": "nu",
    "Ξ": "xi",
    "Ο": "omicron",
    "Π": "pi",
    "Ρ": "rho",
    "Σ": "sigma",
    "Τ": "tau",
    "Υ": "upsilon",
    "Φ": "phi",
    "Χ": "chi",
    "Ψ": "psi",
    "Ω": "omega",
    "ς": "sigma",
    "µ": "mu",
    "\u2126": "omega",
    "ϕ": "phi",
    "ϑ": "theta",
    "ϵ": "epsilon",
    "ά": "alpha",
    "έ": "epsilon",
    "ή": "eta",
    "ί": "iota",
    "ό": "omicron",
    "ύ": "upsilon",
    "ώ": "omega",
    "ϊ": "iota",
    "ϋ": "upsilon",
    "ΐ": "iota",
    "ΰ": "upsilon",
    "Ά": "alpha",
    "Έ": "epsilon",
    "Ή": "eta",
    "Ί": "iota",
    "Ό": "omicron",
    "Ύ": "upsilon",
    "Ώ": "omega",
    "Ϊ": "iota",
    "Ϋ": "upsilon",
    "ß": "ss",
    "ẞ": "ss",
    "æ": "ae",
    "Æ": "ae",
    "œ": "oe",
    "Œ": "oe",
    "ø": "o",
    "Ø": "o",
    "đ": "d",
    "Đ": "d",
    "ð": "d",
    "Ð": "d",
    "ł": "l",
    "Ł": "l",
    "þ": "th",
    "Þ": "th",
    "ı": "i",
    "İ": "i",
    "\u212b": "a",
    "⁰": "0",
    "¹": "1",
    "²": "2",
    "³": "3",
    "⁴": "4",
    "⁵": "5",
    "⁶": "6",
    "⁷": "7",
    "⁸": "8",
    "⁹": "9",
    "₀": "0",
    "₁": "1",
    "₂": "2",
    "₃": "3",
    "₄": "4",
    "₅": "5",
    "₆": "6",
    "₇": "7",
    "₈": "8",
    "₉": "9",
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "\xad": "",
    "\u200b": "",
    "\u200c": "",
    "\u200d": "",
    "\u2060": "",
    "\ufeff": "",
}

_POSTGRESQL = (
    """CREATE FUNCTION twofold_words(t text) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT CASE WHEN octet_length(t) = char_length(t)
            THEN regexp_replace(lower(t COLLATE "und-x-icu"), '[^0-9a-z]+', ' ', 'g')
            ELSE regexp_replace(lower(normalize(regexp_replace(normalize(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(translate(normalize(t COLLATE "und-x-icu", NFC), 'øØđĐðÐłŁıİÅ⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉\xad\u200b\u200c\u200d\u2060\ufeff', 'ooddddlliia01234567890123456789'), 'α', 'alpha'), 'β', 'beta'), 'γ', 'gamma'), 'δ', 'delta'), 'ε', 'epsilon'), 'ζ', 'zeta'), 'η', 'eta'), 'θ', 'theta'), 'ι', 'iota'), 'κ', 'kappa'), 'λ', 'lambda'), 'μ', 'mu'), 'ν', 'nu'), 'ξ', 'xi'), 'ο', 'omicron'), 'π', 'pi'), 'ρ', 'rho'), 'σ', 'sigma'), 'τ', 'tau'), 'υ', 'upsilon'), 'φ', 'phi'), 'χ', 'chi'), 'ψ', 'psi'), 'ω', 'omega'), 'Α', 'alpha'), 'Β', 'beta'), 'Γ', 'gamma'), 'Δ', 'delta'), 'Ε', 'epsilon'), 'Ζ', 'zeta'), 'Η', 'eta'), 'Θ', 'theta'), 'Ι', 'iota'), 'Κ', 'kappa'), 'Λ', 'lambda'), 'Μ', 'mu'), 'Ν', 'nu'), 'Ξ', 'xi'), 'Ο', 'omicron'), 'Π', 'pi'), 'Ρ', 'rho'), 'Σ', 'sigma'), 'Τ', 'tau'), 'Υ', 'upsilon'), 'Φ', 'phi'), 'Χ', 'chi'), 'Ψ', 'psi'), 'Ω', 'omega'), 'ς', 'sigma'), 'µ', 'mu'), 'Ω', 'omega'), 'ϕ', 'phi'), 'ϑ', 'theta'), 'ϵ', 'epsilon'), 'ά', 'alpha'), 'έ', 'epsilon'), 'ή', 'eta'), 'ί', 'iota'), 'ό', 'omicron'), 'ύ', 'upsilon'), 'ώ', 'omega'), 'ϊ', 'iota'), 'ϋ', 'upsilon'), 'ΐ', 'iota'), 'ΰ', 'upsilon'), 'Ά', 'alpha'), 'Έ', 'epsilon'), 'Ή', 'eta'), 'Ί', 'iota'), 'Ό', 'omicron'), 'Ύ', 'upsilon'), 'Ώ', 'omega'), 'Ϊ', 'iota'), 'Ϋ', 'upsilon'), 'ß', 'ss'), 'ẞ', 'ss'), 'æ', 'ae'), 'Æ', 'ae'), 'œ', 'oe'), 'Œ', 'oe'), 'þ', 'th'), 'Þ', 'th'), 'ﬀ', 'ff'), 'ﬁ', 'fi'), 'ﬂ', 'fl'), 'ﬃ', 'ffi'), 'ﬄ', 'ffl'), NFD), '([A-Za-z])[̀-ͯ]+', '\\1', 'g'), NFC)), '[^[:alnum:]]+', ' ', 'g') END
        $$""",
    """CREATE FUNCTION twofold_list(l jsonb) RETURNS text
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(string_agg(value, ' ' ORDER BY number), '')
        FROM jsonb_array_elements_text(l) WITH ORDINALITY AS each(value, number)
        $$""",
    """CREATE FUNCTION twofold_vector(t text, weight text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
        SELECT coalesce(string_agg(
            left(word, 500) || ':' || least(place, 16383) || weight, ' '
        ), '')::tsvector
        FROM unnest(string_to_array(
            btrim(twofold_words(left(t, 200000))), ' '
        )) WITH ORDINALITY AS each(word, place) WHERE word <> ''
        $$""",
    """CREATE TABLE reviews_record_index (
            record_id bigint PRIMARY KEY,
            words tsvector NOT NULL,
            facts tsvector NOT NULL
        )""",
    """CREATE INDEX reviews_record_index_words ON reviews_record_index USING gin (words)""",
    """CREATE INDEX reviews_record_index_facts ON reviews_record_index USING gin (facts)""",
    """CREATE FUNCTION reviews_record_index_keep() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                DELETE FROM reviews_record_index WHERE record_id = old.id;
                RETURN old;
            END IF;
            INSERT INTO reviews_record_index (record_id, words, facts)
            VALUES (new.id, twofold_vector(new.title, 'A') || twofold_vector(new.abstract, 'B') || twofold_vector(twofold_list(new.authors), 'C') || twofold_vector(twofold_list(new.keywords), 'D'), twofold_vector(new.journal, 'A') || twofold_vector(new.doi, 'B') || twofold_vector(new.pmid, 'C'))
            ON CONFLICT (record_id) DO UPDATE
            SET words = excluded.words, facts = excluded.facts;
            RETURN new;
        END $$""",
    """CREATE FUNCTION reviews_record_index_empty() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN TRUNCATE reviews_record_index; RETURN NULL; END $$""",
    """CREATE TRIGGER reviews_record_index_inserted AFTER INSERT ON reviews_record FOR EACH ROW  EXECUTE FUNCTION reviews_record_index_keep()""",
    """CREATE TRIGGER reviews_record_index_deleted AFTER DELETE ON reviews_record FOR EACH ROW  EXECUTE FUNCTION reviews_record_index_keep()""",
    """CREATE TRIGGER reviews_record_index_changed AFTER UPDATE OF title, abstract, authors, keywords, journal, doi, pmid ON reviews_record FOR EACH ROW WHEN (old.title IS DISTINCT FROM new.title OR old.abstract IS DISTINCT FROM new.abstract OR old.authors IS DISTINCT FROM new.authors OR old.keywords IS DISTINCT FROM new.keywords OR old.journal IS DISTINCT FROM new.journal OR old.doi IS DISTINCT FROM new.doi OR old.pmid IS DISTINCT FROM new.pmid) EXECUTE FUNCTION reviews_record_index_keep()""",
    """CREATE TRIGGER reviews_record_index_emptied AFTER TRUNCATE ON reviews_record EXECUTE FUNCTION reviews_record_index_empty()""",
    """INSERT INTO reviews_record_index (record_id, words, facts) SELECT id, twofold_vector(title, 'A') || twofold_vector(abstract, 'B') || twofold_vector(twofold_list(authors), 'C') || twofold_vector(twofold_list(keywords), 'D'), twofold_vector(journal, 'A') || twofold_vector(doi, 'B') || twofold_vector(pmid, 'C') FROM reviews_record""",
)

_POSTGRESQL_DROPPED = (
    "DROP TRIGGER IF EXISTS reviews_record_index_inserted ON reviews_record",
    "DROP TRIGGER IF EXISTS reviews_record_index_deleted ON reviews_record",
    "DROP TRIGGER IF EXISTS reviews_record_index_changed ON reviews_record",
    "DROP TRIGGER IF EXISTS reviews_record_index_emptied ON reviews_record",
    "DROP TABLE IF EXISTS reviews_record_index",
    "DROP FUNCTION IF EXISTS reviews_record_index_keep()",
    "DROP FUNCTION IF EXISTS reviews_record_index_empty()",
    "DROP FUNCTION IF EXISTS twofold_vector(text, text)",
    "DROP FUNCTION IF EXISTS twofold_words(text)",
    "DROP FUNCTION IF EXISTS twofold_list(jsonb)",
)


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    with schema_editor.connection.cursor() as cursor:
        if schema_editor.connection.vendor == "postgresql":
            for statement in _POSTGRESQL:
                cursor.execute(statement)
            return
        letters, fill_letters, *rest = _SQLITE
        cursor.execute(letters)
        cursor.executemany(fill_letters, list(_LETTERS.items()))
        for statement in rest:
            cursor.execute(statement)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    with schema_editor.connection.cursor() as cursor:
        for statement in _POSTGRESQL_DROPPED if is_postgresql else _SQLITE_DROPPED:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("reviews", "0008_a_plan_for_each_review")]

    operations = [
        migrations.RunPython(create, drop),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "page",
                    models.CharField(
                        choices=[
                            ("records", "Records"),
                            ("screening", "Titles and abstracts as a list"),
                            ("decisions", "My decisions"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(max_length=100)),
                ("query", models.TextField()),
                (
                    "is_shared",
                    models.BooleanField(
                        default=False, verbose_name="shared with the team"
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_filters",
                        to="reviews.review",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("review", "owner", "page", "name"),
                        name="saved_filter_name_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("page__in", ["records", "screening", "decisions"])
                        ),
                        name="saved_filter_page_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("page", "decisions"), _negated=True),
                            ("is_shared", False),
                            _connector="OR",
                        ),
                        name="saved_filter_of_own_decisions_not_shared",
                    ),
                ],
            },
        ),
    ]
