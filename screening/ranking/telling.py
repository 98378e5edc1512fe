"""The order in words: what it is, what it was made by, and a sentence for the paper.

PRISMA 2020 item 8 asks how automation tools were used in selecting studies. Nothing
here tells of anybody but the reader.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from reviews.models import Review, Stage, User
from screening.models import Ranking
from screening.priority import libraries, model
from screening.ranking import asking, question, refitting

STAGE = Stage.TITLE_ABSTRACT


@dataclass(frozen=True)
class Told:
    """What a reader is told of the order of the records."""

    is_ordered: bool
    random_share: int
    seed: int
    # Whether the protocol says anything to begin from.
    has_text: bool
    # The reader's own order, where there is one.
    ranking: Ranking | None

    @property
    def made_with(self) -> str:
        """What the reader's order was made with."""
        return _told(self.ranking.libraries) if self.ranking else ""

    @property
    def made_at(self) -> datetime | None:
        return self.ranking.made_at if self.ranking else None


def of(review: Review, reader: User) -> Told:
    """Return what the reader is told."""
    return Told(
        is_ordered=asking.is_ordered(review, STAGE),
        random_share=review.plan.random_share,
        seed=review.plan.seed,
        has_text=bool(question.text(review)),
        ranking=refitting.in_use(review, reader),
    )


def passage(review: Review) -> str:
    """Return how records were ordered, in words for the manuscript."""
    if not asking.is_ordered(review, STAGE):
        return (
            "Titles and abstracts were screened in the order in which the records were "
            "imported; no automation tool ordered or excluded records."
        )
    share, seed = review.plan.random_share, review.plan.seed
    drawn = (
        f"About {share}% of the records that were read were drawn at random, whatever "
        f"the model said of them (seed {seed}). "
        if share
        else ""
    )
    return (
        "Titles and abstracts were screened in the order of predicted relevance. The "
        "order was learned by a linear support vector machine on the words and pairs "
        "of words of titles and abstracts, weighted by term frequency and inverse "
        f"document frequency (the model {model.NAME} of ASReview, in Twofold "
        f"{settings.VERSION}; {_told(libraries.versions())}), beginning from the text "
        "of the protocol. It was learned anew after decisions, for each reviewer from "
        "the settled verdicts and their own decisions alone, so that reviewers stayed "
        f"blind to one another. {drawn}The model excluded no record."
    )


def _told(versions: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in versions.items())
