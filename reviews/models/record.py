from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from reviews.models.protocol import Criterion
from reviews.models.review import SETTLED, Review, Settlement, Verdict
from reviews.models.search import Import, Search


class DuplicateSet(models.Model):
    """Records found to be copies of one another, each with its own source."""

    class State(models.TextChoices):
        FOUND = "found", "Found; a person has yet to look"
        MERGED = "merged", "Merged: one copy goes on"
        SPLIT = "split", "Split: not copies after all"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="duplicate_sets"
    )
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.FOUND)
    # In words, why the records are thought to be copies.
    basis = models.TextField(blank=True)
    found_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "number"], name="duplicate_set_number_once"
            ),
            models.CheckConstraint(
                condition=Q(state="found", settled_at=None)
                | Q(state__in=["merged", "split"], settled_at__isnull=False),
                name="duplicate_set_settled_at_a_time_or_found",
            ),
        ]

    def __str__(self) -> str:
        return f"Duplicate set {self.number}"


# The types of RIS that a search for studies meets; others stay as they are.
TYPES = {
    "ABST": "Abstract",
    "BOOK": "Book",
    "CASE": "Case",
    "CHAP": "Book chapter",
    "CONF": "Conference proceedings",
    "CPAPER": "Conference paper",
    "EJOUR": "Electronic article",
    "ELEC": "Web page",
    "GEN": "Other",
    "INPR": "Article in press",
    "JFULL": "Whole journal issue",
    "JOUR": "Journal article",
    "MGZN": "Magazine article",
    "NEWS": "Newspaper article",
    "RPRT": "Report",
    "THES": "Thesis",
    "UNPB": "Unpublished work",
}


class RecordQuerySet(models.QuerySet["Record"]):
    """Each box of the flow is one of these sets."""

    def via_databases_and_registers(self) -> "RecordQuerySet":
        """Return the records of the diagram's main column."""
        # The few searches are read once; a join would be asked of every record.
        return self.filter(search__in=Search.objects.databases_and_registers())

    def via_other_methods(self) -> "RecordQuerySet":
        """Return the records of the column "other methods"."""
        return self.exclude(search__kind__in=Search.MAIN_KINDS)

    def duplicates(self) -> "RecordQuerySet":
        """Return the copies that were removed before screening."""
        return self.filter(duplicate_of__isnull=False)

    def removed_by_automation(self) -> "RecordQuerySet":
        return self.filter(duplicate_of=None, removal=Record.Removal.AUTOMATION)

    def removed_for_other_reasons(self) -> "RecordQuerySet":
        return self.filter(duplicate_of=None, removal=Record.Removal.OTHER)

    def to_screen(self) -> "RecordQuerySet":
        """Return the records that stand for screening: neither copies nor removed."""
        return self.filter(duplicate_of=None, removal=Record.Removal.NONE)

    def awaiting_screening(self) -> "RecordQuerySet":
        return self.to_screen().filter(verdict=Verdict.OPEN)

    def screened(self) -> "RecordQuerySet":
        return self.to_screen().exclude(verdict=Verdict.OPEN)

    def excluded(self) -> "RecordQuerySet":
        return self.to_screen().filter(verdict=Verdict.EXCLUDE)

    def included(self) -> "RecordQuerySet":
        """Return the records whose reports are sought."""
        return self.to_screen().filter(verdict=Verdict.INCLUDE)


class RecordsInReview(models.Manager["Record"]):
    """The records that are in the review: not loading, not taken out again."""

    def get_queryset(self) -> models.QuerySet["Record"]:
        return super().get_queryset().filter(in_review=True)


