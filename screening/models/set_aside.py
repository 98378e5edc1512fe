import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import Review, Stage
from screening.models.decision import Decision


class SetAside(models.Model):
    """The votes of one person, set aside by an owner; one step brings them back."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    stage = models.CharField(max_length=20, choices=Stage.choices)
    reason = models.TextField()
    # Made with the form: a form that is posted twice counts once.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # When the votes had stopped to count.
    done_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""), name="set_aside_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["title_abstract", "full_text"]),
                name="set_aside_of_screening",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(
                    done_at__isnull=False,
                    undone_at__isnull=False,
                    undone_by__isnull=False,
                ),
                name="set_aside_undone_after_it_was_done",
            ),
        ]

    def __str__(self) -> str:
        return f"Votes set aside {self.pk}"


class SetAsideVote(models.Model):
    """A vote that was set aside: the row that withdrew it and, later, brought it back.

    Neither row is an act of the person whose vote it is.
    """

    set_aside = models.ForeignKey(
        SetAside, on_delete=models.CASCADE, related_name="votes"
    )
    vote = models.OneToOneField(
        Decision, on_delete=models.RESTRICT, related_name="set_aside"
    )
    withdrawal = models.OneToOneField(
        Decision, on_delete=models.RESTRICT, related_name="sets_aside"
    )
    restoration = models.OneToOneField(
        Decision,
        on_delete=models.RESTRICT,
        related_name="brings_back",
        null=True,
        blank=True,
    )

    def __str__(self) -> str:
        # Says nothing of the choice: this text may stand in a log.
        return f"Vote set aside {self.pk}"
