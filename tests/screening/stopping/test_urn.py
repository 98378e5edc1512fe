from collections.abc import Sequence
from itertools import product
from unittest import TestCase

from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from screening.stopping import urn
from screening.stopping.urn import Certified, Screened


def read(labels: Sequence[int], pool: int, **more: int) -> Screened:
    places = [at for at, label in enumerate(labels, start=1) if label]
    return Screened(pool, len(labels), places, **more)


FIRST = read([1] * 9 + [0] * 10 + [1] + [0] * 40, 100)
SECOND = read([1, 0] * 40 + ([1] + [0] * 9) * 6 + [0] * 460, 2000)


@st.composite
def screenings(draw: st.DrawFn) -> Screened:
    labels = draw(st.lists(st.integers(0, 1), max_size=60))
    pool = len(labels) + draw(st.integers(0, 40))
    known = draw(st.integers(0, 3))
    return read(labels, pool, known=known)


def by_every_start(screened: Screened, missed: int) -> float:
    """Return p as the paper has it: every start, and scipy's distribution."""
    if screened.read == screened.pool:
        return 0.0
    found = []
    for start in range(screened.valid_from, screened.read + 1):
        before = sum(1 for place in screened.relevant if place <= start)
        left = screened.pool - start
        later = len(screened.relevant) - before
        if later + missed > left:
            return 0.0
        size = screened.read - start
        found.append(float(hypergeom.cdf(later, left, later + missed, size)))
    return min(found)


class WorkedExampleTests(TestCase):
    def test_counts_how_many_are_missed_in_whole_numbers(self) -> None:
        totals = [10 + urn.fewest_missed(10, target) for target in (80, 90, 95)]
        self.assertEqual(totals, [13, 12, 11])
        self.assertEqual(urn.fewest_missed(0, 95), 1)
        # 19 of 20 are 95 per cent exactly, which is not below.
        self.assertEqual(19 + urn.fewest_missed(19, 95), 21)

    def test_the_first_example(self) -> None:
        found = [urn.p_value(FIRST, target) for target in (80, 90, 95)]
        self.assertAlmostEqual(found[0], 40 * 39 * 38 / (80 * 79 * 78), places=10)
        self.assertAlmostEqual(found[0], 0.120253, places=6)
        self.assertAlmostEqual(found[1], 0.246835, places=6)
        self.assertAlmostEqual(found[2], 0.5, places=6)

    def test_the_draws_from_each_start_of_the_first_example(self) -> None:
        begun_at_nine = read([0] + [0] * 10 + [1] + [0] * 39, 91)
        self.assertAlmostEqual(urn.at_most(1, 91, 4, 51), 0.222725, places=6)
        self.assertAlmostEqual(urn.at_most(10, 100, 13, 60), 0.953808, places=6)
        self.assertAlmostEqual(urn.at_most(0, 80, 3, 40), 0.120253, places=6)
        self.assertLess(urn.p_of_missing(begun_at_nine, 3), 0.222725)

    def test_what_the_first_example_certifies(self) -> None:
        self.assertEqual(urn.certified(FIRST, 0.05), Certified(10, 4))
        self.assertAlmostEqual(urn.certified(FIRST, 0.05).recall, 0.714, places=3)
        later = FIRST.after(20)
        self.assertEqual(urn.certified(later, 0.05), Certified(10, 2))
        self.assertAlmostEqual(urn.certified(later, 0.05).recall, 0.833, places=3)
        self.assertAlmostEqual(urn.p_value(later, 80), 0.013875, places=6)

    def test_the_forecasts_of_the_first_example(self) -> None:
        found = [urn.forecast(FIRST, target, 0.05) for target in (80, 90, 95)]
        self.assertEqual(found, [10, 22, 36])

    def test_the_second_example(self) -> None:
        found = [urn.p_value(SECOND, target) for target in (80, 90, 95)]
        for value, expected in zip(found, (0.03084, 0.17617, 0.42007), strict=True):
            self.assertAlmostEqual(value, expected, places=5)
        certified = urn.certified(SECOND, 0.05)
        self.assertEqual(certified, Certified(46, 10))
        self.assertAlmostEqual(certified.recall, 0.8214, places=4)
        forecasts = [urn.forecast(SECOND, target, 0.05) for target in (90, 95)]
        self.assertEqual(forecasts, [265, 711])


