import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from reviews.models import ExtractionField, Study


class ExtractionEntryQuerySet(models.QuerySet["ExtractionEntry"]):
    def unsuperseded(self) -> "ExtractionEntryQuerySet":
        """Return the last word of each person on each cell, taken back or not."""
        return self.filter(
            ~Exists(ExtractionEntry.objects.filter(supersedes=OuterRef("pk")))
        )

    def current(self) -> "ExtractionEntryQuerySet":
        """Return the entries that count."""
        return self.unsuperseded().filter(is_withdrawn=False)


class ExtractionEntry(models.Model):
    """What one person read out of a study for one field; appended, never edited."""

    class Kind(models.TextChoices):
        INDEPENDENT = "independent", "Extracted alone"
        CONSENSUS = "consensus", "Agreed on by both"
        ADJUDICATION = "adjudication", "Decided by an adjudicator"

    study = models.ForeignKey(Study, on_delete=models.RESTRICT, related_name="+")
    field = models.ForeignKey(
        ExtractionField, on_delete=models.RESTRICT, related_name="+"
    )
    field_version = models.PositiveSmallIntegerField()
    kind = models.CharField(
        max_length=15, choices=Kind.choices, default=Kind.INDEPENDENT
    )
    # Who extracted it or, for a consensus, who wrote it down.
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    value = models.JSONField(null=True, blank=True)
    not_reported = models.BooleanField(default=False)
    is_withdrawn = models.BooleanField(default=False)
    note = models.TextField(blank=True)
    # A consensus holds for the very entries that it resolved.
    resolved = models.ManyToManyField("self", symmetrical=False, related_name="+")
    supersedes = models.OneToOneField(
        "self", on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    entered_at = models.DateTimeField(default=timezone.now)

    objects = ExtractionEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "extraction entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["independent", "consensus", "adjudication"]),
                name="extraction_entry_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(is_withdrawn=True, supersedes__isnull=False)
                | Q(is_withdrawn=False, not_reported=True, value__isnull=True)
                | Q(is_withdrawn=False, not_reported=False, value__isnull=False),
                name="extraction_entry_value_or_not_reported",
            ),
            models.UniqueConstraint(
                fields=["study", "field", "reviewer"],
                condition=Q(supersedes=None, kind="independent"),
                name="extraction_entry_one_line_a_cell",
            ),
            models.UniqueConstraint(
                fields=["study", "field"],
                condition=Q(supersedes=None) & ~Q(kind="independent"),
                name="extraction_entry_one_consensus_a_cell",
            ),
        ]

    def __str__(self) -> str:
        return f"Entry {self.pk}"
