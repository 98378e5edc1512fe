from django.test import SimpleTestCase

from reviews.audit.checks import date_window
from reviews.audit.facts import Limits
from reviews.audit.finding import Severity
from tests.reviews.audit.cases import (
    Topic,
    codes,
    criterion,
    facts,
    found,
    reference,
    search,
    study,
)

LIMITS = Limits(published_from="2014", published_to="2024-09")


class DateWindowTests(SimpleTestCase):
    def test_years_at_the_edges_lie_within(self) -> None:
        studies = tuple(
            study(f"A {year}", year, references=(reference(year, year=year),))
            for year in (2014, 2024)
        )
        told = facts(limits=LIMITS, studies=studies, searches=(search(),))
        self.assertEqual(codes(date_window, told), [])

    def test_an_included_study_outside_is_critical(self) -> None:
        told = facts(
            limits=LIMITS, studies=(study(references=(reference(year=2013),)),)
        )
        (finding,) = found(date_window, told)
        self.assertEqual(finding.severity, Severity.CRITICAL)
        self.assertIn("2014 ≤ 2013", finding.arithmetic)

    def test_an_unknown_year_is_not_outside(self) -> None:
        told = facts(
            limits=LIMITS, studies=(study(references=(reference(year=None),)),)
        )
        self.assertEqual(codes(date_window, told), [])

    def test_ten_years_are_not_eleven(self) -> None:
        text = "published within recent 10 years (2014-2024)"
        told = facts(criteria=(criterion("I5", Topic.DATE, text=text),))
        (finding,) = found(date_window, told)
        self.assertEqual(finding.severity, Severity.MINOR)
        self.assertEqual(finding.arithmetic, "2024 - 2014 + 1 = 11, not 10")

    def test_an_age_is_no_length_of_a_window(self) -> None:
        text = "adults of 65 years of age, 2014-2024"
        told = facts(criteria=(criterion("I5", Topic.DATE, text=text),))
        self.assertEqual(codes(date_window, told), [])

    def test_a_search_needs_a_day_at_the_end_of_the_window_or_later(self) -> None:
        for day, expected in (
            ("", ["no_date"]),
            ("2024-09", ["no_date"]),
            ("2023-01-01", ["early"]),
            ("2024-09-30", []),
        ):
            told = facts(limits=LIMITS, searches=(search(searched_on=day),))
            with self.subTest(day):
                self.assertEqual(codes(date_window, told), expected)

    def test_another_window_in_the_text_is_asked_about(self) -> None:
        told = facts(limits=LIMITS, abstract="Searches covered 2010 to 2020.")
        self.assertEqual(codes(date_window, told), ["window/abstract"])
