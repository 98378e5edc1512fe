"""Conditions on answers and options: when a question is asked, when a rule applies.

A condition names the answers to a question (`{"q", "in"}`), an option chosen before
the appraisal began (`{"opt"}`), or joins other conditions (`all`, `any`, `not`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

NOT_APPLICABLE = "NA"

Answer: TypeAlias = str | Sequence[str]
"""A response code, or several where the question takes more than one."""

Answers: TypeAlias = Mapping[str, Answer]
"""The answers within one domain, by question id."""

Options: TypeAlias = Collection[str]
"""The option codes chosen for an appraisal."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The question was answered with one of the codes."""

    question: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The option was chosen."""

    option: str


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every condition holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one condition holds."""

    conditions: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """The condition does not hold."""

    condition: "Condition"


Condition: TypeAlias = Answered | Chosen | AllOf | AnyOf | Negated


def codes(answer: Answer) -> tuple[str, ...]:
    """Give the response codes of an answer, without empty ones."""
    given = (answer,) if isinstance(answer, str) else tuple(answer)
    return tuple(code for code in given if code)


def holds(condition: Condition, answers: Answers, options: Options) -> bool:
    """Say whether the condition holds; an unanswered question holds nothing."""
    match condition:
        case Answered(question, wanted):
            return not wanted.isdisjoint(codes(answers.get(question, "")))
        case Chosen(option):
            return option in options
        case AllOf(conditions):
            return all(holds(each, answers, options) for each in conditions)
        case AnyOf(conditions):
            return any(holds(each, answers, options) for each in conditions)
        case Negated(inner):
            return not holds(inner, answers, options)


def questions_in(condition: Condition | None) -> frozenset[str]:
    """Name the questions that the condition looks at."""
    match condition:
        case Answered(question):
            return frozenset({question})
        case AllOf(conditions) | AnyOf(conditions):
            return frozenset().union(*map(questions_in, conditions))
        case Negated(inner):
            return questions_in(inner)
        case _:
            return frozenset()


def options_in(condition: Condition | None) -> frozenset[str]:
    """Name the options that the condition looks at."""
    match condition:
        case Chosen(option):
            return frozenset({option})
        case AllOf(conditions) | AnyOf(conditions):
            return frozenset().union(*map(options_in, conditions))
        case Negated(inner):
            return options_in(inner)
        case _:
            return frozenset()
