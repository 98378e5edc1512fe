"""Flow arithmetic: what enters a box leaves it again (PRISMA 2020, item 16a)."""

import re
from collections.abc import Iterator, Mapping

from reviews.audit.facts import Facts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.flow import findings

NAME = "flow_arithmetic"
TITLE = "Flow arithmetic"
DEFINITION = (
    "Identified less removed is screened; screened less excluded is sought; sought "
    "less not retrieved is assessed; assessed less excluded, by reason, is included; "
    "the sources add up to the total. With an approximate or unknown part the sum "
    "stays open."
)

_ABOUT = re.compile(r"\b(?:about|approximately|around|circa|nearly)\s+\d[\d,]*", re.I)
_LEVELS: Mapping[str, tuple[Severity, Certainty]] = {
    "error": (Severity.CRITICAL, Certainty.CONFLICT),
    "warning": (Severity.MAJOR, Certainty.CONFLICT),
    "info": (Severity.INFO, Certainty.OPEN),
}


def check(facts: Facts) -> Iterator[Finding]:
    for found in findings.find(facts.flow):
        severity, certainty = _LEVELS[found.level]
        yield Finding(
            check=NAME,
            code=found.rule,
            severity=severity,
            certainty=certainty,
            what=found.message,
            where="Flow",
            # The message tells every number of the sum.
            arithmetic=found.message,
        )
    for search in facts.searches:
        if search.is_combined and len(search.sources) > 1:
            yield Finding(
                check=NAME,
                code="split",
                severity=Severity.INFO,
                certainty=Certainty.OPEN,
                what=(
                    "Whether the sources add up to the records identified cannot be "
                    f"told: {search.name} has one count for all its sources."
                ),
                where=f"Search {search.name}",
                arithmetic=f"{' + '.join('?' for _ in search.sources)} = "
                f"{search.count:,}",
                subjects=(search.subject,),
            )
        if about := _ABOUT.search(search.notes):
            yield Finding(
                check=NAME,
                code="approximate",
                severity=Severity.MAJOR,
                certainty=Certainty.CHECK,
                what=(
                    f"The number of records of {search.name} is told as “{about[0]}”; "
                    "a flow needs the exact number."
                ),
                where=f"Search {search.name}, notes",
                arithmetic=f"“{about[0]}”; in the review: {search.count:,}",
                subjects=(search.subject,),
            )
