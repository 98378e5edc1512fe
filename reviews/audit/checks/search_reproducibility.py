"""Search not reproducible: whoever reads it can run it again (PRISMA-S 1, 8, 13).

Which language a source indexes is not known here, so a regional source beside a limit
of language is for people to see.
"""

from collections.abc import Iterator

from reviews.audit import terms
from reviews.audit.coding import holds
from reviews.audit.facts import Facts, Meaning, SearchFacts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import listed

NAME = "search_reproducibility"
TITLE = "Search not reproducible"
DEFINITION = (
    "Each source has its strategy, date, number of hits, limits and platform. Terms of "
    "the intervention stand in a strategy, where there is one."
)

_NEEDED = ("strategy", "date", "hits")


def check(facts: Facts) -> Iterator[Finding]:
    for search in facts.searches:
        for source in search.sources:
            missing = _missing(search, source)
            if not missing:
                continue
            needed = [name for name in _NEEDED if name in missing]
            yield Finding(
                check=NAME,
                code=f"source/{source}",
                severity=Severity.MAJOR if needed else Severity.MINOR,
                what=f"{source}: {listed(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not told, so the search "
                "cannot be repeated."
                if needed
                else f"{source}: {listed(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not told.",
                where=f"Search {search.name}",
                arithmetic=f"{5 - len(missing)} of 5 told; missing: "
                f"{', '.join(missing)}",
                subjects=(search.subject,),
            )
    yield from _terms(facts)
    if not facts.searches:
        yield Finding(
            check=NAME,
            code="none",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="No search is described yet.",
            where="Searches",
        )


def _missing(search: SearchFacts, source: str) -> list[str]:
    """Name what is not told; what is told of all together is told of none."""
    alone = not search.is_combined
    told = {
        "strategy": bool(search.strategy.strip()),
        "date": bool(search.searched_on),
        "hits": alone and search.reported is not None,
        "limits": bool(search.limits.strip()),
        "platform": "via " in source.casefold() or bool(search.platform.strip()),
    }
    if not search.is_main:
        # A website or a list of references has neither platform nor hits.
        told |= {"platform": True, "hits": True}
    return [name for name, holds_true in told.items() if not holds_true]


def _terms(facts: Facts) -> Iterator[Finding]:
    strategies = " ".join(search.strategy for search in facts.searches)
    if not strategies.strip():
        return
    wanted = terms.of_intervention(facts)
    absent = [term for term in wanted if not _is_in(strategies, term)]
    if wanted and absent:
        studies = [
            study
            for study in facts.studies
            if any(
                holds(value, term)
                for value in facts.values(study, Meaning.INTERVENTION)
                for term in absent
            )
        ]
        yield Finding(
            check=NAME,
            code="terms",
            severity=Severity.MAJOR if studies else Severity.MINOR,
            certainty=Certainty.CHECK,
            what=f"No strategy has {listed([f'“{term}”' for term in absent])}.",
            where="Search strategies",
            arithmetic=f"{len(wanted) - len(absent)} of {len(wanted)} terms of the "
            "intervention found",
            subjects=tuple(study.subject for study in studies),
        )


def _is_in(strategies: str, term: str) -> bool:
    # A truncated word (ketamin*) stands for all that begin so.
    begins = [word.rstrip("*") for word in strategies.split() if word.endswith("*")]
    return holds(strategies, term) or any(
        term.casefold().startswith(begin.casefold().strip('("'))
        for begin in begins
        if len(begin) > 3
    )
