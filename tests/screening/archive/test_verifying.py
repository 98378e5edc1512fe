"""Whatever is changed in an archive, nothing is restored and the file is named."""

import io
import json
import random
import tempfile
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from django.test import SimpleTestCase, TestCase

from reviews.models import Review
from screening.archive import verifying
from screening.archive.container import FORMAT, Package
from screening.archive.restoring import CannotRestore
from screening.archive.rows import canonical
from screening.archive.verifying import NotAnArchive
from tests.screening.archive.test_restoring import archive_of, restore
from tests.screening.archive.whole import create_whole_review, empty_instance

Contents = dict[str, bytes]
RECORDS = "data/reviews_record.ndjson"


def unpacked(data: bytes) -> Contents:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(contents: Contents, comment: bytes = b"") -> bytes:
    """Pack files as any other program would."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.comment = comment
        for name, data in contents.items():
            made.writestr(name, data)
    return file.getvalue()


def comment_of(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return opened.comment


def sealed(contents: Contents) -> bytes:
    """Pack files as Twofold would, with a manifest and a seal that fit."""
    file = io.BytesIO()
    package = Package(file)
    manifest = json.loads(contents["manifest.json"])
    for name, data in contents.items():
        if name != "manifest.json":
            package.add(name, [data])
    for name, table in manifest.get("tables", {}).items():
        table["rows"] = package.entries[f"data/{name}.ndjson"].lines
    package.finish(
        {k: v for k, v in manifest.items() if k not in ("files", "format", "version")}
    )
    return file.read()


class TamperedTests(TestCase):
    whole: bytes

    @classmethod
    def setUpTestData(cls) -> None:
        review, _ = create_whole_review()
        cls.whole = archive_of(review)
        empty_instance()

    def assert_refused(self, data: bytes, message: str) -> None:
        with self.assertRaises((NotAnArchive, CannotRestore)) as caught:
            restore(data)
        self.assertIn(message, str(caught.exception))
        self.assertFalse(Review.objects.exists())

    def test_one_changed_byte_of_each_file_is_refused_by_its_name(self) -> None:
        """Whatever the other program makes of the ZIP around it."""
        contents = unpacked(self.whole)
        for name, data in contents.items():
            changed = bytes([data[0] ^ 1]) + data[1:] if data else b"x"
            tampered = packed({**contents, name: changed}, comment_of(self.whole))
            self.assert_refused(tampered, name)

    def test_a_missing_file_is_named(self) -> None:
        for name in (RECORDS, "scripts/recompute.py", "manifest.json"):
            contents = unpacked(self.whole)
            del contents[name]
            self.assert_refused(packed(contents, comment_of(self.whole)), name)

    def test_an_added_file_is_named(self) -> None:
        added = {**unpacked(self.whole), "data/added.ndjson": b"{}\n"}
        tampered = packed(added, comment_of(self.whole))
        self.assert_refused(tampered, "data/added.ndjson was added")

    def test_any_changed_byte_of_the_zip_is_refused(self) -> None:
        chance = random.Random(3)
        places = {0, 4, 10, len(self.whole) - 1, len(self.whole) - 100}
        places |= {chance.randrange(len(self.whole)) for _ in range(150)}
        # The directory at the end, which holds no data.
        places |= {len(self.whole) - chance.randrange(1, 9000) for _ in range(150)}
        for place in sorted(places):
            tampered = bytearray(self.whole)
            tampered[place] ^= 1 << chance.randrange(8)
            with self.subTest(place=place), self.assertRaises(NotAnArchive):
                restore(bytes(tampered))
        self.assertFalse(Review.objects.exists())

    def test_a_byte_that_is_missing_or_too_many_is_refused(self) -> None:
        for tampered in (
            self.whole[:-1],
            self.whole[1:],
            self.whole + b"x",
            b"x" + self.whole,
            self.whole[: len(self.whole) // 2],
            b"",
            b"no zip",
        ):
            with self.assertRaises(NotAnArchive):
                restore(tampered)

    def test_a_zip_that_was_packed_again_is_told_so(self) -> None:
        self.assert_refused(packed(unpacked(self.whole)), "packed it again")

    def test_what_is_sealed_anew_is_still_held_against_the_rules(self) -> None:
        """Whoever forges a seal gets no row past the database and the replay."""
        for name, forge, message in FORGERIES:
            contents = unpacked(self.whole)
            contents[name] = forge(contents[name])
            with self.subTest(name=name, message=message):
                self.assert_refused(sealed(contents), message)

    def test_another_version_of_the_form_is_refused(self) -> None:
        contents = unpacked(self.whole)
        manifest = json.loads(contents["manifest.json"])
        contents["manifest.json"] = canonical({**manifest, "version": 2}).encode()
        self.assert_refused(packed(contents), "version 2")

    def test_tables_of_another_version_are_named(self) -> None:
        contents = unpacked(self.whole)
        manifest = json.loads(contents["manifest.json"])
        manifest["tables"]["reviews_record"]["columns"].append("colour")
        contents["manifest.json"] = canonical(manifest).encode()
        self.assert_refused(sealed(contents), "reviews_record is another")

    def test_a_refusal_leaves_no_file_behind(self) -> None:
        contents = unpacked(self.whole)
        contents[RECORDS] += b"{}\n"
        with tempfile.TemporaryDirectory() as media, self.settings(MEDIA_ROOT=media):
            self.assert_refused(sealed(contents), RECORDS)
            left = [path for path in Path(media).rglob("*") if path.is_file()]
        self.assertEqual(left, [])


def _first(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    """Return what changes the first row of a table."""

    def forge(data: bytes) -> bytes:
        first, _, rest = data.partition(b"\n")
        row = json.loads(first)
        change(row)
        return canonical(row).encode() + b"\n" + rest

    return forge


DECISIONS = "data/screening_decision.ndjson"
FORGERIES: tuple[tuple[str, Callable[[bytes], bytes], str], ...] = (
    (RECORDS, lambda data: data + b"no json\n", f"{RECORDS}, line"),
    (RECORDS, lambda data: b"[]\n" + data, "line 1: it is no JSON object"),
    (RECORDS, lambda data: b"[" * 100_000 + b"\n" + data, "it is no JSON"),
    (RECORDS, lambda data: data + data.splitlines(True)[0], "refuses its rows"),
    (RECORDS, _first(lambda row: row.pop("title")), "its columns are not those"),
    (RECORDS, _first(lambda row: row.update(colour=1)), "its columns are not those"),
    (RECORDS, _first(lambda row: row.update(year="2020")), "year is no int"),
    (RECORDS, _first(lambda row: row.update(year=True)), "year is no int"),
    (RECORDS, _first(lambda row: row.update(id=2**63)), "id is too large"),
    (RECORDS, _first(lambda row: row.update(title=None)), "title is empty"),
    (RECORDS, _first(lambda row: row.update(pmid="1" * 21)), "pmid is longer"),
    (RECORDS, _first(lambda row: row.update(added_at="yesterday")), "added_at is not"),
    (RECORDS, _first(lambda row: row.update(search=999)), "points at one"),
    (RECORDS, _first(lambda row: row.update(review=999)), ""),
    (
        DECISIONS,
        _first(lambda row: row.update(reviewer="eve")),
        "reviewer is not known",
    ),
    (DECISIONS, _first(lambda row: row.update(token="x")), "token is not known"),
    (DECISIONS, _first(lambda row: row.update(choice="perhaps")), "refuses its rows"),
    (DECISIONS, lambda data: b"".join(data.splitlines(True)[:-1]), ""),
    (
        "data/screening_tick.ndjson",
        lambda data: b"",
        "do not follow",
    ),
    ("data/people.ndjson", lambda data: b'{"username":"x"}\n' + data, "no person"),
    (
        "data/people.ndjson",
        _first(lambda row: row.update(is_superuser=True)),
        "no person",
    ),
    (
        "data/reviews_review.ndjson",
        lambda data: b"",
        "",
    ),
)


class HostileTests(SimpleTestCase):
    """Archives that nobody could have exported."""

    def assert_refused(self, data: bytes, message: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "hostile.zip"
            path.write_bytes(data)
            with (
                self.assertRaises(NotAnArchive) as caught,
                verifying.verified(path),
            ):
                pass
        self.assertIn(message, str(caught.exception))

    def test_names_that_lead_elsewhere_are_refused(self) -> None:
        for name in (
            "/etc/passwd",
            "../up.txt",
            "data/../../up.txt",
            "data//x",
            "folder/",
            "C:/x",
            "data\\x",
            "./x",
        ):
            self.assert_refused(packed({name: b""}), "is no name of a file")

    def test_a_name_that_stands_twice_is_refused(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as made:
            made.writestr("README.md", b"one")
            with self.assertWarns(UserWarning):
                made.writestr("README.md", b"two")
        self.assert_refused(file.getvalue(), "README.md stands in it twice")

    def test_a_bomb_is_refused_before_it_is_opened(self) -> None:
        file = io.BytesIO()
        block = bytes(1 << 20)
        with (
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made,
            made.open("data/bomb.ndjson", "w", force_zip64=True) as entry,
        ):
            for _ in range(1100):
                entry.write(block)
        self.assert_refused(file.getvalue(), "data/bomb.ndjson")

    def test_an_entry_longer_than_it_says_is_read_no_further(self) -> None:
        files = {"a": {"sha256": sha256(b"").hexdigest(), "size": 0}}
        manifest = {"format": FORMAT, "version": 1, "files": files}
        made = packed({"manifest.json": canonical(manifest).encode(), "a": b"x" * 99})
        self.assert_refused(made, "a is not as it was written")

    def test_too_many_entries_are_refused(self) -> None:
        most, verifying.MOST_ENTRIES = verifying.MOST_ENTRIES, 2
        self.addCleanup(setattr, verifying, "MOST_ENTRIES", most)
        self.assert_refused(packed({"a": b"", "b": b"", "c": b""}), "It holds 3 files")

    def test_a_manifest_that_is_none_is_refused(self) -> None:
        for manifest in (b"", b"[]", b"{}", b"[" * 100_000, b'{"format": "other"}'):
            self.assert_refused(packed({"manifest.json": manifest}), "manifest.json")
        wrong: list[object] = [None, [], {"a": 1}, {"a": {"size": "x", "sha256": ""}}]
        for files in wrong:
            told: dict[str, object] = {"format": FORMAT, "version": 1, "files": files}
            made = packed({"manifest.json": canonical(told).encode()})
            self.assert_refused(made, "lists no files")

    def test_a_folder_or_nothing_is_no_archive(self) -> None:
        for path in (Path("/"), Path("/no/such/file.zip")):
            with (
                self.assertRaisesMessage(NotAnArchive, "cannot be read"),
                verifying.verified(path),
            ):
                pass
