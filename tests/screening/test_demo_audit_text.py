"""The audit of the demo review with the text of its paper, which is not in the project.

What is expected are findings of the reader's list that only the text shows.
"""

from collections.abc import Mapping

from django.test import TestCase

from reviews.audit import running
from reviews.audit.finding import Finding
from reviews.models import Manuscript
from screening import demo
from tests.shared import shared_path

PAPER = "seeds/000_53540dea9cb5a8b1.txt"


class DemoTextAuditTests(TestCase):
    found: Mapping[str, list[Finding]]

    @classmethod
    def setUpTestData(cls) -> None:
        text = shared_path(PAPER).read_text()
        abstract, _, rest = text.partition("Keywords:")
        review = demo.load()
        Manuscript.objects.update_or_create(
            review=review,
            defaults={
                "abstract": abstract[abstract.index("ABSTRACT") :],
                "body": rest[rest.index("INTRODUCTION") :],
            },
        )
        cls.found = {
            outcome.check.NAME: [judged.finding for judged in outcome.judged]
            for outcome in running.run(review)
        }

    def told(self, check: str, code: str) -> list[str]:
        return [f.what for f in self.found[check] if f.code.startswith(code)]

    def test_a_study_without_effect_is_missing_from_the_count(self) -> None:  # F21
        told = self.told("claim_support", "negative/")
        self.assertEqual(len(told), 2)
        self.assertIn("2 are settled as not significant", told[0])

    def test_a_rate_that_no_study_reports_is_asked_about(self) -> None:  # F25
        self.assertIn(
            "70% stands in no settled value of an included study.",
            self.told("claim_support", "number/"),
        )

    def test_one_article_has_two_numbers(self) -> None:  # F24, F48
        (told,) = self.told("duplicate_references", "listed")
        self.assertIn("24 and 26", told)

    def test_the_passage_about_one_study_cites_another(self) -> None:  # F35
        self.assertEqual(
            self.told("study_label_agreement", "cites/"),
            ["A passage about Siegel 2021 cites 17, which is not it."],
        )

    def test_relief_for_months_cites_a_laboratory_and_a_review(self) -> None:  # F38
        self.assertIn(
            "A claim of an effect cites 8, which is not in humans and 17, a review.",
            self.told("claim_support", "cited/"),
        )

    def test_safety_is_claimed_without_a_citation(self) -> None:  # F42
        wheres = [f.where for f in self.found["claim_support"] if "uncit" in f.code]
        self.assertTrue(any("vital signs" in where for where in wheres))
        self.assertTrue(any("cystitis" in where for where in wheres))

    def test_the_conclusion_goes_beyond_the_studies(self) -> None:  # F44, F45
        self.assertEqual(len(self.told("outcome_coverage", "concluded/")), 2)
        self.assertEqual(len(self.told("eligible_only_direction", "concluded/")), 2)

    def test_the_sources_are_missing_in_the_abstract(self) -> None:
        (told,) = self.told("abstract_body_agreement", "sources")
        self.assertEqual(told, "The abstract does not tell the sources.")

    def test_every_included_study_is_named_or_cited(self) -> None:
        self.assertEqual(self.found["included_set_agreement"], [])
