"""Making a review, and the rules by which its stages are judged.

How many judge a stage, and whether differing reasons are a conflict, decides what
counts as settled. It is chosen beforehand (PRISMA 2020 items 8, 9 and 11): once
anything has entered a stage the choice stands here, so that no verdict changes behind
anybody's back; `screening` changes the number on the way, with all that follows.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from reviews import access, events
from reviews.models import (
    AppraisalTarget,
    Member,
    MemberRole,
    Protocol,
    Review,
    Role,
    ScreeningPlan,
    Stage,
    User,
)

# The page on which a review is made stands where a review of this name would.
RESERVED = frozenset({"new"})
LONGEST_SLUG = 60
ENTERED = {
    Stage.TITLE_ABSTRACT: "The review holds records",
    Stage.FULL_TEXT: "Full texts are sought",
    Stage.APPRAISAL: "Studies are up for appraisal",
    Stage.EXTRACTION: "The review holds studies",
}


# Where the judgments are at hand from which the verdicts are derived anew.
ON_THE_WAY = ("title_abstract_reviewers", "full_text_reviewers")


class SlugUnfit(ValueError):
    """The short name is taken, or cannot stand in an address."""


class TitleMissing(ValueError):
    """A review has a title."""


class StageBegan(ValueError):
    """Something has entered the stage; `field` is the rule that cannot change now."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


def free_slug(title: str) -> str:
    """Return a short name made from the title that no review has."""
    for slug in _proposals(slugify(title)[:40].strip("-") or "review"):
        if slug not in RESERVED and not _is_taken(slug):
            return slug
    raise AssertionError("The proposals do not end.")


def has_titled(owner: User, title: str) -> bool:
    """Tell whether the person made a review of this title before."""
    made = Review.objects.filter(created_by=owner, title__iexact=title.strip())
    return made.exists()


@transaction.atomic
def create(
    *,
    slug: str,
    title: str,
    owner: User,
    also_reviews: bool = False,
    notice: str = "",
    rules: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Review:
    """Make a review with an empty protocol and one owner.

    `rules` may hold `title_abstract_reviewers` and its like, and `reasons_must_agree`.
    Raises SlugUnfit or TitleMissing.
    """
    slug, title = _fit_slug(slug), _title(title)
    moment = at or timezone.now()
    try:
        with transaction.atomic():
            review = Review.objects.create(
                slug=slug,
                title=title,
                notice=notice,
                created_by=owner,
                created_at=moment,
                **(rules or {}),
            )
    except IntegrityError as error:
        raise SlugUnfit(f"Another review has the short name {slug}.") from error
    Protocol.objects.create(review=review)
    ScreeningPlan.objects.create(review=review)
    member = Member.objects.create(review=review, user=owner, added_at=moment)
    roles = [Role.OWNER, Role.REVIEWER] if also_reviews else [Role.OWNER]
    for role in roles:
        MemberRole.objects.create(member=member, role=role)
    events.record(
        review,
        "review.created",
        f"Created the review {title}",
        by=owner,
        subject=review,
        new=_facts(review),
        at=at,
    )
    return review


@transaction.atomic
def change_settings(
    review: Review,
    *,
    title: str,
    rules: Mapping[str, Any],
    by: User,
    at: datetime | None = None,
) -> Review:
    """Change the title, and rules of stages that nothing has entered.

    `rules` is as for `create`. Raises TitleMissing or StageBegan.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    old = _facts(review)
    review.title = _title(title)
    for field, value in rules.items():
        if getattr(review, field) != value:
            _require_not_begun(review, field)
            setattr(review, field, value)
    if old == _facts(review):
        return review
    review.save(update_fields=list(_facts(review)))
    events.record(
        review,
        "review.changed",
        "Changed the settings of the review",
        by=by,
        subject=review,
        old=old,
        new=_facts(review),
        at=at,
    )
    return review


def stage_of(field: str) -> Stage:
    """Return the stage that a rule is about."""
    if field == "reasons_must_agree":
        return Stage.FULL_TEXT
    return Stage(field.removesuffix("_reviewers"))


def rule_fields() -> list[str]:
    """Return the names of the rules of a review's stages."""
    return [*(f"{stage}_reviewers" for stage in Stage.values), "reasons_must_agree"]


def stages_entered(review: Review) -> set[Stage]:
    """Return the stages that something has entered, so that somebody may judge it.

    What was judged since is not asked: that would tell of judgments.
    """
    found = {
        Stage.TITLE_ABSTRACT: review.records.exists(),
        Stage.FULL_TEXT: review.reports.exists(),
        Stage.APPRAISAL: AppraisalTarget.objects.filter(study__review=review).exists(),
        Stage.EXTRACTION: review.studies.exists(),
    }
    return {stage for stage, entered in found.items() if entered}


def _require_not_begun(review: Review, field: str) -> None:
    stage = stage_of(field)
    if stage in stages_entered(review):
        raise StageBegan(
            f"{ENTERED[stage]}, so somebody may have judged by this rule already. "
            "It stays as it is here."
            + (
                " “Who judges what” shows what another number would do, and changes it."
                if field in ON_THE_WAY
                else ""
            ),
            field=field,
        )


def _proposals(base: str) -> Iterator[str]:
    yield base
    for number in count(2):
        yield f"{base}-{number}"


def _is_taken(slug: str) -> bool:
    return Review.objects.filter(slug__iexact=slug).exists()


def _fit_slug(slug: str) -> str:
    slug = slug.strip().lower()
    try:
        validate_slug(slug)
    except ValidationError as error:
        raise SlugUnfit(
            "A short name is made of letters a to z, digits, hyphens and underscores."
        ) from error
    if len(slug) > LONGEST_SLUG:
        raise SlugUnfit(f"A short name has at most {LONGEST_SLUG} characters.")
    if slug in RESERVED:
        raise SlugUnfit(f"No review can be called {slug}.")
    if _is_taken(slug):
        raise SlugUnfit(f"Another review has the short name {slug}.")
    return slug


def _title(title: str) -> str:
    if not title.strip():
        raise TitleMissing("Give the review a title.")
    return title.strip()


def _facts(review: Review) -> dict[str, Any]:
    return {name: getattr(review, name) for name in ("title", *rule_fields())}
