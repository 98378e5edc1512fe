"""Outcomes against protocol: every included study measured one that was asked for."""

import re
from collections.abc import Iterator

from reviews.audit import coding
from reviews.audit.facts import Coding, CriterionFacts, Facts, Meaning, Topic
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import listed, sentences, short
from reviews.matching.folding import fold

NAME = "outcome_coverage"
TITLE = "Outcomes against protocol"
DEFINITION = (
    "Every included study reports an outcome of the protocol; every outcome of the "
    "protocol is reported by a study; the conclusion names no outcome that no included "
    "study measured."
)

# Domains that conclusions name, by the words that give them away.
_DOMAINS = {
    "cognition": "cognit",
    "quality of life": "quality of life",
    "functioning": "functioning",
    "mortality": "mortality",
    "anxiety": "anxiety",
    "sleep": "sleep",
    "pain": "pain ",
    "cost": "cost effective",
}
_CONCLUSION = re.compile(r"^\W*conclusions?\b", re.IGNORECASE | re.MULTILINE)


def check(facts: Facts) -> Iterator[Finding]:
    coded = [
        (criterion, each)
        for criterion in facts.on(Topic.OUTCOME)
        if criterion.must_hold
        for each in criterion.codings
        if each.field is not None
    ]
    for criterion, each in coded:
        yield from _uncovered(facts, criterion, each)
        yield from _unreported(facts, criterion, each)
    if facts.studies and not coded:
        yield Finding(
            check=NAME,
            code="uncoded",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="No criterion says in codes which outcomes it asks for, so the "
            "studies cannot be held against them.",
            where="Protocol, criteria",
        )
    yield from _concluded(facts)


def _uncovered(
    facts: Facts, criterion: CriterionFacts, wanted: Coding
) -> Iterator[Finding]:
    for study in facts.studies:
        for breach in coding.breaches(facts, study, [criterion]):
            if breach.field and breach.field.pk == wanted.field:
                yield Finding(
                    check=NAME,
                    code=f"uncovered/{criterion.code}",
                    severity=Severity.MAJOR,
                    certainty=Certainty.CONFLICT if breach.decides else Certainty.CHECK,
                    what=(
                        f"{study.label} is included and reports none of the outcomes "
                        f"of {criterion.code}."
                    ),
                    where=f"Criterion {criterion.code}; {breach.name} of {study.label}",
                    arithmetic=breach.arithmetic,
                    subjects=(study.subject, criterion.subject),
                )


def _unreported(
    facts: Facts, criterion: CriterionFacts, wanted: Coding
) -> Iterator[Finding]:
    field = facts.field(wanted.field) if wanted.field is not None else None
    if field is None or not facts.studies:
        return
    known = [
        study.values[field.pk] for study in facts.studies if field.pk in study.values
    ]
    if len(known) < len(facts.studies):
        return
    reported = {fold(value) for values in known for value in values or ()}
    words = " ".join(reported)
    missing = [
        value
        for value in wanted.values
        if fold(value) not in reported
        and (field.is_coded or not coding.holds(words, value))
    ]
    if missing:
        yield Finding(
            check=NAME,
            code=f"unreported/{criterion.code}",
            severity=Severity.MINOR,
            what=f"No included study reports {listed(missing)}, which "
            f"{criterion.code} asks for.",
            where=f"Criterion {criterion.code}",
            arithmetic=f"0 of {len(facts.studies)} studies: {'; '.join(missing)}",
            subjects=(criterion.subject,),
        )


def _concluded(facts: Facts) -> Iterator[Finding]:
    if not (facts.abstract or facts.body):
        yield Finding(
            check=NAME,
            code="no_text",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="There is no text of the manuscript to read, so its conclusion is "
            "not held against the outcomes.",
            where="Manuscript",
        )
        return
    measured = fold(
        " ".join(
            value
            for study in facts.studies
            for field in facts.fields_of(Meaning.OUTCOMES)
            for value in study.values.get(field.pk) or ()
        )
    )
    for part, text in (("abstract", facts.abstract), ("text", facts.body)):
        start = _CONCLUSION.search(text)
        concluded = text[start.start() :] if start else ""
        for domain, sign in _DOMAINS.items():
            if not measured or sign.strip() in measured:
                continue
            named = [s for s in sentences(concluded) if sign in f"{fold(s)} "]
            if named:
                yield Finding(
                    check=NAME,
                    code=f"concluded/{part}/{domain}",
                    severity=Severity.CRITICAL,
                    certainty=Certainty.CHECK,
                    what=f"The conclusion names {domain}, which no included study "
                    "measured.",
                    where=f"Conclusion of the {part}: “{short(named[0])}”",
                    arithmetic=f"{domain}: 0 of {len(facts.studies)} studies",
                )
