"""Decisions leave the product for the owner alone, and only once a stage is closed."""

import csv
import io
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.urls import reverse
from django.utils.html import escape

from reviews.duplicates import marking
from reviews.models import Criterion, Diagram, Record, Review, User, Verdict
from screening import conflicts, decisions, exports, manuscript
from screening.models import Choice, Decision
from tests.cast import Cast
from tests.factories import create_criterion, create_record, create_staffed_review

INCLUDE, EXCLUDE, MAYBE = Choice.INCLUDE, Choice.EXCLUDE, Choice.MAYBE


class ScreenedTestCase(TestCase):
    """Two records: one excluded by both, one in conflict until dan settles it."""

    review: Review
    cast: Cast
    criteria: list[Criterion]
    agreed: Record
    disputed: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        cls.criteria = [
            create_criterion(review=cls.review, code=code) for code in ("E1", "E2")
        ]
        cls.agreed = create_record(review=cls.review, source_id="S-1", title="=1+1")
        cls.disputed = create_record(review=cls.review, source_id="S-2")
        for reviewer in (cls.cast.bob, cls.cast.carol):
            decisions.decide(
                cls.agreed,
                EXCLUDE,
                reviewer=reviewer,
                criteria=reversed(cls.criteria),
                note="In mice",
            )
        decisions.decide(cls.disputed, MAYBE, reviewer=cls.cast.bob)
        decisions.decide(cls.disputed, EXCLUDE, reviewer=cls.cast.carol)

    def close(self) -> None:
        conflicts.resolve(
            self.disputed,
            EXCLUDE,
            resolver=self.cast.dan,
            criterion=self.criteria[0],
            reason="Talked over",
        )

    def rows(self) -> list[dict[Any, Any]]:
        return [
            row
            for frame in exports.frames(self.review)
            for row in frame.to_dict("records")
        ]


class DecisionExportTests(ScreenedTestCase):
    def test_nothing_leaves_before_the_stage_is_closed(self) -> None:
        with self.assertRaises(exports.NothingClosed):
            exports.frames(self.review)

    def test_all_decisions_leave_with_their_ticks_notes_and_resolutions(self) -> None:
        self.close()
        rows = self.rows()
        self.assertEqual([r["kind"] for r in rows], ["decision"] * 4 + ["resolution"])
        self.assertEqual(rows[0]["criteria"], "E1 (version 1); E2 (version 1)")
        self.assertEqual(
            [rows[0][name] for name in ("source_id", "person", "choice", "note")],
            ["S-1", "bob", "exclude", "In mice"],
        )
        self.assertEqual(rows[4]["how"], "adjudication")
        self.assertEqual(rows[4]["note"], "Talked over")
        self.assertEqual(rows[4]["resolved"], f"{rows[2]['id']}; {rows[3]['id']}")
        self.assertEqual(rows[4]["criteria"], "E1 (version 1)")

    def test_a_changed_mind_and_a_decision_taken_back_stay_in_the_rows(self) -> None:
        first = decisions.last_word(self.disputed, self.cast.bob)
        assert first is not None
        decisions.take_back(first, reviewer=self.cast.bob)
        decisions.decide(self.disputed, EXCLUDE, reviewer=self.cast.bob)
        rows = [row for row in self.rows() if row["record"] == self.disputed.pk]
        self.assertEqual(
            [(row["person"], row["choice"], row["standing"]) for row in rows],
            [
                ("bob", "maybe", "superseded"),
                ("carol", "exclude", "current"),
                ("bob", "withdrawn", "superseded"),
                ("bob", "exclude", "current"),
            ],
        )
        self.assertEqual(rows[2]["supersedes"], rows[0]["id"])

    def test_no_row_is_lost(self) -> None:
        self.close()
        decided = [row for row in self.rows() if row["kind"] == "decision"]
        self.assertEqual(len(decided), Decision.objects.count())

    def test_a_lone_vote_on_a_dormant_duplicate_stays_blind(self) -> None:
        self.close()
        copy = create_record(review=self.review)
        decisions.decide(copy, INCLUDE, reviewer=self.cast.bob, note="Secret")
        marking.add(copy, to=self.agreed, by=self.cast.alice)
        self.assertNotIn("Secret", [row["note"] for row in self.rows()])

    def test_only_the_stages_that_are_closed_leave(self) -> None:
        extra = create_record(review=self.review)
        for reviewer in (self.cast.bob, self.cast.carol):
            decisions.decide(extra, INCLUDE, reviewer=reviewer)
        self.close()
        self.assertEqual({row["stage"] for row in self.rows()}, {"title_abstract"})
        self.assertEqual(exports.open_stages(self.review), ["full_text"])

    def test_full_texts_leave_once_they_are_closed_too(self) -> None:
        self.close()
        extra = create_record(review=self.review, source_id="S-3")
        both = (self.cast.bob, self.cast.carol)
        for reviewer in both:
            decisions.decide(extra, INCLUDE, reviewer=reviewer)
        report = extra.reports.get()
        report.retrieval = "retrieved"
        report.save()
        for reviewer in both:
            decisions.decide(
                report, EXCLUDE, reviewer=reviewer, criteria=self.criteria[:1]
            )
        rows = [row for row in self.rows() if row["stage"] == "full_text"]
        self.assertEqual([row["report"] for row in rows], [report.pk] * 2)
        self.assertEqual({row["source_id"] for row in rows}, {"S-3"})
        self.assertEqual(exports.open_stages(self.review), [])


