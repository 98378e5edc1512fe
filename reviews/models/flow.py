from django.conf import settings
from django.db import models
from django.utils import timezone

from reviews.models.protocol import ExtractionField, Instrument
from reviews.models.review import Review


class FlowSnapshot(models.Model):
    """The flow of one moment, named and kept with the hash of its figures."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="flow_snapshots"
    )
    name = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    # The moment that it shows, which may lie before the one when it was taken.
    as_of = models.DateTimeField()
    taken_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    figures = models.JSONField()
    # Of the figures as canonical JSON: sorted keys, no spaces, UTF-8.
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "name"],
                name="flow_snapshot_name_once",
                violation_error_message="The review has a snapshot of this name.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="flow_snapshot_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Diagram(models.Model):
    """How the team wants its flow diagram drawn."""

    class Form(models.TextChoices):
        AUTO = "", "As the review needs"
        NEW_V1 = "new_v1", "New review: databases and registers"
        NEW_V2 = "new_v2", "New review: and other methods"
        UPDATE_V1 = "update_v1", "Updated review: databases and registers"
        UPDATE_V2 = "update_v2", "Updated review: and other methods"
        PRISMA2009 = "prisma2009", "The older form of 2009"

    review = models.OneToOneField(
        Review, on_delete=models.CASCADE, related_name="diagram"
    )
    form = models.CharField(
        max_length=12, choices=Form.choices, default=Form.AUTO, blank=True
    )
    # The team's own words, by the name of the label.
    labels = models.JSONField(default=dict, blank=True)
    footnotes = models.TextField(blank=True, help_text="One on each line.")
    monochrome = models.BooleanField("without colour", default=False)
    # The box of studies in synthesis, by the values of a field or by the overall
    # judgment of an instrument; without either there is no such box.
    synthesis_field = models.ForeignKey(
        ExtractionField,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
    )
    synthesis_instrument = models.ForeignKey(
        Instrument, on_delete=models.SET_NULL, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(synthesis_field=None)
                | models.Q(synthesis_instrument=None),
                name="diagram_synthesis_by_one_of_two",
            )
        ]

    def __str__(self) -> str:
        return f"Diagram of {self.review}"


class PreviousReport(models.Model):
    """A report that a previous version of the review, made elsewhere, had included."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="previous_reports"
    )
    study_label = models.CharField(max_length=200)
    citation = models.TextField()
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "study_label", "citation"],
                condition=models.Q(removed_at=None),
                name="previous_report_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(study_label="") & ~models.Q(citation=""),
                name="previous_report_has_a_study_and_a_citation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study_label}: {self.citation}"