class EdgeTests(TestCase):
    def test_everything_read_leaves_no_doubt(self) -> None:
        self.assertEqual(urn.p_value(read([1, 0, 0], 3), 95), 0.0)
        self.assertEqual(urn.certified(read([1, 0, 0], 3)), Certified(1, 0))

    def test_nothing_read_says_nothing(self) -> None:
        self.assertEqual(urn.p_value(read([], 100), 95), 1.0)
        self.assertEqual(urn.certified(read([], 100)), Certified(0, 100))
        self.assertEqual(urn.certified(read([], 100)).recall, 0.0)

    def test_more_than_are_left_cannot_be_missed(self) -> None:
        self.assertEqual(urn.p_of_missing(read([1] * 8, 10), 3), 0.0)

    def test_without_a_find_nearly_everything_is_read(self) -> None:
        self.assertAlmostEqual(urn.p_value(read([0] * 95, 100), 95), 0.05)

    def test_known_records_count_as_found_and_were_never_drawn(self) -> None:
        screened = read([0] * 50, 100, known=10)
        self.assertEqual(screened.found, 10)
        # One more than the ten would have been drawn by half of the draws.
        self.assertAlmostEqual(urn.p_value(screened, 95), 0.5)

    def test_no_draw_begins_before_the_pool_grew(self) -> None:
        labels = [1] * 5 + [0] * 45
        grown = read(labels, 200, valid_from=50)
        self.assertEqual(urn.p_value(grown, 90), 1.0)
        self.assertLess(urn.p_value(read(labels, 200), 90), 1.0)

    def test_a_place_that_was_not_read_is_refused(self) -> None:
        with self.assertRaises(ValueError):
            Screened(10, 3, [4])
        with self.assertRaises(ValueError):
            Screened(2, 3, [1])

    def test_is_quick_with_a_hundred_thousand_records(self) -> None:
        places = list(range(1, 60_001, 12))
        screened = Screened(100_000, 60_000, places)
        self.assertEqual(len(places), 5000)
        self.assertGreater(urn.certified(screened).recall, 0.55)


class InvariantTests(TestCase):
    @settings(max_examples=150, deadline=None)
    @given(screenings(), st.integers(1, 110), st.data())
    def test_is_what_every_start_gives(
        self, screened: Screened, missed: int, data: st.DataObject
    ) -> None:
        begin = data.draw(st.integers(0, screened.read))
        late = Screened(
            screened.pool, screened.read, screened.relevant, screened.known, begin
        )
        expected = by_every_start(late, missed)
        self.assertAlmostEqual(urn.p_of_missing(late, missed), expected, places=9)

    @given(screenings(), st.integers(50, 99))
    def test_one_more_irrelevant_record_never_raises_p(
        self, screened: Screened, target: int
    ) -> None:
        if screened.unread:
            before = urn.p_value(screened, target)
            after = urn.p_value(screened.after(1), target)
            self.assertLessEqual(after, before + 1e-12)

    @given(screenings(), st.integers(1, 50))
    def test_p_falls_as_more_would_be_missed(
        self, screened: Screened, missed: int
    ) -> None:
        before = urn.p_of_missing(screened, missed)
        self.assertLessEqual(urn.p_of_missing(screened, missed + 1), before + 1e-12)

    @given(screenings(), st.integers(50, 99))
    def test_the_certified_recall_and_the_test_say_the_same(
        self, screened: Screened, target: int
    ) -> None:
        is_met = urn.p_value(screened, target) < urn.THRESHOLD
        certified = urn.certified(screened)
        self.assertEqual(
            is_met, certified.missed < urn.fewest_missed(screened.found, target)
        )

    @given(screenings(), st.integers(50, 99))
    def test_the_forecast_is_the_first_moment_at_which_it_holds(
        self, screened: Screened, target: int
    ) -> None:
        more = urn.forecast(screened, target)
        missed = urn.fewest_missed(screened.found, target)
        if screened.unread:
            held = urn.p_of_missing(screened.after(more), missed)
            self.assertTrue(held < urn.THRESHOLD or more == screened.unread)
        if more:
            earlier = urn.p_of_missing(screened.after(more - 1), missed)
            self.assertGreaterEqual(earlier, urn.THRESHOLD)

    def test_one_draw_is_wrong_no_oftener_than_it_says(self) -> None:
        """Go through every order of small pools: the first start alone, once looked at.

        Of all orders in which `left` or more are left, the test may call the recall
        reached in no larger share than its threshold.
        """
        pool, threshold = 10, 0.2
        for count, n in product(range(1, 6), range(4, 10)):
            orders = [
                order for order in product((0, 1), repeat=pool) if sum(order) == count
            ]
            wrong = 0
            for order in orders:
                drawn = sum(order[:n])
                certified = next(
                    left
                    for left in range(pool + 1)
                    if urn.at_most(drawn, pool, drawn + left + 1, n) < threshold
                )
                wrong += count - drawn > certified
            self.assertLessEqual(wrong / len(orders), threshold)


@given(st.data())
def test_halving_finds_what_looking_at_every_number_finds(data: st.DataObject) -> None:
    pool = data.draw(st.integers(1, 80))
    read = data.draw(st.integers(0, pool))
    places = data.draw(st.sets(st.integers(1, max(read, 1)), max_size=read))
    screened = Screened(pool, read, sorted(places) if read else [])
    fits = [
        missed
        for missed in range(1, screened.unread + 2)
        if urn.p_of_missing(screened, missed) < urn.THRESHOLD
    ]
    assert urn.certified(screened).missed == min(fits) - 1
    wanted = urn.fewest_missed(screened.found, 90)
    later = [
        more
        for more in range(screened.unread + 1)
        if urn.p_of_missing(screened.after(more), wanted) < urn.THRESHOLD
    ]
    assert urn.forecast(screened, 90) == min(later)
