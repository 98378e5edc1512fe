import json
from collections import Counter
from io import StringIO

from django.core.management import CommandError, call_command
from django.test import TestCase

from reviews import table1
from reviews.models import Review, SettledJudgment, Settlement, User
from screening import demo, replay
from screening.models import AppraisalAnswer, Decision, Resolution
from tests.factories import create_review


class DemoTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review = demo.load()
        cls.told = json.loads((demo.FOLDER / "decisions.json").read_text())

    def test_65_records_become_18_full_texts_and_8_studies(self) -> None:
        self.assertEqual(self.review.records.count(), 65)
        self.assertEqual(self.review.records.excluded().count(), 47)
        self.assertEqual(self.review.reports.assessed().count(), 18)
        self.assertEqual(self.review.reports.excluded().count(), 10)
        self.assertEqual(self.review.reports.included().count(), 8)
        self.assertEqual(self.review.studies.included().count(), 8)

    def test_reasons_are_those_of_the_reconstruction(self) -> None:
        for items, stage in (
            (self.review.records.excluded(), "title_abstract"),
            (self.review.reports.excluded(), "full_text"),
        ):
            counted = Counter(
                item.counted_reason.code
                for item in items.select_related("counted_reason")
                if item.counted_reason
            )
            told = self.told["summary"][stage]["excluded_by_reason"]
            self.assertEqual(counted, told)

    def test_seven_disagreements_were_settled_by_consensus_or_a_third(self) -> None:
        how = Counter(Resolution.objects.values_list("how", flat=True))
        self.assertEqual(how, {"adjudication": 4, "consensus": 3})
        settled = self.review.records.filter(settlement=Settlement.ADJUDICATION)
        self.assertEqual(settled.count(), 3)

    def test_every_verdict_follows_from_the_decisions(self) -> None:
        self.assertEqual(Decision.objects.count(), 2 * (65 + 18))
        self.assertEqual(replay.check(self.review), [])

    def test_nothing_that_the_source_does_not_give_is_invented(self) -> None:
        search = self.review.searches.get()
        self.assertTrue(search.is_combined)
        self.assertIsNone(search.reported_count)
        self.assertEqual(search.searched_on, "")
        self.assertFalse(AppraisalAnswer.objects.exists())
        self.assertFalse(SettledJudgment.objects.exists())

    def test_the_notice_says_that_decisions_are_reconstructed(self) -> None:
        self.assertIn("reconstructed for demonstration", self.review.notice)

    def test_table_1_has_its_eight_rows_in_three_groups(self) -> None:
        table = table1.table(self.review)
        self.assertEqual([group.count for group in table.groups], [4, 3, 1])
        self.assertEqual(
            [column.label for column in table.columns],
            [
                "Authors",
                "Year",
                "Country",
                "Methods",
                "Outcome measured",
                "Key findings",
            ],
        )

    def test_loading_again_keeps_what_is_there(self) -> None:
        self.assertEqual(demo.load(), self.review)
        self.assertEqual(Review.objects.count(), 1)


class LoadDemoTests(TestCase):
    def test_refuses_among_other_people_s_reviews_unless_told_twice(self) -> None:
        owner = User.objects.create_user("alice", "alice@example.org")
        create_review(owner=owner)
        for told in ([], ["--force"]):
            with self.assertRaisesMessage(CommandError, "other people's reviews"):
                call_command("load_demo", *told)
        self.assertFalse(User.objects.filter(username="reviewer-a").exists())
        call_command("load_demo", "--force", "--force", stdout=StringIO())
        self.assertTrue(Review.objects.filter(slug="ketamine").exists())

    def test_prints_the_address_and_the_people(self) -> None:
        out = StringIO()
        call_command("load_demo", "--port", "8123", stdout=out)
        for text in ("http://127.0.0.1:8123/", "reviewer-a", demo.PASSWORD):
            self.assertIn(text, out.getvalue())
