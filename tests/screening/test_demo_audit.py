"""The audit of the demo review, against what a careful reader found in the paper.

The expectations are those of the section "Proposed checks" of the reader's list, as far
as a check works from what the review itself holds: the text of the paper is not here.
"""

import json
from collections.abc import Mapping
from io import StringIO

from django.core.management import call_command
from django.test import TestCase

from reviews.audit import running
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.models import Review
from screening import demo
from tests.shared import shared_path

# The records that are not randomised trials in patients: Moda-Sava, Brody, Peters,
# Di Vincenzo and Siegel.
NOT_TRIALS = {"MAJD-08", "MAJD-19", "MAJD-20", "MAJD-21", "MAJD-23"}
# Findings of the list, and the checks that find them in what the review holds.
EXPECTED = {
    "F01": "criterion_design",
    "F02": "criterion_design",
    "F03": "criterion_pico",
    "F04": "outcome_coverage",
    "F05": "criterion_design",
    "F06": "criterion_pico",
    "F07": "criterion_pico",
    "F08": "criterion_pico",
    "F09": "criterion_pico",
    "F11": "flow_arithmetic",
    "F12": "flow_completeness",
    "F13": "search_reproducibility",
    "F16": "date_window",
    "F17": "search_reproducibility",
    "F19": "percent_recompute",
    "F20": "percent_recompute",
    "F22": "claim_support",
    "F26": "extraction_completeness",
    "F27": "claim_support",
    "F45": "eligible_only_direction",
    "F60": "appraisal_and_reviewers",
    "F64": "unaccounted_trials",
}


