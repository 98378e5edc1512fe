from django.test import SimpleTestCase

from reviews.audit.checks import extraction_completeness
from reviews.audit.finding import Certainty, Severity
from tests.reviews.audit.cases import (
    Kind,
    Meaning,
    facts,
    field,
    found,
    reference,
    study,
)

N = field(1, Meaning.PARTICIPANTS, Kind.NUMBER, label="Participants")
FINDINGS = field(2, Meaning.FINDINGS, label="Key findings")


class ExtractionCompletenessTests(SimpleTestCase):
    def test_missing_numbers_of_participants_are_major(self) -> None:
        told = facts(
            fields=(N,),
            studies=(
                study("A", 1, values={1: ("41",)}),
                study("B", 2, values={1: None}),
            ),
        )
        finding = found(extraction_completeness, told)[0]
        self.assertEqual(finding.severity, Severity.MAJOR)
        self.assertEqual(finding.arithmetic, "1 of 2 filled")
        self.assertEqual(finding.records, ("B",))

    def test_what_is_not_settled_is_open_and_not_missing(self) -> None:
        told = facts(fields=(N,), studies=(study(),))
        findings = {f.code: f for f in found(extraction_completeness, told)}
        self.assertNotIn("missing/Participants", findings)
        self.assertEqual(findings["unsettled/Participants"].certainty, Certainty.OPEN)

    def test_a_result_without_a_number_asks_and_a_dose_is_no_result(self) -> None:
        texts = ("19 responded", "84 mg missed significance", "Better", "in 2019 safe")
        told = facts(
            fields=(FINDINGS,),
            studies=tuple(
                study(f"S {pk}", pk, values={2: (text,)})
                for pk, text in enumerate(texts)
            ),
        )
        findings = {f.code: f for f in found(extraction_completeness, told)}
        self.assertEqual(
            findings["numbers/Key findings"].records, ("S 1", "S 2", "S 3")
        )

    def test_a_cell_that_repeats_the_title_is_named(self) -> None:
        told = facts(
            fields=(FINDINGS,),
            studies=(
                study(
                    values={2: (f"8: {reference().title}",)}, references=(reference(),)
                ),
            ),
        )
        findings = {f.code: f for f in found(extraction_completeness, told)}
        self.assertIn("title/Key findings", findings)
