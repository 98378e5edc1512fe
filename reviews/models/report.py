from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from reviews.models.protocol import Criterion
from reviews.models.record import Record, live_record
from reviews.models.review import SETTLED, Review, Settlement, Verdict
from reviews.models.study import Study


def _is_main() -> models.Exists:
    """Return the condition that a search of the main column found the report."""
    asking = Record.objects.included().via_databases_and_registers()
    return models.Exists(asking.filter(reports=models.OuterRef("pk")))


class ReportQuerySet(models.QuerySet["Report"]):
    """Each box of the flow is one of these sets.

    A report lies dormant, with all that was judged of it, while none of its records
    is included: it is then in no box.
    """

    def sought(self) -> "ReportQuerySet":
        return self.filter(live_record("pk"))

    def via_databases_and_registers(self) -> "ReportQuerySet":
        """Return the reports of the main column; one found by both routes is there."""
        return self.filter(_is_main())

    def via_other_methods(self) -> "ReportQuerySet":
        """Return the reports that only other methods found."""
        return self.filter(~_is_main())

    def awaiting_retrieval(self) -> "ReportQuerySet":
        return self.sought().filter(retrieval=Report.Retrieval.AWAITING)

    def not_retrieved(self) -> "ReportQuerySet":
        return self.sought().filter(retrieval=Report.Retrieval.NOT_RETRIEVED)

    def assessed(self) -> "ReportQuerySet":
        """Return the reports that were retrieved, and so are assessed."""
        return self.sought().filter(retrieval=Report.Retrieval.RETRIEVED)

    def awaiting_decision(self) -> "ReportQuerySet":
        return self.assessed().filter(verdict=Verdict.OPEN)

    def excluded(self) -> "ReportQuerySet":
        return self.assessed().filter(verdict=Verdict.EXCLUDE)

    def included(self) -> "ReportQuerySet":
        return self.assessed().filter(verdict=Verdict.INCLUDE)

    def without_study(self) -> "ReportQuerySet":
        """Return the included reports that are not grouped into a study yet."""
        return self.included().filter(study=None)


class Report(models.Model):
    """A document that may be retrieved and assessed in full."""

    class Retrieval(models.TextChoices):
        AWAITING = "awaiting", "Sought, not yet retrieved"
        RETRIEVED = "retrieved", "Retrieved"
        NOT_RETRIEVED = "not_retrieved", "Not retrieved"

    class Classification(models.TextChoices):
        """Why a report that seems eligible has no verdict yet."""

        NONE = "", "Neither"
        AWAITING = "awaiting", "Awaiting classification: too little is known"
        ONGOING = "ongoing", "Ongoing: the study has no results yet"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="reports")
    records = models.ManyToManyField(Record, related_name="reports")
    # The document's own citation: that of its first record when it was made.
    title = models.TextField()
    authors = models.JSONField(default=list, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    citation = models.TextField(blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    retrieval = models.CharField(
        max_length=15, choices=Retrieval.choices, default=Retrieval.AWAITING
    )
    not_retrieved_reason = models.TextField(blank=True)
    retrieval_at = models.DateTimeField(null=True, blank=True)

    classification = models.CharField(
        max_length=10,
        choices=Classification.choices,
        default=Classification.NONE,
        blank=True,
    )
    # What is known of it: when results are expected, whom the team asked.
    classification_note = models.TextField(blank=True)

    # Settled by reviews.reports.settle alone.
    verdict = models.CharField(
        max_length=10, choices=Verdict.choices, default=Verdict.OPEN, blank=True
    )
    counted_reason = models.ForeignKey(
        Criterion,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    settlement = models.CharField(
        max_length=15, choices=Settlement.choices, default=Settlement.OPEN, blank=True
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    study = models.ForeignKey(
        Study,
        on_delete=models.RESTRICT,
        related_name="reports",
        null=True,
        blank=True,
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict=Verdict.OPEN, settlement="", settled_at=None)
                | (
                    Q(verdict__in=[Verdict.INCLUDE, Verdict.EXCLUDE])
                    & Q(settlement__in=SETTLED)
                    & Q(settled_at__isnull=False)
                ),
                name="report_settled_whole_or_not_at_all",
            ),
            # Each excluded report is counted under exactly one reason.
            models.CheckConstraint(
                condition=Q(verdict=Verdict.EXCLUDE, counted_reason__isnull=False)
                | (~Q(verdict=Verdict.EXCLUDE) & Q(counted_reason=None)),
                name="report_excluded_for_one_reason",
            ),
            models.CheckConstraint(
                condition=(Q(retrieval="not_retrieved") & ~Q(not_retrieved_reason=""))
                | Q(retrieval__in=["awaiting", "retrieved"], not_retrieved_reason=""),
                name="report_not_retrieved_with_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["review", "retrieval", "verdict"], name="report_flow")
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reviews:report_detail", args=[self.review.slug, self.pk])

    @property
    def first_author(self) -> str:
        """The family name of the first author, or the whole name of a body."""
        return str(self.authors[0]).split(",")[0].strip() if self.authors else ""


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def in_use(self) -> "ReportFileQuerySet":
        return self.filter(removed_at=None).order_by("pk")


class ReportFile(models.Model):
    """A PDF of a report; taken away it is kept, so that taking away can be undone."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(upload_to="reports/%Y/", max_length=255)
    name = models.TextField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sha256"],
                condition=Q(removed_at=None),
                name="report_file_once",
            )
        ]

    def __str__(self) -> str:
        return self.name
