import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from reviews import studies, targets
from reviews.exports.options import Options
from reviews.instruments.definition import OVERALL
from reviews.models import (
    AppraisalTarget,
    Report,
    Review,
    Settlement,
    Stage,
    Table1Column,
)
from screening import decisions, demo
from screening.archive import blindness, container, writing
from screening.archive.writing import Form
from screening.models import Choice
from tests.cast import Cast
from tests.factories import create_record, create_report, create_review
from tests.screening.archive.test_restoring import archive_of, restore
from tests.screening.archive.whole import create_whole_review, empty_instance

PROGRAMS = {
    "python": [sys.executable, "scripts/recompute.py"],
    "r": ["Rscript", "scripts/recompute.R"],
}


@contextmanager
def unpacked(data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            opened.extractall(folder)
        yield Path(folder)


def recompute(folder: Path, program: str) -> "subprocess.CompletedProcess[str]":
    command = PROGRAMS[program]
    if shutil.which(command[0]) is None and os.environ.get("CI") != "true":
        pytest.skip(f"{command[0]} is not on this machine")
    return subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"tables/{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def settle_all(review: Review) -> None:
    """Take out what is not appraised yet, so that nothing is open."""
    AppraisalTarget.objects.filter(study__review=review).update(
        removed_at=review.created_at
    )


# A table, what tells its row by column, the column that is changed, and its new text.
Tampering = tuple[str, dict[str, str], str, str]


def tamper(
    folder: Path, name: str, row: dict[str, str], column: str, text: str
) -> None:
    """Change one cell of the first row that is meant."""
    rows = table(folder, name)
    changed = next(each for each in rows if row.items() <= each.items())
    assert changed[column] != text
    changed[column] = text
    path = folder / f"tables/{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def table_of(data: bytes, name: str) -> list[dict[str, str]]:
    with unpacked(data) as folder:
        return table(folder, name)


def whole_with_overall() -> tuple[Review, bytes]:
    """Return a review with an overall judgment of two results, and its archive."""
    review, cast = create_whole_review()
    (first,) = AppraisalTarget.objects.all()
    second = targets.create(
        first.study, first.instrument, by=cast.bob, outcome="Relapse"
    )
    for target, judgment in ((first, "low"), (second, "high")):
        studies.settle_judgment(
            target,
            OVERALL,
            judgment=judgment,
            answers={},
            support="",
            settlement=Settlement.AGREEMENT,
            by=cast.bob,
        )
    return review, archive_of(review)


class ScriptsTests(TestCase):
    def assert_agrees(self, data: bytes) -> None:
        for program in PROGRAMS:
            with self.subTest(program=program), unpacked(data) as folder:
                ran = recompute(folder, program)
                self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
                self.assertIn("figures follow from the tables", ran.stdout)

    def assert_disagrees(self, data: bytes, change: Tampering, *figures: str) -> None:
        """Change one table once it is unpacked: each script names the figures."""
        name, row, column, text = change
        for program in PROGRAMS:
            with self.subTest(program=program, change=change), unpacked(data) as folder:
                tamper(folder, name, row, column, text)
                ran = recompute(folder, program)
                self.assertEqual(ran.returncode, 1, ran.stdout + ran.stderr)
                for figure in figures:
                    self.assertIn(figure, ran.stdout)

    def test_they_agree_on_the_demo_and_tell_what_does_not_add_up(self) -> None:
        review = demo.load()
        public = archive_of(review, Form.PUBLIC)
        self.assert_agrees(archive_of(review))
        self.assert_agrees(public)
        out, into = {"verdict": "exclude"}, {"choice": "exclude"}
        changes: list[tuple[Tampering, str]] = [
            (("records", out, "verdict", "include"), "flow, excluded: "),
            (("records", out, "duplicate_of", "1"), "flow, duplicates: "),
            (("reports", out, "reason_code", "E9%"), "flow, reason:E9%: "),
            (("values", {"field": "country"}, "value", "Body"), ":field:country: "),
            (("decisions", into, "choice", "include"), "agreement, title_abstract:"),
        ]
        for change, figure in changes:
            self.assert_disagrees(public, change, figure)

    def test_they_agree_on_awkward_text(self) -> None:
        review, _ = create_whole_review()
        self.assert_agrees(archive_of(review))
        self.assert_agrees(archive_of(review, Form.PUBLIC))

    def test_every_column_of_table_1_and_every_judgment_is_recomputed(self) -> None:
        review, data = whole_with_overall()
        self.assert_agrees(data)
        (study,) = review.studies.included().values_list("pk", flat=True)
        wide, long = table_of(data, "table1_wide"), table_of(data, "table1_long")
        names = [f"fact:{fact}" for fact in Table1Column.Fact.values]
        self.assertEqual(list(wide[0])[3:], ["field:country", *names])
        self.assertEqual(
            [(row["fact"] or row["field"], row["value"]) for row in long],
            [(name.partition(":")[2], wide[0][name]) for name in list(wide[0])[3:]],
        )
        self.assertIn("Relapse: High risk", wide[0]["fact:appraisal"])
        cell = f"table1, {study}:"
        author, report = {"place": "2"}, {"number": "1"}
        changes: list[tuple[Tampering, str]] = [
            (("studies", {}, "label", "Body"), f"{cell}label: "),
            (("studies", {}, "design_in_words", "A letter"), f"{cell}fact:design: "),
            (("values", {"field": "effect"}, "value", "x"), f"{cell}group: "),
            (("values", {"field": "country"}, "value", "x"), f"{cell}field:country: "),
            (("report_authors", author, "family_name", "x"), f"{cell}fact:authors: "),
            (("reports", report, "year", "1492"), f"{cell}fact:year: "),
            (("reports", report, "reference", "x"), f"{cell}fact:citation: "),
            (("reports", report, "study", ""), f"{cell}fact:reports: "),
            (("table1_wide", {}, "fact:year", "1492"), "in table1_wide.csv "),
            (("table1_long", {}, "value", "1492"), "in table1_long.csv "),
            (
                ("appraisal", {"domain": "overall"}, "judgment_in_words", "x"),
                f"{cell}fact:appraisal: ",
            ),
            (
                ("appraisal", {"domain": "D1"}, "judgment", "high"),
                "appraisal, rob2:1:D1:high: ",
            ),
        ]
        for change, figure in changes:
            self.assert_disagrees(data, change, figure)

    def test_agreement_is_that_of_the_page(self) -> None:
        """What somebody said once both had judged changes nothing in it."""
        review, cast = create_whole_review()
        (record,) = review.records.filter(title="Out")
        last = decisions.last_word(record, cast.carol)
        assert last is not None
        with unpacked(archive_of(review, Form.PUBLIC)) as folder:
            before = table(folder, "agreement")
        decisions.take_back(last, reviewer=cast.carol)
        decisions.decide(record, Choice.EXCLUDE, reviewer=cast.carol)
        data = archive_of(review, Form.PUBLIC)
        with unpacked(data) as folder:
            self.assertEqual(table(folder, "agreement"), before)
            self.assertEqual(before[0]["first"], "Reviewer 2")
        self.assert_agrees(data)

    def test_they_agree_on_a_review_that_has_nothing_yet(self) -> None:
        _, cast = create_whole_review()
        self.assert_agrees(archive_of(create_review(owner=cast.alice, slug="new")))


class ContentsTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_whole_review()

    def test_the_manifest_names_every_other_file_with_its_hash(self) -> None:
        with zipfile.ZipFile(io.BytesIO(archive_of(self.review))) as opened:
            manifest = json.loads(opened.read("manifest.json"))
            names = opened.namelist()
        self.assertEqual(set(manifest["files"]), set(names) - {"manifest.json"})
        self.assertEqual(names, [*sorted(names[:-1]), "manifest.json"])
        self.assertEqual((manifest["version"], manifest["form"]), (1, "whole"))

    def test_every_line_fits_its_schema(self) -> None:
        kinds = {"integer": int, "string": str, "boolean": bool, "null": type(None)}
        with unpacked(archive_of(self.review)) as folder:
            for path in sorted((folder / "data").glob("*.ndjson")):
                schema = json.loads(path.with_suffix(".schema.json").read_text())
                for line in path.read_text().split("\n")[:-1]:
                    row = json.loads(line)
                    self.assertEqual(sorted(row), schema["required"])
                    for name, value in row.items():
                        kind = schema["properties"][name].get("type")
                        allowed = [kind] if isinstance(kind, str) else kind or kinds
                        if kind:
                            fits = any(type(value) is kinds[each] for each in allowed)
                            self.assertTrue(fits, (path.name, name, value))

    def test_the_dictionary_names_every_column_of_every_table(self) -> None:
        for form in (Form.OPERATOR, Form.PUBLIC):
            with unpacked(archive_of(self.review, form)) as folder:
                told = table(folder, "dictionary")
                for path in (folder / "tables").glob("*.csv"):
                    with path.open(newline="", encoding="utf-8") as file:
                        columns = next(csv.reader(file))
                    named = [r["column"] for r in told if r["table"] == path.stem]
                    self.assertEqual(named, columns)
                self.assertTrue(all(row["meaning"] and row["kind"] for row in told))

    def test_the_crate_names_every_file(self) -> None:
        with unpacked(archive_of(self.review)) as folder:
            crate = json.loads((folder / "ro-crate-metadata.json").read_text())
            graph = {each["@id"]: each for each in crate["@graph"]}
            root = graph["./"]
            for part in root["hasPart"]:
                self.assertTrue((folder / part["@id"]).is_file())
                self.assertEqual(graph[part["@id"]]["@type"], "File")
            for name in ("name", "description", "datePublished", "license"):
                self.assertTrue(root[name])
            on_disk = {
                str(path.relative_to(folder))
                for path in folder.rglob("*")
                if path.is_file()
            }
            parts = {part["@id"] for part in root["hasPart"]}
            self.assertEqual(on_disk - {"ro-crate-metadata.json"}, parts)

    def test_the_citation_names_the_team_in_full_only_where_it_is_not_public(
        self,
    ) -> None:
        with unpacked(archive_of(self.review)) as folder:
            self.assertIn('name: "Alice"', (folder / "CITATION.cff").read_text())
        with unpacked(archive_of(self.review, Form.PUBLIC)) as folder:
            self.assertNotIn("Alice", (folder / "CITATION.cff").read_text())

    def test_texts_in_tables_are_no_formulas(self) -> None:
        with unpacked(archive_of(self.review)) as folder:
            titles = [row["title"] for row in table(folder, "records")]
        self.assertTrue(any(title.startswith("'=Kept") for title in titles))

    def test_the_writer_of_the_command_gives_the_same(self) -> None:
        writer = writing.WRITERS["archive"][".zip"]
        whole = b"".join(writer(self.review, Options()))
        self.assertEqual(whole, archive_of(self.review))
        public = b"".join(writer(self.review, Options(public=True)))
        self.assertEqual(public, archive_of(self.review, Form.PUBLIC))

    def test_the_seal_is_of_all_bytes_before_it(self) -> None:
        data = archive_of(self.review)
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            seal = container.seal_of(opened.comment)
        assert seal is not None
        digest = container.digest_before_seal(io.BytesIO(data))
        self.assertEqual(seal.everything, digest)

    def test_the_number_of_queries_does_not_grow_with_the_records(self) -> None:
        create_record(review=self.review, title="One more")
        with CaptureQueriesContext(connection) as few:
            archive_of(self.review)
        for number in range(20):
            create_record(review=self.review, title=f"More {number}")
        with CaptureQueriesContext(connection) as many:
            archive_of(self.review)
        self.assertEqual(len(few), len(many))


class PublicTests(TestCase):
    review: Review
    text: str

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_whole_review()
        with zipfile.ZipFile(io.BytesIO(archive_of(cls.review, Form.PUBLIC))) as opened:
            cls.files = {name: opened.read(name).decode() for name in opened.namelist()}
        cls.text = "\n".join(cls.files.values())

    def test_no_name_address_note_abstract_or_file_stands_in_it(self) -> None:
        words = "alice bob carol vera Alice Bob Carol example.org secret".split()
        for word in [*words, "abstract-text", "PDF-1", "a b.ris"]:
            self.assertNotRegex(self.text, rf"\b{word}\b")
        folders = {name.partition("/")[0] for name in self.files}
        self.assertFalse(folders & {"data", "files"})

    def test_people_have_numbers_that_stay(self) -> None:
        rows = list(csv.DictReader(io.StringIO(self.files["tables/reviewers.csv"])))
        self.assertEqual(
            [row["reviewer"] for row in rows],
            [f"Reviewer {number}" for number in range(1, 6)],
        )
        decided = csv.DictReader(io.StringIO(self.files["tables/decisions.csv"]))
        self.assertEqual({r["reviewer"] for r in decided}, {"Reviewer 2", "Reviewer 3"})

    def test_it_says_that_it_cannot_be_restored_and_lacks_abstracts(self) -> None:
        self.assertIn("cannot be restored", self.files["README.md"])
        self.assertIn("abstracts", self.files["README.md"])
        self.assertEqual(json.loads(self.files["manifest.json"])["form"], "public")


class BlindTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_whole_review()
        settle_all(cls.review)

    def judge_alone(self) -> None:
        record = create_record(review=self.review, title="Judged by one")
        decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.bob)

    def test_once_nothing_is_open_the_owner_takes_the_whole(self) -> None:
        self.assertEqual(blindness.open_stages(self.review), [])
        with unpacked(archive_of(self.review, Form.OWNER)) as folder:
            self.assertIn("secret note", (folder / "tables/decisions.csv").read_text())

    def test_a_lone_vote_on_a_copy_is_for_the_operator_alone(self) -> None:
        for form, is_there in ((Form.OPERATOR, True), (Form.OWNER, False)):
            with unpacked(archive_of(self.review, form)) as folder:
                told = (folder / "data/screening_decision.ndjson").read_text()
                self.assertEqual("lone vote" in told, is_there)
                self.assertNotIn(
                    "lone vote", (folder / "tables/decisions.csv").read_text()
                )

    def test_no_gap_between_keys_counts_what_is_left_out(self) -> None:
        with unpacked(archive_of(self.review, Form.OWNER)) as folder:
            for path in (folder / "data").glob("screening_*.ndjson"):
                lines = path.read_text().split("\n")[:-1]
                rows = [json.loads(line) for line in lines]
                # What goes by a judgment's own key has no other.
                found = [row["id"] for row in rows if "id" in row]
                self.assertEqual(found, list(range(1, len(found) + 1)), path.name)

    def test_a_page_keeps_the_files_of_votes_back(self) -> None:
        for form, is_there in ((Form.OPERATOR, True), (Form.OWNER, False)):
            with zipfile.ZipFile(io.BytesIO(archive_of(self.review, form))) as opened:
                files = map(opened.read, opened.namelist())
                self.assertEqual(
                    any(b"doi,title,reviewer" in f for f in files), is_there
                )

    def test_a_lone_vote_makes_no_difference_to_what_an_owner_gets(self) -> None:
        before = archive_of(self.review, Form.OWNER)
        copy = self.review.records.duplicates().get()
        last = decisions.last_word(copy, self.cast.bob)
        assert last is not None
        decisions.take_back(last, reviewer=self.cast.bob)
        self.assertEqual(archive_of(self.review, Form.OWNER), before)

    def test_an_open_stage_is_refused_by_name_whether_or_not_one_judged(self) -> None:
        create_record(review=self.review, title="Judged by nobody")
        with self.assertRaises(blindness.StillBlind) as nobody:
            archive_of(self.review, Form.OWNER)
        self.judge_alone()
        with self.assertRaises(blindness.StillBlind) as one:
            archive_of(self.review, Form.OWNER)
        self.assertEqual(str(nobody.exception), str(one.exception))
        self.assertEqual(one.exception.stages, [Stage.TITLE_ABSTRACT])

    def test_the_public_form_holds_no_decision_of_an_open_stage(self) -> None:
        self.judge_alone()
        with unpacked(archive_of(self.review, Form.PUBLIC)) as folder:
            self.assertEqual(table(folder, "decisions"), [])
            self.assertEqual(table(folder, "resolutions"), [])
            self.assertEqual(table(folder, "agreement"), [])

    def test_a_report_that_waits_keeps_the_whole_back_but_not_an_ongoing_study(
        self,
    ) -> None:
        report = create_report(review=self.review)
        decisions.decide(report, Choice.INCLUDE, reviewer=self.cast.bob, note="xyzzy")
        self.assertEqual(blindness.open_stages(self.review), [Stage.FULL_TEXT])
        report.classification = Report.Classification.ONGOING
        report.save()
        with unpacked(archive_of(self.review, Form.OWNER)) as folder:
            for path in folder.rglob("*.*"):
                self.assertNotIn(b"xyzzy", path.read_bytes(), path.name)

    def test_a_value_that_is_not_settled_keeps_the_whole_back(self) -> None:
        self.review.extraction_fields.create(
            code="new", label="New", kind="text", position=99
        )
        self.assertEqual(blindness.open_stages(self.review), [Stage.EXTRACTION])

    def test_an_appraisal_that_is_not_settled_keeps_the_whole_back(self) -> None:
        AppraisalTarget.objects.update(removed_at=None)
        self.assertEqual(blindness.open_stages(self.review), [Stage.APPRAISAL])

    def test_an_archive_without_lone_votes_restores_to_itself(self) -> None:
        whole = archive_of(self.review, Form.OWNER)
        empty_instance()
        self.assertEqual(archive_of(restore(whole).review, Form.OPERATOR), whole)