class DemoAuditTests(TestCase):
    review: Review
    found: Mapping[str, list[Finding]]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review = demo.load()
        cls.found = {
            outcome.check.NAME: [judged.finding for judged in outcome.judged]
            for outcome in running.run(cls.review)
        }

    def about(self, check: str, code: str) -> Finding:
        (finding,) = (f for f in self.found[check] if f.code.startswith(code))
        return finding

    def test_five_included_studies_contradict_randomised_trials_in_patients(
        self,
    ) -> None:
        conflicts = [
            finding
            for finding in self.found["criterion_design"]
            if finding.severity is Severity.CRITICAL
        ]
        self.assertEqual({r for f in conflicts for r in f.records}, NOT_TRIALS)
        self.assertEqual({f.certainty for f in conflicts}, {Certainty.CONFLICT})
        self.assertEqual(self.about("criterion_design", "contradictory").about[0], "X2")

    def test_moda_sava_has_no_patients_and_no_outcome_of_the_protocol(self) -> None:
        for check, code in (("criterion_pico", "humans"), ("outcome_coverage", "unc")):
            self.assertEqual(self.about(check, code).records, ("MAJD-08",))

    def test_softer_cases_only_ask(self) -> None:
        asked = {
            (finding.code.partition("/")[2], record)
            for finding in self.found["criterion_pico"]
            if finding.certainty is Certainty.CHECK
            for record in finding.records
        }
        self.assertEqual(
            asked,
            {
                ("Population", "MAJD-19"),
                ("Fewest antidepressants failed before", "MAJD-25"),
                ("Intervention", "MAJD-22"),
                ("Intervention", "MAJD-25"),
                ("Intervention", "MAJD-08"),
            },
        )

    def test_the_majority_changes_among_the_three_that_qualify(self) -> None:
        finding = self.about("eligible_only_direction", "changes")
        self.assertEqual(finding.severity, Severity.CRITICAL)
        self.assertIn(
            "All 8: 5 favourable, 2 not significant, 0 unfavourable, 1 not applicable. "
            "The 3 without a conflict: 1 favourable, 2 not significant",
            finding.arithmetic,
        )
        self.assertIn("3 of 8", self.about("eligible_only_direction", "few").arithmetic)

    def test_flow_and_search_are_named_where_the_paper_is_silent(self) -> None:
        self.assertEqual(
            self.about("flow_completeness", "no_dup").arithmetic,
            "0 duplicates with 7 sources",
        )
        self.assertIn("0 of 7", self.about("flow_completeness", "per_").arithmetic)
        found = self.found["search_reproducibility"]
        sources = [f for f in found if f.code.startswith("source/")]
        self.assertEqual((len(found), len(sources)), (8, 7))
        self.assertIn(
            "SID indexes mainly articles in Persian",
            self.about("search_reproducibility", "language").what,
        )
        for finding in sources:
            self.assertIn("strategy, date, hits", finding.arithmetic)
        self.assertEqual(
            {f.certainty for f in self.found["flow_arithmetic"]},
            {Certainty.CHECK, Certainty.OPEN},
        )
        self.assertEqual(self.found["exclusion_reasons"], [])

    def test_the_window_is_of_eleven_years_and_all_studies_lie_in_it(self) -> None:
        codes = [f.code.partition("/")[0] for f in self.found["date_window"]]
        self.assertEqual(codes, ["no_date", "length"])
        self.assertIn("= 11, not 10", self.about("date_window", "length").arithmetic)

    def test_two_of_three_percentages_do_not_follow(self) -> None:
        told = [finding.arithmetic for finding in self.found["percent_recompute"]]
        self.assertEqual(len(told), 2)
        self.assertIn("→ 36.6, printed 26.5 (off by 10.1 points)", told[0])
        self.assertIn("→ 46.3, printed 46.5 (off by 0.2 points)", told[1])

    def test_no_look_alike_is_taken_for_a_copy(self) -> None:
        self.assertEqual(self.found["duplicate_references"], [])

    def test_flawed_references_are_named(self) -> None:
        flawed = {f.code: set(f.records) for f in self.found["reference_quality"]}
        self.assertEqual(
            flawed,
            {
                "initials": {"MAJD-04", "MAJD-06", "MAJD-13", "MAJD-14", "MAJD-18"},
                "year": {"COSTI-028"},
                "volume": {"COSTI-069"},
                "pages": {"MAJD-17"},
                "swapped": {"MAJD-05"},
                "long": {"COSTI-020"},
                "abbreviation": {"MAJD-06", "MAJD-07"},
                "names": {"COSTI-029", "MAJD-23"},
            },
        )

    def test_labels_differ_from_the_references(self) -> None:
        codes = {f.code: set(f.records) for f in self.found["study_label_agreement"]}
        self.assertEqual(codes["author/Authors"], {"MAJD-21"})
        self.assertEqual(codes["no_country"], {"MAJD-22"})
        self.assertIn("ways/United States", codes)

    def test_trials_of_the_second_paper_that_nobody_accounted_for(self) -> None:
        # Murrough, Daly and Aepfelbacher stand among the 65 that were reconstructed.
        asked = {r for f in self.found["unaccounted_trials"] for r in f.records}
        self.assertEqual(asked, {"COSTI-021", "COSTI-099"})

    def test_appraisal_extraction_and_checklist_are_not_done(self) -> None:
        for check, code, told in (
            ("appraisal_and_reviewers", "unjudged", "0 of 8 judged"),
            ("extraction_completeness", "missing/Participants", "4 of 8 filled"),
            ("extraction_completeness", "missing/Country", "7 of 8 filled"),
            ("extraction_completeness", "numbers/", "2 of 8 with a number"),
            ("prisma_items", "unanswered", "0 of 42 answered"),
        ):
            with self.subTest(code):
                self.assertEqual(self.about(check, code).arithmetic, told)

    def test_checks_that_read_the_text_had_nothing_to_read(self) -> None:
        for check in ("abstract_body_agreement", "included_set_agreement"):
            (finding,) = self.found[check]
            self.assertEqual(finding.certainty, Certainty.OPEN)
        self.assertEqual(self.about("claim_support", "no_text").subjects, ())

    def test_results_that_the_rows_themselves_forbid_are_named(self) -> None:
        found = {f.code.partition("/")[0]: f for f in self.found["claim_support"]}
        self.assertEqual(set(found), {"order", "control", "no_text"})
        self.assertEqual(found["order"].records, ("MAJD-22",))
        self.assertEqual(found["order"].severity, Severity.CRITICAL)
        self.assertIn("56 mg is called significant", found["order"].what)
        self.assertEqual(found["control"].records, ("MAJD-21",))

    def test_the_command_prints_each_finding(self) -> None:
        out = StringIO()
        call_command("audit", "ketamine", "--format", "json", stdout=out)
        printed = json.loads(out.getvalue())
        self.assertEqual(len(printed), sum(map(len, self.found.values())))

    def test_what_the_reader_listed_is_found_by_the_check_that_was_meant(self) -> None:
        text = shared_path("demo/inconsistencies.json").read_text()
        listed = {one["id"]: one for one in json.loads(text)["findings"]}
        for finding, check in EXPECTED.items():
            with self.subTest(finding):
                self.assertIn(check, str(listed[finding]))
                self.assertTrue(self.found[check])
