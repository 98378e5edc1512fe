import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from reviews.models import AppraisalTarget


class AppraisalAnswerQuerySet(models.QuerySet["AppraisalAnswer"]):
    def unsuperseded(self) -> "AppraisalAnswerQuerySet":
        """Return the last word of each person on each domain, taken back or not."""
        return self.filter(
            ~Exists(AppraisalAnswer.objects.filter(supersedes=OuterRef("pk")))
        )

    def current(self) -> "AppraisalAnswerQuerySet":
        """Return the answers that count."""
        return self.unsuperseded().filter(is_withdrawn=False)


class AppraisalAnswer(models.Model):
    """One person's answers to one domain of an instrument; appended, never edited."""

    class Kind(models.TextChoices):
        INDEPENDENT = "independent", "Appraised alone"
        CONSENSUS = "consensus", "Agreed on by both"
        ADJUDICATION = "adjudication", "Decided by an adjudicator"

    target = models.ForeignKey(
        AppraisalTarget, on_delete=models.RESTRICT, related_name="+"
    )
    # The instrument's own id of the domain, or "overall".
    domain = models.CharField(max_length=40)
    kind = models.CharField(
        max_length=15, choices=Kind.choices, default=Kind.INDEPENDENT
    )
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # Question -> code of the answer, or a list of codes.
    answers = models.JSONField(default=dict, blank=True)
    # What the instrument's rules make of the answers; empty where they make nothing.
    proposed = models.CharField(max_length=40, blank=True)
    judgment = models.CharField(max_length=40, blank=True)
    # The words behind the judgment; why it departs, where it does.
    support = models.TextField(blank=True)
    departure = models.TextField("why it departs from the rules", blank=True)
    is_withdrawn = models.BooleanField(default=False)
    # A consensus holds for the very answers that it resolved.
    resolved = models.ManyToManyField("self", symmetrical=False, related_name="+")
    supersedes = models.OneToOneField(
        "self", on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    answered_at = models.DateTimeField(default=timezone.now)

    objects = AppraisalAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["independent", "consensus", "adjudication"]),
                name="appraisal_answer_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(is_withdrawn=False) | Q(supersedes__isnull=False),
                name="appraisal_answer_takes_back_an_earlier_one",
            ),
            # A judgment that is not what the rules propose says why.
            models.CheckConstraint(
                condition=Q(proposed="")
                | Q(judgment=models.F("proposed"))
                | ~Q(departure="")
                | Q(is_withdrawn=True),
                name="appraisal_answer_departs_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["target", "domain", "reviewer"],
                condition=Q(supersedes=None, kind="independent"),
                name="appraisal_answer_one_line_a_domain",
            ),
            models.UniqueConstraint(
                fields=["target", "domain"],
                condition=Q(supersedes=None) & ~Q(kind="independent"),
                name="appraisal_answer_one_consensus_a_domain",
            ),
        ]

    def __str__(self) -> str:
        return f"Answer {self.pk}"
