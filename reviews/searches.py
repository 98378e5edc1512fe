"""Searches: what was searched, where, when and how (PRISMA-S items 1, 8, 13, 16)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from reviews import events
from reviews.models import Review, Search, User


class SearchInUse(Exception):
    """A search whose records are in the review stays."""


def _facts(search: Search) -> dict[str, Any]:
    return {
        field.name: getattr(search, field.name)
        for field in Search._meta.concrete_fields
        if field.name not in ("id", "review", "position", "created_at")
    }


@transaction.atomic
def record(search: Search, *, by: User, at: datetime | None = None) -> Search:
    """Store a search that is new or was changed, and say which in the history."""
    review = Review.objects.select_for_update().get(pk=search.review_id)
    stored = Search.objects.select_for_update().filter(pk=search.pk).first()
    old = _facts(stored) if stored else None
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
    """Remove a search that nothing was imported into. Raises SearchInUse."""
    search = Search.objects.select_for_update().get(pk=search.pk)
    if search.records.exists() or search.imports.exclude(state="discarded").exists():
        raise SearchInUse("Records came from this search, so it stays.")
    events.record(
        search.review,
        "search.removed",
        f"Removed the search {search.name}",
        by=by,
        old=_facts(search),
        at=at,
    )
    search.delete()
