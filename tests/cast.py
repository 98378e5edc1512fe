"""The people of the tests: who they are and what they may do.

alice owns the review, bob and carol review, dan adjudicates, vera looks on,
mallory is on no team.
"""

from dataclasses import dataclass

from reviews.models import Member, MemberRole, Review, Role, User

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Cast:
    alice: User
    bob: User
    carol: User
    dan: User
    vera: User
    mallory: User


def create_cast() -> Cast:
    """Create the people, without a review."""
    return Cast(
        **{
            name: User.objects.create_user(
                name, f"{name}@example.org", PASSWORD, first_name=name.title()
            )
            for name in Cast.__dataclass_fields__
        }
    )


def join(review: Review, user: User, *roles: Role, stage: str = "") -> Member:
    """Put a person on the team with these roles."""
    member, _ = Member.objects.get_or_create(review=review, user=user)
    for role in roles:
        MemberRole.objects.get_or_create(member=member, role=role, stage=stage)
    return member


def staff(review: Review, cast: Cast) -> None:
    """Give everybody but mallory the part they play."""
    join(review, cast.alice, Role.OWNER)
    join(review, cast.bob, Role.REVIEWER)
    join(review, cast.carol, Role.REVIEWER)
    join(review, cast.dan, Role.ADJUDICATOR)
    join(review, cast.vera)