class Record(models.Model):
    """A title and abstract as one source indexed it."""

    class Removal(models.TextChoices):
        """Why a record was removed before screening, other than as a duplicate."""

        NONE = "", "Not removed"
        AUTOMATION = "automation", "Marked as ineligible by an automation tool"
        OTHER = "other", "Removed for another reason"

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="records")
    search = models.ForeignKey(Search, on_delete=models.CASCADE, related_name="records")
    # Empty for a record that was added by hand.
    source_import = models.ForeignKey(
        Import,
        on_delete=models.CASCADE,
        related_name="records",
        null=True,
        blank=True,
    )
    # What the source calls it, and where in the file it stands.
    source_id = models.TextField(blank=True)
    line = models.PositiveIntegerField(null=True, blank=True)
    # Tells the same record of the same search when a later export holds it again.
    digest = models.CharField(max_length=64, blank=True)
    original = models.TextField(blank=True)

    title = models.TextField(blank=True)
    abstract = models.TextField(blank=True)
    authors = models.JSONField(default=list, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    journal = models.TextField(blank=True)
    volume = models.TextField(blank=True)
    issue = models.TextField(blank=True)
    pages = models.TextField(blank=True)
    doi = models.TextField(blank=True)
    pmid = models.CharField(max_length=20, blank=True)
    keywords = models.JSONField(default=list, blank=True)
    language = models.TextField(blank=True)
    publication_type = models.TextField(blank=True)
    url = models.TextField(blank=True)
    added_at = models.DateTimeField(default=timezone.now)
    # False while its import is loading, and after that or its adding by hand was
    # undone: it is kept, with all that was said of it, and takes part in nothing.
    in_review = models.BooleanField(default=True)

    removal = models.CharField(
        max_length=10, choices=Removal.choices, default=Removal.NONE, blank=True
    )
    removal_reason = models.TextField(blank=True)
    duplicate_set = models.ForeignKey(
        DuplicateSet,
        on_delete=models.RESTRICT,
        related_name="records",
        null=True,
        blank=True,
    )
    # The copy that goes on in this one's stead.
    duplicate_of = models.ForeignKey(
        "self",
        on_delete=models.RESTRICT,
        related_name="copies",
        null=True,
        blank=True,
    )

    # Settled by reviews.records.settle alone.
    verdict = models.CharField(
        max_length=10, choices=Verdict.choices, default=Verdict.OPEN, blank=True
    )
    counted_reason = models.ForeignKey(
        Criterion,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    settlement = models.CharField(
        max_length=15, choices=Settlement.choices, default=Settlement.OPEN, blank=True
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = RecordsInReview.from_queryset(RecordQuerySet)()
    # With those that are out of the review.
    stored = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(in_review=True) | Q(duplicate_set=None, duplicate_of=None),
                name="record_out_of_the_review_stands_in_no_set",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=models.F("pk")),
                name="record_not_its_own_copy",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | Q(duplicate_set__isnull=False),
                name="record_copy_stands_in_a_set",
            ),
            models.CheckConstraint(
                condition=~Q(title="") | ~Q(authors=[]) | ~Q(doi="") | ~Q(pmid=""),
                name="record_says_what_it_is",
            ),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.OPEN, settlement="", settled_at=None)
                | (
                    Q(verdict__in=[Verdict.INCLUDE, Verdict.EXCLUDE])
                    & Q(settlement__in=SETTLED)
                    & Q(settled_at__isnull=False)
                ),
                name="record_settled_whole_or_not_at_all",
            ),
            models.CheckConstraint(
                condition=Q(counted_reason=None) | Q(verdict=Verdict.EXCLUDE),
                name="record_reason_only_when_excluded",
            ),
            models.CheckConstraint(
                condition=Q(removal="", removal_reason="")
                | (Q(removal__in=["automation", "other"]) & ~Q(removal_reason="")),
                name="record_removed_with_a_reason",
            ),
        ]
        indexes = [
            # The screening queue, in the order of import, and the boxes.
            models.Index(
                fields=["review", "duplicate_of", "removal", "verdict"],
                condition=Q(in_review=True),
                name="record_flow",
            ),
            # The numbers of the flow, without reading a single abstract. It names the
            # column of its condition too, or SQLite does not see that it holds all
            # that is asked, and may take another.
            models.Index(
                fields=[
                    "review",
                    "search",
                    "duplicate_of",
                    "removal",
                    "verdict",
                    "in_review",
                ],
                condition=Q(in_review=True),
                name="record_counts",
            ),
            # How and when what stands was settled, the same way.
            models.Index(
                fields=[
                    "review",
                    "duplicate_of",
                    "removal",
                    "settlement",
                    "settled_at",
                    "verdict",
                ],
                condition=Q(in_review=True),
                name="record_settled",
            ),
            # The years, which stand behind the abstract in a row.
            models.Index(
                fields=["review", "year"],
                condition=Q(in_review=True),
                name="record_years",
            ),
            models.Index(
                fields=["search", "digest"],
                condition=Q(in_review=True),
                name="record_digest",
            ),
        ]

    def __str__(self) -> str:
        return self.title or "; ".join(self.authors)

    def get_absolute_url(self) -> str:
        return reverse("reviews:record_detail", args=[self.review.slug, self.pk])

    @property
    def type_in_words(self) -> str:
        return TYPES.get(self.publication_type, self.publication_type)

    @property
    def first_author(self) -> str:
        """The family name of the first author, or the whole name of a body."""
        return str(self.authors[0]).split(",")[0].strip() if self.authors else ""

    @property
    def stands_for_screening(self) -> bool:
        return self.duplicate_of_id is None and not self.removal


class DistinctPair(models.Model):
    """Two records that a person has told apart; they are never suggested again."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="distinct_pairs"
    )
    first = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="distinct_pair_once"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="distinct_pair_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"


class RelatedPair(models.Model):
    """Two reports of what may be one study, such as a preprint and its article.

    They are two records and are never merged; whoever groups reports sees them.
    """

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="related_pairs"
    )
    first = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    # In words, what ties them.
    basis = models.TextField()
    found_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["first", "second"], name="related_pair_once"
            ),
            models.CheckConstraint(
                condition=Q(first__lt=models.F("second")), name="related_pair_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} goes with {self.second_id}"


class Fingerprint(models.Model):
    """What a record shares with its copies, kept so that only new ones are compared.

    It can be made again from the record at any time. A record without one has yet to
    be compared with the others.
    """

    record = models.OneToOneField(
        Record, on_delete=models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    # Signed 64-bit numbers, one after the other.
    marks = models.BinaryField()
    # Those of another version of the rules are made again.
    version = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"Fingerprint of {self.record_id}"


def live_record(report: str) -> Exists:
    """Return the condition that a record asks for the report today.

    `report` names the report's key in the outer query.
    """
    return Exists(Record.objects.included().filter(reports=OuterRef(report)).order_by())
