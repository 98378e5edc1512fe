"""What the protocol of a review suggests to highlight, by what the words mean."""

from collections.abc import Iterable

from reviews.models import Criterion, Review
from screening.models import Meaning
from screening.words import suggesting
from screening.words.suggesting import Suggested

_OF_TOPIC = {
    Criterion.Topic.POPULATION: Meaning.POPULATION,
    Criterion.Topic.INTERVENTION: Meaning.INTERVENTION,
    Criterion.Topic.COMPARATOR: Meaning.COMPARATOR,
    Criterion.Topic.OUTCOME: Meaning.OUTCOME,
    Criterion.Topic.DESIGN: Meaning.DESIGN,
}


def propose(review: Review) -> list[Suggested]:
    """Return the words that question and criteria suggest; nothing is stored."""
    protocol = review.protocol
    texts: dict[str, list[str]] = {
        Meaning.POPULATION: [protocol.population],
        Meaning.INTERVENTION: [protocol.intervention],
        Meaning.COMPARATOR: [protocol.comparator],
        Meaning.OUTCOME: [protocol.outcomes],
        Meaning.DESIGN: [protocol.study_designs],
        Meaning.INCLUDE: [protocol.question] if not protocol.population else [],
        Meaning.EXCLUDE: [],
    }
    for criterion in review.criteria.in_force():
        texts[_meaning(criterion)].append(criterion.text)
    return suggesting.suggest(texts)


def flat(suggested: Iterable[Suggested]) -> list[tuple[str, str]]:
    """Return each word with what it means."""
    return [(each.meaning, word) for each in suggested for word in each.words]


def _meaning(criterion: Criterion) -> Meaning:
    if criterion.kind == Criterion.Kind.EXCLUSION:
        return Meaning.EXCLUDE
    return _OF_TOPIC.get(Criterion.Topic(criterion.topic), Meaning.INCLUDE)
