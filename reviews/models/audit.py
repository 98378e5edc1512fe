from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models.review import Review


class Dismissal(models.Model):
    """The reason why a finding of the flow or of the audit is let stand.

    It holds for the finding with the numbers that it had: where they change, it is
    another finding. Taken back, it stays to be read.
    """

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="dismissals"
    )
    check_name = models.CharField(max_length=40)
    # Tells the finding from the others of its check, with its numbers.
    finding = models.CharField(max_length=64)
    # What the finding said.
    what = models.TextField()
    reason = models.TextField()
    dismissed_at = models.DateTimeField(default=timezone.now)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "check_name", "finding"],
                condition=Q(withdrawn_at=None),
                name="dismissal_once_a_finding",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="dismissal_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_name}: {self.reason}"


class RelatedList(models.Model):
    """The reference list of a related review, to ask what this one did not consider."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="related_lists"
    )
    name = models.CharField(max_length=200)
    file_name = models.TextField(blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "name"],
                condition=Q(removed_at=None),
                name="related_list_name_once",
                violation_error_message="The review has a list of this name already.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="related_list_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RelatedReference(models.Model):
    """A line of a related review's reference list; no record of this review."""

    related_list = models.ForeignKey(
        RelatedList, on_delete=models.CASCADE, related_name="references"
    )
    source_id = models.TextField(blank=True)
    title = models.TextField()
    authors = models.JSONField(default=list, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    journal = models.TextField(blank=True)
    volume = models.TextField(blank=True)
    issue = models.TextField(blank=True)
    pages = models.TextField(blank=True)
    doi = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.title
