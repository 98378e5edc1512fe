"""Searches: what was searched, where, when and how (PRISMA-S items 1, 8, 13, 16)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import (
    Count,
    IntegerField,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from reviews import access, events, waves
from reviews.models import Import, Record, Review, Role, Search, User


class NameTaken(ValueError):
    """The review has another search of this name."""


class SearchInUse(Exception):
    """A search whose records or files are in the review stays."""


def with_counts(review: Review) -> QuerySet[Search]:
    """Return the searches of a review, each with its files and number of records."""
    counted = (
        Record.objects.filter(search=OuterRef("pk"))
        .order_by()
        .values("search")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return (
        review.searches.annotate(
            imported_count=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        )
        .prefetch_related(_files())
        .order_by("position", "pk")
    )


def _files() -> "Prefetch[Any]":
    # Files that were put aside leave the list; the history keeps them.
    listed = Import.objects.exclude(state=Import.State.DISCARDED).annotate(
        error_count=Count("problems", filter=Q(problems__severity="error")),
        other_count=Count("problems", filter=~Q(problems__severity="error")),
    )
    return Prefetch(
        "imports",
        queryset=listed.select_related("uploaded_by").order_by("uploaded_at", "pk"),
        to_attr="listed_imports",
    )


def tell_counts(reported: int | None, imported: int) -> str:
    """Say in words how the records in the review meet the number of the source."""
    if reported is None:
        return "The source’s own number is not recorded."
    if reported == imported:
        return "All that the source reported are here."
    if imported == 0:
        return "None of what the source reported is here yet."
    if imported < reported:
        return f"{reported - imported:,} fewer than the source reported."
    return f"{imported - reported:,} more than the source reported."


@transaction.atomic
def record(search: Search, *, by: User, at: datetime | None = None) -> Search:
    """Store a search that is new or was changed, and say which in the history.

    Raises WrongRole or NameTaken.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=search.review_id)
    access.require(review, by, Role.OWNER)
    others = review.searches.exclude(pk=search.pk)
    if others.filter(name__iexact=search.name).exists():
        raise NameTaken("The review has a search of this name already.")
    # Where there are waves every search belongs to one: a new one to the latest.
    search.wave = search.wave or waves.latest(review)
    stored = Search.objects.select_for_update().filter(pk=search.pk).first()
    old = _facts(stored) if stored else None
    if old == _facts(search):
        return search
    if stored is None:
        last = review.searches.aggregate(last=Max("position"))["last"] or 0
        search.position = last + 1
    search.save()
    events.record(
        review,
        "search.changed" if stored else "search.recorded",
        f"{'Changed' if stored else 'Recorded'} the search {search.name}",
        by=by,
        subject=search,
        old=old,
        new=_facts(search),
        at=at,
    )
    return search


@transaction.atomic
def remove(search: Search, *, by: User, at: datetime | None = None) -> None:
    """Remove a search that nothing was imported into.

    Raises WrongRole or SearchInUse.
    """
    search = Search.objects.select_for_update().get(pk=search.pk)
    access.require(search.review, by, Role.OWNER)
    # With those that were taken out again: they may come back.
    if Record.stored.filter(search=search).exists():
        raise SearchInUse("Records came from this search, so it stays.")
    states = set(search.imports.values_list("state", flat=True))
    if states - {Import.State.PREVIEWED, Import.State.DISCARDED}:
        raise SearchInUse("A file was imported into this search, so it stays.")
    if Import.State.PREVIEWED in states:
        raise SearchInUse(
            "A file of this search waits to be imported; decide on it first."
        )
    events.record(
        search.review,
        "search.removed",
        f"Removed the search {search.name}",
        by=by,
        subject=search,
        old={**_facts(search), "position": search.position},
        at=at,
    )
    search.delete()


def _facts(search: Search) -> dict[str, Any]:
    return {
        field.name: field.value_from_object(search)
        for field in Search._meta.concrete_fields
        if field.name not in ("id", "review", "position", "created_at")
    }
