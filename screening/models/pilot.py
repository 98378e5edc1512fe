import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from reviews.models import CriterionVersion, Record, Report, Review, Stage
from screening.models.decision import Choice, Decision

_OF_ONE_ITEM = Q(record__isnull=False, report__isnull=True) | Q(
    record__isnull=True, report__isnull=False
)


class PilotRound(models.Model):
    """A random sample that everybody named judges, alone, to try the criteria out.

    One that counts is judged by ordinary decisions; one that does not by votes of its
    own, which settle nothing. One is open at a stage at a time.
    """

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        ABANDONED = "abandoned", "Abandoned"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    number = models.PositiveIntegerField()
    counts = models.BooleanField("its judgments count for the review", default=False)
    # Drawn with this seed out of so many.
    seed = models.PositiveIntegerField()
    pool = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    begun_at = models.DateTimeField(default=timezone.now)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    # Why it was abandoned.
    reason = models.TextField(blank=True)
    # The decisions that the agreement of a closed one that counts was measured on.
    measured = models.ManyToManyField(Decision, related_name="+")
    # As they stood when it was closed: no later change of mind moves them.
    figures = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "stage", "number"], name="pilot_round_number_once"
            ),
            models.UniqueConstraint(
                fields=["review", "stage"],
                condition=Q(state="open"),
                name="pilot_round_one_open_at_a_stage",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=["title_abstract", "full_text"]),
                name="pilot_round_of_a_stage_of_screening",
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None)
                | Q(state__in=["closed", "abandoned"], ended_at__isnull=False),
                name="pilot_round_ended_at_a_time_or_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="abandoned") | ~Q(reason=""),
                name="pilot_round_abandoned_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Pilot round {self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


class PilotPerson(models.Model):
    """Somebody who judges every record of a pilot round."""

    pilot_round = models.ForeignKey(
        PilotRound, on_delete=models.CASCADE, related_name="people"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot_round", "user"], name="pilot_person_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.pilot_round}"


class PilotItem(models.Model):
    """A record or report that was drawn for a pilot round."""

    pilot_round = models.ForeignKey(
        PilotRound, on_delete=models.CASCADE, related_name="items"
    )
    record = models.ForeignKey(
        Record, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    report = models.ForeignKey(
        Report, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    # In the order in which it was drawn.
    position = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_OF_ONE_ITEM, name="pilot_item_of_one_stage"
            ),
            models.UniqueConstraint(
                fields=["pilot_round", "position"], name="pilot_item_position_once"
            ),
            models.UniqueConstraint(
                fields=["pilot_round", "record"], name="pilot_item_record_once"
            ),
            models.UniqueConstraint(
                fields=["pilot_round", "report"], name="pilot_item_report_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.pilot_round}"


class PilotVoteQuerySet(models.QuerySet["PilotVote"]):
    def unsuperseded(self) -> "PilotVoteQuerySet":
        """Return the last word of each person, taken back or not."""
        return self.filter(~Exists(PilotVote.objects.filter(supersedes=OuterRef("pk"))))

    def current(self) -> "PilotVoteQuerySet":
        """Return the votes that stand: not superseded, not taken back."""
        return self.unsuperseded().exclude(choice=Choice.WITHDRAWN)


class PilotVote(models.Model):
    """What somebody said in a round that does not count; appended, never edited.

    No rule that settles reads it.
    """

    pilot_round = models.ForeignKey(
        PilotRound, on_delete=models.CASCADE, related_name="+"
    )
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
    note = models.TextField(blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    decided_at = models.DateTimeField(default=timezone.now)

    objects = PilotVoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_OF_ONE_ITEM, name="pilot_vote_of_one_stage"
            ),
            models.CheckConstraint(
                condition=Q(choice__in=Choice.values), name="pilot_vote_choice_known"
            ),
            models.CheckConstraint(
                condition=~Q(choice=Choice.MAYBE) | Q(report=None),
                name="pilot_vote_no_maybe_at_full_text",
            ),
            models.CheckConstraint(
                condition=~Q(choice=Choice.WITHDRAWN) | Q(supersedes__isnull=False),
                name="pilot_vote_takes_back_an_earlier_one",
            ),
            models.UniqueConstraint(
                fields=["pilot_round", "record", "reviewer"],
                condition=Q(supersedes=None, record__isnull=False),
                name="pilot_vote_one_line_a_record",
            ),
            models.UniqueConstraint(
                fields=["pilot_round", "report", "reviewer"],
                condition=Q(supersedes=None, report__isnull=False),
                name="pilot_vote_one_line_a_report",
            ),
        ]

    def __str__(self) -> str:
        # Says nothing of the choice: this text may stand in a log.
        return f"Pilot vote {self.pk}"


class PilotTick(models.Model):
    """A criterion that failed in somebody's eyes, in a round that does not count."""

    vote = models.ForeignKey(PilotVote, on_delete=models.CASCADE, related_name="ticks")
    criterion = models.ForeignKey(
        CriterionVersion, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vote", "criterion"], name="pilot_tick_once"
            )
        ]

    def __str__(self) -> str:
        return f"Pilot tick {self.pk}"
