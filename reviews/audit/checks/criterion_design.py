"""Design against criterion: every included study has a design that may be included."""

import re
from collections.abc import Iterator

from reviews.audit import coding
from reviews.audit.facts import Facts, Meaning, StudyFacts, Topic
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import listed
from reviews.matching.folding import fold

NAME = "criterion_design"
TITLE = "Design against criterion"
DEFINITION = (
    "A study contradicts the criteria where its design is among those excluded, or "
    "designs are allowed and its own is not among them. Criteria contradict each other "
    "where one excludes what another allows."
)

_RANDOMISED = re.compile(r"\brandomi[sz]ed\b|\brct\b", re.IGNORECASE)
# Words of an exclusion that a randomised trial fits too; "case control" does not.
_FITS_A_TRIAL = re.compile(
    r"(?<!case )(?<!case-)\bcontrol(?:led)? (?:stud(?:y|ies)|trials?)"
    r"|(?<!non-)(?<!non)\b(?:clinical|interventional|experimental) "
    r"(?:stud(?:y|ies)|trials?)",
    re.IGNORECASE,
)


def check(facts: Facts) -> Iterator[Finding]:
    criteria = facts.on(Topic.DESIGN)
    for study in facts.studies:
        found = list(coding.breaches(facts, study, criteria))
        if found:
            yield Finding(
                check=NAME,
                code="design",
                severity=Severity.CRITICAL,
                certainty=Certainty.CONFLICT
                if any(breach.decides for breach in found)
                else Certainty.CHECK,
                what=f"{study.label} is included, but {_told(found)}.",
                where="Criterion "
                + listed([breach.criterion.code for breach in found])
                + f"; {found[0].name} of {study.label}",
                arithmetic=". ".join([found[0].told, *(b.rule for b in found)]) + ".",
                subjects=(study.subject, *(b.criterion.subject for b in found)),
            )
        elif any(one.codings for one in criteria) and not _known(facts, study):
            yield Finding(
                check=NAME,
                code="unknown",
                severity=Severity.INFO,
                certainty=Certainty.OPEN,
                what=f"The design of {study.label} is not settled, so no criterion can "
                "be held against it.",
                where=study.label,
                subjects=(study.subject,),
            )
    yield from _contradictory(facts)
    if facts.studies and not any(one.codings for one in criteria):
        yield Finding(
            check=NAME,
            code="uncoded",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what="No criterion says in codes which designs it allows or excludes, so "
            "designs cannot be held against the criteria.",
            where="Protocol, criteria",
        )


def _told(found: list[coding.Breach]) -> str:
    design = "; ".join(found[0].found)
    return f"its design, “{design}”, is " + listed(
        [
            f"none that {breach.criterion.code} allows"
            if breach.criterion.must_hold
            else f"one that {breach.criterion.code} excludes"
            for breach in found
        ]
    )


def _known(facts: Facts, study: StudyFacts) -> bool:
    return bool(study.design or facts.values(study, Meaning.DESIGN))


def _contradictory(facts: Facts) -> Iterator[Finding]:
    criteria = facts.on(Topic.DESIGN)
    allowing = [one for one in criteria if one.must_hold]
    allowed = {
        (each.field, fold(value)): value
        for one in allowing
        for each in one.codings
        for value in each.values
    }
    trials = any(
        _RANDOMISED.search(value)
        for one in allowing
        for each in one.codings
        for value in coding.shown(each)
    )
    for criterion in criteria:
        if criterion.must_hold:
            continue
        both = [
            value
            for each in criterion.codings
            for value in each.values
            if (each.field, fold(value)) in allowed
        ]
        words = _FITS_A_TRIAL.search(criterion.text) if trials else None
        if not both and words is None:
            continue
        told = listed(both) if both else words[0] if words else ""
        yield Finding(
            check=NAME,
            code="contradictory",
            severity=Severity.MAJOR,
            certainty=Certainty.CONFLICT if both else Certainty.CHECK,
            what=(
                f"{criterion.code} excludes “{told}”, which "
                f"{listed([one.code for one in allowing])} "
                f"{'allows' if both else 'allows too: a randomised trial is one'}."
            ),
            where=f"Criterion {criterion.code}",
            arithmetic=f"{criterion.code}: “{told}”",
            subjects=(criterion.subject, *(one.subject for one in allowing)),
        )
