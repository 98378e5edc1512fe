"""Forged archives that fit their seal: refused in words, whatever stands in them."""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import SimpleTestCase, TestCase

from reviews.models import Event, Import, Record, ReportFile, Review
from screening.archive import rows, verifying
from screening.archive.container import FORMAT
from screening.archive.restoring import CannotRestore
from screening.archive.rows import BadRow, canonical
from screening.archive.tables import Model, columns
from screening.archive.verifying import NotAnArchive
from tests.screening.archive.test_restoring import archive_of, restore
from tests.screening.archive.test_verifying import RECORDS, packed, sealed, unpacked
from tests.screening.archive.whole import create_whole_review, empty_instance

PEOPLE = "data/people.ndjson"
ANSWERS = "data/screening_appraisalanswer.ndjson"
JUDGMENTS = "data/reviews_settledjudgment.ndjson"
INSTRUMENTS = "data/reviews_instrument.ndjson"
ENTRIES = "data/screening_extractionentry.ndjson"
EARLY = "0001-01-01T00:00:00.000000+23:59"
LONE = "\ud800"
CELLS: tuple[tuple[str, dict[str, Any]], ...] = (
    (RECORDS, {"added_at": EARLY}),
    (RECORDS, {"title": LONE}),
    (RECORDS, {"year": 2**62}),
    (PEOPLE, {"first_name": LONE}),
    (PEOPLE, {"username": LONE}),
    (ANSWERS, {"answers": 5}),
    (ANSWERS, {"answers": [1]}),
    (ANSWERS, {"answers": None}),
    (ANSWERS, {"answers": {"1.1": {}}}),
    (ANSWERS, {"answers": {"1.1": None}}),
    (ANSWERS, {"answers": {"1.1": ["Y", 5]}}),
    (JUDGMENTS, {"answers": {"1.1": {}}}),
    (INSTRUMENTS, {"definition": 5}),
    (INSTRUMENTS, {"definition": []}),
    (INSTRUMENTS, {"definition": {}}),
    (INSTRUMENTS, {"definition": {"domains": 5}}),
    (ENTRIES, {"value": {"a": []}}),
    (ENTRIES, {"value": [[[]]]}),
)


def numbered(model: Model, name: str, number: int) -> Any:
    """Decode one cell."""
    column = next(each for each in columns(model) if each.name == name)
    return rows.decoded(column, number, {})


class NumberTests(SimpleTestCase):
    def test_a_number_may_be_as_large_as_its_column_has_room_for(self) -> None:
        for model, name, most in (
            (ReportFile, "size", 2**63 - 1),
            (Import, "size", 2**63 - 1),
            (Event, "subject_id", 2**63 - 1),
            (Record, "year", 2**31 - 1),
        ):
            with self.subTest(model=model.__name__, name=name):
                self.assertEqual(numbered(model, name, most), most)
                with self.assertRaisesMessage(BadRow, f"{name} is too large"):
                    numbered(model, name, most + 1)


class ForgedTests(TestCase):
    whole: bytes

    @classmethod
    def setUpTestData(cls) -> None:
        review, _ = create_whole_review()
        cls.whole = archive_of(review)
        empty_instance()

    def assert_refused(self, data: bytes) -> None:
        with self.assertRaises((NotAnArchive, CannotRestore)) as caught:
            restore(data)
        self.assertTrue(str(caught.exception))
        self.assertFalse(Review.objects.exists())

    def forged(self, name: str, cells: dict[str, Any]) -> bytes:
        contents = unpacked(self.whole)
        first, _, rest = contents[name].partition(b"\n")
        row = {**json.loads(first), **cells}
        contents[name] = json.dumps(row).encode() + b"\n" + rest
        return sealed(contents)

    def test_no_cell_makes_restoring_fail_without_words(self) -> None:
        for name, cells in CELLS:
            with self.subTest(name=name, cells=cells), transaction.atomic():
                self.assert_refused(self.forged(name, cells))
                transaction.set_rollback(True)

    def test_a_manifest_whose_facts_are_of_another_kind_is_refused(self) -> None:
        changes: tuple[Callable[[dict[str, Any]], object], ...] = (
            lambda facts: facts.update(lost=5),
            lambda facts: facts.update(lost={"a": 1}, tables=5),
            lambda facts: facts.update(form=[]),
            lambda facts: [each.pop("columns") for each in facts["tables"].values()],
        )
        for change in changes:
            contents = unpacked(self.whole)
            manifest = json.loads(contents["manifest.json"])
            change(manifest)
            contents["manifest.json"] = canonical(manifest).encode()
            try:
                data = sealed(contents)
            except AttributeError:
                continue
            self.assert_refused(data)


class DamagedTests(SimpleTestCase):
    def assert_refused(self, data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "hostile.zip"
            path.write_bytes(data)
            with self.assertRaises(NotAnArchive), verifying.verified(path):
                pass

    def test_a_size_that_is_no_number_of_bytes_is_refused(self) -> None:
        for size in ("Infinity", "NaN", "1e400", "9" * 5000):
            manifest = (
                f'{{"format":"{FORMAT}","version":1,'
                f'"files":{{"a":{{"sha256":"","size":{size}}}}}}}'
            )
            made = packed({"manifest.json": manifest.encode(), "a": b""})
            self.assert_refused(made)

    def test_a_damaged_entry_of_every_packing_is_refused(self) -> None:
        for packing in (
            zipfile.ZIP_STORED,
            zipfile.ZIP_DEFLATED,
            zipfile.ZIP_BZIP2,
            zipfile.ZIP_LZMA,
        ):
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", packing) as made:
                made.writestr("manifest.json", b'{"format": "x"}' * 99)
            data = bytearray(file.getvalue())
            for place in range(43, 43 + 20):
                data[place] ^= 0xFF
            self.assert_refused(bytes(data))
