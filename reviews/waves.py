"""Waves: the rounds of searching of a review that is kept up to date.

A review without waves has searched once. When its first update begins, all that was
searched so far becomes wave 1 (PRISMA 2020, the diagrams of updated reviews). What
was screened in one wave is not screened again in another: a record that comes a
second time is a duplicate of the first. The last wave can be undone while it
brought no record.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.models import Import, Review, Role, Search, User, Wave

FIRST_NAME = "Original review"
LONGEST_NAME = 200


class NameMissing(ValueError):
    """A wave has a name."""


class NameTaken(ValueError):
    """The review has another wave of this name."""


class WaveInUse(Exception):
    """A wave that brought records, or that another came after, stays."""


def with_counts(review: Review) -> QuerySet[Wave]:
    """Return the waves of a review in their order, each with its numbers."""
    return review.waves.annotate(
        search_count=Count("searches", distinct=True),
        record_count=Count("searches__records"),
    ).order_by("number")


def in_order(review: Review) -> QuerySet[Wave]:
    """Return the waves of a review, the first one first."""
    return review.waves.order_by("number")


def latest(review: Review) -> Wave | None:
    """Return the wave that a new search belongs to."""
    return review.waves.order_by("-number").first()


@transaction.atomic
def begin(
    review: Review,
    *,
    name: str,
    first_name: str = FIRST_NAME,
    by: User,
    at: datetime | None = None,
) -> Wave:
    """Begin an update; the first one puts all present searches into wave 1.

    Raises WrongRole, NameMissing or NameTaken.
    """
    _lock(review, by)
    last = review.waves.aggregate(last=Max("number"))["last"]
    if last is None:
        last = _begin_first(review, first_name, by=by, at=at).number
    wave = Wave.objects.create(
        review=review,
        number=last + 1,
        name=_checked(review, name),
        begun_at=at or timezone.now(),
    )
    _tell(wave, "wave.begun", "Began", by=by, at=at)
    return wave


def _begin_first(review: Review, name: str, *, by: User, at: datetime | None) -> Wave:
    wave = Wave.objects.create(
        review=review,
        number=1,
        name=_checked(review, name),
        begun_at=review.created_at,
    )
    _move_searches(review, None, wave)
    _tell(wave, "wave.begun", "Put what was searched so far into", by=by, at=at)
    return wave


@transaction.atomic
def rename(wave: Wave, name: str, *, by: User, at: datetime | None = None) -> Wave:
    """Give a wave another name. Raises WrongRole, NameMissing or NameTaken."""
    _lock(wave.review, by)
    wave = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    old = wave.name
    wave.name = _checked(wave.review, name, besides=wave)
    if wave.name == old:
        return wave
    wave.save(update_fields=["name"])
    _tell(wave, "wave.renamed", "Renamed", by=by, at=at, old={"name": old})
    return wave


def why_not_undone(wave: Wave) -> str:
    """Say why a wave has to stay; empty where it can be undone."""
    review = wave.review
    if wave.number == 1:
        return "The first wave goes when the second one is undone."
    if review.waves.filter(number__gt=wave.number).exists():
        return "Only the last wave can be undone."
    taken_in = Import.objects.filter(search__wave=wave, state=Import.State.IMPORTED)
    if taken_in.exists() or review.records.filter(search__wave=wave).exists():
        return "Records came in this wave, so it stays."
    return ""


@transaction.atomic
def undo(wave: Wave, *, by: User, at: datetime | None = None) -> None:
    """Undo the last wave; its searches fall back to the one before.

    Where only the first would be left, it goes too: the review has then searched
    once, as before. Raises WrongRole or WaveInUse.
    """
    review = wave.review
    _lock(review, by)
    wave = Wave.objects.select_for_update(of=("self",)).get(pk=wave.pk)
    if reason := why_not_undone(wave):
        raise WaveInUse(reason)
    before = review.waves.get(number=wave.number - 1)
    old = _facts(wave)
    _move_searches(review, wave, before)
    events.record(
        review,
        "wave.undone",
        f"Undid the wave {wave.name}",
        by=by,
        old=old,
        at=at,
    )
    wave.delete()
    if before.number == 1:
        _move_searches(review, before, None)
        before.delete()


def _move_searches(review: Review, old: Wave | None, new: Wave | None) -> None:
    Search.objects.filter(review=review, wave=old).update(wave=new)


def _lock(review: Review, by: User) -> None:
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)


def _checked(review: Review, name: str, *, besides: Wave | None = None) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise NameMissing(f"Name the wave, in at most {LONGEST_NAME} characters.")
    same = review.waves.filter(name__iexact=name).first()
    if same is not None and same != besides:
        raise NameTaken("The review has a wave of this name already.")
    return name


def _facts(wave: Wave) -> dict[str, Any]:
    searches = wave.searches.order_by("pk").values_list("pk", flat=True)
    return {"number": wave.number, "name": wave.name, "searches": list(searches)}


def _tell(
    wave: Wave,
    action: str,
    told: str,
    *,
    by: User,
    at: datetime | None,
    old: dict[str, Any] | None = None,
) -> None:
    events.record(
        wave.review,
        action,
        f"{told} the wave {wave.name}",
        by=by,
        subject=wave,
        old=old,
        new=_facts(wave),
        at=at,
    )
