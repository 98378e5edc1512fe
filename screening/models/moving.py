from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import Review, Stage
from screening.models.decision import Decision


class VoteImport(models.Model):
    """A file with the decisions of a review begun elsewhere, looked at or moved in."""

    class Source(models.TextChoices):
        COVIDENCE = "covidence", "Covidence"
        RAYYAN = "rayyan", "Rayyan"
        ASREVIEW = "asreview", "ASReview"
        CSV = "csv", "A table of our own"

    class State(models.TextChoices):
        PREVIEWED = "previewed", "Looked at; nothing moved in yet"
        MOVED_IN = "moved_in", "Moved in"
        UNDONE = "undone", "Taken back"
        DISCARDED = "discarded", "Not moved in"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="vote_imports"
    )
    source = models.CharField(max_length=10, choices=Source.choices)
    stage = models.CharField(
        max_length=20, choices=Stage.choices, default=Stage.TITLE_ABSTRACT
    )
    file = models.FileField(upload_to="votes/%Y/", max_length=255)
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    format = models.CharField(max_length=30, blank=True)
    encoding = models.CharField(max_length=30, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.PREVIEWED
    )
    # What the person who moves them in said: the columns of a table, who is who, and
    # which words mean which decision and which criterion.
    columns = models.JSONField(null=True, blank=True)
    people = models.JSONField(default=dict, blank=True)
    criteria = models.JSONField(default=dict, blank=True)
    read_count = models.PositiveIntegerField(default=0)
    moved_count = models.PositiveIntegerField(default=0)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    moved_at = models.DateTimeField(null=True, blank=True)
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
            models.UniqueConstraint(
                fields=["review", "sha256", "stage"],
                condition=Q(state="moved_in"),
                name="vote_import_file_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["moved_in", "undone"], moved_at__isnull=False)
                | Q(state__in=["previewed", "discarded"], moved_at=None),
                name="vote_import_moved_at_a_time_or_not",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at=None)),
                name="vote_import_undone_at_a_time_or_not",
            ),
            models.CheckConstraint(
                condition=Q(source__in=["covidence", "rayyan", "asreview", "csv"]),
                name="vote_import_source_known",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportedDecision(models.Model):
    """What the other tool's file said of a decision that was moved in."""

    decision = models.OneToOneField(
        Decision, on_delete=models.CASCADE, primary_key=True, related_name="imported"
    )
    vote_import = models.ForeignKey(
        VoteImport, on_delete=models.RESTRICT, related_name="decisions"
    )
    line = models.PositiveIntegerField(null=True, blank=True)
    # As the file has them.
    person = models.TextField(blank=True)
    said = models.TextField(blank=True)
    reasons = models.JSONField(default=list, blank=True)
    labels = models.JSONField(default=list, blank=True)
    # When it was said there, where the file tells; it counts here since it came in.
    said_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        # Says nothing of the choice, as the decision itself.
        return f"Imported decision {self.decision_id}"


class VoteProblem(models.Model):
    """A line of a file of votes that could not be moved in, and why."""

    vote_import = models.ForeignKey(
        VoteImport, on_delete=models.CASCADE, related_name="problems"
    )
    line = models.PositiveIntegerField()
    message = models.TextField()

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}"
