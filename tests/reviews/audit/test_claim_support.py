from dataclasses import replace
from typing import Any
from unittest.mock import patch

from django.test import SimpleTestCase

from reviews.audit.checks import claim_support
from reviews.audit.facts import Facts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import percentages
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

FIELDS = (
    field(1, Meaning.FINDINGS),
    field(2, Meaning.DIRECTION, Kind.CHOICE),
    field(3, Meaning.DURATION),
)
RESPONDED = "59% responded"
LISTED = {
    1: "Brody B. Ketamine for depression in adults on a hospital ward. J. 2024.",
    2: "Roe R. Ketamine in rats under chronic stress and what followed. J. 2019.",
    3: "Ng N. Ketamine for suicidal thoughts: a systematic review. J. 2020.",
    4: "Low L. Another trial of ketamine in people with depression. J. 2018.",
}


def told(**text: Any) -> Facts:
    held = ("Favourable", "Not significant", "Not significant")
    return facts(
        fields=FIELDS,
        studies=tuple(
            study(
                f"S {pk}",
                pk,
                values={1: (RESPONDED,), 2: (each,), 3: ("7 days",)},
                references=(reference(10),) if pk == 0 else (),
            )
            for pk, each in enumerate(held)
        ),
        **text,
    )


class ClaimSupportTests(SimpleTestCase):
    def test_without_text_it_says_that_it_had_nothing_to_read(self) -> None:
        (finding,) = found(claim_support, facts())
        self.assertEqual(finding.certainty, Certainty.OPEN)

    def test_a_claim_without_a_citation_asks_and_one_with_does_not(self) -> None:
        body = "Results\nKetamine is effective in all."
        self.assertEqual(len(found(claim_support, told(body=body))), 1)
        for cited in ("(1)", "[1; 1]", "(1—1)"):
            with self.subTest(cited):
                body = f"Results\nKetamine is effective in all {cited}."
                held = told(body=body, listed=LISTED)
                self.assertEqual(codes(claim_support, held), [])

    def test_numbers_without_a_list_of_references_stay_open(self) -> None:
        body = "Results\nKetamine is effective in all (19-22)."
        (finding,) = found(claim_support, told(body=body))
        self.assertEqual((finding.code, finding.certainty), ("no_list", Certainty.OPEN))

    def test_the_introduction_may_speak_of_effects(self) -> None:
        body = "Introduction\nKetamine may be effective."
        self.assertEqual(codes(claim_support, told(body=body)), [])

    def test_a_percentage_in_no_row_is_asked_about(self) -> None:
        (finding,) = found(claim_support, told(abstract="Up to 70% may respond."))
        self.assertIn("70%", finding.what)
        self.assertEqual(codes(claim_support, told(abstract="59% responded.")), [])

    def test_another_count_of_studies_without_effect_is_critical(self) -> None:
        text = "Only one study showed no effectiveness of this treatment."
        (finding,) = found(claim_support, told(abstract=text))
        self.assertEqual(finding.severity, Severity.CRITICAL)
        self.assertEqual(finding.arithmetic, "1 against 2")

    def test_a_claim_longer_than_any_follow_up_asks(self) -> None:
        text = "The effect lasts several months."
        (finding,) = found(claim_support, told(abstract=text))
        self.assertEqual(finding.arithmetic, "60 days > 7 days")

    def test_each_study_is_read_once_however_long_the_text(self) -> None:
        body = "Results\n" + "In all, 59% responded for 2 weeks. " * 30
        with patch.object(claim_support, "percentages", wraps=percentages) as reads:
            list(claim_support.check(told(body=body)))
        of_cells = [call for call in reads.mock_calls if call.args == (RESPONDED,)]
        self.assertEqual(len(of_cells), 3)

    def test_only_the_rows_that_are_cited_are_looked_through(self) -> None:
        other = study("S 9", 9, values={1: ("41% responded",)})
        whole = told(listed=LISTED, body="Results\n41% responded (1).")
        held = replace(whole, studies=(*whole.studies, other))
        (finding,) = found(claim_support, held)
        self.assertIn("41% stands in no settled value of S 0", finding.what)
        held = replace(held, body="Results\n41% responded in S.")
        self.assertEqual(codes(claim_support, held)[0][:8], "uncited/")

    def test_the_numbers_of_the_background_are_not_of_the_studies(self) -> None:
        body = "Introduction\nDepression is found in 4% of all people (3)."
        self.assertEqual(codes(claim_support, told(body=body, listed=LISTED)), [])


