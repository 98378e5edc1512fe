from django.test import SimpleTestCase

from reviews.audit.checks import flow_completeness
from reviews.audit.finding import Certainty
from tests.reviews.audit.cases import codes, facts, flow, found, search


class FlowCompletenessTests(SimpleTestCase):
    def test_seven_sources_without_counts_and_duplicates_are_asked_about(self) -> None:
        source = "A, B, C (via PubMed, Ovid), D, E, F, G"
        told = facts(
            flow=flow(identified=65, screened=65, excluded=65),
            searches=(search(source=source, is_combined=True, count=65),),
        )
        per_source, duplicates = found(flow_completeness, told)
        self.assertEqual(
            per_source.arithmetic, "0 of 7 sources with a count; together 65"
        )
        self.assertEqual(duplicates.arithmetic, "0 duplicates with 7 sources")
        self.assertEqual(duplicates.certainty, Certainty.CHECK)

    def test_one_source_needs_no_duplicates(self) -> None:
        held = flow(identified=10, screened=10, excluded=10)
        told = facts(flow=held, searches=(search(),))
        self.assertEqual(codes(flow_completeness, told), [])

    def test_what_waits_keeps_the_flow_open(self) -> None:
        held = flow(identified=10, screened=4, excluded=4, awaiting_screening=6)
        told = facts(flow=held, searches=(search(),))
        (finding,) = found(flow_completeness, told)
        self.assertEqual(finding.certainty, Certainty.OPEN)

    def test_before_anything_is_identified_nothing_is_missing(self) -> None:
        self.assertEqual(codes(flow_completeness, facts()), ["nothing"])
