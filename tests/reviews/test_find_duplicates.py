import json
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.test import TestCase

from reviews.models import Event, Review
from tests.cast import Cast
from tests.factories import create_record, create_staffed_review


class FindDuplicatesTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        for _ in range(2):
            create_record(
                review=cls.review,
                title="Ketamine for suicidal ideation: a randomised trial",
                authors=["Brody, A"],
            )

    def run_command(self, *options: str) -> str:
        out = StringIO()
        call_command("find_duplicates", "ketamine", *options, stdout=out)
        return out.getvalue()

    def figures(self, *options: str) -> Any:
        return json.loads(self.run_command("--format", "json", *options))

    def test_finds_and_merges_nothing(self) -> None:
        figures = self.figures()
        self.assertEqual((figures["sets"], figures["records"]), (1, 2))
        self.assertEqual((figures["to_check"], figures["merged"]), (0, 0))
        self.assertEqual(self.review.records.duplicates().count(), 0)
        self.assertIsNone(Event.objects.get().by)

    def test_run_again_tells_what_stands_and_that_nothing_is_new(self) -> None:
        self.figures()
        again = self.figures()
        self.assertEqual((again["sets"], again["new_sets"]), (1, 0))

    def test_merges_when_told_to(self) -> None:
        self.assertEqual(self.figures("--merge")["merged"], 1)
        self.assertEqual(self.review.records.duplicates().count(), 1)

    def test_says_it_in_words(self) -> None:
        self.assertIn("Sets: 1\nRecords: 2\n", self.run_command())

    def test_refuses_a_review_that_is_not_there(self) -> None:
        with self.assertRaisesMessage(CommandError, "There is no review other."):
            call_command("find_duplicates", "other")
