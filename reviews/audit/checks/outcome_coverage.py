"""Outcomes against protocol: every included study measured one that was asked for."""

from collections.abc import Iterator

from reviews.audit import coding
from reviews.audit.facts import Coding, CriterionFacts, Facts, Meaning, Topic
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import conclusion, listed, sentences, short
from reviews.matching.folding import fold

NAME = "outcome_coverage"
TITLE = "Outcomes against protocol"
DEFINITION = (
    "Every included study reports an outcome of the protocol; every outcome of the "
    "protocol is reported by a study; the conclusion names no outcome that no included "
    "study measured or that is not in the protocol."
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
            for value in facts.told(study, Meaning.OUTCOMES)
        )
    )
    asked = _asked(facts)
    for part, text in (("abstract", facts.abstract), ("text", facts.body)):
        concluded = conclusion(text)
        for domain, sign in _DOMAINS.items():
            named = [s for s in sentences(concluded) if sign in f"{fold(s)} "]
            is_measured = sign.strip() in measured
            if not (named and measured):
                continue
            if is_measured and (not asked or sign.strip() in asked):
                continue
            yield Finding(
                check=NAME,
                code=f"{'beyond' if is_measured else 'concluded'}/{part}/{domain}",
                severity=Severity.MAJOR if is_measured else Severity.CRITICAL,
                certainty=Certainty.CHECK,
                what=f"The conclusion names {domain}, which "
                + (
                    "is no outcome of the protocol."
                    if is_measured
                    else "no included study measured."
                ),
                where=f"Conclusion of the {part}: “{short(named[0])}”",
                arithmetic=f"{domain}: not in the protocol"
                if is_measured
                else f"{domain}: 0 of {len(facts.studies)} studies",
            )


def _asked(facts: Facts) -> str:
    """Return the words in which the protocol names its outcomes."""
    criteria = [one for one in facts.on(Topic.OUTCOME) if one.must_hold]
    texts = [facts.limits.outcomes, *(one.text for one in criteria)]
    texts += [v for one in criteria for each in one.codings for v in each.values]
    return fold(" ".join(texts))
