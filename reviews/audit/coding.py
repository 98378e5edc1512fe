"""Hold a study against the coded criteria.

A value that is chosen from a list decides. A number or a word that matches only asks:
what a study writes may mean the same in other words (PRISMA 2020, item 5).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reviews.audit.facts import Coding, CriterionFacts, Facts, Field, StudyFacts
from reviews.instruments.words import DESIGNS
from reviews.matching.folding import fold
from reviews.models import ExtractionField

_NUMBER = r"([+-]?\d+(?:\.\d+)?)"
_LEAST = re.compile(rf"(?:at least|>=|≥)\s*{_NUMBER}\Z")
_MOST = re.compile(rf"(?:at most|<=|≤)\s*{_NUMBER}\Z")
_SPAN = re.compile(rf"{_NUMBER}\s*(?:to|-|–)\s*{_NUMBER}\Z")
_EXACT = re.compile(rf"{_NUMBER}\Z")


@dataclass(frozen=True)
class Breach:
    """A coded criterion that a study does not meet."""

    criterion: CriterionFacts
    # None: the study's own design.
    field: Field | None
    found: tuple[str, ...]
    wanted: tuple[str, ...]
    # Whether the value was chosen from a list, and so decides.
    decides: bool

    @property
    def name(self) -> str:
        return self.field.label if self.field else "Design"

    @property
    def told(self) -> str:
        return f"{self.name}: {'; '.join(self.found)}"

    @property
    def rule(self) -> str:
        says = "allows" if self.criterion.must_hold else "excludes"
        return f"{self.criterion.code} {says}: {'; '.join(self.wanted)}"

    @property
    def arithmetic(self) -> str:
        """Set what was found beside what the criterion says."""
        return f"{self.told}. {self.rule}."


def breaches(
    facts: Facts, study: StudyFacts, criteria: Sequence[CriterionFacts]
) -> Iterator[Breach]:
    """Yield where a study's settled values do not meet the coded criteria."""
    for criterion in criteria:
        for coding in criterion.codings:
            field = None if coding.field is None else facts.field(coding.field)
            if coding.field is not None and field is None:
                continue
            found = values(study, field)
            if not found or not coding.values:
                continue
            fits = matches(field, found, coding.values)
            if fits is None or fits == criterion.must_hold:
                continue
            wanted = shown(coding)
            decides = field is None or field.is_coded
            yield Breach(criterion, field, shown_values(field, found), wanted, decides)


def values(study: StudyFacts, field: Field | None) -> tuple[str, ...]:
    """Return what a study says of a field, or its design; empty where unknown."""
    if field is None:
        return (study.design,) if study.design else ()
    return study.values.get(field.pk) or ()


def matches(
    field: Field | None, found: Sequence[str], coded: Sequence[str]
) -> bool | None:
    """Tell whether any value found is one that is coded; None where unclear."""
    if field is None or field.is_coded:
        return not {fold(each) for each in found}.isdisjoint(map(fold, coded))
    if field.kind == ExtractionField.Kind.NUMBER:
        return _in_any(found[0], coded)
    return any(holds(" ".join(found), term) for term in coded)


def holds(text: str, term: str) -> bool:
    """Tell whether a text has a term, word by word, however it is hyphenated."""
    sought = fold(term)
    return bool(sought) and f" {sought} " in f" {fold(text)} "


def shown(coding: Coding) -> tuple[str, ...]:
    """Return coded values in words."""
    if coding.field is not None:
        return coding.values
    return tuple(DESIGNS.get(code, code) for code in coding.values)


def shown_values(field: Field | None, found: tuple[str, ...]) -> tuple[str, ...]:
    """Return a study's values in words."""
    return tuple(DESIGNS.get(v, v) for v in found) if field is None else found


def is_range(text: str) -> bool:
    """Tell whether a text is a number, or a range, that a number can be held to."""
    return _in_range(0, text) is not None


def _in_any(number: str, ranges: Sequence[str]) -> bool | None:
    try:
        value = float(number)
    except ValueError:
        return None
    answers = [_in_range(value, each) for each in ranges]
    if any(answers):
        return True
    return None if None in answers else False


def _in_range(value: float, text: str) -> bool | None:
    text = " ".join(text.casefold().split())
    if least := _LEAST.match(text):
        return value >= float(least[1])
    if most := _MOST.match(text):
        return value <= float(most[1])
    if span := _SPAN.match(text):
        return float(span[1]) <= value <= float(span[2])
    if exact := _EXACT.match(text):
        return value == float(exact[1])
    return None
