"""The checks of the audit, in the order in which they are shown.

A new check is one small module in `reviews/audit/checks`, its test in
`tests/reviews/audit`, and a line here. The module has a NAME, which stays (what a team
let stand is kept under it), a TITLE, a DEFINITION in a sentence or two for the page,
and `check(facts)`, which yields findings. It reads `Facts` and no database; a fact that
is not gathered yet is added to `reviews.audit.facts` and fetched in
`reviews.audit.gathering`, for all checks at once. It takes what is unknown for unknown:
such a finding is open and weighs nothing.
"""

from collections.abc import Iterator
from typing import Protocol

from reviews.audit.checks import (
    abstract_body_agreement,
    appraisal_and_reviewers,
    claim_support,
    criterion_design,
    criterion_pico,
    date_window,
    duplicate_references,
    eligible_only_direction,
    exclusion_reasons,
    extraction_completeness,
    flow_arithmetic,
    flow_completeness,
    included_set_agreement,
    outcome_coverage,
    percent_recompute,
    prisma_items,
    reference_quality,
    search_reproducibility,
    study_label_agreement,
    unaccounted_trials,
)
from reviews.audit.facts import Facts
from reviews.audit.finding import Finding


class Check(Protocol):
    """What the module of a check offers."""

    NAME: str
    TITLE: str
    DEFINITION: str

    def check(self, facts: Facts, /) -> Iterator[Finding]:
        """Yield what is found."""


CHECKS: tuple[Check, ...] = (
    flow_arithmetic,
    flow_completeness,
    exclusion_reasons,
    criterion_design,
    criterion_pico,
    outcome_coverage,
    date_window,
    search_reproducibility,
    percent_recompute,
    duplicate_references,
    reference_quality,
    included_set_agreement,
    study_label_agreement,
    eligible_only_direction,
    claim_support,
    abstract_body_agreement,
    appraisal_and_reviewers,
    extraction_completeness,
    unaccounted_trials,
    prisma_items,
)
TITLES = {check.NAME: check.TITLE for check in CHECKS}
