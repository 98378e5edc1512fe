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


class ImportRecordsTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")

    def run_command(self, data: bytes, *options: str) -> str:
        out = StringIO()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "Fälle.ris"
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
        broken = b"TY  - JOUR\nER  - \n"
        for data, words in (
            (b"", "empty"),
            (b"hello", "not recognised"),
            (ris("One") + broken * 3, "Line 7: .* 2 more"),
        ):
            with (
                self.subTest(words=words),
                self.assertRaisesRegex(CommandError, words) as caught,
            ):
                self.run_command(data)
            self.assertNotIn("\n", str(caught.exception))
        self.assertFalse(self.review.searches.exists())

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
