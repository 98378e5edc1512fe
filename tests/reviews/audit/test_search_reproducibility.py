from django.test import SimpleTestCase

from reviews.audit.checks import search_reproducibility
from reviews.audit.facts import Limits
from reviews.audit.finding import Severity
from tests.reviews.audit.cases import (
    Meaning,
    Topic,
    codes,
    criterion,
    facts,
    field,
    found,
    search,
    study,
)


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

    def terms(self, strategy: str, population: str) -> list[str]:
        told = facts(
            limits=Limits(population=population), searches=(search(strategy=strategy),)
        )
        return codes(search_reproducibility, told)

    def test_a_population_of_which_no_term_is_searched_is_asked_about(self) -> None:
        population = "Adults with treatment-resistant depression"
        self.assertEqual(self.terms("1 ketamine", population), ["terms/population"])
        for strategy in (
            '"treatment resistant depression"',
            "(depress*) AND treatment AND resistan*",
        ):
            self.assertEqual(self.terms(strategy, population), [])
        # One way to name the people is enough.
        self.assertEqual(self.terms("1 bipolar", "depression or bipolar"), [])

    def languages(self, languages: str, source: str, strategy: str) -> list[str]:
        told = facts(
            limits=Limits(languages=languages),
            searches=(search(source, strategy=strategy),),
        )
        return codes(search_reproducibility, told)

    def test_a_source_of_a_language_that_is_not_included_is_asked_about(self) -> None:
        searched = "کتامین"
        self.assertEqual(self.languages("English", "SID", searched), ["language/SID"])
        for allowed in (
            "English, Farsi",
            "",
            "Any language",
            "No language restrictions",
            "Not limited by language",
            "None",
        ):
            with self.subTest(allowed):
                self.assertEqual(self.languages(allowed, "SID", searched), [])
        self.assertEqual(self.languages("English", "MEDLINE", "ketamine"), [])

    def test_a_source_is_searched_with_words_of_its_language(self) -> None:
        for source, ours in (("SID", "کتامین"), ("CNKI", "氯胺酮"), ("LILACS", "x")):
            with self.subTest(source):
                self.assertEqual(self.languages("", source, ours), [])
        self.assertEqual(self.languages("", "CNKI", "ketamine"), ["words/CNKI"])
        # Without a strategy nobody knows.
        self.assertNotIn("words/CNKI", self.languages("", "CNKI", ""))

    def test_the_criterion_of_language_counts_where_the_protocol_names_none(
        self,
    ) -> None:
        told = facts(
            criteria=(criterion("I4", Topic.LANGUAGE, text="Published in English"),),
            searches=(search("SID", strategy="کتامین"),),
        )
        self.assertEqual(codes(search_reproducibility, told), ["language/SID"])
