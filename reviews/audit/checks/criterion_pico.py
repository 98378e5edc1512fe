"""Population, intervention and comparator of the included studies against criteria."""

import re
from collections.abc import Iterator

from reviews.audit import coding
from reviews.audit.coding import Breach
from reviews.audit.facts import CriterionFacts, Facts, Meaning, StudyFacts, Topic
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.models import ExtractionField

NAME = "criterion_pico"
TITLE = "Population, intervention and comparator against criteria"
DEFINITION = (
    "A study contradicts the criteria where it is not in humans and they speak of "
    "people, or a chosen value is not one that they allow. A threshold or a word that "
    "does not fit only asks. A criterion that breaks off is incomplete."
)

_TOPICS = (Topic.POPULATION, Topic.INTERVENTION, Topic.COMPARATOR)
_PEOPLE = re.compile(
    r"\b(?:patients?|people|persons?|adults?|children|adolescents?|wom[ae]n|m[ae]n"
    r"|participants?|humans?|inpatients?|outpatients?)\b",
    re.IGNORECASE,
)
_BREAKS_OFF = re.compile(
    r"\[[^\]]*\bbreaks? off[^\]]*\]|(?:…|\.\.\.|\b(?:with|of|for|to|in|by|and|or|the))"
    r"\s*$",
    re.IGNORECASE,
)
_NO = ("no", "false", "animals", "not in humans")


def check(facts: Facts) -> Iterator[Finding]:
    for study in facts.studies:
        not_human = _not_human(facts, study)
        if not_human is not None:
            yield not_human
        for criterion in facts.on(*_TOPICS):
            for breach in _breaches(facts, study, criterion):
                if not_human is not None and criterion.topic == Topic.POPULATION:
                    continue
                yield _finding(study, breach)
    for criterion in facts.on(*_TOPICS):
        if gap := _BREAKS_OFF.search(criterion.text):
            yield Finding(
                check=NAME,
                code="incomplete",
                severity=Severity.MAJOR,
                certainty=Certainty.CHECK,
                what=f"Criterion {criterion.code} is incomplete: “{gap[0].strip()}”.",
                where=f"Criterion {criterion.code}: {criterion.text}",
                subjects=(criterion.subject,),
            )


def _not_human(facts: Facts, study: StudyFacts) -> Finding | None:
    humans = facts.values(study, Meaning.HUMANS)
    of_people = [
        criterion
        for criterion in facts.on(Topic.POPULATION)
        if criterion.must_hold and _PEOPLE.search(criterion.text)
    ]
    if not humans or humans[0].casefold() not in _NO or not of_people:
        return None
    criterion = of_people[0]
    return Finding(
        check=NAME,
        code="humans",
        severity=Severity.CRITICAL,
        what=(
            f"{study.label} is included, but it is not in humans, and "
            f"{criterion.code} speaks of people."
        ),
        where=f"Criterion {criterion.code}: {criterion.text}",
        arithmetic=f"In humans: {humans[0]}",
        subjects=(study.subject, criterion.subject),
    )


def _breaches(
    facts: Facts, study: StudyFacts, criterion: CriterionFacts
) -> Iterator[Breach]:
    """Yield what does not fit; words do not ask where a coded value has answered."""
    answered = any(
        _answers(facts, study, each.field) for each in criterion.codings if each.field
    )
    for breach in coding.breaches(facts, study, [criterion]):
        is_words = breach.field is not None and _is_words(breach.field.kind)
        if is_words and criterion.must_hold and answered:
            continue
        yield breach


def _answers(facts: Facts, study: StudyFacts, pk: int) -> bool:
    field = facts.field(pk)
    if field is None or _is_words(field.kind) or field.meaning == Meaning.HUMANS:
        return False
    return bool(study.values.get(pk))


def _is_words(kind: str) -> bool:
    return kind in (ExtractionField.Kind.TEXT, ExtractionField.Kind.DATE)


def _finding(study: StudyFacts, breach: Breach) -> Finding:
    criterion = breach.criterion
    of_population = criterion.topic == Topic.POPULATION
    if breach.decides:
        severity, certainty = Severity.MAJOR, Certainty.CONFLICT
    elif breach.field is not None and _is_words(breach.field.kind) and of_population:
        severity, certainty = Severity.MAJOR, Certainty.CHECK
    else:
        severity, certainty = Severity.MINOR, Certainty.CHECK
    found = "; ".join(breach.found)
    fails = (
        f"which is not what {criterion.code} asks for"
        if criterion.must_hold
        else f"which may be what {criterion.code} excludes"
    )
    return Finding(
        check=NAME,
        code=f"{criterion.code}/{breach.name}",
        severity=severity,
        certainty=certainty,
        what=f"{study.label}: {breach.name} is “{found}”, {fails}.",
        where=f"Criterion {criterion.code}; {breach.name} of {study.label}",
        arithmetic=breach.arithmetic,
        subjects=(study.subject, criterion.subject),
    )
