"""The index follows each write, and both databases find what plain Python finds."""

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import TestCase
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from reviews.models import Record
from reviews.terms import checking, folding, index, narrowing, parsing
from reviews.terms.asking import EVERYWHERE, All, Either, Node, Not, Term, Years
from reviews.terms.matching import has
from tests.factories import create_record, create_staffed_review

ALPHABET = (
    "abcxyzABCXYZ0189 -'’.,:;/()–—\"\u00a0\u00ad±≥×·™°²₂µαβΑΩςέéüñçøßæłİıÅșжЖйñ中"
    "&<%_*{}$"
)
TEXTS = st.text(ALPHABET, max_size=30)
WORDS = st.sampled_from(
    [
        "ketamine",
        "covid-19",
        "TNF-α",
        "Müller",
        "Crohn's",
        "b",
        "trial",
        "trials",
        "mice",
    ]
)
MADE = st.lists(WORDS | TEXTS, max_size=6).map(" ".join)


def found(text: str) -> set[int]:
    asked = parsing.parse(text)
    return set(
        Record.objects.filter(narrowing.condition(asked)).values_list("pk", flat=True)
    )


def texts(record: Record) -> dict[str, str]:
    return {
        "title": record.title,
        "abstract": record.abstract,
        "author": " ".join(record.authors),
        "keyword": " ".join(record.keywords),
        "journal": record.journal,
        "doi": record.doi,
        "pmid": record.pmid,
    }


def is_meant(record: Record, node: Node) -> bool:
    """Tell in plain Python whether a record is what is asked for."""
    match node:
        case Term(_, field, _):
            held = texts(record)
            places = [field] if field else EVERYWHERE
            return any(has(folding.words(held[place]), node) for place in places)
        case Years(first, last):
            year = record.year
            return year is not None and (first or 0) <= year <= (last or 9999)
        case Not(part):
            return not is_meant(record, part)
        case All(parts):
            return all(is_meant(record, part) for part in parts)
        case Either(parts):
            return any(is_meant(record, part) for part in parts)


class FollowingTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(
            review=cls.review,
            title="Ketamine for Crohn’s disease after COVID-19",
            abstract="The level of TNF-α fell. Résumé of naïve patients.",
            authors=["Müller, B", "O'Brien, Zoë"],
            keywords=["Depressive disorder", "Rats"],
            journal="JAMA",
            doi="10.1001/jama.2020.123",
            pmid="123456",
            year=2015,
        )
        cls.other = create_record(
            review=cls.review, title="Esketamine in mice", year=2020
        )

    def assert_finds(self, text: str, *records: Record) -> None:
        self.assertEqual(found(text), {record.pk for record in records}, text)

    def test_finds_by_words_phrases_beginnings_and_fields(self) -> None:
        for text in (
            "ketamine", "KETAMINE", '"ketamine for"', "keta*", "covid-19", "Covid 19",
            "crohn", "crohn's", "Crohn’s", "tnf-alpha", "TNF-α", "tnf α", "resume",
            "NAIVE", "muller", "author:müller", "author:o’brien", "author:zoe",
            "keyword:rats", 'keyword:"depressive dis"*', "journal:jama",
            "doi:10.1001/jama.2020.123", "doi:https://doi.org/10.1001/jama.2020.123",
            "pmid:123456", "year:2015", "year:2010-2015", "year:<2016",
            "ketamine -mice", "ketamine NOT (mice OR esketamine)",
            "title:(covid ketamine)", "nothing OR crohn", "year:2015 ketamine",
            "-year:2020 crohn",
            "-mice",
        ):  # fmt: skip
            self.assert_finds(text, self.record)
        self.assert_finds("ketamine OR esketamine", self.record, self.other)
        self.assert_finds("", self.record, self.other)
        for text in (
            "title:rats",
            "jama",
            "ketamines",
            '"disease covid"',
            "(",
            "-",
            "*",
        ):
            self.assert_finds(text)

    def test_follows_a_change_and_a_deletion(self) -> None:
        Record.objects.filter(pk=self.other.pk).update(title="Placebo in rats")
        self.assert_finds("esketamine")
        self.assert_finds("title:placebo", self.other)
        self.other.delete()
        self.assert_finds("title:placebo")
        self.assertEqual(checking.check(), [])

    def test_follows_rows_that_come_in_bulk(self) -> None:
        Record.objects.bulk_create(
            Record(review=self.review, search=self.other.search, title=f"Bulk {number}")
            for number in range(30)
        )
        self.assertEqual(len(found("bulk")), 30)
        Record.objects.filter(title__startswith="Bulk").delete()
        self.assertEqual(found("bulk"), set())
        self.assertEqual(checking.check(), [])

    def test_the_command_finds_what_is_missing_and_makes_it_anew(self) -> None:
        with connection.cursor() as cursor:
            on = " ON reviews_record" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER reviews_record_index_inserted{on}")
        create_record(review=self.review, title="Nobody indexed this")
        missing = "1 records are not in the index."
        self.assertIn(missing, checking.check())
        if connection.vendor == "postgresql":
            self.assertEqual(checking.check(), [missing])
        with self.assertRaisesMessage(CommandError, "1 "):
            call_command("check_search")
        call_command("check_search", rebuild=True, verbosity=0)

    def test_the_check_finds_what_stands_in_the_index_of_no_record(self) -> None:
        with connection.cursor() as cursor:
            on = " ON reviews_record" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER reviews_record_index_deleted{on}")
        self.other.delete()
        self.assertIn("1 records of the index are none.", checking.check())


class MigratedTests(TestCase):
    def made(self) -> list[tuple[str, str]]:
        """Return what the database holds of the index, as it was written."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc "
                    "WHERE proname LIKE %s OR proname LIKE %s "
                    "UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
                    "WHERE tgname LIKE %s ORDER BY 1",
                    ["twofold%", f"{index.TABLE}%", f"{index.TABLE}%"],
                )
                return list(cursor.fetchall())
            cursor.execute(
                "SELECT name, sql FROM sqlite_master "
                "WHERE name LIKE %s OR name IN (%s, %s) ORDER BY name",
                [f"{index.TABLE}%", index.VIEW, index.LETTERS],
            )
            found = list(cursor.fetchall())
            cursor.execute(f"SELECT letter, told FROM {index.LETTERS} ORDER BY number")
            return found + list(cursor.fetchall())

    def test_the_migrations_make_what_is_made_anew(self) -> None:
        """Whoever changes the index writes the migration that changes it."""
        migrated = self.made()
        index.rebuild(connection)
        self.assertEqual(migrated, self.made())
        self.assertGreater(len(migrated), 7)


class SamenessTests(HypothesisTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, _ = create_staffed_review()
        create_record(review=cls.review, title="Another")

    @settings(max_examples=100, deadline=None)
    @given(
        MADE, MADE, st.lists(MADE, max_size=3), st.text(ALPHABET, max_size=15) | MADE
    )
    def test_the_database_finds_what_plain_python_finds(
        self, title: str, abstract: str, names: list[str], text: str
    ) -> None:
        record = create_record(
            review=self.review, title=f"t {title}", abstract=abstract, authors=names,
            keywords=names[:1], journal=title,
        )  # fmt: skip
        own = [word for each in texts(record).values() for word in each.split()]
        for asked_for in (text, *own[:12], f'"{title}"', f"-{text}", f"journal:{text}"):
            asked = parsing.parse(asked_for)
            expected = asked.is_empty or (
                asked.node is not None and is_meant(record, asked.node)
            )
            self.assertEqual(record.pk in found(asked_for), expected, asked_for)
        self.assertEqual(checking.check(), [])
