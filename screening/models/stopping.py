from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import JointRemoval, Record, Review


class StopQuerySet(models.QuerySet["Stop"]):
    def sampling(self) -> "StopQuerySet":
        """Return those whose sample is being judged."""
        return self.filter(state=Stop.State.SAMPLING)


class Stop(models.Model):
    """An attempt to stop screening by the rule of the protocol, and what came of it.

    It begins with a random sample of all that nobody has completed; while that is
    judged, nothing else waits. It holds nothing that one person said.
    """

    class State(models.TextChoices):
        SAMPLING = "sampling", "Its sample is being judged"
        SIGNED = "signed", "Signed: screening stopped"
        LIFTED = "lifted", "Lifted: the records are back"
        GIVEN_UP = "given_up", "Given up: screening goes on"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.SAMPLING
    )
    # From it and the number the sample can be drawn again.
    seed = models.PositiveIntegerField()
    # The records that nobody had completed when it began: what was drawn from.
    rest_count = models.PositiveIntegerField()
    # What the rule said when it began.
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # When it was given up or lifted, and why.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    ended_because = models.TextField(blank=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "number"], name="stop_number_once"
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(state="sampling"),
                name="stop_one_sample_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["sampling", "signed"], ended_at=None, ended_by=None
                )
                | (
                    Q(state__in=["given_up", "lifted"], ended_at__isnull=False)
                    & ~Q(ended_because="")
                ),
                name="stop_ended_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Stop {self.number}"


class SampledRecord(models.Model):
    """A record of the random sample of a stop."""

    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, related_name="sample")
    record = models.ForeignKey(Record, on_delete=models.RESTRICT, related_name="+")
    # Its place in the draw, from 1.
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["stop", "record"], name="sampled_record_once"
            ),
            models.UniqueConstraint(
                fields=["stop", "position"], name="sampled_record_place_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Sample {self.position}"


class StopCertificate(models.Model):
    """What was signed when screening stopped; appended, never edited.

    That it was lifted stands with the stop.
    """

    stop = models.OneToOneField(
        Stop, on_delete=models.CASCADE, related_name="certificate"
    )
    # All that it says, as it is downloaded.
    facts = models.JSONField(encoder=DjangoJSONEncoder)
    sha256 = models.CharField(max_length=64)
    # What left the flow by it.
    removal = models.OneToOneField(
        JointRemoval, on_delete=models.RESTRICT, related_name="+"
    )
    signed_at = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )

    def __str__(self) -> str:
        return f"Certificate of {self.stop}"