class DecisionExportPageTests(ScreenedTestCase):
    def get(self, name: str, user: User) -> Any:
        self.client.force_login(user)
        return self.client.get(reverse(f"screening:{name}", args=["ketamine"]))

    def test_the_owner_is_told_why_not_yet(self) -> None:
        answer = self.get("export_decisions", self.cast.alice)
        self.assertContains(answer, "none is yet", status_code=409)
        self.assertContains(self.get("export_list", self.cast.alice), "Not yet")

    def test_the_owner_takes_them_along_once_closed(self) -> None:
        self.close()
        page = self.get("export_list", self.cast.alice)
        self.assertContains(
            page, reverse("screening:export_decisions", args=["ketamine"])
        )
        self.assertContains(page, "Left out until closed: full texts.")
        answer = self.get("export_decisions", self.cast.alice)
        text = answer.getvalue().decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        self.assertEqual(len(rows), 5)
        self.assertEqual(rows[0]["title"], "'=1+1")

    def test_nobody_else_gets_them(self) -> None:
        self.close()
        for user in (self.cast.bob, self.cast.dan, self.cast.vera):
            self.assertEqual(self.get("export_decisions", user).status_code, 403)
            url = reverse("screening:export_decisions", args=["ketamine"])
            self.assertNotContains(self.get("export_list", user), url)

    def test_every_file_and_page_is_there(self) -> None:
        page = self.get("export_list", self.cast.vera)
        addresses = [
            url
            for _, parts in manuscript.chapters(self.review, is_owner=False)
            for part in parts
            for url in (part.url, *(url for _, url in part.files))
            if url
        ]
        self.assertGreater(len(addresses), 50)
        for url in addresses:
            with self.subTest(url):
                self.assertContains(page, f'href="{escape(url)}"')
                self.assertEqual(self.client.get(url).status_code, 200)


