from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import Review, Stage


class Ranking(models.Model):
    """The order in which records come to one reviewer, as a model learned it.

    Of an older one what it was made of and by is kept, and its order dropped.
    """

    class Basis(models.TextChoices):
        """What was learned from."""

        TEXT = "text", "The protocol's text, the judgments so far and a presumption"
        LABELS = "labels", "The judgments, with the protocol's text"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    model = models.CharField(max_length=30)
    model_version = models.PositiveSmallIntegerField()
    parameters = models.JSONField()
    libraries = models.JSONField()
    seed = models.PositiveIntegerField()
    # Settled verdicts and the reviewer's own decisions, and how many go on.
    label_count = models.PositiveIntegerField()
    relevant_count = models.PositiveIntegerField()
    # Records that are ordered.
    record_count = models.PositiveIntegerField()
    # Hashes: of the texts, and of all that the order depends on.
    features = models.CharField(max_length=64)
    learned_from = models.CharField(max_length=64)
    # The last of each when it was made: whether anything has happened since.
    seen_decision = models.PositiveBigIntegerField(default=0)
    seen_event = models.PositiveBigIntegerField(default=0)
    # The keys of the records that come first, of those drawn by chance, and the words
    # for which the first stand high.
    head = models.JSONField(default=list)
    drawn = models.JSONField(default=list)
    words = models.JSONField(default=dict)
    # The keys of all in their order; empty once there is a newer one.
    whole = models.BinaryField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "stage", "reviewer"],
                condition=Q(whole__isnull=False),
                name="ranking_one_in_use_of_a_reviewer",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=["text", "labels"]), name="ranking_basis_known"
            ),
            models.CheckConstraint(
                condition=Q(relevant_count__lte=models.F("label_count")),
                name="ranking_relevant_ones_are_labels",
            ),
        ]

    def __str__(self) -> str:
        return f"Ranking {self.pk}"
