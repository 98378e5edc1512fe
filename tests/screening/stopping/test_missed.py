from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from screening.stopping.missed import Found, chapman


class ChapmanTests(TestCase):
    def test_the_worked_example(self) -> None:
        estimate = chapman(Found(20, 17, 12))
        self.assertAlmostEqual(estimate.total, 28.08, places=2)
        self.assertAlmostEqual(estimate.error, 2.53, places=2)
        self.assertEqual(estimate.found, 25)
        self.assertAlmostEqual(estimate.missed, 3.08, places=2)
        self.assertGreater(estimate.low, 25)
        self.assertLess(estimate.low, 28.08)
        self.assertGreater(estimate.high, 28.08)

    def test_nothing_is_missed_where_one_found_all_that_the_other_found(self) -> None:
        estimate = chapman(Found(12, 8, 8))
        self.assertEqual((estimate.missed_low, estimate.missed_high), (0, 0))

    def test_few_that_both_found_are_not_enough(self) -> None:
        self.assertFalse(Found(9, 9, 6).is_enough)
        self.assertTrue(Found(9, 9, 7).is_enough)

    def test_both_cannot_have_found_more_than_one_did(self) -> None:
        with self.assertRaises(ValueError):
            Found(3, 9, 4)

    @given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
    def test_the_interval_holds_the_estimate_and_all_that_was_found(
        self, both: int, first: int, second: int
    ) -> None:
        found = Found(both + first, both + second, both)
        estimate = chapman(found)
        self.assertLessEqual(found.together, estimate.low + 1e-9)
        self.assertLessEqual(estimate.low, max(estimate.total, found.together) + 1e-9)
        self.assertLessEqual(estimate.total, estimate.high + 1e-9)
