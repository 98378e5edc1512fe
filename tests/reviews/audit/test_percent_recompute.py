from decimal import ROUND_HALF_UP, Decimal

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from reviews.audit.checks import percent_recompute
from reviews.audit.finding import Severity
from tests.reviews.audit.cases import codes, facts, field, found, study

PRINTED = "response: 19 of 41 (46.5%); remission: 15 of 41 (26.5%); effects: 4/41 (10%)"


class PercentRecomputeTests(SimpleTestCase):
    def test_two_of_three_do_not_follow(self) -> None:
        told = facts(fields=(field(1),), studies=(study(values={1: (PRINTED,)}),))
        remission, response = found(percent_recompute, told)
        self.assertEqual(response.severity, Severity.MINOR)
        self.assertIn("46.34% → 46.3, printed 46.5 (off by 0.2", response.arithmetic)
        self.assertEqual(remission.severity, Severity.MAJOR)
        self.assertIn("36.59% → 36.6, printed 26.5 (off by 10.1", remission.arithmetic)
        self.assertIn("26.5% of 41 is 10.9", remission.arithmetic)

    def test_a_wrong_percentage_in_the_abstract_is_critical(self) -> None:
        (finding,) = found(percent_recompute, facts(abstract="1 of 4 patients (30%)."))
        self.assertEqual(finding.severity, Severity.CRITICAL)

    def test_the_forms_in_which_people_write_it_are_read(self) -> None:
        for text in (
            "19 of 41 (46.5%)",
            "19 of 41 patients (46.5%)",
            "19/41 (46.5 %)",
            "19 out of the 41 patients, 46.5%",
            "46.5% (19/41)",
            "46.5% (n = 19 of 41)",
            "19 (46.5%) of 41",
            "1,900 of 4,100 (46.5%)",
        ):
            with self.subTest(text):
                self.assertEqual(len(percent_recompute.claims(text)), 1)

    def test_a_count_above_its_denominator_is_major(self) -> None:
        (finding,) = found(percent_recompute, facts(body="42 of 41 (100%)"))
        self.assertEqual(finding.arithmetic, "42 > 41")

    def test_nothing_is_divided_by_nought(self) -> None:
        self.assertEqual(len(found(percent_recompute, facts(body="0 of 0 (0%)"))), 1)

    def test_without_a_percentage_it_says_so(self) -> None:
        told = facts(studies=(study(),))
        self.assertEqual(codes(percent_recompute, told), ["no_text"])

    @given(
        st.integers(1, 5000).flatmap(
            lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(0, 2))
        )
    )
    def test_what_is_rounded_rightly_is_never_found(
        self, drawn: tuple[int, int, int]
    ) -> None:
        count, denominator, decimals = drawn
        exact = Decimal(100 * count) / Decimal(denominator)
        percent = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        text = f"{count} of {denominator} ({percent}%)"
        self.assertEqual(codes(percent_recompute, facts(body=text)), [])
