from django.test import TestCase

from reviews import paging
from reviews.models import Record, Review
from tests.factories import create_record, create_staffed_review


class PagingTests(TestCase):
    review: Review

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, _ = create_staffed_review()
        cls.records = [create_record(review=cls.review) for _ in range(7)]

    def page(self, number: str | None, *, without: int = 0) -> tuple[list[int], int]:
        matching = Record.objects.filter(review=self.review)
        matching = matching.exclude(pk__in=[r.pk for r in self.records[:without]])
        page = paging.page(matching, Record.objects.all(), number=number, per_page=3)
        at = {record.pk: place for place, record in enumerate(self.records)}
        assert page.paginator.count == 7 - without
        return [at[record.pk] for record in page], page.number

    def test_counts_all_and_reads_a_page(self) -> None:
        with self.assertNumQueries(2):
            self.assertEqual(self.page("2"), ([3, 4, 5], 2))

    def test_a_number_that_is_none_is_the_first_and_one_too_high_the_last(self) -> None:
        for number in (None, "", "x", "0", "-3", "١"):
            self.assertEqual(self.page(number), ([0, 1, 2], 1), number)
        for number in ("4", "9" * 40):
            self.assertEqual(self.page(number), ([6], 3), number)

    def test_nothing_is_one_empty_page(self) -> None:
        for number in ("1", "5"):
            self.assertEqual(self.page(number, without=7), ([], 1))
