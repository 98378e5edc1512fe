"""The labels of a review: the team's vocabulary, and what each has of their own.

A word that is typed in passing belongs to whoever typed it until they share it, or an
owner writes it into the vocabulary: a word that appears would tell what somebody else
is thinking of (MECIR C39). Two labels of one name are one.
"""

import unicodedata
from collections.abc import Mapping

from django.db.models import Q, QuerySet

from reviews.models import Review, User
from screening.models import Label

LONGEST = 60


class LabelRefused(ValueError):
    """A label without a name, with one that is too long, or one too many."""


def key_of(name: str) -> str:
    """Return what makes two names the same label."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def checked(name: str) -> tuple[str, str]:
    name = " ".join(name.split())
    if not name:
        raise LabelRefused("Write what the label says.")
    if len(name) > LONGEST:
        raise LabelRefused(f"A label has at most {LONGEST} characters.")
    return name, key_of(name)


class Book:
    """The labels that a person knows: the vocabulary, and their own."""

    def __init__(self, review: Review, person: User) -> None:
        known = Label.objects.filter(Q(owner=None) | Q(owner=person), review=review)
        self._by_key: dict[str, Label] = {}
        self._by_pk: dict[int, Label] = {}
        # Of two of one name, that of the vocabulary counts.
        for label in sorted(known, key=lambda each: (each.owner_id is None, each.key)):
            self._by_pk[label.pk] = self._by_key[label.key] = label

    def find(self, name: str) -> Label | None:
        """Return the label of this name, or the one that it was merged into."""
        found = self._by_key.get(key_of(name))
        return read_as(found, self._by_pk) if found else None

    def read(self, pk: int) -> Label:
        """Return what a label is read as: itself, or what it was merged into."""
        found = read_as(self._by_pk[pk], self._by_pk)
        return read_as(self._by_key[found.key], self._by_pk)

    def offered(self) -> list[Label]:
        """Return the labels that the person may put on an item, by name."""
        found = self._by_key.values()
        return sorted(
            (each for each in found if not each.merged_into_id and not each.retired_at),
            key=lambda each: each.key,
        )


def read_as(label: Label, known: Mapping[int, Label]) -> Label:
    """Follow a label to the one that it was merged into."""
    while label.merged_into_id is not None and label.merged_into_id in known:
        label = known[label.merged_into_id]
    return label


def vocabulary(review: Review) -> QuerySet[Label]:
    """Return the labels of the team, also those that were retired or merged."""
    found = Label.objects.filter(review=review, owner=None)
    return found.select_related("merged_into").order_by("key")


def private(review: Review, person: User) -> QuerySet[Label]:
    """Return the labels that are the person's own."""
    found = Label.objects.filter(review=review, owner=person)
    return found.select_related("merged_into").order_by("key")


def known(review: Review, person: User) -> QuerySet[Label]:
    """Return the labels that the person may know of."""
    return Label.objects.filter(Q(owner=None) | Q(owner=person), review=review)
