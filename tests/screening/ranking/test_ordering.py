"""The queue in the order of a reviewer's own ranking."""

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import Record, Review, ScreeningPlan, Stage
from screening import decisions, queues
from screening.models import Choice, Ranking
from screening.priority import chance
from screening.ranking import ordering, refitting
from tests import background
from tests.factories import create_record
from tests.screening.ranking.ordered import (
    RELEVANT,
    STAGE,
    create_ordered_review,
    learn,
    ranking_of,
)

INCLUDE, EXCLUDE = Choice.INCLUDE, Choice.EXCLUDE


class OrderingTests(TestCase):
    review: Review
    records: list[Record]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ordered_review()
        cls.relevant = {cls.records[at].pk for at in RELEVANT}

    def come(self, number: int) -> list[int]:
        found = queues.ahead(self.review, STAGE, self.cast.bob, number=number)
        return [item.pk for item in found]

    def test_before_anything_is_learned_records_come_as_they_came_in(self) -> None:
        self.assertEqual(self.come(3), [each.pk for each in self.records[:3]])

    def test_from_the_protocol_alone_what_is_looked_for_comes_first(self) -> None:
        learn(self.review)
        self.assertEqual(set(self.come(6)), self.relevant)
        self.assertEqual(ranking_of(self.review, self.cast.bob).basis, "text")

    def test_every_record_that_waits_comes_once(self) -> None:
        learn(self.review)
        everything = self.come(40)
        self.assertEqual(sorted(everything), [each.pk for each in self.records])

    def test_a_record_that_came_in_afterwards_comes_at_the_end(self) -> None:
        learn(self.review)
        new = create_record(review=self.review, title="Nasal esketamine again")
        self.assertEqual(self.come(40)[-1], new.pk)

    def test_what_was_judged_since_leaves_the_old_order_as_it_is(self) -> None:
        learn(self.review)
        before = self.come(40)
        first = Record.objects.get(pk=before[0])
        decisions.decide(first, INCLUDE, reviewer=self.cast.bob)
        self.assertEqual(self.come(40), before[1:])

    def test_what_was_taken_back_comes_first(self) -> None:
        learn(self.review)
        worst = Record.objects.get(pk=self.come(40)[-1])
        made = decisions.decide(worst, EXCLUDE, reviewer=self.cast.bob)
        decisions.take_back(made, reviewer=self.cast.bob)
        self.assertEqual(self.come(1), [worst.pk])

    def test_what_is_at_hand_already_does_not_come_again(self) -> None:
        learn(self.review)
        known = self.come(3)
        found = queues.ahead(self.review, STAGE, self.cast.bob, number=2, without=known)
        self.assertEqual([item.pk for item in found], self.come(5)[3:])

    def test_full_texts_and_reviews_without_the_plan_have_no_order(self) -> None:
        learn(self.review)
        bob = self.cast.bob
        self.assertIsNone(ordering.of(self.review, Stage.FULL_TEXT, bob))
        ScreeningPlan.objects.update(order="imported")
        review = Review.objects.get(pk=self.review.pk)
        self.assertIsNone(ordering.of(review, STAGE, bob))
        found = queues.ahead(review, STAGE, bob, number=2)
        self.assertEqual([item.pk for item in found], [r.pk for r in self.records[:2]])

    def test_the_head_used_up_the_whole_order_goes_on(self) -> None:
        learn(self.review)
        whole = self.come(40)
        ranking = ranking_of(self.review, self.cast.bob)
        Ranking.objects.filter(pk=ranking.pk).update(head=ranking.head[:2])
        self.assertEqual(self.come(40), whole)

    def test_the_queries_do_not_grow_with_what_is_asked_for(self) -> None:
        learn(self.review)

        def queries(number: int) -> int:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                self.come(number)
            return len(asked)

        self.assertEqual(queries(1), queries(20))

    def test_whole_orders_are_told_back_as_they_were(self) -> None:
        for keys in ([], [3, 1, 2], [2**40, 5]):
            packed = refitting.packed(refitting.np.array(keys, dtype="int64"))
            self.assertEqual(refitting.unpacked(packed, len(keys)), keys)

    def listed(self, **query: str) -> list[int]:
        self.client.force_login(self.cast.bob)
        url = reverse("screening:screen_list", args=[self.review.slug])
        page = self.client.get(url, query)
        return [card.item.pk for card in page.context["cards"]]

    def test_the_list_has_the_same_order_and_leaves_nothing_out(self) -> None:
        learn(self.review)
        ranking = ranking_of(self.review, self.cast.bob)
        whole = refitting.unpacked(bytes(ranking.whole or b""), ranking.record_count)
        pages = [*self.listed(), *self.listed(page="2")]
        self.assertEqual(pages, whole[:40])
        # Where the head is short, the whole order goes on; what it lacks comes last.
        Ranking.objects.filter(pk=ranking.pk).update(head=whole[:2])
        new = create_record(review=self.review)
        pages = [*self.listed(), *self.listed(page="2")]
        self.assertEqual(pages[: len(whole)], whole)
        self.assertEqual(pages[len(whole) :], [new.pk])
        self.assertEqual(
            self.listed(order="came"), [record.pk for record in self.records[:20]]
        )


class ChanceTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast, cls.records = create_ordered_review(share=50)
        learn(cls.review)

    def dealt(self, name: str) -> list[tuple[int, bool]]:
        person = getattr(self.cast, name)
        found = queues.ahead(self.review, STAGE, person, number=30)
        return [(item.pk, bool(getattr(item, "by_chance", False))) for item in found]

    def test_a_share_comes_by_chance_the_same_for_everybody(self) -> None:
        bobs = self.dealt("bob")
        self.assertEqual(bobs, self.dealt("carol"))
        self.assertTrue(any(lucky for _, lucky in bobs[:6]))
        self.assertEqual(sorted(pk for pk, _ in bobs), [r.pk for r in self.records])

    def test_about_the_share_of_the_slots_is_of_chance(self) -> None:
        slots = sum(chance.is_slot(7, 20, after) for after in range(2000))
        self.assertAlmostEqual(slots / 2000, 0.2, delta=0.03)
        self.assertFalse(any(chance.is_slot(7, 0, after) for after in range(100)))

    def test_the_page_says_so_and_tells_no_probability(self) -> None:
        self.client.force_login(self.cast.bob)
        told = b""
        with background.held():
            for _ in range(8):
                page = self.client.get(f"/reviews/{self.review.slug}/screen/")
                told += page.content
                item = page.context["card"].item
                decisions.decide(item, EXCLUDE, reviewer=self.cast.bob)
        self.assertIn(b"Drawn at random", told)
        self.assertRegex(told, b"Ranked high for: [^<]*esketamine")
        for word in (b"likely relevant", b"probab"):
            self.assertNotIn(word, told)
