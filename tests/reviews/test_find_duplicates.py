import json
from io import StringIO
from typing import Any

from django.core.management import CommandError, call_command
from django.test import TestCase

from reviews.duplicates import merging
from reviews.models import Event, Record, Review
from tests.cast import Cast
from tests.factories import create_record, create_staffed_review

ARTICLE: dict[str, Any] = {
    "title": "Ketamine for suicidal ideation: a randomised trial",
    "authors": ["Brody, A"],
}


class FindDuplicatesTests(TestCase):
    review: Review
    cast: Cast
    copies: list[Record]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")
        cls.copies = [create_record(review=cls.review, **ARTICLE) for _ in range(2)]

    def run_command(self, *options: str) -> str:
        out = StringIO()
        call_command("find_duplicates", "ketamine", *options, stdout=out)
        return out.getvalue()

    def told(self, *options: str) -> Any:
        return json.loads(self.run_command("--format", "json", *options))

    def test_merges_what_is_certain_and_names_it(self) -> None:
        told = self.told()
        first, second = (record.pk for record in self.copies)
        self.assertEqual((told["sets_merged"], told["copies_removed"]), (1, 1))
        [merged] = told["merged"]
        self.assertEqual((merged["set"], merged["kept"]), (1, first))
        self.assertEqual(merged["records"], [first, second])
        self.assertIn("ame title", merged["basis"])
        self.assertEqual((told["to_be_checked"], told["related"]), ([], []))
        self.assertGreater(told["processor_seconds"], 0)
        self.assertEqual(set(Event.objects.values_list("by", flat=True)), {None})

    def test_names_what_is_in_doubt_and_what_is_related(self) -> None:
        place: dict[str, Any] = {"journal": "Trials", "volume": "3", "pages": "1-9"}
        doubtful = [
            create_record(review=self.review, title="Pain", pmid=pmid, **place)
            for pmid in ("111", "222")
        ]
        Record.objects.filter(pk__in=[each.pk for each in doubtful]).update(
            title="Esketamine for chronic pain in adults", authors=["Ito, C"]
        )
        preprint = create_record(
            review=self.review, **ARTICLE, journal="medRxiv", doi="10.1101/2020.1"
        )

        told = self.told()

        [question] = told["to_be_checked"]
        self.assertEqual(question["between"], [each.pk for each in doubtful])
        self.assertIn("different PMID", question["basis"])
        [pair] = told["related"]
        self.assertIn(preprint.pk, pair["records"])

    def test_tells_registrations_apart_by_their_numbers(self) -> None:
        title = "A study of the efficacy and safety of esketamine in depression"
        for number in ("NCT02417064", "NCT02418585", "NCT02417064"):
            create_record(review=self.review, title=title, source_id=number)
        records = self.review.records.filter(title=title).order_by("pk")
        first, _, again = (record.pk for record in records)
        told = self.told()
        self.assertIn([first, again], [each["records"] for each in told["merged"]])
        self.assertEqual(told["pairs_to_be_checked"], 0)

    def test_compares_what_is_new_alone_unless_told_otherwise(self) -> None:
        self.assertEqual(self.told()["records_compared"], 2)
        self.assertEqual(self.told()["records_compared"], 0)
        again = self.told("--all")
        self.assertEqual((again["records_compared"], again["new_sets_merged"]), (2, 0))

    def test_merges_what_was_left_to_people_when_told_to(self) -> None:
        self.told()
        merging.unmerge(self.review.duplicate_sets.get(), by=self.cast.alice)
        self.assertEqual(self.told("--all")["sets_left_to_people"], 1)
        self.assertEqual(self.told("--merge")["sets_merged"], 1)

    def test_says_it_in_words(self) -> None:
        self.assertIn("Sets merged: 1\nCopies removed: 1\n", self.run_command())

    def test_refuses_a_review_that_is_not_there(self) -> None:
        with self.assertRaisesMessage(CommandError, "There is no review other."):
            call_command("find_duplicates", "other")
