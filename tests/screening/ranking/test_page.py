"""The page that tells how records are ordered."""

from django.test import TestCase
from django.urls import reverse

from reviews.models import Review, ScreeningPlan
from screening import decisions
from screening.models import Choice
from tests.screening.ranking.ordered import create_ordered_review, learn
from tests.test_blinding import steady


class RankingPageTests(TestCase):
    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ordered_review(share=5)
        cls.page = reverse("screening:ranking", args=[cls.review.slug])

    def shown_to(self, name: str) -> str:
        self.client.force_login(getattr(self.cast, name))
        return steady(self.client.get(self.page).content).decode()

    def test_a_reviewer_finds_the_state_of_their_own_order(self) -> None:
        self.assertIn("There is none yet", self.shown_to("bob"))
        decisions.decide(self.records[20], Choice.INCLUDE, reviewer=self.cast.bob)
        learn(self.review)
        shown = self.shown_to("bob")
        self.assertIn("ELAS u4, version 1", shown)
        self.assertIn("1 judged record, 1 of them relevant", shown)
        self.assertIn("scikit-learn", shown)

    def test_nobody_finds_anything_of_the_order_of_another(self) -> None:
        before = {name: self.shown_to(name) for name in ("alice", "vera", "dan")}
        decisions.decide(self.records[20], Choice.INCLUDE, reviewer=self.cast.bob)
        learn(self.review)
        for name, page in before.items():
            self.assertEqual(self.shown_to(name), page)
            self.assertNotIn("Your order", page)
        self.assertNotIn("1 judged record", self.shown_to("carol"))

    def test_the_sentence_for_the_manuscript_says_what_was_planned(self) -> None:
        shown = self.shown_to("vera")
        self.assertIn("order of predicted relevance", shown)
        self.assertIn("About 5% of the records that were read were drawn", shown)
        self.assertIn("The model excluded no record.", shown)
        ScreeningPlan.objects.filter(review=self.review).update(order="imported")
        self.assertIn("no automation tool ordered", self.shown_to("vera"))
