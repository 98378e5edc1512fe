import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import CriterionVersion, Record, Report, Review
from screening.models.decision import Choice, Decision


class SelfCheckSetting(models.Model):
    """Whether somebody wants a few of their own earlier decisions to come back."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # In per cent of what one judges; none: they are off.
    share = models.PositiveSmallIntegerField(
        default=0, validators=[MinValueValidator(0), MaxValueValidator(20)]
    )
    # Whether the owners of the review see the figures.
    is_shared = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "user"], name="self_check_setting_once"
            ),
            models.CheckConstraint(
                condition=Q(share__lte=20), name="self_check_share_at_most_a_fifth"
            ),
        ]

    def __str__(self) -> str:
        return f"Self-checks of {self.user}"


class SelfCheck(models.Model):
    """What somebody said when a decision of theirs came back: never a vote.

    It is their own, and theirs to delete.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # The earlier decision.
    decision = models.OneToOneField(
        Decision, on_delete=models.CASCADE, related_name="+"
    )
    # What had been decided last when it came: after it no second one comes.
    after = models.OneToOneField(
        Decision, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    choice = models.CharField(max_length=10, choices=Choice.choices)
    note = models.TextField(blank=True)
    criteria = models.ManyToManyField(CriterionVersion, related_name="+")
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(choice__in=["include", "maybe", "exclude"]),
                name="self_check_choice_known",
            )
        ]

    def __str__(self) -> str:
        return f"Self-check {self.pk}"

    @property
    def record(self) -> Record | None:
        return self.decision.record

    @property
    def report(self) -> Report | None:
        return self.decision.report
