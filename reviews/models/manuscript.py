from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models.protocol import ExtractionField
from reviews.models.review import Review


class Manuscript(models.Model):
    """How the review is written up."""

    review = models.OneToOneField(
        Review, on_delete=models.CASCADE, related_name="manuscript"
    )
    # The name of a style of the Citation Style Language.
    citation_style = models.CharField(max_length=100, default="vancouver")
    abbreviations = models.TextField(
        blank=True,
        help_text="One on each line: TRD: treatment-resistant depression.",
    )
    # Pasted by the team, so that the audit can hold it against the records.
    abstract = models.TextField(blank=True)
    body = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Manuscript of {self.review}"


class Table1Column(models.Model):
    """A column of Table 1, where the team chose them; else the fields marked for it."""

    class Fact(models.TextChoices):
        """What is known of a study without having been extracted."""

        CITATION = "citation", "Citation, with its number in the reference list"
        AUTHORS = "authors", "Authors"
        YEAR = "year", "Year"
        DESIGN = "design", "Design"
        REPORTS = "reports", "Number of reports"
        APPRAISAL = "appraisal", "Overall judgment of the appraisal"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="table1_columns"
    )
    position = models.PositiveSmallIntegerField()
    field = models.ForeignKey(
        ExtractionField, on_delete=models.CASCADE, related_name="+", null=True
    )
    fact = models.CharField(max_length=10, choices=Fact.choices, blank=True)
    # Empty: the label of the field or fact.
    heading = models.CharField(max_length=200, blank=True)
    # Rows are sorted by at most one column.
    sorts = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(field__isnull=False, fact="")
                | (Q(field=None) & ~Q(fact="")),
                name="table1_column_field_or_fact",
            ),
            models.UniqueConstraint(
                fields=["review", "position"], name="table1_column_position_once"
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=Q(sorts=True),
                name="table1_column_one_sorts",
            ),
        ]

    def __str__(self) -> str:
        return self.heading or self.get_fact_display() or str(self.field)


class ChecklistAnswer(models.Model):
    """What the team says of one item of a reporting checklist."""

    class Status(models.TextChoices):
        OPEN = "", "Not answered"
        REPORTED = "reported", "Reported"
        PARTLY = "partly", "Partly reported"
        NOT_REPORTED = "not_reported", "Not reported"
        NOT_APPLICABLE = "not_applicable", "Not applicable"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="checklist_answers"
    )
    checklist = models.CharField(max_length=30)
    item = models.CharField(max_length=10)
    status = models.CharField(
        max_length=15, choices=Status.choices, default=Status.OPEN, blank=True
    )
    # Where in the manuscript: page and section.
    place = models.TextField(blank=True)
    note = models.TextField(blank=True)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "checklist", "item"], name="checklist_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.checklist} {self.item}: {self.status}"
