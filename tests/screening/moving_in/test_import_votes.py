"""The command moves votes in by the same rules as the pages."""

import json
import tempfile
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command
from django.test import TestCase

from reviews.models import Event
from screening.models import Decision, VoteImport
from screening.moving_in import files
from tests.factories import create_criterion, create_record, create_staffed_review
from tests.screening.moving_in.moved import looked_at, row, table


class ImportVotesTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="moved")
        cls.record = create_record(review=cls.review)
        create_criterion(review=cls.review, code="E1")

    def run_on(self, data: bytes, *more: str, source: str = "csv") -> dict[str, Any]:
        told = StringIO()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "votes.csv"
            path.write_bytes(data)
            call_command(
                "import_votes",
                "moved",
                str(path),
                "--from",
                source,
                "--format",
                "json",
                *more,
                stdout=told,
            )
        found: dict[str, Any] = json.loads(told.getvalue())
        return found

    def votes(self) -> bytes:
        return table(
            [
                row(self.record, "Ann", "perhaps"),
                row(self.record, "Ben", "exclude", reason="mice"),
                ",Nowhere,Ann,include,,,,",
            ]
        )

    def test_moves_votes_in_and_tells_what_became_of_them(self) -> None:
        found = self.run_on(
            self.votes(),
            "--person",
            "Ann=bob",
            "--person",
            "Ben=carol@example.org",
            "--reason",
            "mice=E1",
            "--word",
            "Perhaps=maybe",
        )
        self.assertEqual((found["read"], found["found"]), (3, 2))
        self.assertEqual((found["moved_in"], found["not_counted"]), (2, 0))
        self.assertEqual([each["line"] for each in found["problems"]], [4])
        self.assertEqual(found["reasons"], [{"text": "mice", "criterion": "E1"}])
        self.assertEqual(Decision.objects.count(), 2)
        self.assertEqual(Event.objects.get(action="votes.moved_in").by, self.cast.alice)

    def test_a_dry_run_leaves_nothing_behind(self) -> None:
        found = self.run_on(self.votes(), "--person", "Ben=bob", "--dry-run")
        self.assertEqual((found["found"], found["moved_in"]), (1, 0))
        self.assertEqual(found["to_move_in"], 1)
        self.assertFalse(VoteImport.objects.exists())
        self.assertFalse(Event.objects.exists())

    def test_a_dry_run_leaves_a_file_that_waits_on_its_page_alone(self) -> None:
        waiting = looked_at(
            self.review,
            self.votes(),
            by=self.cast.alice,
            people={"Ben": self.cast.carol},
        )
        self.run_on(self.votes(), "--dry-run")
        waiting.refresh_from_db()
        self.assertEqual(files.data_of(waiting), self.votes())
        self.assertEqual(waiting.people.get(name="Ben").user, self.cast.carol)

    def test_a_dry_run_counts_the_votes_that_have_a_reviewer(self) -> None:
        told = StringIO()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "votes.csv"
            path.write_bytes(table([row(self.record, "Ann", "include")]))
            call_command(
                "import_votes", "moved", path, source="csv", dry_run=True, stdout=told
            )
        self.assertIn("Would move in 0 of 1 vote of votes.csv.", told.getvalue())
        self.assertIn("Ann is nobody: 1 vote\n", told.getvalue())

    def test_a_reason_in_the_words_of_a_criterion_is_that_criterion(self) -> None:
        create_criterion(review=self.review, code="E2", reason="Not in adults")
        data = table([row(self.record, "Ann", "exclude", reason="not in Adults")])
        found = self.run_on(data, "--person", "Ann=bob")
        self.assertEqual(
            found["reasons"], [{"text": "not in Adults", "criterion": "E2"}]
        )
        tick = Decision.objects.get().ticks.get()
        self.assertEqual(tick.criterion.criterion.code, "E2")

    def test_a_proposed_criterion_can_be_refused(self) -> None:
        create_criterion(review=self.review, code="E2", reason="Not in adults")
        data = table([row(self.record, "Ann", "exclude", reason="not in adults")])
        self.run_on(data, "--person", "Ann=bob", "--reason", "not in adults=")
        self.assertFalse(Decision.objects.get().ticks.exists())

    def test_columns_and_people_may_be_named(self) -> None:
        data = f'T,A. Ng\n"{self.record.title}",1\n'.encode()
        more = ("--map", "T=title", "--map", "people=A. Ng", "--person", "A. Ng=bob")
        self.assertEqual(self.run_on(data, *more)["moved_in"], 1)

    def test_a_list_of_covidence_stands_for_what_is_said(self) -> None:
        data = f'Title,Notes\n"{self.record.title}",\n'.encode()
        more = ("--list", "include", "--person", "=bob")
        found = self.run_on(data, *more, source="covidence")
        self.assertEqual(found["moved_in"], 1)

    def test_mistakes_are_told_in_a_line(self) -> None:
        for more, words in (
            (("--person", "Nobody=bob"), "no votes of Nobody"),
            (("--person", "Ann=mallory"), "not on the team"),
            (("--person", "Ann=who"), "Nobody here has"),
            (("--reason", "mice=X9"), "no criterion X9"),
            (("--reason", "rats=E1"), "no reason rats"),
            (("--word", "perhaps=later"), "a word means include, exclude, maybe"),
            (("--map", "Title=heading"), "is not a field"),
            (("--map", "Name=title"), "no column Name"),
            (("--by", "bob"), "not an owner"),
            ((), "No vote of this file"),
        ):
            with self.assertRaisesMessage(CommandError, words):
                self.run_on(self.votes(), *more)
        with self.assertRaisesMessage(CommandError, "say which column"):
            self.run_on(b"a,b\n1,2\n")
        self.assertFalse(Decision.objects.exists())
        self.assertFalse(VoteImport.objects.exists())
