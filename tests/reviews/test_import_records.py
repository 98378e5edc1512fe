import json
import tempfile
from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command
from django.test import TestCase, override_settings

from reviews.models import Record, Review
from tests.cast import Cast
from tests.factories import create_staffed_review
from tests.reviews.test_imports import ris

NAMELESS = b"TY  - JOUR\nER  - \n"


class ImportRecordsTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")

    def run_command(
        self,
        data: bytes,
        *options: str,
        name: str = "Fälle.ris",
        out: StringIO | None = None,
    ) -> str:
        out = out or StringIO()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.write_bytes(data)
            call_command(
                "import_records",
                "ketamine",
                str(path),
                "--search",
                "Scopus",
                *options,
                stdout=out,
            )
        return out.getvalue()

    def test_makes_the_search_and_tells_what_came(self) -> None:
        told = self.run_command(ris("One", "Two"), "--kind", "register")
        self.assertIn("2 read, 2 new, 0 already there", told)
        self.assertEqual(self.review.searches.get().kind, "register")
        self.assertEqual(self.review.records.count(), 2)

    def test_the_same_file_again_adds_nothing_and_is_no_failure(self) -> None:
        self.run_command(ris("One", "Two"))
        told = self.run_command(ris("One", "Two"))
        self.assertIn("before", told)
        self.assertIn("2 read, 0 new, 2 already there", told)
        self.assertEqual(Record.objects.count(), 2)

    def test_tells_figures_as_json(self) -> None:
        self.run_command(ris("One"))
        told = json.loads(
            self.run_command(ris("One", "Two") + b"stray line\n", "--format", "json")
        )
        self.assertEqual((told["read"], told["new"], told["already_there"]), (2, 1, 1))
        self.assertEqual(told["problems"][0]["line"], 13)

    def test_an_error_is_one_line_and_nothing_is_stored(self) -> None:
        for data, words in (
            (b"", "empty"),
            (b"hello", "not recognised"),
            (ris("One") + NAMELESS * 3, "Line 7: .* 2 more"),
        ):
            with (
                self.subTest(words=words),
                self.assertRaisesRegex(CommandError, words) as caught,
            ):
                self.run_command(data)
            self.assertNotIn("\n", str(caught.exception))
        self.assertFalse(self.review.searches.exists())

    def test_tells_the_whole_report_of_what_it_refuses_as_json(self) -> None:
        out = StringIO()
        with self.assertRaisesRegex(CommandError, "--despite-errors"):
            self.run_command(ris("One") + NAMELESS, "--format", "json", out=out)
        told = json.loads(out.getvalue())
        self.assertEqual((told["read"], told["can_be_imported"]), (1, False))
        self.assertEqual(told["problems"][0]["line"], 7)
        out = StringIO()
        with self.assertRaises(CommandError):
            self.run_command(b"", "--format", "json", out=out)
        self.assertIn("empty", json.loads(out.getvalue())["error"])

    def test_imports_what_can_be_read_when_told_to(self) -> None:
        told = self.run_command(ris("One") + NAMELESS, "--despite-errors")
        self.assertIn("1 read, 1 new, 0 already there, despite 1 error.", told)
        self.assertIn("Line 7, error: ", told)
        self.assertEqual(self.review.records.get().title, "One")

    def test_a_last_record_that_was_cut_off_comes_in_and_is_named(self) -> None:
        cut = ris("One") + b"TY  - JOUR\nTI  - Two and mo"
        told = json.loads(self.run_command(cut, "--format", "json"))
        self.assertEqual((told["read"], told["new"]), (2, 2))
        (problem,) = told["problems"]
        self.assertEqual((problem["line"], problem["severity"]), (8, "incomplete"))
        self.assertIn("cut off", problem["message"])

    def test_only_an_owner_imports(self) -> None:
        with self.assertRaisesRegex(CommandError, "bob is not an owner"):
            self.run_command(ris("One"), "--by", "bob")
        self.run_command(ris("One"), "--by", "alice")

    def test_says_what_is_missing(self) -> None:
        for review, file, words in (
            ("nowhere", "a.ris", "no review nowhere"),
            ("ketamine", "/no/such/file.ris", "cannot be read"),
        ):
            with self.assertRaisesRegex(CommandError, words):
                call_command("import_records", review, file, "--search", "Scopus")

    @override_settings(IMPORT_MAX_BYTES=10)
    def test_holds_the_limit_of_the_site(self) -> None:
        with self.assertRaisesRegex(CommandError, "at most 10"):
            self.run_command(ris("One"))

    TABLE = b"Article name,Who,When\nOne,Ng,2024\nTwo,Li,2023\n"

    def test_tells_what_is_in_a_file_and_imports_nothing(self) -> None:
        told = json.loads(
            self.run_command(ris("One", "Two"), "--dry-run", "--format", "json")
        )
        self.assertEqual((told["format"], told["read"], told["new"]), ("ris", 2, 2))
        self.assertTrue(told["can_be_imported"])
        told = self.run_command(ris("One") + NAMELESS, "--dry-run")
        self.assertIn("Nothing was imported", told)
        self.assertIn("Line 7, error", told)
        self.assertFalse(self.review.searches.exists())

    def test_names_the_columns_of_a_table_that_is_not_known(self) -> None:
        with self.assertRaisesRegex(CommandError, "“Article name”, “Who”, “When”"):
            self.run_command(self.TABLE, name="a.csv")

    def test_takes_the_columns_of_a_table_as_told(self) -> None:
        pairs = ("--map", "Article name=title", "--map", "Who=authors")
        self.run_command(self.TABLE, *pairs, "--map", "year=When", name="a.csv")
        record = self.review.records.get(title="Two")
        self.assertEqual((record.authors, record.year), (["Li"], 2023))

    def test_remembers_the_columns_as_told(self) -> None:
        pairs = ("--map", "Article name=title", "--map", "When=year")
        self.run_command(self.TABLE, *pairs)
        self.run_command(self.TABLE.replace(b"Two", b"Three"))
        titles = self.review.records.order_by("pk").values_list("title", "year")
        self.assertEqual(list(titles), [("One", 2024), ("Two", 2023), ("Three", 2023)])

    def test_a_search_has_a_name_as_a_form_would_take_it(self) -> None:
        for name in ("  ", "x" * 201):
            with self.assertRaisesRegex(CommandError, "--search: "):
                call_command("import_records", "ketamine", __file__, "--search", name)
        self.assertFalse(self.review.searches.exists())

    def test_takes_the_columns_of_a_table_from_a_file(self) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump({"Article name": "title", "When": "year"}, file)
            file.flush()
            self.run_command(self.TABLE, "--map", file.name, name="a.csv")
        self.assertEqual(self.review.records.get(title="One").year, 2024)
        for told, words in (("/no/such.json", "neither"), ("Who=when", "not a field")):
            with self.assertRaisesRegex(CommandError, words):
                self.run_command(self.TABLE, "--map", told, name="a.csv")

    def test_reads_a_file_as_told(self) -> None:
        data = "TY  - JOUR\nTI  - Sjögren\nER  - \n".encode("mac-roman")
        self.run_command(data, "--format-hint", "ris", "--encoding-hint", "mac-roman")
        self.assertEqual(self.review.records.get().title, "Sjögren")
        with self.assertRaisesRegex(CommandError, "holds no record"):
            self.run_command(ris("One"), "--format-hint", "nbib")

    def test_lists_by_line_what_was_new_and_what_was_there(self) -> None:
        self.run_command(ris("One"))
        told = json.loads(self.run_command(ris("Zero", "One"), "--format", "json"))
        one, zero = self.review.records.order_by("pk")
        self.assertEqual(
            told["lines"],
            {
                "new": [{"line": 1, "record": zero.pk}],
                "already_there": [{"line": 7, "record": one.pk}],
            },
        )

    def test_a_file_that_was_taken_out_wakes(self) -> None:
        self.run_command(ris("One"))
        told = self.review.records.get()
        undo = ("undo_import", "ketamine", "Fälle.ris")
        call_command(*undo, stdout=StringIO())
        self.assertFalse(self.review.records.exists())
        self.assertIn(
            "Fälle.ris is in the review again: 1 record.", self.run_command(ris("One"))
        )
        self.assertEqual(self.review.records.get(), told)
        call_command(*undo, stdout=StringIO())
        figures = json.loads(self.run_command(ris("One"), "--format", "json"))
        self.assertEqual((figures["read"], figures["new"]), (1, 1))
        self.assertEqual(self.review.records.get(), told)

    @override_settings(IMPORT_AT_ONCE_RECORDS=1)
    def test_a_long_file_comes_in_too(self) -> None:
        told = self.run_command(ris("One", "Two", "Three"))
        self.assertIn("3 read, 3 new", told)
        self.assertEqual(self.review.records.count(), 3)
