import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from reviews.models import Record, Report, Review, Stage
from screening.models.decision import OF_ONE_STAGE


class Label(models.Model):
    """A word that is put on records: of the team's vocabulary, or one person's own."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="labels")
    # Names it in addresses: a key that counts would tell of private labels.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=60)
    # The name without capitals: what makes two labels the same.
    key = models.CharField(max_length=120)
    # Empty for a label of the vocabulary.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    # Not offered any more; where it was put it stays.
    retired_at = models.DateTimeField(null=True, blank=True)
    # Read as that label until the merge is undone.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        related_name="merged",
        null=True,
        blank=True,
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(key=""), name="label_has_a_name"
            ),
            models.UniqueConstraint(
                fields=["review", "key"],
                condition=Q(owner=None),
                name="label_once_in_the_vocabulary",
            ),
            models.UniqueConstraint(
                fields=["review", "owner", "key"],
                condition=Q(owner__isnull=False),
                name="label_once_of_a_person",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("pk")),
                name="label_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LabellingQuerySet(models.QuerySet["Labelling"]):
    def unsuperseded(self) -> "LabellingQuerySet":
        """Return the last word of each person on each label of an item."""
        return self.filter(~Exists(Labelling.objects.filter(supersedes=OuterRef("pk"))))

    def standing(self) -> "LabellingQuerySet":
        """Return the labels that are on: put, and not taken off since."""
        return self.unsuperseded().filter(is_on=True)


class Labelling(models.Model):
    """A label that one person put on a record or report, or took off; appended."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey(
        Record, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    report = models.ForeignKey(
        Report, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    label = models.ForeignKey(Label, on_delete=models.RESTRICT, related_name="+")
    is_on = models.BooleanField(default=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(default=timezone.now)

    objects = LabellingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=OF_ONE_STAGE, name="labelling_on_an_item_of_its_stage"
            ),
            models.CheckConstraint(
                condition=Q(is_on=True) | Q(supersedes__isnull=False),
                name="labelling_takes_off_what_was_put",
            ),
            models.UniqueConstraint(
                fields=["record", "person", "label"],
                condition=Q(supersedes=None, record__isnull=False),
                name="labelling_one_line_a_record",
            ),
            models.UniqueConstraint(
                fields=["report", "person", "label"],
                condition=Q(supersedes=None, report__isnull=False),
                name="labelling_one_line_a_report",
            ),
        ]
        indexes = [
            models.Index(fields=["review", "person"], name="labelling_of_a_person"),
        ]

    def __str__(self) -> str:
        # Says nothing of the label: this text may stand in a log.
        return f"Labelling {self.pk}"
