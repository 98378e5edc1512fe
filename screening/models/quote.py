import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from reviews.models import CriterionVersion, Record, Report, Review, Stage
from screening.models.decision import OF_ONE_STAGE


class QuoteQuerySet(models.QuerySet["Quote"]):
    def unsuperseded(self) -> "QuoteQuerySet":
        """Return the last word on each quote, taken away or not."""
        return self.filter(~Exists(Quote.objects.filter(supersedes=OuterRef("pk"))))

    def standing(self) -> "QuoteQuerySet":
        """Return the quotes that stand: not changed since, not taken away."""
        return self.unsuperseded().filter(is_withdrawn=False)


class Quote(models.Model):
    """Words that one person marked in a title or abstract while judging; appended."""

    class Field(models.TextChoices):
        """Where the words stand."""

        TITLE = "title", "Title"
        ABSTRACT = "abstract", "Abstract"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey(
        Record, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    report = models.ForeignKey(
        Report, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    field = models.CharField(max_length=10, choices=Field.choices)
    # In characters of the text as it stood then, and what stood there.
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.TextField()
    # The SHA-256 of the whole text then: an edit of the record since shows.
    sha256 = models.CharField(max_length=64)
    # What it speaks to, in the wording of that day.
    criterion = models.ForeignKey(
        CriterionVersion,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    remark = models.TextField(blank=True)
    is_withdrawn = models.BooleanField(default=False)
    supersedes = models.OneToOneField(
        "self", on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    # Names it in forms: a key that counts would tell of the quotes of others.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    marked_at = models.DateTimeField(default=timezone.now)

    objects = QuoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=OF_ONE_STAGE, name="quote_on_an_item_of_its_stage"
            ),
            models.CheckConstraint(
                condition=Q(field__in=["title", "abstract"]), name="quote_field_known"
            ),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")) & ~Q(text=""), name="quote_has_words"
            ),
            models.CheckConstraint(
                condition=Q(is_withdrawn=False) | Q(supersedes__isnull=False),
                name="quote_takes_away_an_earlier_one",
            ),
        ]
        indexes = [
            models.Index(fields=["record", "person"], name="quote_on_a_record"),
            models.Index(fields=["report", "person"], name="quote_on_a_report"),
        ]

    def __str__(self) -> str:
        # Says nothing of what was marked: this text may stand in a log.
        return f"Quote {self.pk}"
