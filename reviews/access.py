"""Who may see and do what: the only door to a review.

Outsiders get 404, as if there were no such review; a member in the wrong role gets
403. Every object of a review is fetched through what `review` returns.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest

from reviews.models import Member, MemberRole, Review, Role, Stage, User


class NotAMember(Http404):
    """The review does not exist, or not for this person."""


class WrongRole(PermissionDenied):
    """A member of the review, in a role that may not do this."""


def review(
    request: HttpRequest, slug: str, *, role: Role | None = None, stage: str = ""
) -> Review:
    """Return the review if the person who asks may do this in it.

    Without `role` any member may. With `stage`, a role held for that stage or for
    all stages counts. Raises NotAMember (404) or WrongRole (403).
    """
    user = person(request)
    visible = Review.objects.visible_to(user).select_related("plan")
    found = visible.filter(slug=slug).first()
    if found is None:
        raise NotAMember(f"No review {slug}.")
    if role is not None and not has_role(found, user, role, stage=stage):
        raise WrongRole(f"This needs the role of {role}.")
    # For the navigation, which stands beside every page of a review.
    request.META["twofold.review"] = found
    return found


def person(request: HttpRequest) -> User:
    """Return who is signed in, which `login_required` has seen to."""
    assert isinstance(request.user, User)
    return request.user


def has_role(review: Review, user: User, role: Role, *, stage: str = "") -> bool:
    """Tell whether the person has the role, at the stage where one is named.

    Every member is a viewer. Without `stage`, a role at any stage counts.
    """
    roles = MemberRole.objects.filter(
        member__review=review, member__user=user, member__removed_at=None
    )
    if role == Role.VIEWER:
        return is_member(review, user)
    if stage:
        roles = roles.filter(Q(stage="") | Q(stage=stage))
    return roles.filter(role=role).exists()


def reads_records(review: Review, user: User) -> bool:
    """Tell whether somebody owns the review or screens its titles and abstracts.

    Whoever reads the records one by one is the first to see what is wrong with one.
    """
    return has_role(review, user, Role.OWNER) or has_role(
        review, user, Role.REVIEWER, stage=Stage.TITLE_ABSTRACT
    )


def is_member(review: Review, user: User) -> bool:
    """Tell whether the person is on the team today."""
    return Member.objects.filter(review=review, user=user, removed_at=None).exists()


def require(review: Review, user: User, role: Role, *, stage: str = "") -> None:
    """Raise WrongRole unless the person has the role today.

    Rules call it inside their transaction, so that somebody who was removed a
    moment ago writes nothing.
    """
    if not has_role(review, user, role, stage=stage):
        raise WrongRole(f"This needs the role of {role}.")
