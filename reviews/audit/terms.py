"""The words by which a title may be about the question of the review.

They come from the coded criteria; where nothing is coded, from the question itself.
"""

import re
from collections.abc import Sequence

from reviews.audit.coding import holds, shown
from reviews.audit.facts import Facts, Meaning, Topic
from reviews.models import ExtractionField

_BETWEEN = re.compile(r"[,;:/()]|\b(?:or|and|any|with|of|the|in|by)\b", re.IGNORECASE)
# Words that nearly every question has, and so tell nothing.
_COMMON = frozenset(
    "a adults any diagnosed drug form forms intervention interventions patients people "
    "participants route routes therapy treatment treatments versus".split()
)
_RANDOMISED = re.compile(r"\brandomi[sz]ed\b|\brct\b", re.IGNORECASE)
_TRIAL = ("random*", "trial", "double blind", "double blinded", "placebo")


def of_population(facts: Facts) -> tuple[str, ...]:
    """Return the terms of the population."""
    coded = _coded(facts, Topic.POPULATION, Meaning.POPULATION)
    return coded or _of_question(facts.limits.population)


def of_intervention(facts: Facts) -> tuple[str, ...]:
    """Return the terms of the intervention."""
    coded = _coded(facts, Topic.INTERVENTION, Meaning.INTERVENTION)
    return coded or _of_question(facts.limits.intervention)


def of_design(facts: Facts) -> tuple[str, ...]:
    """Return the words that give an allowed design away; empty where none is coded."""
    allowed = [
        value
        for criterion in facts.on(Topic.DESIGN)
        if criterion.must_hold
        for each in criterion.codings
        for value in shown(each)
    ]
    if any(_RANDOMISED.search(value) for value in allowed):
        return _TRIAL
    return tuple(word.casefold() for value in allowed for word in value.split()[:1])


def has_any(text: str, terms: Sequence[str]) -> bool:
    """Tell whether a text has one of the terms; random* stands for randomised too."""
    return any(
        any(word.startswith(term[:-1]) for word in text.casefold().split())
        if term.endswith("*")
        else holds(text, term)
        for term in terms
    )


def _coded(facts: Facts, topic: str, meaning: str) -> tuple[str, ...]:
    found: list[str] = []
    for criterion in facts.on(topic):
        for each in criterion.codings:
            field = facts.field(each.field) if each.field is not None else None
            if not criterion.must_hold or field is None or field.meaning != meaning:
                continue
            if field.kind != ExtractionField.Kind.NUMBER:
                found += each.values
    return tuple(dict.fromkeys(found))


def _of_question(text: str) -> tuple[str, ...]:
    terms = []
    for part in _BETWEEN.split(text):
        words = [word for word in part.split() if word.casefold() not in _COMMON]
        if words:
            terms.append(" ".join(words))
    return tuple(dict.fromkeys(terms))
