"""Which questions are asked, which answers count, and when a domain is complete.

A question is asked only while its condition holds. An answer to a question that is
not asked stays stored but counts as not applicable, so that going back and forth on
a form loses nothing and a forgotten answer decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reviews.instruments.conditions import (
    NOT_APPLICABLE,
    Answer,
    Answers,
    Options,
    codes,
    holds,
)
from reviews.instruments.definition import Domain, Instrument, Question

NONE_OF_THESE = "none"


@dataclass(frozen=True, slots=True)
class Tally:
    """Facts about the answers that stand for themselves, without a cut-off.

    `applicable` are the answers other than not applicable; `stars` and `most_stars`
    are 0 for an instrument without stars.
    """

    asked: int
    answered: int
    applicable: int
    yes: int
    stars: int
    most_stars: int
    stars_in: Mapping[str, int]


def settled_options(
    instrument: Instrument, options: Options, design: str = ""
) -> frozenset[str]:
    """Add the study design and the defaults of what was left open to the options.

    A design chosen for this appraisal goes before the design of the study.
    """
    chosen = frozenset(options)
    asked_for = [each for each in instrument.preliminaries if design in each.codes]
    if design and all(chosen.isdisjoint(each.codes) for each in asked_for):
        chosen |= {design}
    for preliminary in instrument.preliminaries:
        if not chosen.isdisjoint(preliminary.codes):
            continue
        if preliminary.ask_if is None or holds(preliminary.ask_if, {}, chosen):
            chosen |= frozenset(preliminary.default)
    return chosen


def option_problems(
    instrument: Instrument, options: Options, design: str = ""
) -> dict[str, str]:
    """Say, by id of the preliminary, which options are missing or too many."""
    chosen = settled_options(instrument, options, design)
    problems: dict[str, str] = {}
    for preliminary in instrument.preliminaries:
        if preliminary.ask_if and not holds(preliminary.ask_if, {}, chosen):
            continue
        count = len(chosen & preliminary.codes)
        if count < preliminary.minimum:
            problems[preliminary.id] = f"Choose: {preliminary.label}."
        elif count > 1 and not preliminary.multiple:
            problems[preliminary.id] = f"Choose only one: {preliminary.label}."
    return problems


def domains_in_use(
    instrument: Instrument, options: Options, design: str = ""
) -> tuple[Domain, ...]:
    """Give the domains to appraise, by the options and the design of the study."""
    chosen = settled_options(instrument, options, design)
    return tuple(
        domain
        for domain in instrument.domains
        if domain.use_when is None or holds(domain.use_when, {}, chosen)
    )


def asked(
    domain: Domain, answers: Answers, options: Options = ()
) -> tuple[Question, ...]:
    """Give the questions whose condition holds, in the order of the form."""
    return _walk(domain, answers, options)[0]


def counted(
    domain: Domain, answers: Answers, options: Options = ()
) -> dict[str, Answer]:
    """Give the answers that count: valid ones, and NA for what is not asked."""
    return _walk(domain, answers, options)[1]


def given(domain: Domain, answers: Answers, options: Options = ()) -> dict[str, Answer]:
    """Give the valid answers to asked questions; two people agree if they are equal."""
    questions, kept = _walk(domain, answers, options)
    return {each.id: kept[each.id] for each in questions if each.id in kept}


def _walk(
    domain: Domain, answers: Answers, options: Options
) -> tuple[tuple[Question, ...], dict[str, Answer]]:
    kept: dict[str, Answer] = {}
    questions: list[Question] = []
    for question in domain.questions:
        if question.ask_if is not None and not holds(question.ask_if, kept, options):
            kept[question.id] = NOT_APPLICABLE
            continue
        questions.append(question)
        answer = answers.get(question.id, "")
        if codes(answer) and not answer_problem(question, answer):
            kept[question.id] = _in_order(question, answer)
    return tuple(questions), kept


def _in_order(question: Question, answer: Answer) -> Answer:
    """Bring an answer to one form: a code, or codes in the order of the choices."""
    found = codes(answer)
    if not question.multiple:
        return found[0]
    return tuple(each.code for each in question.choices if each.code in found)


def answer_problem(question: Question, answer: Answer) -> str:
    """Say what is wrong with an answer, nothing where it is right or empty."""
    found = codes(answer)
    if not set(found) <= question.codes:
        return f"Question {question.number} does not take this answer."
    if len(found) > 1 and not question.multiple:
        return f"Question {question.number} takes one answer."
    if len(found) > 1 and NONE_OF_THESE in found:
        return f"Question {question.number}: none of these excludes the others."
    return ""


def answer_problems(
    domain: Domain, answers: Answers, options: Options = ()
) -> dict[str, str]:
    """Say, by question id, which answers to asked questions are not allowed."""
    found = {
        question.id: answer_problem(question, answers.get(question.id, ""))
        for question in asked(domain, answers, options)
    }
    return {key: problem for key, problem in found.items() if problem}


def unanswered(
    domain: Domain, answers: Answers, options: Options = ()
) -> tuple[Question, ...]:
    """Give the asked questions that still need a valid answer."""
    questions, kept = _walk(domain, answers, options)
    return tuple(each for each in questions if each.required and each.id not in kept)


def is_complete(domain: Domain, answers: Answers, options: Options = ()) -> bool:
    """Say whether every asked question is answered and the options it needs chosen."""
    ready = all(not needed.isdisjoint(options) for needed in domain.needs)
    return ready and not unanswered(domain, answers, options)


def tally(
    instrument: Instrument,
    answers: Mapping[str, Answers],
    options: Options = (),
    design: str = "",
) -> Tally:
    """Count answers and stars over the domains in use; answers by domain id."""
    chosen = settled_options(instrument, options, design)
    count = answered = applicable = yes = most_stars = 0
    stars_in: dict[str, int] = {}
    for domain in domains_in_use(instrument, chosen):
        own = answers.get(domain.id, {})
        questions, kept = _walk(domain, own, chosen)
        stars = 0
        for question in questions:
            starred = {each.code for each in question.choices if each.star}
            found = codes(kept.get(question.id, ""))
            count += 1
            answered += bool(found)
            applicable += bool(found) and found != (NOT_APPLICABLE,)
            yes += found == ("Y",)
            stars += len(starred.intersection(found))
            most_stars += len(starred) if question.multiple else bool(starred)
        stars_in[domain.id] = stars
    return Tally(
        asked=count,
        answered=answered,
        applicable=applicable,
        yes=yes,
        stars=sum(stars_in.values()),
        most_stars=most_stars,
        stars_in=stars_in,
    )
