from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from reviews.models import DuplicateSet, Review, Role, ScreeningPlan, Stage, User
from screening import decisions, desk
from screening.models import Choice
from tests.cast import join
from tests.factories import (
    create_included_report,
    create_record,
    create_report,
    create_review,
    create_staffed_review,
)


class DeskTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(title="Ketamine")
        cls.records = [create_record(review=cls.review) for _ in range(3)]

    def waiting(self, user: User, review: Review | None = None) -> dict[str, str]:
        place = next(
            each for each in desk.places(user) if each.review == (review or self.review)
        )
        return {each.label: each.text for each in place.waiting}

    def test_tells_whoever_is_in_no_review_what_to_do(self) -> None:
        self.client.force_login(self.cast.mallory)
        response = self.client.get("/")
        self.assertContains(response, "You are in no review yet")
        self.assertContains(response, "ask the owner")
        self.assertNotContains(response, "Ketamine")

    def test_asks_for_a_sign_in(self) -> None:
        self.assertEqual(self.client.get("/").status_code, 302)

    def test_shows_each_what_waits_for_them(self) -> None:
        report = create_report(review=self.review)
        create_report(review=self.review, retrieval="awaiting")
        for reviewer, choice in (
            (self.cast.bob, Choice.INCLUDE),
            (self.cast.carol, Choice.EXCLUDE),
        ):
            decisions.decide(self.records[0], choice, reviewer=reviewer)
        decisions.decide(report, Choice.INCLUDE, reviewer=self.cast.carol)
        self.assertEqual(
            self.waiting(self.cast.bob),
            {
                "Titles and abstracts": "2 records wait for you",
                "Retrieval": "1 report awaits retrieval",
                "Full texts": "1 full text waits for you",
                "Conflicts": "1 conflict is yours to settle",
            },
        )
        self.assertNotIn("Full texts", self.waiting(self.cast.carol))
        self.assertEqual(
            self.waiting(self.cast.dan), {"Conflicts": "1 conflict is yours to settle"}
        )
        self.assertEqual(self.waiting(self.cast.vera), {})
        self.client.force_login(self.cast.vera)
        self.assertContains(self.client.get("/"), "Nothing waits for you here")

    def test_leads_an_owner_to_the_first_search_and_to_the_duplicates(self) -> None:
        empty = create_review(owner=self.cast.alice)
        join(empty, self.cast.alice, Role.OWNER)
        DuplicateSet.objects.create(review=self.review, number=1)
        self.assertIn("Searches", self.waiting(self.cast.alice, empty))
        self.assertEqual(
            self.waiting(self.cast.alice)["Duplicates"], "1 set to look at"
        )

    def test_leads_owners_and_reviewers_to_reports_without_a_study(self) -> None:
        create_included_report(review=self.review)
        for name in ("alice", "bob"):
            self.assertEqual(
                self.waiting(getattr(self.cast, name))["Studies"],
                "1 included report is in no study yet",
            )
        self.assertNotIn("Studies", self.waiting(self.cast.vera))

    def test_says_the_same_to_bob_whatever_carol_has_judged(self) -> None:
        before = self.waiting(self.cast.bob)
        for record in self.records:
            decisions.decide(record, Choice.EXCLUDE, reviewer=self.cast.carol)
        self.assertEqual(self.waiting(self.cast.bob), before)

    def test_agrees_with_the_queue_for_one_and_for_two_reviewers(self) -> None:
        alone = create_review(owner=self.cast.alice, title_abstract_reviewers=1)
        for reviewer in (self.cast.bob, self.cast.carol):
            join(alone, reviewer, Role.REVIEWER)
        for review in (alone, self.review):
            record = create_record(review=review)
            create_record(review=review)
            decisions.decide(record, Choice.INCLUDE, reviewer=self.cast.carol)
        self.assertEqual(
            self.waiting(self.cast.bob, alone)["Titles and abstracts"],
            "1 record waits for you",
        )
        self.assertEqual(
            self.waiting(self.cast.bob)["Titles and abstracts"],
            "5 records wait for you",
        )

    def test_the_number_of_queries_does_not_grow_with_the_records(self) -> None:
        numbers = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                desk.places(self.cast.bob)
            numbers.append(len(queries))
            for _ in range(8):
                record = create_record(review=self.review)
                decisions.decide(record, Choice.EXCLUDE, reviewer=self.cast.carol)
        self.assertEqual(numbers[0], numbers[1])

    def test_the_queries_do_not_grow_with_reviews_that_have_a_gate(self) -> None:
        ScreeningPlan.objects.update(gate_measure="agreement", gate_value=80)
        numbers = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                desk.places(self.cast.bob)
            numbers.append(len(queries))
            self.assertNotIn("Titles and abstracts", self.waiting(self.cast.bob))
            for _ in range(2):
                review = create_review(owner=self.cast.alice)
                join(review, self.cast.bob, Role.REVIEWER, stage=Stage.TITLE_ABSTRACT)
                create_record(review=review)
                ScreeningPlan.objects.update(gate_measure="agreement", gate_value=80)
        self.assertEqual(numbers[0], numbers[1])
