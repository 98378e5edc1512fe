"""The numbers of the PRISMA 2020 form as one value, under their official names.

The names are those of the official form and of its R package (Haddaway NR, et al.
Campbell Syst Rev 2022;18:e1230). None is a number that is not known, or a line that
is not shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass

TEMPLATES: Mapping[str, str] = {
    "new_v1": "New review, databases and registers only",
    "new_v2": "New review, databases, registers and other methods",
    "update_v1": "Updated review, databases and registers only",
    "update_v2": "Updated review, databases, registers and other methods",
}

Parts = Mapping[str, int | None]


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What stands in the boxes of the form, and what still waits between them."""

    # Identified, by databases and registers.
    database_results: int | None = None
    database_specific: Parts | None = None
    register_results: int | None = None
    register_specific: Parts | None = None
    # Removed before screening.
    duplicates: int | None = None
    excluded_automatic: int | None = None
    excluded_other: int | None = None
    # Screened, sought and assessed.
    records_screened: int | None = None
    records_excluded: int | None = None
    records_excluded_human: int | None = None
    records_excluded_auto: int | None = None
    dbr_sought_reports: int | None = None
    dbr_notretrieved_reports: int | None = None
    dbr_assessed: int | None = None
    dbr_excluded: Parts | None = None
    # The same by other methods, which the form does not screen by record.
    website_results: int | None = None
    organisation_results: int | None = None
    citations_results: int | None = None
    other_specific: Parts | None = None
    other_sought_reports: int | None = None
    other_notretrieved_reports: int | None = None
    other_assessed: int | None = None
    other_excluded: Parts | None = None
    # Included, with those of an earlier version of the review.
    previous_studies: int | None = None
    previous_reports: int | None = None
    new_studies: int | None = None
    new_reports: int | None = None
    total_studies: int | None = None
    total_reports: int | None = None
    total_studies_ma: int | None = None
    total_reports_ma: int | None = None
    # Studies under each label of the synthesis; one may stand under several.
    synthesis: Parts | None = None
    # Work still open. The form has no box for it; a final diagram has none of it.
    awaiting_screening: int = 0
    awaiting_retrieval: int = 0
    awaiting_decision: int = 0
    other_awaiting_screening: int = 0
    other_awaiting_retrieval: int = 0
    other_awaiting_decision: int = 0


NAMES: Mapping[str, str] = {
    "database_results": "Databases",
    "database_specific": "Databases",
    "register_results": "Registers",
    "register_specific": "Registers",
    "duplicates": "Duplicate records removed",
    "excluded_automatic": "Records marked as ineligible by automation tools",
    "excluded_other": "Records removed for other reasons",
    "records_screened": "Records screened",
    "records_excluded": "Records excluded",
    "records_excluded_human": "Records excluded by a human",
    "records_excluded_auto": "Records excluded by automation tools",
    "dbr_sought_reports": "Reports sought for retrieval",
    "dbr_notretrieved_reports": "Reports not retrieved",
    "dbr_assessed": "Reports assessed for eligibility",
    "dbr_excluded": "Reports excluded",
    "website_results": "Websites",
    "organisation_results": "Organisations",
    "citations_results": "Citation searching",
    "other_specific": "Other methods",
    "other_sought_reports": "Reports sought for retrieval by other methods",
    "other_notretrieved_reports": "Reports not retrieved by other methods",
    "other_assessed": "Reports assessed for eligibility by other methods",
    "other_excluded": "Reports excluded by other methods",
    "previous_studies": "Studies of the previous version",
    "previous_reports": "Reports of the previous version",
    "new_studies": "Studies included",
    "new_reports": "Reports of included studies",
    "total_studies": "Total studies included",
    "total_reports": "Reports of total included studies",
    "total_studies_ma": "Total studies included in meta-analysis",
    "total_reports_ma": "Reports of studies included in meta-analysis",
    "synthesis": "Studies in synthesis",
    "awaiting_screening": "Records that await screening",
    "awaiting_retrieval": "Reports that await retrieval",
    "awaiting_decision": "Reports that await a decision",
    "other_awaiting_screening": "Records that await screening by other methods",
    "other_awaiting_retrieval": "Reports that await retrieval by other methods",
    "other_awaiting_decision": "Reports that await a decision by other methods",
}


def has_other(template: str) -> bool:
    """Tell whether a template has the column of other methods."""
    return template.endswith("_v2")


def has_previous(template: str) -> bool:
    """Tell whether a template has the column of previous studies."""
    return template.startswith("update_")