class CommandTests(ScreenedTestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def export(self, what: str, file: str) -> bytes:
        path = self.folder / file
        self.out = io.StringIO()
        call_command("export", "ketamine", what, output=str(path), stdout=self.out)
        return path.read_bytes()

    def test_writes_each_thing_in_each_form(self) -> None:
        self.close()
        for what, file, begin in (
            ("records", "a.csv", b"record,source_id,"),
            ("records", "a.ris", b"TY  - "),
            ("records", "a", b"record,source_id,"),
            ("decisions", "a.csv", b"kind,id,"),
            ("excluded", "a.csv", b"report,source_id,"),
            ("table1", "a.csv", b"Study,Reference numbers,Design"),
            ("flow", "a.csv", b"column,box,label,n"),
            ("flow", "a.JSON", b"{"),
            ("flow", "a.svg", b"<svg"),
            ("duplicates", "a.csv", b"record,source_id,set"),
        ):
            self.assertTrue(self.export(what, file).startswith(begin), (what, file))
        self.assertEqual(len(list(self.folder.iterdir())), 5)

    def test_says_which_decisions_are_left_out(self) -> None:
        self.close()
        self.export("decisions", "a.csv")
        self.assertIn("Left out, as not closed yet: full texts.", self.out.getvalue())

    def test_refuses_decisions_of_an_open_stage_and_writes_nothing(self) -> None:
        with self.assertRaisesMessage(CommandError, "No stage is closed yet"):
            self.export("decisions", "a.csv")
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_refuses_a_form_that_it_cannot_write(self) -> None:
        with self.assertRaisesMessage(
            CommandError, "records can be written as .csv or"
        ):
            self.export("records", "a.xlsx")

    def test_a_folder_that_is_not_there_is_one_line(self) -> None:
        with self.assertRaisesMessage(CommandError, "No such file or directory."):
            self.export("flow", "nowhere/a.csv")

    def test_writes_the_flow_of_another_day_and_nothing_else_of_it(self) -> None:
        path = self.folder / "a.json"
        arguments = ("export", "ketamine")
        call_command(
            *arguments,
            "flow",
            output=str(path),
            as_of="2001-01-01",
            stdout=io.StringIO(),
        )
        self.assertEqual(json.loads(path.read_text())["identified"], 0)
        checklist = path.with_suffix(".md")
        call_command(
            *arguments,
            "checklist",
            output=str(checklist),
            as_of="2001-01-01",
            stdout=io.StringIO(),
        )
        self.assertIn("As of 1 January 2001", checklist.read_text())
        for what, day, message in (
            ("audit", "2001-01-01", "only be written as it is today"),
            ("flow", "yesterday", "is not a day"),
            ("methods", "2001-01-01", "the flow in words"),
        ):
            made = path.with_suffix(".txt") if what == "methods" else path
            with self.assertRaisesMessage(CommandError, message):
                call_command(*arguments, what, output=str(made), as_of=day)

    def test_every_form_of_the_diagram_fits_on_the_paper_that_is_named(self) -> None:
        path = self.folder / "a.pdf"
        for form in Diagram.Form.values:
            asked = ["export", "ketamine", "diagram", "--output", str(path)]
            asked += ["--page", "a4", *(["--template", form] if form else [])]
            call_command(*asked, stdout=io.StringIO())
            (page,) = pypdfium2.PdfDocument(path.read_bytes())
            sides = sorted((round(page.get_width()), round(page.get_height())))
            self.assertEqual(sides, [595, 842], form)

    def test_the_numbers_of_a_diagram_link_to_the_server_that_is_named(self) -> None:
        path = self.folder / "a.svg"

        def drawn(*more: str) -> str:
            asked = ("export", "ketamine", "diagram", "--output", str(path), *more)
            call_command(*asked, stdout=io.StringIO())
            return path.read_text()

        self.assertNotIn("href=", drawn())
        start = 'href="https://twofold.example.org/reviews/ketamine/flow/screened/'
        for typed in ("https://twofold.example.org", "https://twofold.example.org/"):
            self.assertIn(f'{start}"', drawn("--links", typed))
        then = drawn("--links", typed, "--as-of", "2001-01-01")
        self.assertIn(f'{start}?as_of=2001-01-01"', then)
        for wrong in ("twofold", "javascript:alert(1)", "https://a.example/?b"):
            with self.assertRaisesMessage(CommandError, wrong):
                drawn("--links", wrong)

    def test_an_unknown_review_is_one_line(self) -> None:
        with self.assertRaisesMessage(CommandError, "There is no review nowhere."):
            call_command("export", "nowhere", "flow", output="x.csv")

    def test_check_settled_finds_every_verdict_in_the_judgments(self) -> None:
        self.close()
        out = io.StringIO()
        call_command("check_settled", stdout=out)
        call_command("check_settled", "ketamine", "--format", "json", stdout=out)
        self.assertIn(
            "Every stored verdict follows from the judgments.", out.getvalue()
        )
        self.assertIn('"mismatches": []', out.getvalue())

    def test_check_settled_names_a_verdict_that_does_not_follow(self) -> None:
        Record.objects.filter(pk=self.agreed.pk).update(
            verdict=Verdict.INCLUDE, counted_reason=None
        )
        out = io.StringIO()
        with self.assertRaisesMessage(CommandError, "1 stored verdict does not follow"):
            call_command("check_settled", stdout=out)
        self.assertIn(f"ketamine: record {self.agreed.pk}", out.getvalue())
