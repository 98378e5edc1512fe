"""The figures of agreement against values of other programs (see shared/design)."""

from collections.abc import Mapping
from fractions import Fraction

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from screening.agreement import several, statistics, wording
from screening.agreement.several import Level
from screening.agreement.statistics import Crossed, Estimate, cross, units
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
# Three observers, thirty units, drawn once.
THREE = (
    "aab bbb aaa bba bbb bba aba bbb baa aab bbb aaa aba abb bbb abb aaa aaa bbb bbb "
    "aaa aaa aba bab bbb aaa aaa aaa bbb aaa"
).split()
counts = st.integers(0, 60)


class WordingTests(SimpleTestCase):
    def test_no_figure_is_minus_nothing(self) -> None:
        found = Estimate(-0.00001, 0.1, -0.004, -0.001)
        self.assertEqual(wording.interval(found), "0.00 to 0.00")
        self.assertEqual(wording.figure(found.value), "0.00")
        self.assertEqual(wording.exact(found.value), "0.0000")


def observed_units() -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for unit in zip(*(line.split() for line in OBSERVED), strict=True):
        said = tuple(each for each in unit if each != ".")
        found[said] = found.get(said, 0) + 1
    return found


def two_by_two(a: int, b: int, c: int, d: int) -> Crossed:
    return Crossed(("on", "exclude"), ((a, b), (c, d)))


def ac1_by_hand(
    units: Mapping[tuple[str, ...], int], classes: str
) -> tuple[float, float]:
    """Return AC1 and its error where some left items out, step by step.

    Gwet 2008, doi:10.1348/000711006X126600, as his Handbook of Inter-Rater Reliability
    (5th edition, 2021, chapter 5) writes it for missing ratings, in exact fractions:
    agreement is the mean over the items that two or more have rated, and the shares of
    the classes over those that anybody has. An item of one rating has no agreement of
    its own; the part of every other is scaled up to all items.
    """
    ratings = [said for said, times in units.items() for _ in range(times) if said]
    counts = [[said.count(name) for name in classes] for said in ratings]
    raters = [sum(row) for row in counts]
    number = Fraction(len(counts))
    compared = Fraction(sum(each >= 2 for each in raters))
    agreed = [
        Fraction(sum(n * (n - 1) for n in row), each * (each - 1))
        if each >= 2
        else None
        for row, each in zip(counts, raters, strict=True)
    ]
    observed = sum((each for each in agreed if each), Fraction(0)) / compared
    shares = [
        sum(
            (Fraction(row[at], each) for row, each in zip(counts, raters, strict=True)),
            Fraction(0),
        )
        / number
        for at in range(len(classes))
    ]
    chance = sum((share * (1 - share) for share in shares), Fraction(0))
    chance /= len(classes) - 1
    value = (observed - chance) / (1 - chance)
    squares = Fraction(0)
    for row, each, same in zip(counts, raters, agreed, strict=True):
        part = Fraction(0)
        if same is not None:
            part = number / compared * (same - chance) / (1 - chance)
        by_chance = sum(
            (
                Fraction(n, each) * (1 - share)
                for n, share in zip(row, shares, strict=True)
            ),
            Fraction(0),
        ) / (len(classes) - 1)
        part -= 2 * (1 - value) * (by_chance - chance) / (1 - chance)
        squares += (part - value) ** 2
    return float(value), float(squares / (number * (number - 1))) ** 0.5


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
                adjusted = statistics.pabak(table)
                assert adjusted is not None
                self.assertAlmostEqual(adjusted.value, pabak, 6)
                for value, wanted in zip(
                    (other.value, other.low, other.high), ac1, strict=True
                ):
                    self.assertAlmostEqual(value, wanted, 5)
                of_several = several.alpha(units(table))
                assert of_several is not None
                self.assertAlmostEqual(of_several.value, alpha, 5)

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
        in_part = statistics.kappa(table, weighted=True)
        assert in_part is not None
        self.assertAlmostEqual(in_part.value, 0.705215, 6)

    def test_weights_change_nothing_between_two_words(self) -> None:
        table = two_by_two(20, 5, 10, 15)
        self.assertEqual(
            statistics.kappa(table), statistics.kappa(table, weighted=True)
        )

    def test_pabak_has_its_error(self) -> None:
        found = statistics.pabak(two_by_two(20, 5, 10, 15))
        assert found is not None
        self.assertAlmostEqual(found.error, 2 * (0.7 * 0.3 / 50) ** 0.5)

    def test_alpha_of_four_with_gaps_on_three_scales(self) -> None:
        for level, wanted in (
            (Level.NOMINAL, 0.743421),
            (Level.ORDINAL, 0.815388),
            (Level.INTERVAL, 0.849107),
        ):
            found = several.alpha(observed_units(), level=level, scale="12345")
            assert found is not None
            self.assertAlmostEqual(found.value, wanted, 6)

    def test_of_four_with_gaps_each_has_its_interval(self) -> None:
        alpha = several.alpha(observed_units())
        other = several.ac1(observed_units(), "12345")
        assert alpha is not None
        assert other is not None
        self.assertLess(alpha.low, alpha.value)
        self.assertAlmostEqual(alpha.high, 1)
        value, error = ac1_by_hand(observed_units(), "12345")
        self.assertAlmostEqual(other.value, value, 12)
        self.assertAlmostEqual(other.error, error, 12)
        # The quantile of Student at eleven degrees of freedom, as tables print it.
        self.assertAlmostEqual(other.low, value - 2.200985 * error, 5)
        self.assertAlmostEqual(several.observed(observed_units()) or 0, 9 / 11)

    def test_of_three_without_gaps_both_are_those_of_another_program(self) -> None:
        found: dict[tuple[str, ...], int] = {}
        for said in THREE:
            found[tuple(said)] = found.get(tuple(said), 0) + 1
        alpha, other = several.alpha(found), several.ac1(found, "ab")
        assert alpha is not None
        assert other is not None
        for value, wanted in (
            (alpha.value, 0.515586),
            (alpha.error, 0.119647),
            (other.value, 0.512075),
            (other.error, 0.119347),
            (other.low, 0.267982),
            (other.high, 0.756168),
        ):
            self.assertAlmostEqual(value, wanted, 6)

    def test_the_quantiles_of_student(self) -> None:
        for freedom, wanted in (
            (1, 12.706205), (2, 4.302653), (49, 2.009575), (999, 1.962341)
        ):  # fmt: skip
            self.assertAlmostEqual(quantile(0.975, freedom), wanted, 6)


class EdgeTests(SimpleTestCase):
    def test_where_all_is_one_class_kappa_cannot_be_estimated(self) -> None:
        table = two_by_two(0, 0, 0, 40)
        self.assertIsNone(statistics.kappa(table))
        self.assertIsNone(several.alpha(units(table)))
        adjusted = statistics.pabak(table)
        assert adjusted is not None
        self.assertEqual(adjusted.value, 1)
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
        self.assertIsNone(several.alpha({}))
        self.assertIsNone(several.ac1({}, "ab"))
        self.assertIsNone(several.observed({("a",): 4}))
        self.assertIsNone(several.ac1({("a",): 4}, "ab"))

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

    @given(counts, counts, counts, counts)
    def test_of_two_it_is_the_same_as_of_several(
        self, a: int, b: int, c: int, d: int
    ) -> None:
        table = two_by_two(a, b, c, d)
        one = statistics.ac1(table)
        other = several.ac1(units(table), table.classes)
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
