import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import Record, Report, Review, Stage


class Postponement(models.Model):
    """A record or report that one reviewer puts off, to judge it after all else.

    It is theirs alone. It stands until they judge the item or put it back in line.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey(
        Record, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    report = models.ForeignKey(
        Report, on_delete=models.CASCADE, related_name="+", null=True, blank=True
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    # Made with the press of the key: a press that is sent twice counts once.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    postponed_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    stage=Stage.TITLE_ABSTRACT,
                    record__isnull=False,
                    report__isnull=True,
                )
                | Q(stage=Stage.FULL_TEXT, record__isnull=True, report__isnull=False),
                name="postponement_of_an_item_of_its_stage",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review", "stage", "reviewer"],
                condition=Q(ended_at=None),
                name="postponement_standing",
            )
        ]

    def __str__(self) -> str:
        return f"Postponement {self.pk}"
