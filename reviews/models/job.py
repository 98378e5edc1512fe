from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models.review import Review


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> "JobQuerySet":
        """Return the jobs that wait for a worker or are being carried out."""
        return self.filter(state__in=Job.UNFINISHED)


class Job(models.Model):
    """A piece of work in the background, as its owner follows it."""

    class Kind(models.TextChoices):
        READ_FILE = "read_file", "Reading a file"
        TAKE_IN = "take_in", "Taking in a file"
        TAKE_OUT = "take_out", "Taking out a file"
        TAKE_BACK = "take_back", "Taking a file in again"
        FIND_DUPLICATES = "find_duplicates", "Finding duplicates"
        MOVE_IN_VOTES = "move_in_votes", "Moving in votes"
        STOP_SCREENING = "stop_screening", "Stopping the screening"
        LIFT_STOP = "lift_stop", "Lifting a stop"
        SET_ASIDE_VOTES = "set_aside_votes", "Setting votes aside"
        CHANGE_NUMBER = "change_number", "Changing how many judge"
        DECIDE_SEVERAL = "decide_several", "Deciding several records"
        TAKE_SEVERAL_BACK = "take_several_back", "Taking several decisions back"
        RANK = "rank", "Learning the order of the records"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for its turn"
        RUNNING = "running", "At work"
        DONE = "done", "Done"
        FAILED = "failed", "Failed; nothing was changed"
        CANCELLED = "cancelled", "Cancelled; nothing was changed"

    UNFINISHED = (State.WAITING, State.RUNNING)

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # What it works on, such as "import 12"; one job at a time does.
    subject = models.CharField(max_length=100)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.WAITING
    )
    # Where it is, in words, and how far of how many.
    step = models.TextField(blank=True)
    done_count = models.PositiveBigIntegerField(default=0)
    total_count = models.PositiveBigIntegerField(default=0)
    # The row of the queue that carries it.
    task_id = models.CharField(max_length=64, blank=True)
    # How often its worker was lost.
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    # Empty where the product itself began it.
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    started_at = models.DateTimeField(null=True, blank=True)
    # The last sign of life of the process that carries it out.
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # One sentence for its owner, where it failed.
    error = models.TextField(blank=True)
    result = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "subject"],
                condition=Q(state__in=["waiting", "running"]),
                name="job_one_at_a_time_on_a_subject",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], ended_at=None)
                | Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False),
                name="job_ended_at_a_time_or_not",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(error=""),
                name="job_failed_with_a_sentence",
            ),
        ]
        indexes = [
            models.Index(fields=["review", "subject", "created_at"], name="job_subject")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"

    @property
    def percent(self) -> int:
        """Return how much of it is done, rounded down."""
        return 100 * self.done_count // self.total_count if self.total_count else 0

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED
