from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from reviews.models.record import Record
from reviews.models.review import Review


class JointRemoval(models.Model):
    """Records that left the flow before screening together, such as by a stop.

    Each tells the reason in its own row as well.
    """

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="joint_removals"
    )
    removal = models.CharField(max_length=10, choices=Record.Removal.choices)
    reason = models.TextField()
    removed_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # Empty while they are out.
    restored_at = models.DateTimeField(null=True, blank=True)
    restored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(removal__in=["automation", "other"]) & ~Q(reason=""),
                name="joint_removal_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(restored_at=None, restored_by=None)
                | Q(restored_at__gte=F("removed_at"), restored_by__isnull=False),
                name="joint_removal_restored_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class JointlyRemoved(models.Model):
    """A record that left with others; it may come back before them, by itself."""

    joint_removal = models.ForeignKey(
        JointRemoval, on_delete=models.CASCADE, related_name="records"
    )
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    # Empty while it is out for this reason.
    back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(back_at=None),
                name="record_out_jointly_once_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_id} out"
