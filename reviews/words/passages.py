"""The passages of a manuscript that follow from the facts alone."""

from collections.abc import Mapping

from reviews.models import Review
from reviews.words import facts as settled
from reviews.words import methods, results, selection
from reviews.words.facts import Facts
from reviews.words.parts import Paragraph, Passage

KINDS: Mapping[str, str] = {
    "methods": "Methods",
    "results": "Results",
    "flow": "The flow in words",
}


class UnknownPassage(LookupError):
    """There is no passage of this kind."""


def of(review: Review, kind: str = "") -> tuple[Passage, ...]:
    """Return a passage of the review, or methods and results.

    Raises UnknownPassage.
    """
    if kind and kind not in KINDS:
        raise UnknownPassage(f"There is no passage {kind}: {', '.join(KINDS)}.")
    facts = settled.read(review)
    wanted = [kind] if kind else ["methods", "results"]
    return tuple(
        Passage(name, KINDS[name], _paragraphs(facts, name)) for name in wanted
    )


def _paragraphs(facts: Facts, kind: str) -> tuple[Paragraph, ...]:
    if kind == "methods":
        return tuple(methods.paragraphs(facts))
    flow = selection.paragraph(facts)
    return (flow,) if kind == "flow" else (flow, *results.paragraphs(facts))
