from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models import CriterionVersion
from screening.models.decision import Decision


class Statement(models.Model):
    """What decided, said by whoever judged before they see the other side.

    Appended, never edited: one of each person on each decision. An adjudicator who
    does not wait for a statement says so with one of their own, which is empty.
    """

    decision = models.ForeignKey(
        Decision, on_delete=models.CASCADE, related_name="statements"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # An adjudicator went on without it.
    called_in = models.BooleanField(default=False)
    # The criterion that decided, in today's wording.
    criterion = models.ForeignKey(
        CriterionVersion,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    # The words of the record or report that decided.
    quote = models.TextField(blank=True)
    stated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "by"], name="statement_once_by_each"
            ),
            models.CheckConstraint(
                condition=Q(called_in=True, criterion=None, quote="")
                | Q(called_in=False, criterion__isnull=False)
                | (Q(called_in=False) & ~Q(quote="")),
                name="statement_says_what_decided",
            ),
        ]

    def __str__(self) -> str:
        # Says nothing of what was stated: this text may stand in a log.
        return f"Statement {self.pk}"
