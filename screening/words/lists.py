"""Word lists: what is highlighted while people read.

A list of the team is written by an owner and leaves an event; it is a help to readers
and no part of the protocol, so a change needs no amendment. A private list is its
maker's alone: no event tells of it. Everybody switches any list off for themselves.
Highlighting shows words, it never decides (MECIR C39 leaves the judgment to people).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone

from reviews import access, events
from reviews.models import Review, Role, User
from screening.models import Colour, Meaning, WordList, WordListOff
from screening.models.words import WordListQuerySet
from screening.words import typed

MOST_LISTS = 100
# Of all that is highlighted for one person: what finds it is held in memory.
MOST_LETTERS = 100_000
COLOURS = {
    Meaning.INCLUDE: Colour.GREEN,
    Meaning.EXCLUDE: Colour.RED,
    Meaning.POPULATION: Colour.BLUE,
    Meaning.INTERVENTION: Colour.VIOLET,
    Meaning.COMPARATOR: Colour.VIOLET,
    Meaning.OUTCOME: Colour.AMBER,
    Meaning.DESIGN: Colour.GREY,
    Meaning.OTHER: Colour.GREY,
}


class TooManyLists(ValueError):
    """The review has as many lists as a page can highlight quickly."""


class TooManyLetters(TooManyLists):
    """The lists of a person have more letters together than are held at hand."""


class NotYours(access.WrongRole):
    """A list of somebody else, or of the team and the person is no owner."""


@dataclass(frozen=True)
class Facts:
    """What a list is, as it was typed."""

    name: str
    meaning: str
    colour: str
    words: str
    matches_case: bool = False
    whole_words: bool = True


def known(review: Review, person: User) -> WordListQuerySet:
    """Return the team's lists and the person's own, removed ones too."""
    return WordList.objects.filter(review=review).known_to(person)


def visible(review: Review, person: User) -> WordListQuerySet:
    """Return the lists that the person may see: the team's, and their own."""
    return known(review, person).in_use().with_switch(person).in_order()


def switched_on(review: Review, person: User) -> list[WordList]:
    """Return the lists that are highlighted for the person."""
    return list(visible(review, person).exclude(switched_off__person=person))


def facts_of(made: WordList) -> Facts:
    """Return what a list is."""
    return Facts(
        made.name,
        made.meaning,
        made.colour,
        made.words,
        made.matches_case,
        made.whole_words,
    )


def may_write(made: WordList, person: User, *, is_owner: bool) -> bool:
    """Tell whether the person may change the list."""
    return is_owner if made.is_shared else made.made_by_id == person.pk


@transaction.atomic
def create(
    review: Review,
    facts: Facts,
    *,
    by: User,
    is_shared: bool = False,
    at: datetime | None = None,
) -> WordList:
    """Make a list, for the team (an owner alone) or for oneself.

    The very same again, as by a form that is sent twice, is the list that is there.
    Raises WrongRole, typed.WordsRefused, TooManyLists or TooManyLetters.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER if is_shared else Role.VIEWER)
    columns = _columns(facts)
    same = visible(review, by).filter(is_shared=is_shared, **columns).first()
    if same is not None:
        return same
    if visible(review, by).count() >= MOST_LISTS:
        raise TooManyLists(
            f"At most {MOST_LISTS} lists are highlighted at once. Remove one first."
        )
    _require_room(visible(review, by), columns)
    made = WordList.objects.create(
        review=review,
        made_by=by,
        made_at=at or timezone.now(),
        is_shared=is_shared,
        **columns,
    )
    _tell(made, "word_list.created", f"Made the word list {made}", by=by, at=at)
    return made


@transaction.atomic
def change(
    made: WordList, facts: Facts, *, by: User, at: datetime | None = None
) -> WordList:
    """Change a list. Raises NotYours, typed.WordsRefused or TooManyLetters."""
    made = _lock(made, by)
    columns = _columns(facts)
    old = {name: getattr(made, name) for name in columns}
    if columns == old:
        return made
    _require_room(visible(made.review, by).exclude(pk=made.pk), columns)
    for name, value in columns.items():
        setattr(made, name, value)
    made.save(update_fields=list(columns))
    _tell(
        made,
        "word_list.changed",
        f"Changed the word list {made}",
        by=by,
        at=at,
        old={name: old[name] for name in columns if columns[name] != old[name]},
    )
    return made


@transaction.atomic
def share(made: WordList, *, by: User, at: datetime | None = None) -> WordList:
    """Give one's own list to the team; only an owner can. Raises WrongRole."""
    made = _lock(made, by)
    access.require(made.review, by, Role.OWNER)
    if not made.is_shared:
        made.is_shared = True
        made.save(update_fields=["is_shared"])
        _tell(made, "word_list.created", f"Shared the word list {made}", by=by, at=at)
    return made


