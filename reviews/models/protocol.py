from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from reviews.models.review import Review

partial_date = RegexValidator(
    r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$",
    "Write a year, a month or a day as 2024, 2024-09 or 2024-09-30.",
)


class PartialDateField(models.CharField):  # type: ignore[type-arg]  # plain text
    """A date known to the year, the month or the day: 2024, 2024-09, 2024-09-30."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("max_length", 10)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("validators", [partial_date])
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on


class Protocol(models.Model):
    """What the review asks, and the limits it set beforehand."""

    class Question(models.TextChoices):
        PICO = "pico", "PICO"
        FREE = "free", "In our own words"

    review = models.OneToOneField(
        Review, on_delete=models.CASCADE, related_name="protocol"
    )
    question_type = models.CharField(
        max_length=10, choices=Question.choices, default=Question.PICO
    )
    question = models.TextField(blank=True)
    population = models.TextField(blank=True)
    intervention = models.TextField(blank=True)
    comparator = models.TextField(blank=True)
    outcomes = models.TextField(blank=True)
    study_designs = models.TextField(blank=True)
    published_from = PartialDateField()
    published_to = PartialDateField()
    languages = models.TextField(
        blank=True, help_text="Leave empty where there is no limit."
    )
    registration = models.TextField(
        blank=True, help_text="Register and number, e.g. PROSPERO CRD42024000000."
    )
    notes = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"Protocol of {self.review}"


class Amendment(models.Model):
    """A change to the protocol after screening began: dated and with a reason."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="amendments"
    )
    number = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    what = models.TextField()
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "number"], name="amendment_number_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="amendment_has_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"Amendment {self.number}: {self.what}"


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def in_force(self) -> "CriterionQuerySet":
        """Return the criteria of the protocol of today, in its order."""
        return self.filter(retired_at=None).order_by("position", "pk")


class Criterion(models.Model):
    """A coded criterion of eligibility, in today's wording."""

    class Kind(models.TextChoices):
        INCLUSION = "inclusion", "Inclusion: must hold"
        EXCLUSION = "exclusion", "Exclusion: must not hold"

    class Topic(models.TextChoices):
        """What a criterion speaks of, so that the audit can hold studies against it."""

        NONE = "", "Not said"
        POPULATION = "population", "Population"
        INTERVENTION = "intervention", "Intervention"
        COMPARATOR = "comparator", "Comparator"
        OUTCOME = "outcome", "Outcome"
        DESIGN = "design", "Study design"
        DATE = "date", "Date of publication"
        LANGUAGE = "language", "Language"
        PUBLICATION = "publication", "Kind of publication"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="criteria"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=20)
    # The order decides which reason is counted where several fail.
    position = models.PositiveIntegerField()
    text = models.TextField("criterion")
    reason = models.TextField(
        "reason for exclusion",
        help_text="As the diagram prints it when this criterion fails.",
    )
    topic = models.CharField(
        max_length=20, choices=Topic.choices, default=Topic.NONE, blank=True
    )
    version = models.PositiveSmallIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(
                fields=["review", "code"],
                name="criterion_code_once",
                violation_error_message="The protocol has this code already.",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason="") & ~models.Q(text=""),
                name="criterion_has_words",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["inclusion", "exclusion"]),
                name="criterion_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.reason}"


