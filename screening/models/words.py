import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from reviews.models import Review, User


class Meaning(models.TextChoices):
    """What a word of a list speaks of."""

    INCLUDE = "include", "Include words"
    EXCLUDE = "exclude", "Exclude words"
    POPULATION = "population", "Population"
    INTERVENTION = "intervention", "Intervention"
    COMPARATOR = "comparator", "Comparator"
    OUTCOME = "outcome", "Outcome"
    DESIGN = "design", "Study design"
    OTHER = "other", "Something else"


class Colour(models.TextChoices):
    """The colours of highlights: told apart by everybody, by line as well."""

    GREEN = "green", "Green"
    RED = "red", "Red"
    AMBER = "amber", "Amber"
    BLUE = "blue", "Blue"
    VIOLET = "violet", "Violet"
    GREY = "grey", "Grey"


class WordListQuerySet(models.QuerySet["WordList"]):
    def in_use(self) -> "WordListQuerySet":
        return self.filter(retired_at=None)

    def retired(self) -> "WordListQuerySet":
        return self.exclude(retired_at=None)

    def known_to(self, person: User) -> "WordListQuerySet":
        """Return the lists of the team, and the person's own."""
        return self.filter(Q(is_shared=True) | Q(made_by=person))

    def in_order(self) -> "WordListQuerySet":
        """Return them as pages show them: those of the team first, then by name."""
        return self.order_by("-is_shared", "name", "pk")

    def with_switch(self, person: User) -> "WordListQuerySet":
        """Tell of each, as `is_off`, whether the person switched it off."""
        off = WordListOff.objects.filter(word_list=OuterRef("pk"), person=person)
        return self.annotate(is_off=Exists(off))


class WordList(models.Model):
    """Words that are highlighted in titles and abstracts, with what they mean."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="+")
    # Names the list in addresses: a key that counts would tell of private lists.
    token = models.UUIDField(default=uuid.uuid4, unique=True)
    name = models.CharField(max_length=80)
    meaning = models.CharField(
        max_length=15, choices=Meaning.choices, default=Meaning.OTHER
    )
    colour = models.CharField(
        max_length=10, choices=Colour.choices, default=Colour.GREY
    )
    # A word or phrase a line; * stands for any letters, ? for one.
    words = models.TextField()
    matches_case = models.BooleanField("capitals matter", default=False)
    whole_words = models.BooleanField("whole words only", default=True)
    # For the whole team; otherwise for the one who made it.
    is_shared = models.BooleanField(default=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.RESTRICT, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects = WordListQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(words=""), name="word_list_has_words"
            ),
            models.CheckConstraint(
                condition=Q(meaning__in=Meaning.values), name="word_list_meaning_known"
            ),
            models.CheckConstraint(
                condition=Q(colour__in=Colour.values), name="word_list_colour_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["review", "is_shared", "made_by"], name="word_list_of_a_review"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def number_of_words(self) -> int:
        return self.words.count("\n") + 1

    @property
    def first_words(self) -> str:
        """The first words, to tell the list by."""
        words = self.words.split("\n", 9)
        return ", ".join(words[:8]) + (" …" if len(words) > 8 else "")


class WordListOff(models.Model):
    """A list that one person does not want to see; without a row it is shown."""

    word_list = models.ForeignKey(
        WordList, on_delete=models.CASCADE, related_name="switched_off"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["word_list", "person"], name="word_list_off_once"
            )
        ]

    def __str__(self) -> str:
        return f"List {self.word_list_id} switched off"
