from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import Record, Report, Review, Stage, Verdict
from screening.models.decision import Decision


class VoteImport(models.Model):
    """A file with the decisions of a review begun elsewhere, looked at or moved in."""

    class Source(models.TextChoices):
        COVIDENCE = "covidence", "Covidence"
        RAYYAN = "rayyan", "Rayyan"
        ASREVIEW = "asreview", "ASReview"
        CSV = "csv", "A table of our own"

    class State(models.TextChoices):
        READING = "reading", "Being read"
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
    # What a whole list stands for, as Covidence exports one for each outcome.
    whole_list = models.CharField(
        max_length=10,
        blank=True,
        choices=[("include", "Everything is included"), ("exclude", "… excluded")],
    )
    file = models.FileField(upload_to="votes/%Y/", max_length=255)
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    format = models.CharField(max_length=30, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.PREVIEWED
    )
    # What the person who moves them in said: which columns of a table hold what,
    # which words mean which decision, which reasons are which criterion (its code).
    columns = models.JSONField(default=dict, blank=True)
    words = models.JSONField(default=dict, blank=True)
    criteria = models.JSONField(default=dict, blank=True)
    # What was read: of the file and the records alone, of no decision made here.
    read_count = models.PositiveIntegerField(default=0)
    found_count = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    moved_at = models.DateTimeField(null=True, blank=True)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
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
                | Q(state__in=["reading", "previewed", "discarded"], moved_at=None),
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
            models.CheckConstraint(
                condition=Q(stage__in=["title_abstract", "full_text"]),
                name="vote_import_of_a_stage_of_screening",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class VotePerson(models.Model):
    """A name in a file of votes, and who that is here."""

    vote_import = models.ForeignKey(
        VoteImport, on_delete=models.CASCADE, related_name="people"
    )
    # Empty for the votes of which the file does not say whose they are.
    name = models.TextField(blank=True)
    # Empty where the votes are not to be moved in.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    # How many votes the file has of this person, and how many find their record.
    read_count = models.PositiveIntegerField(default=0)
    found_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vote_import", "name"], name="vote_person_once_in_a_file"
            )
        ]

    def __str__(self) -> str:
        return self.name or "Not named"


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


class VoteProblemQuerySet(models.QuerySet["VoteProblem"]):
    def open_to_owners(self) -> "VoteProblemQuerySet":
        """Return what tells of no judgment, or of what is settled."""
        settled = [verdict for verdict in Verdict.values if verdict]
        return self.filter(
            Q(record=None, report=None)
            | Q(record__verdict__in=settled)
            | Q(report__verdict__in=settled)
        )


class VoteProblem(models.Model):
    """A line of a file of votes that could not be moved in, and why."""

    vote_import = models.ForeignKey(
        VoteImport, on_delete=models.CASCADE, related_name="problems"
    )
    line = models.PositiveIntegerField()
    message = models.TextField()
    # On what the vote was and whose, where the message tells of a judgment: then it
    # is for that person alone until the record or report is settled.
    record = models.ForeignKey(
        Record, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    report = models.ForeignKey(
        Report, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )

    objects = VoteProblemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewer=None)
                | Q(record__isnull=False)
                | Q(report__isnull=False),
                name="vote_problem_of_a_person_on_something",
            )
        ]
        indexes = [
            models.Index(fields=["vote_import", "line"], name="vote_problem_line")
        ]

    def __str__(self) -> str:
        return f"Vote problem {self.pk}"
