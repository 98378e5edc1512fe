from django.test import SimpleTestCase

from reviews.audit.checks import extraction_completeness
from reviews.audit.finding import Certainty, Severity
from tests.reviews.audit.cases import (
    Kind,
    Meaning,
    codes,
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

    def test_a_result_in_the_cell_of_a_measure_is_asked_about(self) -> None:
        told = facts(
            fields=(field(1, Meaning.SCALE), field(2, Meaning.OUTCOMES, Kind.CHOICE)),
            studies=(study(values={1: ("69% had no thoughts",), 2: ("Up by 50%",)}),),
        )
        results = [c for c in codes(extraction_completeness, told) if "result" in c]
        self.assertEqual(results, ["result/Scale of the outcome"])

    def test_one_route_in_two_ways_is_asked_about(self) -> None:
        told = facts(
            fields=(field(1, Meaning.METHODS), field(2, Meaning.FINDINGS)),
            studies=(
                study(values={1: ("Single injections",), 2: ("One infusion, 5%",)}),
                study("B 2020", 2, values={1: ("An infusion",), 2: ("Infusions, 5%",)}),
            ),
        )
        asked = [f for f in found(extraction_completeness, told) if f.code == "route"]
        self.assertEqual([f.arithmetic for f in asked], ["injection against infusion"])
