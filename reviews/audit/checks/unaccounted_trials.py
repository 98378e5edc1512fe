"""Likely eligible, not accounted for: was every trial of a related list considered?

By its title alone a trial may hide: one that does not name its design is not found.
"""

from collections.abc import Collection, Iterator

from reviews.audit import terms
from reviews.audit.facts import Facts, Reference
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.matching.comparing import compare
from reviews.matching.evidence import Verdict
from reviews.matching.normalising import Profile, profile
from reviews.matching.verdicts import verdict

NAME = "unaccounted_trials"
TITLE = "Likely eligible, not accounted for"
DEFINITION = (
    "A reference of a related review is asked about where its title has a term of the "
    "population, one of the intervention and a word of an allowed design, its year is "
    "within the window, and no record of this review is the same."
)


def check(facts: Facts) -> Iterator[Finding]:
    if not facts.related:
        yield Finding(
            check=NAME,
            code="no_list",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="No reference list of a related review is here to be compared with.",
            where="Related reference lists",
        )
        return
    known = [profile(reference.candidate) for reference in facts.near]
    seen: list[Profile] = []
    for reference in likely(facts):
        own = profile(reference.candidate)
        if any(_same(own, each) for each in (*known, *seen)):
            continue
        # The same trial in two lists is asked about once.
        seen.append(own)
        yield Finding(
            check=NAME,
            code="unaccounted",
            severity=Severity.MAJOR,
            certainty=Certainty.CHECK,
            what=f"Was this considered? {reference.label}",
            where=f"Related list {reference.of_list}",
            arithmetic=f"{reference.year}; no record of this review is the same",
            subjects=(reference.subject,),
        )


def likely(facts: Facts) -> list[Reference]:
    """Return the lines of related lists that may be eligible by title and year."""
    population = terms.of_population(facts)
    intervention = terms.of_intervention(facts)
    design = terms.of_design(facts)
    if not (population and intervention):
        return []
    return [
        reference
        for reference in facts.related
        if _in_window(facts, reference.year)
        and _has(reference.title, population, intervention)
        and (not design or terms.has_any(reference.title, design))
    ]


def _has(title: str, *kinds: Collection[str]) -> bool:
    return all(terms.has_any(title, tuple(kind)) for kind in kinds)


def _in_window(facts: Facts, year: int | None) -> bool:
    first, last = facts.limits.published_from, facts.limits.published_to
    if year is None:
        return False
    return (not first or year >= int(first[:4])) and (not last or year <= int(last[:4]))


def _same(one: Profile, other: Profile) -> bool:
    return verdict(compare(one, other)) is not Verdict.DIFFERENT
