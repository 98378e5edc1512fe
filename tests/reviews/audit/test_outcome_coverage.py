from dataclasses import replace

from django.test import SimpleTestCase

from reviews.audit.checks import outcome_coverage
from reviews.audit.facts import Limits
from reviews.audit.finding import Severity
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

FIELD = field(1, Meaning.OUTCOMES, Kind.MULTIPLE)
WANTED = criterion("I3", Topic.OUTCOME, (1, ["Depression severity", "Remission"]))
TEXT = {"abstract": "Conclusion: Ketamine helps cognition."}


class OutcomeCoverageTests(SimpleTestCase):
    def test_a_study_with_no_outcome_of_the_protocol_is_major(self) -> None:
        told = facts(
            fields=(FIELD,),
            criteria=(WANTED,),
            studies=(
                study("Moda-Sava 2019", 1, values={1: ("Spine density",)}),
                study(
                    "Brody 2024", 2, values={1: ("Depression severity", "Remission")}
                ),
            ),
            body="x",
        )
        (finding,) = found(outcome_coverage, told)
        self.assertEqual(finding.severity, Severity.MAJOR)
        self.assertEqual(finding.records, ("Moda-Sava 2019",))

    def test_an_outcome_that_no_study_reports_is_minor(self) -> None:
        told = facts(
            fields=(FIELD,),
            criteria=(WANTED,),
            studies=(study(values={1: ("Remission",)}),),
            body="x",
        )
        (finding,) = found(outcome_coverage, told)
        self.assertEqual(finding.arithmetic, "0 of 1 studies: Depression severity")

    def test_while_a_study_is_not_settled_no_outcome_is_missing(self) -> None:
        told = facts(fields=(FIELD,), criteria=(WANTED,), studies=(study(),), body="x")
        self.assertEqual(codes(outcome_coverage, told), [])

    def test_a_conclusion_on_what_nobody_measured_is_critical(self) -> None:
        told = facts(
            fields=(FIELD,),
            criteria=(WANTED,),
            studies=(study(values={1: ("Depression severity", "Remission")}),),
            **TEXT,
        )
        (finding,) = found(outcome_coverage, told)
        self.assertEqual(finding.severity, Severity.CRITICAL)
        self.assertIn("cognition", finding.what)

    def test_without_text_it_says_that_it_had_nothing_to_read(self) -> None:
        self.assertEqual(codes(outcome_coverage, facts()), ["no_text"])

    def test_a_measured_outcome_beyond_the_protocol_is_asked_about(self) -> None:
        told = facts(
            limits=Limits(outcomes="Depression"),
            fields=(field(1, Meaning.OUTCOMES),),
            studies=(study(values={1: ("Depression and cognition",)}),),
            abstract="Conclusion\nCognition is better.",
        )
        (finding,) = (
            f for f in found(outcome_coverage, told) if f.code.startswith("beyond/")
        )
        self.assertEqual(finding.severity, Severity.MAJOR)
        told = replace(told, limits=Limits(outcomes="Cognition"))
        self.assertNotIn("beyond/abstract/cognition", codes(outcome_coverage, told))
