"""Strategies that answer any instrument, as a form would let a person answer it."""

from hypothesis import strategies as st

from reviews.instruments import asking
from reviews.instruments.conditions import Answer, holds
from reviews.instruments.definition import Domain, Instrument, Question


@st.composite
def options_for(
    draw: st.DrawFn, instrument: Instrument, design: str = ""
) -> frozenset[str]:
    """Draw options that leave nothing open."""
    chosen: frozenset[str] = frozenset()
    for preliminary in instrument.preliminaries:
        if not preliminary.options or (
            preliminary.ask_if and not holds(preliminary.ask_if, {}, chosen | {design})
        ):
            continue
        most = len(preliminary.options) if preliminary.multiple else 1
        codes = st.sampled_from(sorted(preliminary.codes))
        chosen |= draw(
            st.frozensets(codes, min_size=preliminary.minimum, max_size=most)
        )
    return chosen


@st.composite
def answer_to(draw: st.DrawFn, question: Question) -> Answer:
    """Draw a valid answer."""
    code = draw(st.sampled_from([choice.code for choice in question.choices]))
    if question.multiple and code != asking.NONE_OF_THESE:
        return [
            code,
            *draw(st.sets(st.sampled_from(sorted(question.codes - {"none"})))),
        ]
    return code


@st.composite
def answers_to(
    draw: st.DrawFn, domain: Domain, options: frozenset[str]
) -> dict[str, Answer]:
    """Answer the open questions one after the other until none is left."""
    answers: dict[str, Answer] = {}
    while missing := asking.unanswered(domain, answers, options):
        answers[missing[0].id] = draw(answer_to(missing[0]))
    return answers
