"""Who may know how far others have come at a stage.

That somebody has judged an item says nothing of what they said; but whoever still has
to judge it is to do so without knowing even that (MECIR C39). So:

- an owner who does not judge at the stage may know that one has judged, since when,
  and for whom it waits; what was said stays hidden from them until it is closed;
- an owner who judges there too knows it of those items alone that they judged
  themselves: of them they know anyway that another is missing, or else it would be
  settled or a conflict that they see; where three judge, not whether one or two are;
- in a team of two in which the owner is one of the two, these are the same items as
  the owner's own that are open;
- whoever ever judged there, or ever had the part of doing so, counts as one who does:
  giving the part up for a minute and taking it again tells nothing;
- everybody else knows what waits for them, and no more.
"""

from reviews import access
from reviews.models import Event, Member, Review, Role, Stage, User
from screening.models import Decision


def knows_all(review: Review, stage: Stage, person: User) -> bool:
    """Tell whether the person may know of each item that somebody has judged it."""
    return (
        access.has_role(review, person, Role.OWNER)
        and not access.has_role(review, person, Role.REVIEWER, stage=stage)
        and not _has_judged(review, stage, person)
        and not _could_judge(review, stage, person)
    )


def _has_judged(review: Review, stage: Stage, person: User) -> bool:
    rows = Decision.objects.filter(review=review, stage=stage, reviewer=person)
    return rows.exists()


def _could_judge(review: Review, stage: Stage, person: User) -> bool:
    """Tell from the history of the team whether the person ever had the part."""
    events = Event.objects.filter(
        review=review,
        subject_type="member",
        subject_id__in=Member.objects.filter(review=review, user=person).values("pk"),
    )
    parts = {str(Role.REVIEWER), f"{Role.REVIEWER}:{stage}"}
    return any(
        not parts.isdisjoint((facts or {}).get("roles", ()))
        for both in events.values_list("old", "new")
        for facts in both
    )
