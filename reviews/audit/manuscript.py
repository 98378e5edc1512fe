"""The text of the manuscript, pasted by the team, so that the audit can read it.

It is held against the records and published by nobody from here.
"""

from datetime import datetime

from django.db import transaction

from reviews import access, events
from reviews.models import Manuscript, Review, Role, User

# A review is shorter; what is longer is no text that somebody wrote.
LONGEST = 500_000


class TooLong(ValueError):
    """The text is longer than any manuscript."""


def texts(review: Review) -> tuple[str, str]:
    """Return abstract and body as they stand, empty where nothing was pasted."""
    found = Manuscript.objects.filter(review=review).first()
    return (found.abstract, found.body) if found else ("", "")


@transaction.atomic
def paste(
    review: Review, *, abstract: str, body: str, by: User, at: datetime | None = None
) -> Manuscript:
    """Keep abstract and body in place of those before. Raises WrongRole or TooLong."""
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    if len(abstract) + len(body) > LONGEST:
        raise TooLong(f"The text has more than {LONGEST:,} characters.")
    manuscript, _ = Manuscript.objects.get_or_create(review=review)
    old = {"abstract": len(manuscript.abstract), "body": len(manuscript.body)}
    if (manuscript.abstract, manuscript.body) == (abstract, body):
        return manuscript
    manuscript.abstract, manuscript.body = abstract, body
    manuscript.save(update_fields=["abstract", "body"])
    events.record(
        review,
        "manuscript.pasted",
        "The text of the manuscript was pasted",
        by=by,
        subject=manuscript,
        # How long, and not what: the text may be large and is kept in its place.
        old=old,
        new={"abstract": len(abstract), "body": len(body)},
        at=at,
    )
    return manuscript
