from django.test import SimpleTestCase

from reviews.audit.checks import appraisal_and_reviewers
from reviews.audit.facts import InstrumentFacts
from reviews.audit.finding import Severity
from tests.reviews.audit.cases import codes, facts, found, study

ROB2 = InstrumentFacts("rob2", "RoB 2", ("rct_parallel",))


class AppraisalAndReviewersTests(SimpleTestCase):
    def test_studies_that_are_judged_by_two_are_clear(self) -> None:
        told = facts(
            instruments=(ROB2,),
            studies=(study(design="rct_parallel", appraised_with=frozenset({"rob2"})),),
            reviewers_required={"appraisal": 2},
        )
        self.assertEqual(codes(appraisal_and_reviewers, told), [])

    def test_an_appraisal_announced_and_not_done_is_major(self) -> None:
        told = facts(
            instruments=(ROB2,),
            studies=(study("A", 1), study("B", 2)),
        )
        (finding,) = found(appraisal_and_reviewers, told)
        self.assertEqual(finding.severity, Severity.MAJOR)
        self.assertEqual(finding.arithmetic, "0 of 2 judged")

    def test_without_an_instrument_it_asks_for_one(self) -> None:
        told = facts(studies=(study(),))
        self.assertEqual(codes(appraisal_and_reviewers, told), ["no_instrument"])

    def test_a_design_that_no_instrument_is_for_is_minor(self) -> None:
        told = facts(instruments=(ROB2,), studies=(study(design="cohort"),))
        self.assertEqual(codes(appraisal_and_reviewers, told), ["unjudged", "no_fit"])

    def test_judgments_without_support_and_single_work_are_reporting(self) -> None:
        told = facts(
            instruments=(ROB2,),
            studies=(
                study(appraised_with=frozenset({"rob2"}), judgments_without_support=3),
            ),
            settled_by_one={"full_text": 4},
            reviewers_required={"title_abstract": 1, "full_text": 2},
        )
        findings = found(appraisal_and_reviewers, told)
        self.assertEqual(
            [finding.code for finding in findings],
            ["support", "people/title_abstract", "people/full_text"],
        )
        self.assertEqual({f.severity for f in findings}, {Severity.REPORTING})
