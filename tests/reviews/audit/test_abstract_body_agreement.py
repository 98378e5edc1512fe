from django.test import SimpleTestCase

from reviews.audit.checks import abstract_body_agreement
from reviews.audit.finding import Severity
from tests.reviews.audit.cases import codes, facts, found, search

BODY = "MEDLINE was searched for 2014 to 2024. Eight studies were included; 59% better."


class AbstractBodyAgreementTests(SimpleTestCase):
    def test_an_abstract_that_agrees_is_clear(self) -> None:
        abstract = "MEDLINE, 2014-2024: 8 studies were included, 59% better."
        told = facts(abstract=abstract, body=BODY, searches=(search(),))
        self.assertEqual(codes(abstract_body_agreement, told), [])

    def test_what_differs_is_major(self) -> None:
        abstract = "MEDLINE, 2010-2024: 7 studies were included, 70% better."
        told = facts(abstract=abstract, body=BODY, searches=(search(),))
        findings = found(abstract_body_agreement, told)
        self.assertEqual({finding.severity for finding in findings}, {Severity.MAJOR})
        self.assertEqual(len(findings), 3)

    def test_what_the_abstract_leaves_out_is_minor(self) -> None:
        abstract = "Eight studies were included."
        told = facts(abstract=abstract, body=BODY, searches=(search(),))
        (finding,) = found(abstract_body_agreement, told)
        self.assertEqual((finding.code, finding.severity), ("sources", Severity.MINOR))

    def test_without_one_of_the_two_it_says_so(self) -> None:
        (finding,) = found(abstract_body_agreement, facts(body=BODY))
        self.assertIn("abstract", finding.what)
