from secrets import randbelow

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from reviews.models.review import Review


def _any_seed() -> int:
    return randbelow(2**31 - 1) + 1


class ScreeningPlan(models.Model):
    """How the team screens, decided in the protocol before it begins.

    Each sample drawn by chance comes from `seed`, so that it can be drawn again.
    """

    class Order(models.TextChoices):
        IMPORTED = "imported", "As the records came in"
        RELEVANCE = "relevance", "By predicted relevance"

    class Stopping(models.TextChoices):
        EVERYTHING = "everything", "Screen everything"
        RECALL = "recall", "A test that the recall wanted is reached"
        RUN = "run", "A run of irrelevant records: a heuristic, without guarantee"

    class Measure(models.TextChoices):
        """The figure of agreement that a pilot round has to reach."""

        NONE = "", "No figure: screening is open"
        AGREEMENT = "agreement", "Percent agreement"
        KAPPA = "kappa", "Cohen's kappa"
        AC1 = "ac1", "Gwet's AC1"

    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="plan")
    seed = models.PositiveIntegerField(default=_any_seed)
    # What judges of titles and abstracts do not see.
    hides_authors = models.BooleanField("hide the authors", default=False)
    hides_journal = models.BooleanField("hide the journal", default=False)
    hides_year = models.BooleanField("hide the year", default=False)
    order = models.CharField(
        "records come", max_length=10, choices=Order.choices, default=Order.IMPORTED
    )
    # In per cent of the queue, where it is ordered by relevance.
    random_share = models.PositiveSmallIntegerField(
        "share of random records",
        default=5,
        validators=[MaxValueValidator(50)],
    )
    stopping = models.CharField(
        "screening stops",
        max_length=10,
        choices=Stopping.choices,
        default=Stopping.EVERYTHING,
    )
    # In per cent of the relevant records.
    target_recall = models.PositiveSmallIntegerField(
        "recall wanted",
        default=95,
        validators=[MinValueValidator(50), MaxValueValidator(99)],
    )
    run_length = models.PositiveIntegerField(
        "irrelevant records in a row", default=100, validators=[MinValueValidator(10)]
    )
    # Records of the rest that are judged before a stop is certified.
    audit_size = models.PositiveIntegerField(
        "random sample of the rest", default=300, validators=[MinValueValidator(1)]
    )
    gate_measure = models.CharField(
        "screening opens once a pilot round reaches",
        max_length=10,
        choices=Measure.choices,
        default=Measure.NONE,
        blank=True,
    )
    # In hundredths: 80 is a kappa of 0.80.
    gate_value = models.PositiveSmallIntegerField(
        "at least",
        default=80,
        validators=[MaxValueValidator(100)],
        help_text="In hundredths: 80 is 0.80.",
    )
    # Conflicts.
    states_reason_first = models.BooleanField(
        "both state what decided before they see each other's", default=False
    )
    hides_judges = models.BooleanField(
        "an adjudicator does not see who judged", default=False
    )
    bulk_decisions = models.BooleanField(
        "several records may be decided at once", default=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(order__in=["imported", "relevance"]),
                name="plan_order_known",
            ),
            models.CheckConstraint(
                condition=Q(stopping__in=["everything", "recall", "run"]),
                name="plan_stopping_known",
            ),
            models.CheckConstraint(
                condition=Q(random_share__lte=50), name="plan_random_share_at_most_half"
            ),
            models.CheckConstraint(
                condition=Q(target_recall__gte=50, target_recall__lte=99),
                name="plan_recall_of_a_share",
            ),
            models.CheckConstraint(
                condition=Q(run_length__gte=10, audit_size__gte=1),
                name="plan_run_and_sample_have_a_length",
            ),
            models.CheckConstraint(
                condition=Q(gate_measure__in=["", "agreement", "kappa", "ac1"]),
                name="plan_gate_known",
            ),
            models.CheckConstraint(
                condition=Q(gate_value__lte=100),
                name="plan_gate_of_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"Screening plan of {self.review}"
