from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

if TYPE_CHECKING:
    from reviews.models.user import User


class Stage(models.TextChoices):
    """A stage of a review in which people judge independently."""

    TITLE_ABSTRACT = "title_abstract", "Titles and abstracts"
    FULL_TEXT = "full_text", "Full texts"
    APPRAISAL = "appraisal", "Quality appraisal"
    EXTRACTION = "extraction", "Data extraction"


class Verdict(models.TextChoices):
    """What has been settled for a record or a report."""

    OPEN = "", "Not settled"
    INCLUDE = "include", "Include"
    EXCLUDE = "exclude", "Exclude"


class Settlement(models.TextChoices):
    """How something came to be settled."""

    OPEN = "", "Not settled"
    SINGLE = "single", "By one reviewer"
    AGREEMENT = "agreement", "By agreement"
    CONSENSUS = "consensus", "By consensus"
    ADJUDICATION = "adjudication", "By an adjudicator"


SETTLED = [how for how in Settlement.values if how]


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: "User") -> "ReviewQuerySet":
        """Return the reviews of which the person is a member today."""
        return self.filter(members__user=user, members__removed_at=None)


# What is appraised or read out is compared side by side, by two at most.
REVIEWERS = {
    Stage.TITLE_ABSTRACT: 3,
    Stage.FULL_TEXT: 3,
    Stage.APPRAISAL: 2,
    Stage.EXTRACTION: 2,
}
_SO_MANY = [
    (1, "One reviewer"),
    (2, "Two reviewers, independently"),
    (3, "Three reviewers, independently"),
]


def _reviewers_field(
    verbose_name: str, stage: Stage
) -> "models.PositiveSmallIntegerField[int, int]":
    most = REVIEWERS[stage]
    return models.PositiveSmallIntegerField(
        verbose_name,
        default=2,
        choices=_SO_MANY[:most],
        validators=[MinValueValidator(1), MaxValueValidator(most)],
    )


class Review(models.Model):
    """One systematic review by one team."""

    slug = models.SlugField(
        "short name",
        max_length=60,
        unique=True,
        help_text="Stands in the address of every page: letters, digits, hyphens.",
    )
    title = models.TextField()
    # Shown on every page of the review, e.g. that its decisions are reconstructed.
    notice = models.TextField(blank=True)
    title_abstract_reviewers = _reviewers_field(
        "titles and abstracts", Stage.TITLE_ABSTRACT
    )
    full_text_reviewers = _reviewers_field("full texts", Stage.FULL_TEXT)
    appraisal_reviewers = _reviewers_field("quality appraisal", Stage.APPRAISAL)
    extraction_reviewers = _reviewers_field("data extraction", Stage.EXTRACTION)
    reasons_must_agree = models.BooleanField(
        "differing reasons are a conflict",
        default=False,
        help_text=(
            "At full text, two exclusions for different reasons are then a conflict. "
            "Otherwise they agree, and protocol order decides the reason counted."
        ),
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(**{f"{stage}_reviewers__in": [*range(1, most + 1)]}),
                name=f"review_{stage}_reviewers_1_{'to' if most > 2 else 'or'}_{most}",
            )
            for stage, most in REVIEWERS.items()
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reviews:review_detail", args=[self.slug])

    def reviewers_required(self, stage: str) -> int:
        """Return how many people judge each item of the stage."""
        return int(getattr(self, f"{stage}_reviewers"))


class Role(models.TextChoices):
    """What a member may do; a member without a role may look: a viewer."""

    OWNER = "owner", "Owner: protocol, team, searches, settings"
    REVIEWER = "reviewer", "Reviewer: judges, blind to the other"
    ADJUDICATOR = "adjudicator", "Adjudicator: settles conflicts"
    VIEWER = "viewer", "Viewer: sees what is settled"


class Member(models.Model):
    """A person on the team of a review."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="memberships"
    )
    added_at = models.DateTimeField(default=timezone.now)
    # A member who leaves keeps the row, as the judgments made here stay.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "user"], name="member_once_in_a_review"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.review}"


class MemberRole(models.Model):
    """A role that a member has, at one stage or (stage empty) at all of them."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=20, choices=Role.choices)
    stage = models.CharField(max_length=20, choices=Stage.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "role", "stage"], name="member_role_once_at_a_stage"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="member_role_known"
            ),
            models.CheckConstraint(
                condition=models.Q(stage="")
                | models.Q(
                    role__in=[Role.REVIEWER, Role.ADJUDICATOR], stage__in=Stage.values
                ),
                name="member_role_stage_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.role} {self.stage}".strip()
