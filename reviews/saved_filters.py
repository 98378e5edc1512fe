"""Saved filters: what a list was asked, kept under a name.

Each is one person's own until they share it with the team. A shared one holds only
what everybody may ask: nothing of one's own decisions, ticks and notes.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone

from reviews import access
from reviews.models import Review, Role, SavedFilter, User
from reviews.terms import parsing
from reviews.terms.asking import OF_A_RECORD

LONGEST = 2000
# What asks about one's own judgments.
OWN = frozenset({"mine", "criterion", "choice", "stage", "label"})
# What a list shows where nothing is asked: whoever opens it, what waits for them.
_DEFAULT = {"mine": "waiting"}
# What says where one is in a list, and not what it was asked.
_NOT_ASKED = ("page", "next", "csrfmiddlewaretoken")


class NameTaken(ValueError):
    """The person has a filter of that name on the page."""


class NotForAll(ValueError):
    """A shared filter would ask about one's own judgments or notes."""


class NothingAsked(ValueError):
    """The list was asked nothing, so there is nothing to save."""


def shown_to(
    review: Review, person: User, page: SavedFilter.Page
) -> QuerySet[SavedFilter]:
    """Return the filters of a page that a person may use, by their names."""
    return (
        review.saved_filters.filter(Q(owner=person) | Q(is_shared=True), page=page)
        .filter(removed_at=None)
        .select_related("owner")
        .order_by("name", "pk")
    )


def asked(query: str) -> str:
    """Return a query string with what it asks alone, however it was written."""
    given = QueryDict(query[:LONGEST], mutable=True)
    for name in _NOT_ASKED:
        given.pop(name, None)
    for name in list(given):
        said = str(given[name]).strip()
        if not said or said == _DEFAULT.get(name):
            del given[name]
    return given.urlencode()


@transaction.atomic
def add(
    review: Review,
    *,
    page: SavedFilter.Page,
    name: str,
    query: str,
    is_shared: bool,
    by: User,
    at: datetime | None = None,
) -> SavedFilter:
    """Save a filter. Raises NotAMember, NameTaken, NotForAll or NothingAsked."""
    access.require(review, by, Role.VIEWER)
    query = asked(query)
    if not query:
        raise NothingAsked("Filter or search the list first; then save what you asked.")
    made = SavedFilter(
        review=review,
        owner=by,
        page=page,
        name=name,
        query=query,
        is_shared=is_shared,
        created_at=at or timezone.now(),
    )
    return _store(made)


@transaction.atomic
def change(saved: SavedFilter, *, name: str, is_shared: bool, by: User) -> SavedFilter:
    """Give one's own filter another name, or share it. Raises what `add` raises."""
    saved = _locked(saved, by)
    saved.name, saved.is_shared = name, is_shared
    return _store(saved)


@transaction.atomic
def remove(saved: SavedFilter, *, by: User, at: datetime | None = None) -> SavedFilter:
    """Remove one's own filter; it can be put back. Raises WrongRole."""
    saved = _locked(saved, by)
    if saved.removed_at is None:
        saved.removed_at = at or timezone.now()
        saved.save(update_fields=["removed_at"])
    return saved


@transaction.atomic
def put_back(saved: SavedFilter, *, by: User) -> SavedFilter:
    """Put a removed filter back. Raises WrongRole or NameTaken."""
    saved = _locked(saved, by)
    saved.removed_at = None
    return _store(saved)


def _locked(saved: SavedFilter, by: User) -> SavedFilter:
    found = SavedFilter.objects.select_for_update().get(pk=saved.pk)
    access.require(found.review, by, Role.VIEWER)
    if found.owner_id != by.pk:
        raise access.WrongRole("Everybody changes only the filters that they saved.")
    return found


def _store(saved: SavedFilter) -> SavedFilter:
    if saved.is_shared:
        _require_for_all(saved)
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError:
        raise NameTaken(
            f"You have a filter named “{saved.name}” here already; give this one "
            "another name."
        ) from None
    return saved


def _require_for_all(saved: SavedFilter) -> None:
    given = QueryDict(saved.query)
    own = OWN & set(given) or saved.page == SavedFilter.Page.DECISIONS
    beyond = parsing.parse(given.get("text", ""), fields=OF_A_RECORD).asks_own
    if own or beyond:
        raise NotForAll(
            "A shared filter holds only what everybody may ask. Take out your own "
            "decisions, ticks and notes, or keep it to yourself."
        )
