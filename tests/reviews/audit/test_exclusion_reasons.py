from django.test import SimpleTestCase

from reviews.audit.checks import exclusion_reasons
from reviews.audit.facts import ExcludedReport
from reviews.audit.finding import Severity
from tests.reviews.audit.cases import Topic, codes, criterion, facts, found

DESIGN = criterion("X1", Topic.DESIGN)


def excluded(pk: int, **more: object) -> ExcludedReport:
    held = {"citation": "J Trials 2020;1:1", "criterion": DESIGN.pk, **more}
    return ExcludedReport(pk=pk, title=f"Trial {pk}", **held)  # type: ignore[arg-type]  # by name


class ExclusionReasonsTests(SimpleTestCase):
    def test_ten_of_ten_with_a_reason_are_clear(self) -> None:
        reports = tuple(excluded(pk) for pk in range(10))
        told = facts(excluded=reports, criteria=(DESIGN,))
        self.assertEqual(codes(exclusion_reasons, told), [])

    def test_one_without_a_reason_is_major_and_named(self) -> None:
        told = facts(
            excluded=(excluded(1), excluded(2, criterion=None)), criteria=(DESIGN,)
        )
        (finding,) = found(exclusion_reasons, told)
        self.assertEqual(finding.severity, Severity.MAJOR)
        self.assertEqual(finding.arithmetic, "1 of 2 (50%) are in order")
        self.assertEqual(finding.records, ("Trial 2",))

    def test_a_criterion_taken_out_and_a_missing_citation_are_minor(self) -> None:
        told = facts(
            excluded=(excluded(1, criterion_retired=True, citation=" "),),
            criteria=(DESIGN,),
        )
        self.assertEqual(codes(exclusion_reasons, told), ["retired", "citation"])

    def test_a_criterion_without_a_topic_stays_open(self) -> None:
        told = facts(excluded=(excluded(1),), criteria=(criterion("X1", ""),))
        self.assertEqual(codes(exclusion_reasons, told), ["topic"])
