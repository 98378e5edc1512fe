from typing import Any

from django.test import SimpleTestCase

from reviews.audit.checks import claim_support
from reviews.audit.facts import Facts
from reviews.audit.finding import Certainty, Severity
from tests.reviews.audit.cases import Kind, Meaning, codes, facts, field, found, study

FIELDS = (
    field(1, Meaning.FINDINGS),
    field(2, Meaning.DIRECTION, Kind.CHOICE),
    field(3, Meaning.DURATION),
)


def told(**text: Any) -> Facts:
    held = ("Favourable", "Not significant", "Not significant")
    return facts(
        fields=FIELDS,
        studies=tuple(
            study(
                f"S {pk}",
                pk,
                values={1: ("59% responded",), 2: (each,), 3: ("7 days",)},
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
        body = "Results\nKetamine is effective in all (19-22)."
        self.assertEqual(codes(claim_support, told(body=body)), [])

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
