from django.conf import settings
from django.db import models
from django.utils import timezone

from reviews.models.protocol import PartialDateField
from reviews.models.review import Review


class Wave(models.Model):
    """A round of searching, in a review that is kept up to date.

    A review without waves has searched once.
    """

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="waves")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200, help_text="Such as “Update of May 2026”.")
    begun_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "number"], name="wave_number_once"
            ),
            models.UniqueConstraint(
                fields=["review", "name"],
                name="wave_name_once",
                violation_error_message="The review has a wave of this name already.",
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1) & ~models.Q(name=""),
                name="wave_has_a_number_and_a_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SearchQuerySet(models.QuerySet["Search"]):
    def databases_and_registers(self) -> "SearchQuerySet":
        """Return the searches of the diagram's main column."""
        return self.filter(kind__in=Search.MAIN_KINDS)

    def other_methods(self) -> "SearchQuerySet":
        """Return the searches of the diagram's column "other methods"."""
        return self.exclude(kind__in=Search.MAIN_KINDS)


class Search(models.Model):
    """One search of one source, told as PRISMA-S asks (items 1, 8, 13, 16)."""

    class Kind(models.TextChoices):
        DATABASE = "database", "Database"
        REGISTER = "register", "Register"
        WEBSITE = "website", "Website"
        ORGANISATION = "organisation", "Organisation"
        CITATION = "citation", "Citation searching"
        OTHER = "other", "Other method"

    MAIN_KINDS = (Kind.DATABASE, Kind.REGISTER)

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="searches"
    )
    # Empty while the review has no waves.
    wave = models.ForeignKey(
        Wave, on_delete=models.RESTRICT, related_name="searches", null=True, blank=True
    )
    name = models.CharField(
        max_length=200, help_text="As the diagram names it, e.g. MEDLINE."
    )
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.DATABASE)
    source = models.TextField(blank=True, help_text="The database or other source.")
    platform = models.TextField(blank=True, help_text="E.g. Ovid, PubMed, EBSCOhost.")
    strategy = models.TextField(
        blank=True, help_text="The full strategy, line by line, as it was run."
    )
    searched_on = PartialDateField("date of the search")
    limits = models.TextField(blank=True, help_text="Language, dates, filters.")
    reported_count = models.PositiveIntegerField(
        "number that the source reported", null=True, blank=True
    )
    # Several sources exported together: how many each gave is not known.
    is_combined = models.BooleanField(
        "several sources together, the split is not known", default=False
    )
    notes = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    objects = SearchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "searches"
        constraints = [
            models.UniqueConstraint(
                fields=["review", "name"],
                name="search_name_once",
                violation_error_message="The review has a search of this name already.",
            ),
            models.CheckConstraint(
                condition=~models.Q(name=""), name="search_has_a_name"
            ),
            # The kind decides in which column of the diagram its records are counted.
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=[
                        "database",
                        "register",
                        "website",
                        "organisation",
                        "citation",
                        "other",
                    ]
                ),
                name="search_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """A file of one search, looked at or taken in, with the report of its reading."""

    class State(models.TextChoices):
        READING = "reading", "Being read"
        PREVIEWED = "previewed", "Looked at; nothing taken in yet"
        LOADING = "loading", "Being taken in; nobody sees its records yet"
        IMPORTED = "imported", "Taken in"
        UNDONE = "undone", "Taken out again; its records and their votes are kept"
        DISCARDED = "discarded", "Not taken in"

    search = models.ForeignKey(Search, on_delete=models.CASCADE, related_name="imports")
    file = models.FileField(upload_to="imports/%Y/", max_length=255)
    file_name = models.TextField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    format = models.CharField(max_length=30, blank=True)
    encoding = models.CharField(max_length=30, blank=True)
    # What a person said where the content alone was read wrongly.
    format_hint = models.CharField(max_length=30, blank=True)
    encoding_hint = models.CharField(max_length=30, blank=True)
    # For a table: which heading gives which field.
    mapping = models.JSONField(null=True, blank=True)
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.PREVIEWED
    )
    # Its owner agreed to go without what could not be read.
    despite_errors = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    imported_at = models.DateTimeField(null=True, blank=True)
    read_count = models.PositiveIntegerField(default=0)
    new_count = models.PositiveIntegerField(default=0)
    already_there_count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            # The same file twice into the same search would count its records twice.
            models.UniqueConstraint(
                fields=["search", "sha256"],
                condition=models.Q(state__in=["loading", "imported"]),
                name="import_file_once_in_a_search",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=["imported", "undone"], imported_at__isnull=False
                )
                | models.Q(
                    state__in=["reading", "previewed", "loading", "discarded"],
                    imported_at=None,
                ),
                name="import_taken_in_at_a_time_or_not",
            ),
            models.CheckConstraint(
                condition=models.Q(new_count=0)
                | models.Q(
                    read_count=models.F("new_count") + models.F("already_there_count")
                ),
                name="import_counts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportUndo(models.Model):
    """A time during which an import was taken out of the review.

    Its records are kept with all that was said of them, and take part in nothing.
    """

    source_import = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="undos"
    )
    undone_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    # Empty while the import is out.
    redone_at = models.DateTimeField(null=True, blank=True)
    redone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.RESTRICT,
        related_name="+",
        null=True,
        blank=True,
    )
    # The sets in which its records stood, and for whom, so that they can go back.
    taken_out = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_import"],
                condition=models.Q(redone_at=None),
                name="import_undone_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(redone_at=None, redone_by=None)
                | models.Q(redone_at__gte=models.F("undone_at")),
                name="import_redone_after_it_was_undone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_import} taken out"


class ColumnMapping(models.Model):
    """Which column of a table gives which field, as a person confirmed it.

    A table with the same headings is read the same way the next time.
    """

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="column_mappings"
    )
    # Tells tables apart by their headings.
    digest = models.CharField(max_length=64)
    headings = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    confirmed_at = models.DateTimeField(default=timezone.now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "digest"], name="column_mapping_once"
            )
        ]

    def __str__(self) -> str:
        return f"Columns of a table of {len(self.headings)}"


class ImportProblem(models.Model):
    """A line of the report: what was wrong in the file, and where."""

    class Severity(models.TextChoices):
        ERROR = "error", "Something here could not be read"
        INCOMPLETE = "incomplete", "The file may go on; what it holds is taken in"
        WARNING = "warning", "Worth a look; the record is taken in"

    source_import = models.ForeignKey(
        Import, on_delete=models.CASCADE, related_name="problems"
    )
    severity = models.CharField(max_length=10, choices=Severity.choices)
    line = models.PositiveIntegerField()
    message = models.TextField()

    def __str__(self) -> str:
        return f"Line {self.line}: {self.message}"
