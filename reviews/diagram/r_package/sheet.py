"""What stands in a CSV of the R package PRISMA2020, once it is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reviews.flow.balance.form import Counts


@dataclass(frozen=True)
class Sheet:
    """What stands in a file: the numbers, and the labels that are not official."""

    counts: Counts
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """Return the form that the numbers need."""
        has_other = any(
            getattr(self.counts, name)
            for name in (
                "website_results",
                "organisation_results",
                "citations_results",
                "other_sought_reports",
                "other_assessed",
                "other_excluded",
            )
        )
        updated = self.counts.previous_studies or self.counts.previous_reports
        return f"{'update' if updated else 'new'}_v{2 if has_other else 1}"
