from django.test import SimpleTestCase

from reviews.audit.checks import flow_arithmetic
from reviews.audit.finding import Certainty, Severity
from tests.reviews.audit.cases import codes, facts, flow, found, search


class FlowArithmeticTests(SimpleTestCase):
    def test_a_flow_that_balances_is_clear(self) -> None:
        self.assertEqual(codes(flow_arithmetic, facts(searches=(search(),))), [])

    def test_a_sum_of_known_numbers_that_fails_is_critical(self) -> None:
        broken = flow(identified=10, screened=9, excluded=9)
        # The total of the form is that of the searches: none here, so nought.
        findings = found(flow_arithmetic, facts(flow=broken))
        self.assertIn(Severity.CRITICAL, {finding.severity for finding in findings})

    def test_an_approximate_number_asks(self) -> None:
        told = facts(searches=(search(notes="Printed as “about 65 articles”."),))
        (finding,) = found(flow_arithmetic, told)
        self.assertEqual(finding.severity, Severity.MAJOR)
        self.assertEqual(finding.certainty, Certainty.CHECK)
        self.assertIn("“about 65”", finding.arithmetic)

    def test_sources_exported_together_stay_open(self) -> None:
        told = facts(searches=(search(source="Embase, Scopus", is_combined=True),))
        (finding,) = found(flow_arithmetic, told)
        self.assertEqual(finding.certainty, Certainty.OPEN)
        self.assertEqual(finding.arithmetic, "? + ? = 10")
