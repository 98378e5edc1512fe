from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from screening.stopping import elusion


class ElusionTests(TestCase):
    def test_the_worked_example(self) -> None:
        self.assertEqual(elusion.upper_bound(1500, 300, 0), 13)

    def test_a_sample_of_everything_leaves_nothing(self) -> None:
        self.assertEqual(elusion.upper_bound(20, 20, 3), 3)

    def test_an_empty_sample_says_nothing(self) -> None:
        self.assertEqual(elusion.upper_bound(20, 0, 0), 20)

    def test_a_sample_larger_than_the_rest_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            elusion.upper_bound(10, 11, 0)

    @given(st.integers(1, 120), st.data())
    def test_is_the_greatest_number_that_is_not_unlikely(
        self, rest: int, data: st.DataObject
    ) -> None:
        sample = data.draw(st.integers(0, rest))
        found = data.draw(st.integers(0, min(sample, 5)))
        possible = range(found, rest - (sample - found) + 1)
        expected = max(
            number
            for number in possible
            if hypergeom.cdf(found, rest, number, sample) >= 0.05 - 1e-12
        )
        self.assertEqual(elusion.upper_bound(rest, sample, found), expected)
