"""Duplicates and judgments together: votes sleep with a copy and wake with it."""

from typing import Any

from django.test import TestCase
from django.urls import reverse

from reviews import reports
from reviews.duplicates import finding, merging, splitting
from reviews.models import Record, Review, Stage, Verdict
from screening import decisions, queues, replay
from screening.models import Choice, Decision
from tests.cast import Cast
from tests.factories import create_record, create_staffed_review


class DormantVotesTests(TestCase):
    review: Review
    cast: Cast
    kept: Record
    copy: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.kept, cls.copy = (
            create_record(
                review=cls.review,
                title="Ketamine for suicidal ideation",
                authors=["Brody, A"],
            )
            for _ in range(2)
        )

    def decide(self, record: Record, *choices: Choice) -> None:
        for reviewer, choice in zip(
            (self.cast.bob, self.cast.carol), choices, strict=False
        ):
            decisions.decide(record, choice, reviewer=reviewer)

    def merge(self, **options: Any) -> None:
        finding.find(self.review, by=self.cast.alice)
        merging.merge(self.review.duplicate_sets.get(), by=self.cast.alice, **options)

    def assert_adds_up(self) -> None:
        self.assertEqual(replay.check(self.review), [])
        records = self.review.records
        self.assertEqual(
            records.count() - records.duplicates().count(),
            records.screened().count() + records.awaiting_screening().count(),
        )
        self.assertEqual(
            records.screened().count(),
            records.excluded().count() + self.review.reports.sought().count(),
        )

    def test_verdict_and_report_sleep_with_the_copy_and_wake_with_it(self) -> None:
        self.decide(self.copy, Choice.INCLUDE, Choice.INCLUDE)
        report = self.review.reports.sought().get()

        self.merge(keep=self.kept)
        self.assertFalse(self.review.reports.sought().exists())
        self.assert_adds_up()

        splitting.split(self.copy, by=self.cast.alice)
        self.assertEqual(self.review.reports.sought().get(), report)
        self.assertEqual(self.review.records.included().get(), self.copy)
        self.assertEqual(Decision.objects.count(), 2)
        self.assert_adds_up()

    def test_a_settled_copy_is_kept_unless_somebody_chooses_otherwise(self) -> None:
        self.decide(self.copy, Choice.EXCLUDE, Choice.EXCLUDE)
        self.merge()
        self.assertEqual(self.review.records.to_screen().get(), self.copy)
        self.assert_adds_up()

    def test_an_open_vote_never_moves_which_copy_is_kept(self) -> None:
        self.decide(self.copy, Choice.INCLUDE)
        self.merge()
        self.assertEqual(self.review.records.to_screen().get(), self.kept)

    def test_one_vote_on_the_copy_wakes_in_the_queues(self) -> None:
        self.decide(self.copy, Choice.INCLUDE)
        self.merge()
        splitting.tell_apart(self.review.duplicate_sets.get(), by=self.cast.alice)

        def queue(reviewer: Any) -> set[Any]:
            return set(queues.queue(self.review, Stage.TITLE_ABSTRACT, reviewer))

        self.assertEqual(queue(self.cast.bob), {self.kept})
        self.assertEqual(queue(self.cast.carol), {self.kept, self.copy})
        self.assert_adds_up()

    def test_a_vote_on_a_copy_that_was_merged_meanwhile_is_not_lost(self) -> None:
        self.merge(keep=self.kept)
        self.decide(self.copy, Choice.INCLUDE, Choice.INCLUDE)
        self.assert_adds_up()
        merging.unmerge(self.review.duplicate_sets.get(), by=self.cast.alice)
        self.assertEqual(Record.objects.get(pk=self.copy.pk).verdict, Verdict.INCLUDE)
        self.assertEqual(reports.seek(self.copy, by=None).records.get(), self.copy)
        self.assert_adds_up()

    def test_the_page_is_the_same_whether_or_not_somebody_voted(self) -> None:
        finding.find(self.review, by=self.cast.alice)
        address = reverse("reviews:duplicate_list", args=[self.review.slug])
        for reader in (self.cast.alice, self.cast.carol, self.cast.vera):
            self.client.force_login(reader)
            before = self.text(address)
            decision = decisions.decide(
                self.copy, Choice.INCLUDE, reviewer=self.cast.bob
            )
            self.assertEqual(self.text(address), before)
            decisions.take_back(decision, reviewer=self.cast.bob)

    def text(self, address: str) -> list[str]:
        """Return the page's own part, without the token of its forms."""
        content = self.client.get(address).content.decode()
        main = content.split("<main", 1)[1].split("</main>")[0]
        return [line for line in main.splitlines() if "csrfmiddlewaretoken" not in line]
