from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from reviews.models.review import Review


class SavedFilter(models.Model):
    """What a list was asked, under a name: one person's own, or the team's."""

    class Page(models.TextChoices):
        RECORDS = "records", "Records"
        SCREENING = "screening", "Titles and abstracts as a list"
        DECISIONS = "decisions", "My decisions"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="saved_filters"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    page = models.CharField(max_length=10, choices=Page.choices)
    name = models.CharField(max_length=100)
    # The query of the address, without the number of the page.
    query = models.TextField()
    is_shared = models.BooleanField("shared with the team", default=False)
    created_at = models.DateTimeField(default=timezone.now)
    # Removed, and so can be put back.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "owner", "page", "name"],
                condition=Q(removed_at=None),
                name="saved_filter_name_once",
            ),
            models.CheckConstraint(
                condition=Q(page__in=["records", "screening", "decisions"]),
                name="saved_filter_page_known",
            ),
            models.CheckConstraint(
                condition=~Q(page="decisions") | Q(is_shared=False),
                name="saved_filter_of_own_decisions_not_shared",
            ),
        ]

    def __str__(self) -> str:
        return self.name