class CitedTests(SimpleTestCase):
    def cite(self, numbers: str) -> list[str]:
        fields = (*FIELDS, field(4, Meaning.HUMANS, Kind.CHOICE))
        rats = "Ketamine in rats under chronic stress and what followed"
        studies = (
            study("Brody 2024", 1, references=(reference(10),), values={4: ("Yes",)}),
            study(
                "Roe 2019",
                2,
                references=(reference(11, title=rats),),
                values={4: ("No",)},
            ),
        )
        body = f"Discussion\nKetamine is effective ({numbers})."
        held = facts(fields=fields, studies=studies, listed=LISTED, body=body)
        return [finding.what for finding in found(claim_support, held)]

    def test_an_included_study_in_humans_bears_a_claim(self) -> None:
        self.assertEqual(self.cite("1"), [])

    def test_a_study_of_animals_a_review_and_another_study_do_not(self) -> None:
        self.assertEqual(
            self.cite("1-4"),
            [
                "A claim of an effect cites 2, which is not in humans, 3, a review "
                "and 4, which is not included."
            ],
        )

    def test_author_and_year_cite_as_well(self) -> None:
        self.assertIn("3, a review", self.cite("Ng 2020")[0])
        self.assertEqual(self.cite("Brody et al., 2024"), [])


class OrderTests(SimpleTestCase):
    methods = "The 84 mg dose had to succeed before the 56 mg dose could be tested."

    def find(self, findings: str, methods: str = methods, **text: Any) -> list[Finding]:
        held = facts(
            fields=(field(1, Meaning.METHODS), field(2, Meaning.FINDINGS)),
            studies=(study(values={1: (methods,), 2: (findings,)}),),
            **text,
        )
        return [f for f in found(claim_support, held) if f.code.startswith("order/")]

    def test_significant_below_a_comparison_that_failed_is_critical(self) -> None:
        (finding,) = self.find(
            "The 84 mg dose did not reach significance; the 56 mg dose was significant."
        )
        self.assertEqual(finding.severity, Severity.CRITICAL)
        self.assertIn("56 mg is called significant", finding.what)

    def test_the_text_may_call_it_significant(self) -> None:
        body = "Results\nIn Brody 2024 the result of 56 mg was significant."
        self.assertEqual(len(self.find("84 mg missed significance.", body=body)), 1)

    def test_an_order_may_be_told_from_its_end(self) -> None:
        methods = "The secondary outcome is tested only if the primary is significant."
        findings = (
            "The primary outcome was not significant, but the secondary outcome was "
            "significant."
        )
        self.assertEqual(len(self.find(findings, methods)), 1)

    def test_an_order_that_held_and_no_order_at_all_are_clear(self) -> None:
        self.assertEqual(self.find("84 mg and 56 mg were each significant."), [])
        self.assertEqual(self.find("84 mg was significant; 56 mg significant."), [])
        failed = "84 mg missed significance; 56 mg was significant."
        self.assertEqual(self.find(failed, "Doses of 84 mg and 56 mg."), [])
        self.assertEqual(self.find("84 mg failed; 56 mg was not significant."), [])


class ControlTests(SimpleTestCase):
    def find(self, findings: str, **more: Any) -> list[str]:
        text = {key: more.pop(key) for key in ("body",) if key in more}
        more.setdefault("values", {1: ("Uncontrolled, open label",)})
        more["values"] = {**more["values"], 2: (findings,)}
        held = facts(
            fields=(field(1, Meaning.METHODS), field(2, Meaning.FINDINGS)),
            studies=(study(**more),),
            **text,
        )
        asked = found(claim_support, held)
        return [f.arithmetic for f in asked if f.code.startswith("control/")]

    def test_a_control_of_an_uncontrolled_study_is_asked_about(self) -> None:
        self.assertEqual(
            self.find("Scores fell more compared to the control group."),
            ["“Uncontrolled” against “compared to the control group”"],
        )
        told = self.find("Better than placebo.", design="case_series", values={})
        self.assertEqual(len(told), 1)

    def test_the_text_may_name_the_control(self) -> None:
        body = "Results\nBrody treated adults. It fell more than in the control group."
        self.assertEqual(len(self.find("Scores fell.", body=body)), 1)

    def test_a_controlled_study_and_one_that_says_no_control_are_clear(self) -> None:
        self.assertEqual(self.find("It fell; there was no control group."), [])
        controlled = {1: ("Randomised, placebo-controlled",)}
        self.assertEqual(self.find("Better than placebo.", values=controlled), [])
