import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from reviews.models import Amendment, Review, Stage


class NumberChange(models.Model):
    """How many judge each item of a stage, changed after it had begun; appended."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    old = models.PositiveSmallIntegerField()
    new = models.PositiveSmallIntegerField()
    reason = models.TextField()
    # The last judgment that was made under the old number.
    last_decision = models.ForeignKey(
        "screening.Decision",
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    amendment = models.ForeignKey(
        Amendment, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    # Made with the form: a form that is posted twice counts once.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    # When it came to hold; empty while it waits to be carried out.
    done_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(old=F("new")), name="number_change_changes_it"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="number_change_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(old__gte=1, new__gte=1), name="number_change_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["title_abstract", "full_text"]),
                name="number_change_of_screening",
            ),
        ]

    def __str__(self) -> str:
        return f"From {self.old} to {self.new}: {self.get_stage_display()}"
