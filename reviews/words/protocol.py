"""The protocol in words: PRISMA 2020, items 4, 5, 10a and 24."""

from collections.abc import Iterator

from reviews.models import Criterion
from reviews.words import collecting
from reviews.words.facts import Facts
from reviews.words.parts import (
    Number,
    Parts,
    day,
    listed,
    sentence,
    within,
)


def registration(facts: Facts) -> Iterator[Parts]:
    """Say where the review is registered, and what was amended."""
    if registered := within(facts.protocol.registration):
        yield sentence(f"The review is registered: {registered}")
    else:
        yield sentence("No registration of the review is recorded")
    yield from amendments(facts)


def amendments(facts: Facts) -> Iterator[Parts]:
    """Say how often and when the protocol was amended."""
    number = len(facts.amendments)
    if not number:
        yield sentence("No amendment of the protocol is recorded")
        return
    told = [
        f"{within(each.what)} ({each.made_at:%-d %B %Y}; {within(each.reason)})"
        for each in facts.amendments
    ]
    yield sentence(
        "After screening began, the protocol was amended ",
        Number(number, facts.listed("amendments", "all")),
        " time: " if number == 1 else " times: ",
        listed(told),
    )


def question(facts: Facts) -> Iterator[Parts]:
    """Say what the review asks, in one question and by its elements."""
    protocol = facts.protocol
    asked = " ".join(protocol.question.split())
    if asked:
        yield sentence(f"The review asks: {asked}")
    elements = {
        "population": protocol.population,
        "intervention": protocol.intervention,
        "comparator": protocol.comparator,
        "outcomes": protocol.outcomes,
    }
    named = [f"{name}: {told}" for name, e in elements.items() if (told := within(e))]
    if named:
        yield sentence("The elements of the question are: ", "; ".join(named))
    if not asked and not named:
        yield sentence("The question of the review is not recorded")


def outcomes(facts: Facts) -> Iterator[Parts]:
    """Say which outcomes the protocol names, and what was extracted."""
    if named := within(facts.protocol.outcomes):
        yield sentence(f"The protocol names these outcomes: {named}")
    yield from collecting.items(facts)


def eligibility(facts: Facts) -> Iterator[Parts]:
    """Say which studies were eligible."""
    for kind, begin in (
        (Criterion.Kind.INCLUSION, "Studies were eligible where all of these hold"),
        (Criterion.Kind.EXCLUSION, "Studies were excluded where any of these holds"),
    ):
        held = [each for each in facts.criteria if each.kind == kind]
        if held:
            criteria = "; ".join(f"({each.code}) {within(each.text)}" for each in held)
            yield sentence(f"{begin}: {criteria}")
    if not facts.criteria:
        yield sentence("The criteria of eligibility are not recorded")
    protocol = facts.protocol
    if designs := within(protocol.study_designs):
        yield sentence(f"The protocol asks for these designs of study: {designs}")
    limits = []
    if languages := within(protocol.languages):
        limits.append(f"by language ({languages})")
    if dates := _dates(protocol.published_from, protocol.published_to):
        limits.append(f"by date of publication ({dates})")
    if limits:
        yield sentence("The review was limited ", listed(limits))


def _dates(first: str, last: str) -> str:
    if first and last:
        return f"{day(first)} to {day(last)}"
    if first:
        return f"since {day(first)}"
    return f"up to {day(last)}" if last else ""
