import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from reviews.models import Record, Report, Review, Search, Stage

SCREENED = [Stage.TITLE_ABSTRACT.value, Stage.FULL_TEXT.value]


class Allocation(models.Model):
    """Who judges what at a stage, from a day on; appended, the latest counts."""

    class Way(models.TextChoices):
        """How what is to be judged is dealt out."""

        OPEN = "open", "Open pool: everybody judges whatever waits"
        SHARE = "share", "By share: each person judges a part of the records"
        BATCH = "batch", "By batch: named people judge a named batch"
        PERSON = "person", "By person: each judges a number of records"
        PAIR = "pair", "By pair: one of the judges is a core reviewer"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    number = models.PositiveIntegerField()
    way = models.CharField(max_length=10, choices=Way.choices)
    # The earlier one that was taken up again.
    returns_to = models.ForeignKey(
        "self", on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    reason = models.TextField(blank=True)
    # Made with the form: a form that is posted twice counts once.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "stage", "number"], name="allocation_number_once"
            ),
            models.CheckConstraint(
                condition=Q(way__in=["open", "share", "batch", "person", "pair"]),
                name="allocation_way_known",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=SCREENED), name="allocation_of_screening"
            ),
        ]

    def __str__(self) -> str:
        return f"Allocation {self.number} of {self.get_stage_display().lower()}"


class AllocationPart(models.Model):
    """What some people are given: all, a stretch, one search, or records by name."""

    allocation = models.ForeignKey(
        Allocation, on_delete=models.CASCADE, related_name="parts"
    )
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=200, blank=True)
    search = models.ForeignKey(
        Search, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    # Whether it is the records that a saved filter found on the day (AllocationRecord).
    is_listed = models.BooleanField(default=False)
    # The first and the last of a stretch, in the order of import.
    first_record = models.ForeignKey(
        Record, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    last_record = models.ForeignKey(
        Record, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    first_report = models.ForeignKey(
        Report, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    last_report = models.ForeignKey(
        Report, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["allocation", "position"], name="allocation_part_position_once"
            ),
            models.CheckConstraint(
                condition=Q(first_record=None, last_record=None)
                | Q(last_record__gte=F("first_record")),
                name="allocation_part_records_in_order",
            ),
            models.CheckConstraint(
                condition=Q(first_report=None, last_report=None)
                | Q(last_report__gte=F("first_report")),
                name="allocation_part_reports_in_order",
            ),
            models.CheckConstraint(
                condition=Q(search=None) | Q(first_record=None, first_report=None),
                name="allocation_part_of_one_source",
            ),
            models.CheckConstraint(
                condition=Q(is_listed=False)
                | Q(search=None, first_record=None, first_report=None),
                name="allocation_part_listed_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"Part {self.position}"


class AllocationRecord(models.Model):
    """A record that a saved filter found on the day on which a part was made."""

    part = models.ForeignKey(
        AllocationPart, on_delete=models.CASCADE, related_name="records"
    )
    record = models.ForeignKey(Record, on_delete=models.RESTRICT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "record"], name="allocation_record_once_in_a_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record}"


class AllocationPerson(models.Model):
    """A person who is given a part, with their share of it where it is shared."""

    part = models.ForeignKey(
        AllocationPart, on_delete=models.CASCADE, related_name="people"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # In per cent of the records.
    share = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    is_core = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part", "person"], name="allocation_person_once_in_a_part"
            ),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gte=1, share__lte=100),
                name="allocation_share_of_a_hundred",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}"


class Handover(models.Model):
    """What waits for one person given to another, under the allocation of the day."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    allocation = models.ForeignKey(
        Allocation, on_delete=models.CASCADE, related_name="handovers"
    )
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
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
            models.CheckConstraint(
                condition=~Q(giver=F("taker")), name="handover_to_another"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="handover_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Handover {self.pk}"


class HandedItem(models.Model):
    """A record or report that was handed over, in the place of one who is given it."""

    handover = models.ForeignKey(
        Handover, on_delete=models.CASCADE, related_name="items"
    )
    record = models.ForeignKey(
        Record, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    report = models.ForeignKey(
        Report, on_delete=models.RESTRICT, related_name="+", null=True, blank=True
    )
    # Whom the allocation gives it: the giver, or from whom the giver had it.
    place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # When it was handed on.
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(record__isnull=False, report=None)
                | Q(record=None, report__isnull=False),
                name="handed_item_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=["handover", "record"], name="handed_record_once"
            ),
            models.UniqueConstraint(
                fields=["handover", "report"], name="handed_report_once"
            ),
        ]

    def __str__(self) -> str:
        return f"Handed item {self.pk}"
