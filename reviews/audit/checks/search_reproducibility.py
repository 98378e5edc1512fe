"""Search not reproducible: whoever reads it can run it again (PRISMA-S 1, 8, 13)."""

import re
from collections.abc import Iterator

from reviews.audit import regional, terms
from reviews.audit.coding import holds
from reviews.audit.facts import Facts, Meaning, SearchFacts, Topic
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import listed, short
from reviews.matching.folding import fold

NAME = "search_reproducibility"
TITLE = "Search not reproducible"
DEFINITION = (
    "Each source has its strategy, date, number of hits, limits and platform. Terms of "
    "the population and of the intervention stand in a strategy, where there is one. A "
    "source that indexes one language is searched with its words, and the language is "
    "one that may be included."
)

_NEEDED = ("strategy", "date", "hits")
_TRUNCATED = re.compile(r"(?<![^\W_])([^\W_]+)[*$]")
_SHORTEST_BEGINNING = 4
# "Any language", "no language restrictions", "not limited by language".
_ANY = re.compile(
    r"\b(?:any|all|every|none|unlimited|unrestricted)\b"
    r"|\b(?:no|not|without)\b[^.;]{0,30}\b(?:limit|restrict)\w*",
    re.IGNORECASE,
)


def check(facts: Facts) -> Iterator[Finding]:
    for search in facts.searches:
        for source in search.sources:
            yield from _languages(facts, search, source)
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
    for part, meaning, wanted in (
        ("population", Meaning.POPULATION, terms.of_population(facts)),
        ("intervention", Meaning.INTERVENTION, terms.of_intervention(facts)),
    ):
        absent = [term for term in wanted if not _is_in(strategies, term)]
        # The terms of a population are ways to name one: any of them will do.
        if not absent or (part == "population" and len(absent) < len(wanted)):
            continue
        studies = [
            study
            for study in facts.studies
            if any(
                holds(value, term)
                for value in facts.values(study, meaning)
                for term in absent
            )
        ]
        yield Finding(
            check=NAME,
            code=f"terms/{part}",
            severity=Severity.MAJOR if studies else Severity.MINOR,
            certainty=Certainty.CHECK,
            what=f"No strategy has {listed([f'“{term}”' for term in absent])}.",
            where="Search strategies",
            arithmetic=f"{len(wanted) - len(absent)} of {len(wanted)} terms of the "
            f"{part} found",
            subjects=tuple(study.subject for study in studies),
        )


def _is_in(strategies: str, term: str) -> bool:
    """Tell whether a phrase, or each of its words, is searched for."""
    if holds(strategies, term):
        return True
    words = set(fold(strategies).split())
    # A truncated word (ketamin*) stands for all that begin so.
    begun = tuple(
        fold(word)
        for word in _TRUNCATED.findall(strategies)
        if len(word) >= _SHORTEST_BEGINNING
    )
    return all(
        word in words or (begun and word.startswith(begun))
        for word in fold(term).split()
    )


def _languages(facts: Facts, search: SearchFacts, source: str) -> Iterator[Finding]:
    known = regional.languages(f"{source} {search.platform}")
    if not known:
        return
    names = " or ".join(language.name for language in known)
    allowed = facts.limits.languages.strip() or " ".join(
        one.text for one in facts.on(Topic.LANGUAGE) if one.must_hold
    )
    is_limited = bool(allowed) and not _ANY.search(allowed)
    if is_limited and not any(language.is_among(allowed) for language in known):
        yield Finding(
            check=NAME,
            code=f"language/{source}",
            severity=Severity.MINOR,
            certainty=Certainty.CHECK,
            what=f"{source} indexes mainly articles in {names}, which the protocol "
            "does not include.",
            where=f"Search {search.name}",
            arithmetic=f"{names} against {short(allowed)}",
            subjects=(search.subject,),
        )
    if search.strategy.strip() and not any(
        language.is_written(search.strategy) for language in known
    ):
        yield Finding(
            check=NAME,
            code=f"words/{source}",
            severity=Severity.MINOR,
            certainty=Certainty.CHECK,
            what=f"The strategy of {source} has no word in {names}, in which most of "
            "its articles are indexed.",
            where=f"Search {search.name}",
            arithmetic=f"{names}: no letter in the strategy",
            subjects=(search.subject,),
        )
