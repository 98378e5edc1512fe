"""The passages of a manuscript that follow from the facts alone.

The flow can be told as it stood on an earlier day, as it is replayed from the history,
and of a wave of searching alone. Methods and results are told as they are today, and of
the whole: how somebody's verdict came to be settled, or a value, is not known of an
earlier day.
"""

from collections.abc import Mapping
from datetime import datetime

from reviews.models import Review, Wave
from reviews.words import facts as settled
from reviews.words import methods, results, selection
from reviews.words.facts import Facts
from reviews.words.parts import Paragraph, Passage

FLOW = "flow"
KINDS: Mapping[str, str] = {
    "methods": "Methods",
    "results": "Results",
    FLOW: "The flow in words",
}


class UnknownPassage(LookupError):
    """There is no passage of this kind."""


class OnlyToday(ValueError):
    """The passage can only be told as it is today, and of the whole."""


def of(
    review: Review,
    kind: str = "",
    *,
    as_of: datetime | None = None,
    wave: Wave | None = None,
) -> tuple[Passage, ...]:
    """Return a passage of the review, or methods and results.

    Raises UnknownPassage, and OnlyToday for an earlier day or a wave of any but the
    flow.
    """
    if kind and kind not in KINDS:
        raise UnknownPassage(f"There is no passage {kind}: {', '.join(KINDS)}.")
    if (as_of or wave) and kind != FLOW:
        raise OnlyToday(
            "Methods and results can only be told as they are today, and of the whole; "
            "the flow in words can be told as of any day, and of a wave."
        )
    facts = settled.read(review, as_of=as_of, wave=wave)
    wanted = [kind] if kind else ["methods", "results"]
    return tuple(
        Passage(name, KINDS[name], _paragraphs(facts, name)) for name in wanted
    )


def _paragraphs(facts: Facts, kind: str) -> tuple[Paragraph, ...]:
    if kind == "methods":
        return tuple(methods.paragraphs(facts))
    flow = selection.paragraph(facts)
    return (flow,) if kind == FLOW else (flow, *results.paragraphs(facts))
