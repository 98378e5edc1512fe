"""The figures of agreement against values of other programs (see shared/design)."""

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from screening.agreement import statistics
from screening.agreement.statistics import Crossed, cross
from screening.agreement.student import quantile

# a, b, c, d; share; kappa, its interval and error; PABAK; AC1 and its interval; alpha.
REFERENCE = (
    ((20, 5, 10, 15), 0.70, (0.4, 0.151092, 0.648908), 0.40,
     (0.405941, 0.141736, 0.670146), 0.4),
    ((40, 9, 6, 45), 0.85, (0.699519, 0.55959, 0.839448), 0.70,
     (0.700748, 0.558457, 0.843039), 0.700752),
    ((80, 10, 5, 5), 0.85, (0.318182, 0.056612, 0.579752), 0.70,
     (0.808, 0.704043, 0.911957), 0.317714),
    ((45, 15, 25, 15), 0.60, (0.130435, -0.062938, 0.323808), 0.20,
     (0.266055, 0.059852, 0.472258), 0.125275),
    ((25, 35, 5, 35), 0.60, (0.259259, 0.108029, 0.41049), 0.20,
     (0.207921, 0.010459, 0.405383), 0.19596),
    ((12, 8, 5, 975), 0.987, (0.64207, 0.46082, 0.823321), 0.974,
     (0.98651, 0.979118, 0.993903), 0.642205),
    ((118, 5, 2, 0), 0.944, (-0.023392, -0.047473, 0.00069), 0.888,
     (0.940776, 0.89514, 0.986413), -0.024691),
)  # fmt: skip
# Four observers, twelve units, with gaps: Krippendorff's own example.
OBSERVED = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
counts = st.integers(0, 60)


def two_by_two(a: int, b: int, c: int, d: int) -> Crossed:
    return Crossed(("on", "exclude"), ((a, b), (c, d)))


def units(table: Crossed) -> dict[tuple[str, ...], int]:
    return {
        (one, other): count
        for one, row in zip(table.classes, table.counts, strict=True)
        for other, count in zip(table.classes, row, strict=True)
    }


class ReferenceTests(SimpleTestCase):
    def test_every_figure_is_that_of_other_programs(self) -> None:
        for cells, share, kappa, pabak, ac1, alpha in REFERENCE:
            table = two_by_two(*cells)
            with self.subTest(cells):
                found, other = statistics.kappa(table), statistics.ac1(table)
                assert found is not None
                assert other is not None
                self.assertAlmostEqual(statistics.observed(table) or 0, share, 6)
                for value, wanted in zip(
                    (found.value, found.low, found.high), kappa, strict=True
                ):
                    self.assertAlmostEqual(value, wanted, 5)
                self.assertAlmostEqual(statistics.pabak(table) or 0, pabak, 6)
                for value, wanted in zip(
                    (other.value, other.low, other.high), ac1, strict=True
                ):
                    self.assertAlmostEqual(value, wanted, 5)
                self.assertAlmostEqual(statistics.alpha(units(table)) or 0, alpha, 5)

    def test_the_errors_are_those_of_other_programs(self) -> None:
        table = two_by_two(20, 5, 10, 15)
        kappa, ac1 = statistics.kappa(table), statistics.ac1(table)
        assert kappa is not None
        assert ac1 is not None
        self.assertAlmostEqual(kappa.error, 0.126996, 6)
        self.assertAlmostEqual(ac1.error, 0.131473, 6)

    def test_three_words_have_their_kappa(self) -> None:
        table = Crossed(("i", "m", "e"), ((20, 5, 2), (4, 10, 6), (1, 5, 47)))
        found = statistics.kappa(table)
        assert found is not None
        self.assertAlmostEqual(found.value, 0.617304, 6)

    def test_alpha_of_four_with_gaps(self) -> None:
        found: dict[tuple[str, ...], int] = {}
        for unit in zip(*(line.split() for line in OBSERVED), strict=True):
            said = tuple(each for each in unit if each != ".")
            found[said] = found.get(said, 0) + 1
        self.assertAlmostEqual(statistics.alpha(found) or 0, 0.743421, 6)

    def test_the_quantiles_of_student(self) -> None:
        for freedom, wanted in (
            (1, 12.706205), (2, 4.302653), (49, 2.009575), (999, 1.962341)
        ):  # fmt: skip
            self.assertAlmostEqual(quantile(0.975, freedom), wanted, 6)


class EdgeTests(SimpleTestCase):
    def test_where_all_is_one_class_kappa_cannot_be_estimated(self) -> None:
        table = two_by_two(0, 0, 0, 40)
        self.assertIsNone(statistics.kappa(table))
        self.assertIsNone(statistics.alpha(units(table)))
        self.assertEqual(statistics.pabak(table), 1)
        ac1 = statistics.ac1(table)
        assert ac1 is not None
        self.assertEqual((ac1.value, ac1.low, ac1.high), (1, 1, 1))
        self.assertIsNone(statistics.of_class(table, "on"))

    def test_without_items_there_is_no_figure(self) -> None:
        table = two_by_two(0, 0, 0, 0)
        for figure in (
            statistics.kappa, statistics.ac1, statistics.pabak, statistics.observed
        ):  # fmt: skip
            self.assertIsNone(figure(table))
        self.assertIsNone(statistics.alpha({}))

    def test_one_item_has_no_interval_of_student(self) -> None:
        self.assertIsNone(statistics.ac1(two_by_two(1, 0, 0, 0)))

    @given(counts, counts, counts, counts)
    def test_figures_stay_within_their_bounds(
        self, a: int, b: int, c: int, d: int
    ) -> None:
        table = two_by_two(a, b, c, d)
        for estimate in (statistics.kappa(table), statistics.ac1(table)):
            if estimate is not None:
                self.assertLessEqual(-1 - 1e-9, estimate.value)
                self.assertLessEqual(estimate.value, 1 + 1e-9)
                self.assertLessEqual(estimate.low, estimate.high)

    @given(counts, counts, counts, counts)
    def test_it_is_the_same_whoever_is_named_first(
        self, a: int, b: int, c: int, d: int
    ) -> None:
        one, other = (
            statistics.kappa(two_by_two(a, b, c, d)),
            statistics.kappa(two_by_two(a, c, b, d)),
        )
        self.assertEqual(one is None, other is None)
        if one and other:
            self.assertAlmostEqual(one.value, other.value)
            self.assertAlmostEqual(one.error, other.error)

    def test_pairs_are_crossed(self) -> None:
        table = cross(
            {("on", "exclude"): 3, ("exclude", "exclude"): 4}, ("on", "exclude")
        )
        self.assertEqual(table.counts, ((0, 3), (0, 4)))
        self.assertEqual((table.rows, table.columns), ([3, 4], [0, 7]))
