"""What a reviewer puts off comes after all else, and concerns nobody else."""

import uuid

from django.test import TestCase

from reviews import access
from reviews.models import Stage
from screening import decisions, postponements, queues
from screening.models import Choice, Postponement
from tests.factories import create_record, create_report, create_staffed_review

TITLES = Stage.TITLE_ABSTRACT


class PostponementTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.records = [create_record(review=cls.review) for _ in range(4)]

    def waiting(self, number: int = 9) -> list[int]:
        found = queues.ahead(self.review, TITLES, self.cast.bob, number=number)
        return [self.records.index(item) for item in found]

    def postpone(self, index: int, token: uuid.UUID | None = None) -> Postponement:
        return postponements.postpone(
            self.records[index], reviewer=self.cast.bob, token=token
        )

    def test_what_is_put_off_comes_last_in_the_order_of_putting_off(self) -> None:
        self.postpone(1)
        self.postpone(0)
        self.assertEqual(self.waiting(), [2, 3, 1, 0])
        self.assertEqual(self.waiting(3), [2, 3, 1])
        self.assertEqual(queues.progress(self.review, TITLES, self.cast.bob).waiting, 4)

    def test_it_changes_nothing_for_anybody_else(self) -> None:
        self.postpone(0)
        found = queues.ahead(self.review, TITLES, self.cast.carol, number=1)
        self.assertEqual(found, self.records[:1])

    def test_it_ends_when_the_item_is_judged(self) -> None:
        self.postpone(0)
        made = decisions.decide(self.records[0], Choice.INCLUDE, reviewer=self.cast.bob)
        self.assertEqual(postponements.put_off(self.review, TITLES, self.cast.bob), [])
        decisions.take_back(made, reviewer=self.cast.bob)
        self.assertEqual(self.waiting(1), [0])

    def test_it_is_put_back_in_line(self) -> None:
        self.postpone(0)
        postponements.take_up(self.records[0], reviewer=self.cast.bob)
        self.assertEqual(self.waiting(1), [0])

    def test_a_press_that_is_sent_twice_counts_once(self) -> None:
        token = uuid.uuid4()
        self.assertEqual(self.postpone(0, token), self.postpone(0, token))
        postponements.take_up(self.records[0], reviewer=self.cast.bob, token=token)
        # The first press arrives once more, after it was undone.
        self.postpone(0, token)
        self.assertEqual(self.waiting(1), [0])
        self.assertEqual(Postponement.objects.count(), 1)

    def test_full_texts_are_put_off_too(self) -> None:
        reports = [create_report(review=self.review) for _ in range(2)]
        postponements.postpone(reports[0], reviewer=self.cast.bob)
        found = queues.ahead(self.review, Stage.FULL_TEXT, self.cast.bob, number=2)
        self.assertEqual(found, [reports[1], reports[0]])

    def test_whoever_judges_nothing_puts_nothing_off(self) -> None:
        with self.assertRaises(access.WrongRole):
            postponements.postpone(self.records[0], reviewer=self.cast.vera)

    def test_items_at_hand_are_not_dealt_again(self) -> None:
        held = [self.records[0].pk, self.records[2].pk]
        found = queues.ahead(self.review, TITLES, self.cast.bob, number=4, without=held)
        self.assertEqual(found, [self.records[1], self.records[3]])