@transaction.atomic
def retire(made: WordList, *, by: User, at: datetime | None = None) -> WordList:
    """Remove a list from all pages; it is kept, and can be put back."""
    made = _lock(made, by)
    if made.retired_at is None:
        made.retired_at = at or timezone.now()
        made.save(update_fields=["retired_at"])
        _tell(made, "word_list.retired", f"Removed the word list {made}", by=by, at=at)
    return made


@transaction.atomic
def reinstate(made: WordList, *, by: User, at: datetime | None = None) -> WordList:
    """Put a removed list back. Raises NotYours or TooManyLetters."""
    made = _lock(made, by)
    if made.retired_at is not None:
        _require_room(visible(made.review, by), {"words": made.words})
        made.retired_at = None
        made.save(update_fields=["retired_at"])
        _tell(
            made, "word_list.reinstated", f"Put back the word list {made}", by=by, at=at
        )
    return made


@transaction.atomic
def switch(made: WordList, *, person: User, is_on: bool) -> None:
    """Switch a list on or off for one person."""
    access.require(made.review, person, Role.VIEWER)
    if not made.is_shared and made.made_by_id != person.pk:
        raise NotYours("This list is somebody else's.")
    if is_on:
        WordListOff.objects.filter(word_list=made, person=person).delete()
    else:
        WordListOff.objects.get_or_create(word_list=made, person=person)


@transaction.atomic
def create_all(
    review: Review, several: Iterable[Facts], *, by: User, is_shared: bool
) -> list[WordList]:
    """Make several lists, or none of them."""
    return [create(review, facts, by=by, is_shared=is_shared) for facts in several]


def _columns(facts: Facts) -> dict[str, str | bool]:
    return {
        "name": facts.name.strip(),
        "meaning": facts.meaning,
        "colour": facts.colour,
        "words": "\n".join(typed.lines(facts.words)),
        "matches_case": facts.matches_case,
        "whole_words": facts.whole_words,
    }


def _require_room(others: WordListQuerySet, columns: dict[str, str | bool]) -> None:
    held = others.aggregate(letters=Sum(Length("words"), default=0))["letters"]
    if held + len(str(columns["words"])) > MOST_LETTERS:
        raise TooManyLetters(
            f"The lists that you see have at most {MOST_LETTERS:,} letters together. "
            "Shorten or remove one first."
        )


def _lock(made: WordList, by: User) -> WordList:
    made = (
        WordList.objects.select_related("review")
        .select_for_update(of=("self",))
        .get(pk=made.pk)
    )
    is_owner = access.has_role(made.review, by, Role.OWNER)
    access.require(made.review, by, Role.VIEWER)
    if not may_write(made, by, is_owner=is_owner):
        raise NotYours("A list is changed by whoever made it, or by an owner.")
    return made


def _tell(
    made: WordList,
    action: str,
    summary: str,
    *,
    by: User,
    at: datetime | None,
    old: dict[str, str | bool] | None = None,
) -> None:
    """Leave an event of a list of the team; what is private leaves none."""
    if not made.is_shared:
        return
    new = {
        "name": made.name,
        "meaning": made.meaning,
        "words": made.words,
    }
    events.record(made.review, action, summary, by=by, old=old, new=new, at=at)