class CriterionVersion(models.Model):
    """A wording that a criterion has or had; judgments point at the one they used.

    It keeps its place in the order too, so that the reason counted for a judgment
    follows from the judgment, whatever is amended later.
    """

    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    position = models.PositiveIntegerField()
    text = models.TextField()
    reason = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    amendment = models.ForeignKey(
        Amendment,
        on_delete=models.CASCADE,
        related_name="criterion_versions",
        null=True,
        blank=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["criterion", "number"], name="criterion_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}, version {self.number}"


class ExtractionFieldQuerySet(models.QuerySet["ExtractionField"]):
    def in_force(self) -> "ExtractionFieldQuerySet":
        """Return the fields of the protocol of today, in its order."""
        return self.filter(retired_at=None).order_by("position", "pk")


class ExtractionField(models.Model):
    """A fact that is extracted from every included study."""

    class Kind(models.TextChoices):
        TEXT = "text", "Text"
        NUMBER = "number", "Number, with its unit"
        CHOICE = "choice", "One of several"
        MULTIPLE = "multiple", "Any of several"
        DATE = "date", "Date"

    class Meaning(models.TextChoices):
        """What a field says of a study, where the product has to know."""

        NONE = "", "None in particular"
        AUTHORS = "authors", "Authors"
        YEAR = "year", "Year"
        COUNTRY = "country", "Country"
        DESIGN = "design", "Study design"
        METHODS = "methods", "Methods"
        PARTICIPANTS = "participants", "Number of participants"
        HUMANS = "humans", "In humans: yes or no"
        POPULATION = "population", "Population"
        FAILED_TREATMENTS = "failed_treatments", "Treatments failed before, at least"
        INTERVENTION = "intervention", "Intervention"
        COTREATMENT = "cotreatment", "Treatment beside the intervention"
        COMPARATOR = "comparator", "Comparator"
        DOSE = "dose", "Dose"
        DURATION = "duration", "Duration or follow-up"
        OUTCOMES = "outcomes", "Outcomes measured"
        SCALE = "scale", "Scale of the outcome"
        DIRECTION = "direction", "Direction of the primary result"
        FINDINGS = "findings", "Key findings"
        REGISTRATION = "registration", "Trial name or registration number"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="extraction_fields"
    )
    code = models.SlugField(max_length=60)
    label = models.TextField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    meaning = models.CharField(
        max_length=20, choices=Meaning.choices, default=Meaning.NONE, blank=True
    )
    unit = models.CharField(max_length=40, blank=True)
    # For the two kinds of choice: what may be chosen, in order.
    choices = models.JSONField(default=list, blank=True)
    instructions = models.TextField(blank=True)
    position = models.PositiveIntegerField()
    in_table1 = models.BooleanField("a column of Table 1", default=True)
    # Table 1 is grouped by at most one field of a review.
    groups_table1 = models.BooleanField("groups Table 1", default=False)
    version = models.PositiveSmallIntegerField(default=1)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = ExtractionFieldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "code"],
                name="extraction_field_code_once",
                violation_error_message="The protocol has this code already.",
            ),
            models.UniqueConstraint(
                fields=["review"],
                condition=models.Q(groups_table1=True),
                name="extraction_field_one_groups_table1",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["choice", "multiple"])
                | models.Q(kind__in=["text", "number", "date"], choices=[]),
                name="extraction_field_choices_of_a_choice",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ExtractionFieldVersion(models.Model):
    """A wording that an extraction field has or had."""

    field = models.ForeignKey(
        ExtractionField, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    label = models.TextField()
    kind = models.CharField(max_length=10, choices=ExtractionField.Kind.choices)
    unit = models.CharField(max_length=40, blank=True)
    choices = models.JSONField(default=list, blank=True)
    instructions = models.TextField(blank=True)
    written_at = models.DateTimeField(default=timezone.now)
    amendment = models.ForeignKey(
        Amendment,
        on_delete=models.CASCADE,
        related_name="extraction_field_versions",
        null=True,
        blank=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["field", "number"], name="extraction_field_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.field.code}, version {self.number}"


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    def in_force(self) -> "InstrumentQuerySet":
        """Return the instruments of the protocol of today."""
        return self.filter(retired_at=None).order_by("position", "pk")


class Instrument(models.Model):
    """An appraisal instrument that the review uses, with its own copy of the form."""

    class Unit(models.TextChoices):
        STUDY = "study", "Study"
        REPORT = "report", "Report"
        RESULT = "result", "Result: an outcome, a time, a comparison"
        ESTIMATE = "estimate", "Estimate"
        OUTCOME = "outcome", "Outcome over all studies"
        REVIEW = "review", "Review"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="instruments"
    )
    key = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    name = models.TextField()
    unit = models.CharField(max_length=10, choices=Unit.choices)
    # The study designs that it is chosen for.
    designs = models.JSONField(default=list, blank=True)
    # The whole form: questions, conditions, rules; see reviews/instruments.
    definition = models.JSONField()
    position = models.PositiveIntegerField(default=1)
    adopted_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["review", "key", "version"], name="instrument_version_once"
            ),
            models.UniqueConstraint(
                fields=["review", "key"],
                condition=models.Q(retired_at=None),
                name="instrument_one_version_in_force",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CriterionCoding(models.Model):
    """Which values of a field meet a criterion, so that the audit can compare them.

    For a criterion that must hold these are the values allowed, for one that must not
    hold the values that it excludes. It changes no wording, so it is no amendment.
    """

    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="codings"
    )
    # Empty: the design of the study.
    field = models.ForeignKey(
        ExtractionField,
        on_delete=models.CASCADE,
        related_name="codings",
        null=True,
        blank=True,
    )
    values = models.JSONField(default=list)

    class Meta:
        constraints = [
            # Two, as a database takes no two empty fields for the same.
            models.UniqueConstraint(
                fields=["criterion", "field"], name="criterion_coding_once_a_field"
            ),
            models.UniqueConstraint(
                fields=["criterion"],
                condition=models.Q(field=None),
                name="criterion_coding_once_of_the_design",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {', '.join(map(str, self.values))}"
