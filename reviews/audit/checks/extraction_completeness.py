"""Extraction incomplete: what readers of Table 1 look for is there for each study."""

import re
from collections.abc import Iterator

from reviews.audit.facts import Facts, Field, Meaning, StudyFacts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import listed, percentages
from reviews.matching.folding import fold

NAME = "extraction_completeness"
TITLE = "Extraction incomplete"
DEFINITION = (
    "Number of participants, population, design, intervention, dose, comparator, "
    "duration, scale, country and result are told for every included study; key "
    "findings hold a number; no cell repeats the title of a report or gives a result "
    "where a measure belongs; no study tells one route in two ways."
)

_REQUIRED = (
    Meaning.PARTICIPANTS,
    Meaning.POPULATION,
    Meaning.DESIGN,
    Meaning.INTERVENTION,
    Meaning.DOSE,
    Meaning.COMPARATOR,
    Meaning.DURATION,
    Meaning.SCALE,
    Meaning.COUNTRY,
    Meaning.DIRECTION,
    Meaning.FINDINGS,
)
# A dose or a year is no result.
_RESULT = re.compile(
    r"(?<![\d.])(?!(?:19|20)\d\d\b)\d+(?:\.\d+)?(?!\d)(?![.,]\d)"
    r"(?!\s?(?:mg|g|µg|ml|mL|kg|hours?|-hour)\b)"
)
_SHORTEST_TITLE = 20
_ROUTE = re.compile(r"\b(injection|infusion)s?\b", re.IGNORECASE)


def check(facts: Facts) -> Iterator[Finding]:
    for meaning in _REQUIRED:
        for field in facts.fields_of(meaning):
            yield from _missing(facts, field)
    yield from _without_number(facts)
    for study in facts.studies:
        yield from _titles(facts, study)
        yield from _results_elsewhere(facts, study)
        yield from _routes(facts, study)
    asked = {field.meaning for field in facts.fields}
    unasked = [Meaning(m).label for m in _REQUIRED if m not in asked]
    if facts.studies and unasked:
        yield Finding(
            check=NAME,
            code="unasked",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="No extraction field is said to hold: " + "; ".join(unasked) + ".",
            where="Protocol, extraction fields",
            arithmetic=f"{len(_REQUIRED) - len(unasked)} of {len(_REQUIRED)} have one",
        )


def _missing(facts: Facts, field: Field) -> Iterator[Finding]:
    total = len(facts.studies)
    untold = [s for s in facts.studies if s.values.get(field.pk, ()) is None]
    unsettled = [s for s in facts.studies if field.pk not in s.values]
    if untold:
        told = total - len(untold) - len(unsettled)
        yield Finding(
            check=NAME,
            code=f"missing/{field.label}",
            severity=Severity.MAJOR
            if field.meaning == Meaning.PARTICIPANTS
            else Severity.MINOR,
            what=f"{field.label} is not told for {len(untold)} of {total} studies: "
            f"{', '.join(study.label for study in untold)}.",
            where=f"Extraction, {field.label}",
            arithmetic=f"{told} of {total} filled",
            subjects=tuple(study.subject for study in untold),
        )
    if unsettled:
        yield Finding(
            check=NAME,
            code=f"unsettled/{field.label}",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what=f"{field.label} is not settled for {len(unsettled)} of {total} "
            "studies.",
            where=f"Extraction, {field.label}",
            arithmetic=f"{total - len(unsettled)} of {total} settled",
            subjects=tuple(study.subject for study in unsettled),
        )


def _without_number(facts: Facts) -> Iterator[Finding]:
    for field in facts.fields_of(Meaning.FINDINGS):
        told = [s for s in facts.studies if s.values.get(field.pk)]
        without = [
            study
            for study in told
            if not _RESULT.search(" ".join(study.values[field.pk] or ()))
        ]
        if without:
            yield Finding(
                check=NAME,
                code=f"numbers/{field.label}",
                severity=Severity.MAJOR,
                certainty=Certainty.CHECK,
                what=f"{field.label} of {len(without)} of {len(told)} studies "
                f"{'holds' if len(without) == 1 else 'hold'} no number: "
                f"{', '.join(study.label for study in without)}.",
                where=f"Extraction, {field.label}",
                arithmetic=f"{len(told) - len(without)} of {len(told)} with a number",
                subjects=tuple(study.subject for study in without),
            )


def _titles(facts: Facts, study: StudyFacts) -> Iterator[Finding]:
    titles = [fold(r.title) for r in study.references if len(r.title) > _SHORTEST_TITLE]
    for field in facts.fields:
        words = fold(" ".join(study.values.get(field.pk) or ()))
        if any(title in words for title in titles):
            yield Finding(
                check=NAME,
                code=f"title/{field.label}",
                severity=Severity.MINOR,
                certainty=Certainty.CHECK,
                what=f"{study.label}: {field.label} repeats the title of the report.",
                where=f"{field.label} of {study.label}",
                subjects=(study.subject,),
            )


def _results_elsewhere(facts: Facts, study: StudyFacts) -> Iterator[Finding]:
    """Yield the cell that should name a measure, and gives a result."""
    for meaning in (Meaning.OUTCOMES, Meaning.SCALE):
        for field in facts.fields_of(meaning):
            found = percentages(" ".join(study.values.get(field.pk) or ()))
            if found and not field.is_coded:
                yield Finding(
                    check=NAME,
                    code=f"result/{field.label}",
                    severity=Severity.MINOR,
                    certainty=Certainty.CHECK,
                    what=f"{study.label}: {field.label} gives a result, "
                    f"{found[0]}%, where it should name what was measured.",
                    where=f"{field.label} of {study.label}",
                    arithmetic=f"{found[0]}%",
                    subjects=(study.subject,),
                )


def _routes(facts: Facts, study: StudyFacts) -> Iterator[Finding]:
    """Yield the study of which one route is told in two ways."""
    of_route = (Meaning.METHODS, Meaning.INTERVENTION, Meaning.FINDINGS)
    told = " ".join(facts.told(study, *of_route))
    ways = list(dict.fromkeys(found.casefold() for found in _ROUTE.findall(told)))
    if len(ways) > 1:
        yield Finding(
            check=NAME,
            code="route",
            severity=Severity.MINOR,
            certainty=Certainty.CHECK,
            what=f"{study.label}: the route is told as {listed(ways)}.",
            where=study.label,
            arithmetic=" against ".join(ways),
            subjects=(study.subject,),
        )
