import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from reviews.models import CriterionVersion, Record, Report, Review, Stage


class Choice(models.TextChoices):
    """What one reviewer says of a record or a report."""

    INCLUDE = "include", "Include"
    MAYBE = "maybe", "Maybe"
    EXCLUDE = "exclude", "Exclude"
    # One's own last taken back: from here on it counts as not judged.
    WITHDRAWN = "withdrawn", "Taken back"


OF_ONE_STAGE = Q(
    stage=Stage.TITLE_ABSTRACT, record__isnull=False, report__isnull=True
) | Q(stage=Stage.FULL_TEXT, record__isnull=True, report__isnull=False)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def unsuperseded(self) -> "DecisionQuerySet":
        """Return the last word of each reviewer, taken back or not."""
        return self.filter(~Exists(Decision.objects.filter(supersedes=OuterRef("pk"))))

    def current(self) -> "DecisionQuerySet":
        """Return the decisions that count: not superseded, not taken back."""
        return self.unsuperseded().exclude(choice=Choice.WITHDRAWN)


class Decision(models.Model):
    """One reviewer's decision at one stage; appended, never edited or deleted.

    A changed mind supersedes. As each decision is superseded at most once and each
    reviewer begins at most once, a reviewer has one line of decisions on an item and
    one last word, and the database refuses a second.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey(
        Record, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    report = models.ForeignKey(
        Report, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    choice = models.CharField(max_length=10, choices=Choice.choices)
    # Private until both have judged.
    note = models.TextField(blank=True)
    criteria = models.ManyToManyField(
        CriterionVersion, through="screening.Tick", related_name="+"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    # The vote that an owner had set aside and that this one is again: what was
    # resolved between it and another's holds again.
    restores = models.ForeignKey(
        "self", on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    # Made with the form: a form that is posted twice counts once.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    decided_at = models.DateTimeField(default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=OF_ONE_STAGE, name="decision_on_an_item_of_its_stage"
            ),
            models.CheckConstraint(
                condition=Q(choice__in=Choice.values), name="decision_choice_known"
            ),
            models.CheckConstraint(
                condition=~Q(choice=Choice.MAYBE) | Q(stage=Stage.TITLE_ABSTRACT),
                name="decision_no_maybe_at_full_text",
            ),
            models.CheckConstraint(
                condition=~Q(choice=Choice.WITHDRAWN) | Q(supersedes__isnull=False),
                name="decision_takes_back_an_earlier_one",
            ),
            models.UniqueConstraint(
                fields=["record", "reviewer"],
                condition=Q(supersedes=None, record__isnull=False),
                name="decision_one_line_a_record",
            ),
            models.UniqueConstraint(
                fields=["report", "reviewer"],
                condition=Q(supersedes=None, report__isnull=False),
                name="decision_one_line_a_report",
            ),
        ]
        indexes = [
            models.Index(
                fields=["review", "stage", "reviewer"], name="decision_of_a_reviewer"
            ),
            # Without them SQLite walks over all that the reviewer ever said.
            models.Index(fields=["record", "reviewer"], name="decision_on_a_record"),
            models.Index(fields=["report", "reviewer"], name="decision_on_a_report"),
            # What was taken back is rare.
            models.Index(
                fields=["reviewer", "stage", "choice"], name="decision_taken_back"
            ),
        ]

    def __str__(self) -> str:
        # Says nothing of the choice: this text may stand in a log.
        return f"Decision {self.pk}"

    @property
    def vote_key(self) -> int:
        """Return the key by which a resolution knows the vote."""
        return self.restores_id or self.pk


class Tick(models.Model):
    """A criterion that failed in a reviewer's eyes, in the wording of that day."""

    decision = models.ForeignKey(
        Decision, on_delete=models.CASCADE, related_name="ticks"
    )
    criterion = models.ForeignKey(
        CriterionVersion, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "criterion"], name="tick_once")
        ]

    def __str__(self) -> str:
        return f"Tick {self.pk}"


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    def unsuperseded(self) -> "ResolutionQuerySet":
        """Return the last word on each conflict, taken back or not."""
        return self.filter(
            ~Exists(Resolution.objects.filter(supersedes=OuterRef("pk")))
        )


class Resolution(models.Model):
    """How a conflict was settled; the decisions stay as they were.

    It holds for the very decisions that it resolved: when one of them is superseded
    it lapses, and what the reviewers say now counts again.
    """

    class How(models.TextChoices):
        CONSENSUS = "consensus", "The reviewers agreed"
        ADJUDICATION = "adjudication", "An adjudicator decided"

    class Cause(models.TextChoices):
        """Why two who read the same came to differ."""

        MISREAD = "misread", "Somebody misread it"
        WORDING = "wording", "The wording of a criterion is unclear"
        ABSTRACT = "abstract", "The abstract lacks what it takes"
        DATA = "data", "An error in the data of the record"
        JUDGMENT = "judgment", "Something else, or a matter of judgment"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey(
        Record, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    report = models.ForeignKey(
        Report, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    resolved = models.ManyToManyField(Decision, related_name="+")
    choice = models.CharField(
        max_length=10,
        choices=[
            (Choice.INCLUDE.value, Choice.INCLUDE.label),
            (Choice.EXCLUDE.value, Choice.EXCLUDE.label),
            (Choice.WITHDRAWN.value, "Opened again"),
        ],
    )
    how = models.CharField(max_length=15, choices=How.choices)
    # The reason that is counted.
    criterion = models.ForeignKey(
        CriterionVersion,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    reason = models.TextField("why")
    # Empty where it is opened again, and in those made before causes were asked for.
    cause = models.CharField(max_length=10, choices=Cause.choices, blank=True)
    resolver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    supersedes = models.OneToOneField(
        "self", on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    resolved_at = models.DateTimeField(default=timezone.now)

    objects = ResolutionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=OF_ONE_STAGE, name="resolution_on_an_item_of_its_stage"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="resolution_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(choice__in=["include", "exclude", "withdrawn"]),
                name="resolution_choice_known",
            ),
            models.CheckConstraint(
                condition=Q(how__in=["consensus", "adjudication"]),
                name="resolution_how_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    cause__in=["", "misread", "wording", "abstract", "data", "judgment"]
                ),
                name="resolution_cause_known",
            ),
            # Every excluded report is counted under a reason.
            models.CheckConstraint(
                condition=(~Q(choice=Choice.EXCLUDE) & Q(criterion=None))
                | Q(choice=Choice.EXCLUDE, stage=Stage.TITLE_ABSTRACT)
                | Q(choice=Choice.EXCLUDE, criterion__isnull=False),
                name="resolution_reason_where_excluded",
            ),
            models.CheckConstraint(
                condition=~Q(choice=Choice.WITHDRAWN) | Q(supersedes__isnull=False),
                name="resolution_opens_an_earlier_one",
            ),
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(supersedes=None, record__isnull=False),
                name="resolution_one_line_a_record",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(supersedes=None, report__isnull=False),
                name="resolution_one_line_a_report",
            ),
        ]
        indexes = [
            models.Index(fields=["review", "stage"], name="resolution_of_a_stage")
        ]

    def __str__(self) -> str:
        return f"Resolution {self.pk}"
