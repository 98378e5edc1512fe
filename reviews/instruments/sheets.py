"""A sheet: one domain as one person fills it in, or the overall judgment at the end.

The overall judgment is treated as a last domain without questions, so that a form, a
store and a comparison deal with one kind of thing. Nothing here stores anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from reviews.instruments import asking, judging
from reviews.instruments.conditions import (
    NOT_APPLICABLE,
    Answer,
    Answers,
    Options,
    codes,
)
from reviews.instruments.definition import OVERALL, Domain, Instrument, Judgement
from reviews.instruments.judging import Proposal


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one person wrote on one domain."""

    answers: Answers = field(default_factory=dict)
    judgment: str = ""
    support: str = ""
    departure: str = ""


def all_domains(form: Instrument) -> tuple[Domain, ...]:
    """Give every domain of the form, the overall judgment last where it has one."""
    if not form.overall.judgements:
        return form.domains
    overall = Domain(
        id=OVERALL,
        name="Overall judgment",
        short="Overall",
        questions=(),
        judgements=form.overall.judgements,
    )
    return (*form.domains, overall)


def domains(form: Instrument, options: Options) -> tuple[Domain, ...]:
    """Give the domains that are in use under the settled options, the overall last."""
    used = {domain.id for domain in asking.domains_in_use(form, options)}
    if judging.overall_in_use(form, options):
        used.add(OVERALL)
    return tuple(domain for domain in all_domains(form) if domain.id in used)


def proposal(
    form: Instrument,
    domain: Domain,
    answers: Answers,
    options: Options,
    others: Mapping[str, Sheet],
) -> Proposal:
    """Give what the rules propose; the overall judgment follows from `others`."""
    if domain.id != OVERALL:
        return judging.proposal(domain, answers, options)
    judged: dict[str, str | None] = {
        key: sheet.judgment for key, sheet in others.items()
    }
    answered = {key: sheet.answers for key, sheet in others.items()}
    found = judging.overall(form, judged, answered, options)
    concern = judging.overall_applicability(form, judged, options).code
    if concern is None:
        return found
    words = f"Concerns about applicability: {form.overall.judgement(concern).label}."
    prompt = f"{found.prompt} {words}" if found.prompt else words
    return Proposal(found.code, prompt, found.rules)


def problems(
    form: Instrument,
    domain: Domain,
    sheet: Sheet,
    options: Options,
    proposed: str | None,
) -> dict[str, str]:
    """Say what is missing or wrong, by "question_" and its id, or by the part."""
    found = {
        f"question_{key}": problem
        for key, problem in asking.answer_problems(
            domain, sheet.answers, options
        ).items()
    }
    for question in asking.unanswered(domain, sheet.answers, options):
        found.setdefault(
            f"question_{question.id}", f"Question {question.number} is not answered."
        )
    if not domain.is_judged:
        return found
    if level(domain, sheet.judgment) is None:
        return found | {"judgment": "Choose a judgment."}
    overall = form.overall if domain.id == OVERALL else None
    if judging.departs(proposed, sheet.judgment):
        if not sheet.departure.strip():
            found["departure"] = "Say why the judgment departs from the rules."
        return found
    explained = judging.needs_reason(proposed, sheet.judgment, overall)
    if explained and not sheet.support.strip():
        found["support"] = "This judgment needs its reason."
    return found


def kept(domain: Domain, answers: Answers, options: Options) -> dict[str, Answer]:
    """Give the answers that are kept, as JSON gives them back: asked and valid ones."""
    return {
        key: answer if isinstance(answer, str) else list(answer)
        for key, answer in asking.given(domain, answers, options).items()
    }


def level(domain: Domain, code: str) -> Judgement | None:
    """Give the level with this code, None where there is none."""
    return next((each for each in domain.judgements if each.code == code), None)


def summary(domain: Domain, answers: Answers) -> str:
    """Say in a few words what was answered in a domain that is not judged."""
    given = [codes(answers.get(question.id, "")) for question in domain.questions]
    if any(choice.star for each in domain.questions for choice in each.choices):
        return _stars(domain, given)
    if any("Y" in each.codes for each in domain.questions):
        applicable = [each for each in given if each and each != (NOT_APPLICABLE,)]
        return f"{sum(each == ('Y',) for each in applicable)} of {len(applicable)} yes"
    return "; ".join(
        question.label(code)
        for question, found in zip(domain.questions, given, strict=True)
        for code in found
    )


def _stars(domain: Domain, given: Iterable[tuple[str, ...]]) -> str:
    stars = sum(
        choice.code in found
        for question, found in zip(domain.questions, given, strict=True)
        for choice in question.choices
        if choice.star
    )
    return "1 star" if stars == 1 else f"{stars} stars"
