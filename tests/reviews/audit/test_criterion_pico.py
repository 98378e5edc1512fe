from typing import Any

from django.test import SimpleTestCase

from reviews.audit.checks import criterion_pico
from reviews.audit.facts import Facts
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

FIELDS = (
    field(1, Meaning.HUMANS, Kind.CHOICE),
    field(2, Meaning.POPULATION),
    field(3, Meaning.FAILED_TREATMENTS, Kind.NUMBER),
    field(4, Meaning.INTERVENTION),
)
PATIENTS = criterion(
    "I1",
    Topic.POPULATION,
    (2, ["treatment-resistant depression", "TRD"]),
    (3, ["at least 2"]),
    text="Patients with treatment-resistant depression",
)
OTHER = criterion(
    "E6",
    Topic.INTERVENTION,
    (4, ["oral antidepressant"]),
    kind=Criterion.Kind.EXCLUSION,
)


def told(**values: Any) -> Facts:
    numbers = {"humans": 1, "population": 2, "failed": 3, "intervention": 4}
    held = {numbers[name]: (value,) for name, value in values.items()}
    return facts(
        fields=FIELDS, criteria=(PATIENTS, OTHER), studies=(study(values=held),)
    )


class CriterionPicoTests(SimpleTestCase):
    def test_a_study_that_fits_is_clear(self) -> None:
        fits = told(
            humans="Yes", population="Adults with Treatment resistant depression"
        )
        self.assertEqual(codes(criterion_pico, fits), [])

    def test_not_in_humans_is_critical_and_asks_nothing_more_of_people(self) -> None:
        (finding,) = found(criterion_pico, told(humans="No", population="Mice"))
        self.assertEqual(finding.severity, Severity.CRITICAL)
        self.assertEqual(finding.certainty, Certainty.CONFLICT)

    def test_other_words_for_the_population_only_ask(self) -> None:
        (finding,) = found(criterion_pico, told(population="Inpatients with MDD"))
        self.assertEqual(finding.severity, Severity.MAJOR)
        self.assertEqual(finding.certainty, Certainty.CHECK)

    def test_a_number_that_meets_the_criterion_answers_for_the_words(self) -> None:
        fits = told(population="Adults with depression", failed="2")
        self.assertEqual(codes(criterion_pico, fits), [])

    def test_a_lower_threshold_is_minor_and_asks(self) -> None:
        (finding,) = found(criterion_pico, told(population="TRD", failed="1"))
        self.assertEqual(finding.severity, Severity.MINOR)
        self.assertEqual(finding.certainty, Certainty.CHECK)
        self.assertIn("at least 2", finding.arithmetic)

    def test_an_excluded_cotreatment_is_minor_and_asks(self) -> None:
        both = told(intervention="Esketamine plus a new oral antidepressant")
        (finding,) = found(criterion_pico, both)
        self.assertEqual(finding.severity, Severity.MINOR)

    def test_a_criterion_that_breaks_off_is_incomplete(self) -> None:
        for text, asked in (
            ("patients diagnosed with", True),
            ("patients diagnosed with [the sentence breaks off in print]", True),
            ("patients diagnosed with depression", False),
        ):
            one = criterion("I1", Topic.POPULATION, text=text)
            with self.subTest(text):
                findings = found(criterion_pico, facts(criteria=(one,)))
                self.assertEqual(bool(findings), asked)
