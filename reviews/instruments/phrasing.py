"""A condition in words, for a form that cannot hide what is not asked.

The options of an appraisal are chosen before the form is shown, so that only what
depends on the answers is left to say.
"""

from collections.abc import Iterable

from reviews.instruments.conditions import (
    AllOf,
    Answered,
    AnyOf,
    Chosen,
    Condition,
    Negated,
    Options,
)
from reviews.instruments.definition import Domain, Question


def reduced(condition: Condition | None, options: Options) -> Condition | bool:
    """Give what is left of a condition once the options are known."""
    match condition:
        case None:
            return True
        case Chosen(option):
            return option in options
        case AllOf(conditions):
            return _joined(conditions, options, breaks=False)
        case AnyOf(conditions):
            return _joined(conditions, options, breaks=True)
        case Negated(inner):
            left = reduced(inner, options)
            return (not left) if isinstance(left, bool) else Negated(left)
        case Answered():
            return condition


def _joined(
    conditions: Iterable[Condition], options: Options, *, breaks: bool
) -> Condition | bool:
    """Join what is left; a part that equals `breaks` decides the whole."""
    parts = [reduced(each, options) for each in conditions]
    if breaks in [part for part in parts if isinstance(part, bool)]:
        return breaks
    left = tuple(part for part in parts if not isinstance(part, bool))
    if len(left) < 2:
        return left[0] if left else not breaks
    return AnyOf(left) if breaks else AllOf(left)


def askable(domain: Domain, options: Options) -> tuple[Question, ...]:
    """Give the questions that some answers to the domain would lead to."""
    return tuple(
        question
        for question in domain.questions
        if reduced(question.ask_if, options) is not False
    )


def only_if(domain: Domain, question: Question, options: Options) -> str:
    """Say which answers lead to the question, nothing where it is always asked."""
    left = reduced(question.ask_if, options)
    return "" if isinstance(left, bool) else _words(domain, left)


def _words(domain: Domain, condition: Condition) -> str:
    match condition:
        case Answered(key, codes):
            question = next(each for each in domain.questions if each.id == key)
            labels = [each.label for each in question.choices if each.code in codes]
            return f"{question.number} is {_either(labels)}"
        case AllOf(conditions):
            return ", and ".join(_words(domain, each) for each in conditions)
        case AnyOf(conditions):
            return ", or ".join(_words(domain, each) for each in conditions)
        case Negated(Answered(key, codes)):
            question = next(each for each in domain.questions if each.id == key)
            labels = [each.label for each in question.choices if each.code in codes]
            return f"{question.number} is not {_either(labels)}"
        case Negated(inner):
            return f"it does not hold that {_words(domain, inner)}"
        case Chosen():
            return ""


def _either(labels: list[str]) -> str:
    quoted = [f"“{label}”" for label in labels]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"
