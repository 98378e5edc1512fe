"""Appraisal and double work: what is announced was done, by more than one person.

It reads what is settled. How the two agreed is told by the agreement table, and what
waits for a third person is known to nobody but those who settle it.
"""

from collections.abc import Iterator

from reviews.audit.facts import Facts
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.instruments.words import DESIGNS

NAME = "appraisal_and_reviewers"
TITLE = "Appraisal and double work"
DEFINITION = (
    "The protocol names an instrument of appraisal, every included study is judged "
    "with one, every judgment has its support; at each stage two persons judge "
    "independently."
)

_STAGES = {
    "title_abstract": "titles and abstracts",
    "full_text": "full texts",
    "appraisal": "quality appraisal",
    "extraction": "data extraction",
}


def check(facts: Facts) -> Iterator[Finding]:
    total = len(facts.studies)
    if total and not facts.instruments:
        yield Finding(
            check=NAME,
            code="no_instrument",
            severity=Severity.MAJOR,
            what="The protocol names no instrument to appraise the studies with.",
            where="Protocol, instruments",
            arithmetic=f"0 instruments for {total} studies",
        )
    else:
        yield from _unjudged(facts)
    unsupported = [s for s in facts.studies if s.judgments_without_support]
    if unsupported:
        number = sum(study.judgments_without_support for study in unsupported)
        yield Finding(
            check=NAME,
            code="support",
            severity=Severity.REPORTING,
            what="Judgments of the appraisal have no support in words.",
            where="Appraisal",
            arithmetic=f"{number} judgments of {len(unsupported)} studies",
            subjects=tuple(study.subject for study in unsupported),
        )
    yield from _people(facts)


def _unjudged(facts: Facts) -> Iterator[Finding]:
    unjudged = [study for study in facts.studies if not study.appraised_with]
    total = len(facts.studies)
    if unjudged:
        names = ", ".join(instrument.name for instrument in facts.instruments)
        yield Finding(
            check=NAME,
            code="unjudged",
            severity=Severity.MAJOR,
            what=f"{len(unjudged)} of {total} included studies have no settled "
            f"judgment of the appraisal that the protocol announces ({names}).",
            where="Appraisal",
            arithmetic=f"{total - len(unjudged)} of {total} judged",
            subjects=tuple(study.subject for study in unjudged),
        )
    without = [
        study
        for study in facts.studies
        if study.design
        and not any(study.design in i.designs for i in facts.instruments)
        and not study.appraised_with
    ]
    if without:
        yield Finding(
            check=NAME,
            code="no_fit",
            severity=Severity.MINOR,
            certainty=Certainty.CHECK,
            what="No instrument of the protocol is for the designs of these studies: "
            f"{', '.join(study.label for study in without)}.",
            where="Protocol, instruments",
            arithmetic="; ".join(
                f"{s.label}: {DESIGNS.get(s.design, s.design)}" for s in without
            ),
            subjects=tuple(study.subject for study in without),
        )


def _people(facts: Facts) -> Iterator[Finding]:
    for stage, words in _STAGES.items():
        alone = facts.settled_by_one.get(stage, 0)
        required = facts.reviewers_required.get(stage)
        if not alone and required != 1:
            continue
        yield Finding(
            check=NAME,
            code=f"people/{stage}",
            severity=Severity.REPORTING,
            what=f"At the stage of {words}, "
            + (
                "the protocol asks for one person only."
                if required == 1
                else "some was settled by one person alone."
            ),
            where=f"Settings and history, {words}",
            arithmetic=f"{alone:,} settled by one person",
        )
