from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import TestCase
from django.urls import reverse

from reviews import plan, protocol
from reviews import records as settled_records
from reviews.access import WrongRole
from reviews.models import Event, ScreeningPlan, Settlement, Verdict
from tests.factories import create_record, create_staffed_review


class PlanTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def test_is_written_freely_before_the_first_record(self) -> None:
        changed = plan.change(self.review, {"stopping": "recall"}, by=self.cast.alice)
        self.assertEqual(changed.stopping, ScreeningPlan.Stopping.RECALL)
        self.assertFalse(self.review.amendments.exists())
        self.assertTrue(Event.objects.filter(action="plan.changed").exists())

    def test_is_amended_with_a_reason_once_records_are_there(self) -> None:
        create_record(review=self.review)
        with self.assertRaises(protocol.ReasonMissing):
            plan.change(self.review, {"target_recall": 90}, by=self.cast.alice)
        plan.change(
            self.review,
            {"target_recall": 90},
            by=self.cast.alice,
            because="Too few are relevant",
        )
        amendment = self.review.amendments.get()
        self.assertEqual(amendment.what, "Recall wanted: 90 (was 95)")
        self.assertEqual(amendment.reason, "Too few are relevant")

    def test_the_same_again_is_no_amendment(self) -> None:
        create_record(review=self.review)
        plan.change(self.review, {"target_recall": 95}, by=self.cast.alice)
        self.assertFalse(self.review.amendments.exists())

    def test_a_reviewer_does_not_write_it(self) -> None:
        with self.assertRaises(WrongRole):
            plan.change(self.review, {"stopping": "run"}, by=self.cast.bob)

    def test_a_recall_of_everything_cannot_be_tested(self) -> None:
        with self.assertRaises(ValidationError):
            plan.change(self.review, {"target_recall": 100}, by=self.cast.alice)

    def test_the_database_refuses_an_unknown_rule(self) -> None:
        with self.assertRaises(IntegrityError), transaction.atomic():
            ScreeningPlan.objects.filter(review=self.review).update(stopping="soon")

    def test_the_page_asks_for_the_reason_and_keeps_what_was_written(self) -> None:
        create_record(review=self.review)
        self.client.force_login(self.cast.alice)
        url = f"/reviews/{self.review.slug}/protocol/plan/"
        form = self.client.get(url).context["form"]
        data = {
            name: value
            for name, value in form.initial.items()
            if value not in (None, False)
        }
        answer = self.client.post(url, {**data, "stopping": "recall"})
        self.assertContains(answer, "say why it is made", status_code=422)
        answer = self.client.post(
            url, {**data, "stopping": "recall", "because": "Too many records"}
        )
        self.assertRedirects(answer, f"/reviews/{self.review.slug}/protocol/#plan")
        shown = self.client.get(f"/reviews/{self.review.slug}/protocol/")
        self.assertContains(shown, "A test that the recall wanted is reached: 95%")


class TrapTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.url = reverse("reviews:plan_edit", args=[cls.review.slug])

    def told(self, **facts: str) -> str:
        ScreeningPlan.objects.filter(review=self.review).update(**facts)
        self.client.force_login(self.cast.alice)
        return self.client.get(self.url).content.decode()

    def test_the_test_of_recall_needs_the_order_by_relevance(self) -> None:
        said = "The test of recall needs records by predicted relevance"
        self.assertIn(said, self.told(order="imported", stopping="recall"))
        self.assertNotIn(said, self.told(order="relevance", stopping="recall"))
        self.assertNotIn(said, self.told(order="imported", stopping="everything"))

    def test_a_run_says_nothing_in_the_order_of_import(self) -> None:
        said = "a run of irrelevant records says nothing"
        self.assertIn(said, self.told(order="imported", stopping="run"))
        self.assertNotIn(said, self.told(order="relevance", stopping="run"))

    def test_an_order_that_changes_on_the_way_is_told(self) -> None:
        self.assertNotIn("Screening has begun", self.told(stopping="recall"))
        record = create_record(review=self.review)
        settled_records.settle(
            record,
            verdict=Verdict.EXCLUDE,
            settlement=Settlement.SINGLE,
            counted_reason=None,
            by=self.cast.bob,
        )
        self.assertIn("Screening has begun", self.told(stopping="recall"))

    def test_it_is_told_of_what_was_typed_and_stays_a_warning(self) -> None:
        self.client.force_login(self.cast.alice)
        typed = {"order": "imported", "stopping": "recall", "target_recall": "7"}
        page = self.client.post(self.url, typed)
        self.assertContains(page, "The test of recall needs", status_code=422)
