"""Run the audit: every check over what the team settled, at any time.

Nothing is stored but the reasons for which findings are let stand; a finding whose
numbers change is another finding, which nobody has let stand yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews import dismissals
from reviews.audit import registry
from reviews.audit.facts import Facts
from reviews.audit.finding import Finding, Severity
from reviews.audit.gathering.review import gather
from reviews.models import Dismissal, Review

_SEVERITIES = list(Severity)


class UnknownFinding(LookupError):
    """The audit finds nothing of this key today."""


@dataclass(frozen=True)
class Judged:
    """A finding, with the reason for which the team lets it stand, if it does."""

    finding: Finding
    dismissal: Dismissal | None = None

    @property
    def status(self) -> str:
        return "dismissed" if self.dismissal else "open"


@dataclass(frozen=True)
class Outcome:
    """What one check found."""

    check: registry.Check
    judged: tuple[Judged, ...]

    @property
    def is_clear(self) -> bool:
        return not self.judged


def run(review: Review) -> tuple[Outcome, ...]:
    """Run all checks and tell what each found, the heaviest first."""
    facts = gather(review)
    standing = dismissals.standing(review)
    return tuple(
        Outcome(
            check,
            tuple(
                Judged(finding, standing.get((finding.check, finding.key)))
                for finding in findings_of(check, facts)
            ),
        )
        for check in registry.CHECKS
    )


def findings_of(check: registry.Check, facts: Facts) -> list[Finding]:
    """Return what one check finds, the heaviest first; the same once only."""
    found = {finding.key: finding for finding in check.check(facts)}
    return sorted(found.values(), key=lambda f: _SEVERITIES.index(f.severity))


def by_severity(outcomes: Sequence[Outcome]) -> tuple[Judged, ...]:
    """Return the findings of all checks, the heaviest first."""
    judged = [each for outcome in outcomes for each in outcome.judged]
    return tuple(
        sorted(judged, key=lambda each: _SEVERITIES.index(each.finding.severity))
    )


def title(check: str) -> str:
    """Return the title of a check by its name."""
    return registry.TITLES[check]


def find(review: Review, key: str) -> Judged:
    """Return the finding of this key, as it stands. Raises UnknownFinding."""
    for judged in by_severity(run(review)):
        if judged.finding.key == key:
            return judged
    raise UnknownFinding("The audit finds this no longer.")
