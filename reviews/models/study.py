from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, Func, OuterRef, Q, TextField
from django.db.models.sql.compiler import SQLCompiler
from django.urls import reverse
from django.utils import timezone

from reviews.models.protocol import ExtractionField, Instrument
from reviews.models.record import Record
from reviews.models.review import SETTLED, Review, Settlement, Verdict


class ByLetter(Func):
    """A text that sorts by its letters alone, the same on every database.

    A PostgreSQL sorts by the language of its server otherwise, and a review would have
    other numbers there.
    """

    arity = 1
    output_field = TextField()
    template = "%(expressions)s"

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> Any:
        return self.as_sql(
            compiler, connection, template='%(expressions)s COLLATE "C"', **context
        )


class StudyQuerySet(models.QuerySet["Study"]):
    def included(self) -> "StudyQuerySet":
        """Return the studies that have an included report today."""
        return self.filter(
            Exists(
                Record.objects.included().filter(
                    reports__study=OuterRef("pk"),
                    reports__retrieval="retrieved",
                    reports__verdict=Verdict.INCLUDE,
                )
            )
        )

    def by_label(self) -> "StudyQuerySet":
        """Return the studies in the order of every list, table and figure of them."""
        return self.order_by(ByLetter("label"), "pk")


class Study(models.Model):
    """An investigation, with one or more reports."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="studies")
    label = models.CharField(max_length=200, help_text='Such as "Brody 2024".')
    # Chooses the appraisal instrument; a code of reviews.studies.DESIGNS.
    design = models.CharField(max_length=40, blank=True)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "studies"
        constraints = [
            models.UniqueConstraint(
                fields=["review", "label"],
                name="study_label_once",
                violation_error_message="The review has a study of this name already.",
            ),
            models.CheckConstraint(condition=~Q(label=""), name="study_has_a_label"),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("reviews:study_detail", args=[self.review.slug, self.pk])


class SettledValue(models.Model):
    """The value of one extraction field for one study, on which the team settled."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="values")
    field = models.ForeignKey(
        ExtractionField, on_delete=models.CASCADE, related_name="values"
    )
    field_version = models.PositiveSmallIntegerField()
    # A string, a list of strings (any of several) or null where not reported.
    value = models.JSONField(null=True, blank=True)
    not_reported = models.BooleanField(default=False)
    settlement = models.CharField(max_length=15, choices=Settlement.choices)
    settled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "field"], name="settled_value_once"
            ),
            models.CheckConstraint(
                condition=Q(not_reported=True, value__isnull=True)
                | Q(not_reported=False, value__isnull=False),
                name="settled_value_or_not_reported",
            ),
            models.CheckConstraint(
                condition=Q(settlement__in=SETTLED), name="settled_value_is_settled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study}: {self.field}"


class AppraisalTarget(models.Model):
    """What is appraised with an instrument: a study, or a report or result of it."""

    study = models.ForeignKey(
        Study, on_delete=models.CASCADE, related_name="appraisal_targets"
    )
    instrument = models.ForeignKey(
        Instrument, on_delete=models.RESTRICT, related_name="targets"
    )
    report = models.ForeignKey(
        "reviews.Report",
        on_delete=models.RESTRICT,
        related_name="appraisal_targets",
        null=True,
        blank=True,
    )
    outcome = models.TextField(blank=True)
    time_point = models.TextField(blank=True)
    comparison = models.TextField(blank=True)
    # Choices made beforehand that the instrument's conditions ask for.
    options = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Two, as a database takes no two empty reports for the same. What was taken
            # out may be set up anew, with other options.
            models.UniqueConstraint(
                fields=["study", "instrument", "outcome", "time_point", "comparison"],
                condition=Q(report=None, removed_at=None),
                name="appraisal_target_once",
            ),
            models.UniqueConstraint(
                fields=[
                    "study",
                    "instrument",
                    "report",
                    "outcome",
                    "time_point",
                    "comparison",
                ],
                condition=Q(report__isnull=False, removed_at=None),
                name="appraisal_target_once_a_report",
            ),
        ]

    def __str__(self) -> str:
        named = [str(self.study), self.outcome, self.time_point, self.comparison]
        return ", ".join(part for part in named if part)


class SettledJudgment(models.Model):
    """The judgment of one domain (or overall) on which the team settled."""

    target = models.ForeignKey(
        AppraisalTarget, on_delete=models.CASCADE, related_name="judgments"
    )
    # The instrument's own id of the domain, or "overall".
    domain = models.CharField(max_length=40)
    # Empty where the instrument gives the domain no judgment, only answers.
    judgment = models.CharField(max_length=40, blank=True)
    # The answers that both gave, or that consensus gave, by question.
    answers = models.JSONField(default=dict, blank=True)
    support = models.TextField(blank=True)
    settlement = models.CharField(max_length=15, choices=Settlement.choices)
    settled_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target", "domain"], name="settled_judgment_once"
            ),
            models.CheckConstraint(
                condition=Q(settlement__in=SETTLED), name="settled_judgment_is_settled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target}: {self.domain}"
