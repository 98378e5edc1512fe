"""The protocol as a text: what a record would say that is just what is looked for."""

from reviews.models import Criterion, Review


def text(review: Review) -> str:
    """Return the question, its parts and what a study must be; empty if none is said.

    What excludes a study is left out: its words speak of what is not looked for.
    """
    protocol = review.protocol
    wanted = review.criteria.in_force().filter(kind=Criterion.Kind.INCLUSION)
    said = [
        review.title,
        protocol.question,
        protocol.population,
        protocol.intervention,
        protocol.comparator,
        protocol.outcomes,
        protocol.study_designs,
        *wanted.values_list("text", flat=True),
    ]
    return " ".join(each.strip() for each in said if each.strip())
