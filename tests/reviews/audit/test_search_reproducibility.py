from django.test import SimpleTestCase

from reviews.audit.checks import search_reproducibility
from reviews.audit.facts import Limits
from reviews.audit.finding import Severity
from tests.reviews.audit.cases import Meaning, codes, facts, field, found, search, study


class SearchReproducibilityTests(SimpleTestCase):
    def test_a_search_told_in_full_is_clear(self) -> None:
        told = facts(searches=(search(),))
        self.assertEqual(codes(search_reproducibility, told), [])

    def test_each_of_several_sources_is_asked_for_all_that_is_missing(self) -> None:
        combined = search(
            "Databases",
            source="EMBASE, Medline (via PubMed)",
            is_combined=True,
            platform="",
            strategy="",
            searched_on="",
            reported=65,
        )
        one, other = found(search_reproducibility, facts(searches=(combined,)))
        self.assertEqual(one.severity, Severity.MAJOR)
        self.assertIn("strategy, date, hits, platform", one.arithmetic)
        # A count for all together is a count of none; the platform is named.
        self.assertIn("missing: strategy, date, hits", other.arithmetic)
        self.assertNotIn("platform", other.arithmetic)

    def test_a_missing_platform_alone_is_minor(self) -> None:
        (finding,) = found(
            search_reproducibility, facts(searches=(search(platform=""),))
        )
        self.assertEqual(finding.severity, Severity.MINOR)

    def test_a_website_has_no_platform_and_no_hits(self) -> None:
        website = search(is_main=False, platform="", reported=None)
        self.assertEqual(codes(search_reproducibility, facts(searches=(website,))), [])

    def test_a_term_of_an_included_intervention_in_no_strategy_is_major(self) -> None:
        told = facts(
            limits=Limits(intervention="ketamine or esketamine"),
            fields=(field(1, Meaning.INTERVENTION),),
            studies=(study(values={1: ("Esketamine spray",)}),),
            searches=(search(strategy="1 ketamine\n2 depression"),),
        )
        (finding,) = found(search_reproducibility, told)
        self.assertEqual(finding.severity, Severity.MAJOR)
        self.assertIn("“esketamine”", finding.what)

    def test_a_truncated_word_stands_for_its_endings(self) -> None:
        told = facts(
            limits=Limits(intervention="ketamine"),
            searches=(search(strategy="1 ketamin*"),),
        )
        self.assertEqual(codes(search_reproducibility, told), [])
