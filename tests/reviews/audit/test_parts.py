"""Every part of every check finds what it is for, and no part goes unnamed here.

A part is the first word of a finding's code.
"""

from collections.abc import Mapping

from django.test import SimpleTestCase

from reviews.audit import registry
from reviews.audit.running import findings_of
from reviews.flow import findings
from tests.reviews.audit import amiss

PARTS: Mapping[str, set[str]] = {
    "flow_arithmetic": {"sum", "split", "approximate"},
    "flow_completeness": {"nothing", "per_source", "no_duplicates", "waiting"},
    "exclusion_reasons": {"none", "retired", "citation", "topic"},
    "criterion_design": {"design", "unknown", "contradictory", "uncoded"},
    "criterion_pico": {"humans", "I1", "I2", "incomplete"},
    "outcome_coverage": {
        "uncovered",
        "unreported",
        "uncoded",
        "no_text",
        "concluded",
        "beyond",
    },
    "date_window": {"outside", "length", "no_date", "early", "window"},
    "search_reproducibility": {"none", "source", "terms", "language", "words"},
    "percent_recompute": {"more", "percent", "no_text"},
    "duplicate_references": {"copies", "listed", "linked", "alike", "waiting"},
    "reference_quality": {
        "initials",
        "organisation",
        "year",
        "volume",
        "pages",
        "swapped",
        "backwards",
        "long",
        "abbreviation",
        "names",
        "part",
    },
    "included_set_agreement": {
        "flow",
        "ungrouped",
        "no_group",
        "groups",
        "no_text",
        "count",
        "unnamed",
    },
    "study_label_agreement": {"author", "year", "place", "ways", "no_country", "cites"},
    "eligible_only_direction": {"unknown", "changes", "few", "concluded"},
    "claim_support": {
        "no_text",
        "no_list",
        "uncited",
        "cited",
        "number",
        "order",
        "control",
        "time",
        "negative",
    },
    "abstract_body_agreement": {
        "no_text",
        "count of included studies",
        "years",
        "percentages",
        "sources",
    },
    "appraisal_and_reviewers": {
        "no_instrument",
        "unjudged",
        "no_fit",
        "support",
        "people",
    },
    "extraction_completeness": {
        "missing",
        "unsettled",
        "numbers",
        "title",
        "result",
        "route",
        "unasked",
    },
    "unaccounted_trials": {"no_list", "unaccounted"},
    "prisma_items": {"item", "unanswered"},
}


class PartsTests(SimpleTestCase):
    def test_each_part_of_each_check_finds_what_it_is_for(self) -> None:
        for check in registry.CHECKS:
            with self.subTest(check.NAME):
                self.assertEqual(self.parts(check), PARTS[check.NAME])

    def parts(self, check: registry.Check) -> set[str]:
        sums = {
            finding.rule
            for told in (amiss.FLOW, amiss.BARE.flow)
            for finding in findings.find(told)
        }
        return {
            "sum" if finding.code in sums else finding.code.partition("/")[0]
            for told in amiss.REVIEWS
            for finding in findings_of(check, told)
        }
