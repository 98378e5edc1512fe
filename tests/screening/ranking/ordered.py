"""A review whose records come by predicted relevance, small enough to see through."""

from reviews.models import Protocol, Record, Review, ScreeningPlan, Stage, User
from screening.models import Ranking
from screening.ranking import asking, refitting
from tests.cast import Cast
from tests.factories import create_record, create_staffed_review

STAGE = Stage.TITLE_ABSTRACT
RELEVANT = range(20, 26)


def create_ordered_review(
    *, share: int = 0, slug: str = ""
) -> tuple[Review, Cast, list[Record]]:
    """Return thirty records of which the last ones but four are what is looked for."""
    review, cast = create_staffed_review(slug=slug)
    ScreeningPlan.objects.filter(review=review).update(
        order="relevance", random_share=share
    )
    Protocol.objects.filter(review=review).update(
        question="Is nasal esketamine effective in depression?"
    )
    records = [
        create_record(review=review, title=title(at), abstract=abstract(at))
        for at in range(30)
    ]
    return Review.objects.get(pk=review.pk), cast, records


def title(at: int) -> str:
    return (
        f"Nasal esketamine, trial {at}" if at in RELEVANT else f"Bridges, survey {at}"
    )


def abstract(at: int) -> str:
    if at in RELEVANT:
        return "Patients with treatment-resistant depression were randomised."
    return "Concrete and steel under load, with cracks by the river."


def learn(review: Review) -> None:
    """Have the order learned, as a worker would."""
    for person in (None, *User.objects.all()):
        if person is not None:
            asking.keep_up(review, STAGE, person)


def ranking_of(review: Review, person: User) -> Ranking:
    found = refitting.in_use(review, person)
    assert found is not None
    return found
