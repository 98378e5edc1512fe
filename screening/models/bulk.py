import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import Criterion, Record, Review
from screening.models.decision import Choice, Decision


class BulkDecision(models.Model):
    """One judgment that a reviewer made of several records at once.

    Each record gets a decision of its own; this tells which came together, so that
    they can be taken back in one step.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    choice = models.CharField(
        max_length=10,
        choices=[each for each in Choice.choices if each[0] != "withdrawn"],
    )
    criteria = models.ManyToManyField(Criterion, related_name="+")
    note = models.TextField(blank=True)
    # Made with the page that asks again: sent twice, it counts once.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(choice__in=["include", "maybe", "exclude"]),
                name="bulk_decision_choice_known",
            )
        ]
        indexes = [
            models.Index(
                fields=["review", "reviewer"], name="bulk_decision_of_reviewer"
            )
        ]

    def __str__(self) -> str:
        # Says nothing of the choice: this text may stand in a log.
        return f"Bulk decision {self.pk}"


class BulkLine(models.Model):
    """What became of one record: decided, or left out for a reason that is told."""

    bulk = models.ForeignKey(
        BulkDecision, on_delete=models.CASCADE, related_name="lines"
    )
    record = models.ForeignKey(Record, on_delete=models.RESTRICT, related_name="+")
    # The reviewer's own word as it stood on the page where the record was chosen.
    before = models.ForeignKey(
        Decision, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    decision = models.OneToOneField(
        Decision, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bulk", "record"], name="bulk_line_once_a_record"
            ),
            models.CheckConstraint(
                condition=Q(decision=None) | Q(problem=""),
                name="bulk_line_decided_or_left_out",
            ),
        ]

    def __str__(self) -> str:
        return f"Bulk line {self.pk}"
