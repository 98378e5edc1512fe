from django.test import SimpleTestCase

from reviews.audit.checks import criterion_design
from reviews.audit.finding import Certainty, Severity
from reviews.models import Criterion
from tests.reviews.audit.cases import (
    Kind,
    Meaning,
    Topic,
    codes,
    criterion,
    facts,
    field,
    found,
    study,
)

EXCLUSION = Criterion.Kind.EXCLUSION
ALLOWED = criterion("I7", Topic.DESIGN, (None, ["rct_parallel", "rct_crossover"]))
COHORT = criterion("E4", Topic.DESIGN, (None, ["cohort"]), kind=EXCLUSION)


class CriterionDesignTests(SimpleTestCase):
    def test_a_design_that_is_allowed_is_clear(self) -> None:
        told = facts(studies=(study(design="rct_crossover"),), criteria=(ALLOWED,))
        self.assertEqual(codes(criterion_design, told), [])

    def test_a_cohort_among_trials_is_critical_by_both_criteria(self) -> None:
        told = facts(studies=(study(design="cohort"),), criteria=(ALLOWED, COHORT))
        (finding,) = found(criterion_design, told)
        self.assertEqual(finding.severity, Severity.CRITICAL)
        self.assertEqual(finding.certainty, Certainty.CONFLICT)
        self.assertEqual(finding.about, ("Brody 2024", "I7", "E4"))
        self.assertIn("Cohort study", finding.arithmetic)

    def test_a_field_of_choices_decides_and_words_only_ask(self) -> None:
        for kind, certainty in (
            (Kind.CHOICE, Certainty.CONFLICT),
            (Kind.TEXT, Certainty.CHECK),
        ):
            told = facts(
                fields=(field(5, Meaning.DESIGN, kind),),
                studies=(study(values={5: ("Chart review",)}),),
                criteria=(criterion("I7", Topic.DESIGN, (5, ["Randomised trial"])),),
            )
            (finding,) = found(criterion_design, told)
            self.assertEqual(finding.certainty, certainty)

    def test_a_design_that_is_not_known_stays_open(self) -> None:
        told = facts(studies=(study(),), criteria=(ALLOWED,))
        (finding,) = found(criterion_design, told)
        self.assertEqual(finding.severity, Severity.INFO)

    def test_without_codes_nothing_can_be_held_against_the_criteria(self) -> None:
        told = facts(studies=(study(design="cohort"),))
        self.assertEqual(codes(criterion_design, told), ["uncoded"])

    def test_a_value_both_allowed_and_excluded_contradicts(self) -> None:
        both = criterion("E9", Topic.DESIGN, (None, ["rct_parallel"]), kind=EXCLUSION)
        (finding,) = found(criterion_design, facts(criteria=(ALLOWED, both)))
        self.assertEqual(finding.code, "contradictory")
        self.assertEqual(finding.certainty, Certainty.CONFLICT)

    def test_control_study_is_what_a_randomised_trial_is_too(self) -> None:
        for text, asked in (
            ("case control, control study, cohort study", True),
            ("Case-control study", False),
            ("case control study", False),
            ("non-interventional studies", False),
        ):
            words = criterion("E3", Topic.DESIGN, kind=EXCLUSION, text=text)
            with self.subTest(text):
                told = facts(criteria=(ALLOWED, words))
                self.assertEqual(bool(found(criterion_design, told)), asked)
