"""How the boxes of the flow are named, and what they are called.

The words are those of the official diagram (PRISMA 2020, item 16a), in its order.
"""

from collections.abc import Mapping

from reviews.models import Search

# What every name of the column "other methods" begins with.
OTHER = "other_"
# What every label of that column ends with.
BY_OTHER_METHODS = ", by other methods"

# The boxes that both columns have, with their labels.
RECORD_BOXES: Mapping[str, str] = {
    "identified": "Records identified",
    "duplicates": "Duplicate records removed",
    "removed_by_automation": "Records marked as ineligible by automation tools",
    "removed_for_other_reasons": "Records removed for other reasons",
    "screened": "Records screened",
    "awaiting_screening": "Records that await screening",
    "excluded": "Records excluded",
}
REPORT_BOXES: Mapping[str, str] = {
    "sought": "Reports sought for retrieval",
    "not_retrieved": "Reports not retrieved",
    "awaiting_retrieval": "Reports that await retrieval",
    "assessed": "Reports assessed for eligibility",
    "excluded_reports": "Reports excluded",
    "awaiting_decision": "Reports that await a decision",
    "included_reports": "Reports included",
}
COLUMN = (*RECORD_BOXES, *REPORT_BOXES)
# The boxes below both columns.
BELOW = (
    "studies_included",
    "studies_again",
    "reports_included",
    "reports_without_study",
    "awaiting_classification",
    "ongoing",
)
# The boxes of an updated review.
UPDATE = ("previous_studies", "previous_reports", "total_studies", "total_reports")

# No number of the flow, but what a finding about reports and records is about.
UNEVEN = "uneven"

# The searches of each kind: the box, and its label in the diagram.
KINDS: Mapping[Search.Kind, tuple[str, str]] = {
    Search.Kind.DATABASE: ("databases", "Databases"),
    Search.Kind.REGISTER: ("registers", "Registers"),
    Search.Kind.WEBSITE: ("other_websites", "Websites"),
    Search.Kind.ORGANISATION: ("other_organisations", "Organisations"),
    Search.Kind.CITATION: ("other_citations", "Citation searching"),
    Search.Kind.OTHER: ("other_other_methods", "Other methods"),
}


def search_label(name: str) -> str:
    """Say what the box of one search holds."""
    return f"Records identified from {name}"


def reason_label(reason: str, *, other: bool = False) -> str:
    """Say what the box of one reason for exclusion holds."""
    label = f"Reports excluded: {reason}"
    return f"{label}{BY_OTHER_METHODS}" if other else label


def search_name(search: int) -> str:
    """Name the box of one search."""
    return f"search-{search}"


def reason_name(criterion: int, *, other: bool = False) -> str:
    """Name the box of one reason for exclusion."""
    return f"{OTHER if other else ''}reason-{criterion}"
