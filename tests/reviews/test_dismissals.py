"""A finding is let stand for a reason, by an owner, and until its numbers change."""

from typing import Any

from django.test import TestCase

from reviews import dismissals
from reviews.access import WrongRole
from reviews.models import Dismissal, Event, Review, User
from tests.cast import Cast
from tests.factories import create_staffed_review


class DismissalTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def dismiss(self, *, by: User | None = None, **changed: Any) -> Dismissal:
        said: dict[str, Any] = {
            "check": "reviews/flow",
            "finding": "F4:46-44",
            "what": "46, not 44",
            "reason": "Two records led to one report.",
        } | changed
        return dismissals.dismiss(
            self.review,
            said.pop("check"),
            said.pop("finding"),
            by=by or self.cast.alice,
            **said,
        )

    def test_a_finding_stands_with_its_reason(self) -> None:
        made = self.dismiss()
        self.assertEqual(
            dismissals.standing(self.review), {("reviews/flow", "F4:46-44"): made}
        )
        self.assertEqual(made.dismissed_by, self.cast.alice)
        event = Event.objects.get()
        self.assertEqual(event.action, "finding.dismissed")
        self.assertIn("46, not 44", event.summary)
        self.assertEqual((event.new or {})["reason"], "Two records led to one report.")

    def test_the_reason_of_another_finding_is_not_its_own(self) -> None:
        self.dismiss()
        self.assertNotIn(("reviews/flow", "F4:47-44"), dismissals.standing(self.review))

    def test_a_reason_is_asked_for(self) -> None:
        for reason in ("", "  \n "):
            with self.assertRaises(dismissals.ReasonMissing):
                self.dismiss(reason=reason)
        self.assertFalse(Event.objects.exists())

    def test_the_same_twice_is_said_once(self) -> None:
        self.assertEqual(self.dismiss(), self.dismiss())
        self.assertEqual(Event.objects.count(), 1)

    def test_another_reason_does_not_take_the_place_of_the_first(self) -> None:
        self.dismiss()
        with self.assertRaises(dismissals.StandsAlready):
            self.dismiss(reason="Nobody knows.")

    def test_only_an_owner_lets_a_finding_stand_or_takes_that_back(self) -> None:
        with self.assertRaises(WrongRole):
            self.dismiss(by=self.cast.bob)
        made = self.dismiss()
        with self.assertRaises(WrongRole):
            dismissals.withdraw(made, by=self.cast.dan)
        self.assertIn((made.check_name, made.finding), dismissals.standing(self.review))

    def test_taken_back_it_is_kept_and_may_be_said_anew(self) -> None:
        made = self.dismiss()
        dismissals.withdraw(made, by=self.cast.alice)
        dismissals.withdraw(made, by=self.cast.alice)
        self.assertEqual(dismissals.standing(self.review), {})
        self.assertEqual(Event.objects.count(), 2)
        self.dismiss(reason="One report was in two records.")
        self.assertEqual(self.review.dismissals.count(), 2)
