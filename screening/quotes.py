"""Quotes: the words in a title or abstract that a person marked while judging.

A quote says where it stands in the text, and keeps the words and the text's hash, so
that an edit of the record since is told and the words are found again where they went.
It is its maker's own until the item is closed to the reader, as the decision is
(MECIR C39), and is appended: a changed remark or a quote taken away supersedes.
"""

import uuid
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.db import transaction
from django.utils import timezone

from reviews import access
from reviews.models import (
    Criterion,
    CriterionVersion,
    Record,
    Review,
    Role,
    Stage,
    User,
)
from screening import decisions, sight
from screening.decisions import Item
from screening.models import Quote
from screening.models.quote import QuoteQuerySet
from screening.stages import item_name

MOST_ON_AN_ITEM = 50
LONGEST = 5000
LONGEST_REMARK = 2000


class NotThere(ValueError):
    """The words do not stand in the text, or more than once, or it was changed."""


class TooMany(ValueError):
    """More quotes on one item, or longer ones, than anybody would read."""


@dataclass(frozen=True)
class Placed:
    """A quote, and where its words stand today."""

    quote: Quote
    start: int = 0
    end: int = 0
    # The text was edited since: the words stand elsewhere, or not any more.
    is_edited: bool = False
    is_gone: bool = False


def text_of(item: Item, field: str) -> str:
    """Return the text that is read on the item's page."""
    if field == Quote.Field.TITLE:
        return item.title
    record = item if isinstance(item, Record) else read_record(item)
    return record.abstract if record else ""


def read_record(item: Item) -> Record | None:
    """Return the record whose abstract is read on the item's page."""
    if isinstance(item, Record):
        return item
    return item.records.select_related("review").order_by("pk").first()


def version_of(text: str) -> str:
    """Return what tells one version of a text from another."""
    return sha256(text.encode()).hexdigest()


@transaction.atomic
def mark(
    item: Item,
    field: str,
    words: str,
    *,
    person: User,
    at_place: tuple[int, int] | None = None,
    version: str = "",
    criterion: Criterion | None = None,
    remark: str = "",
    at: datetime | None = None,
) -> Quote:
    """Mark words of a title or abstract.

    `at_place` is where they stand in the version that the page showed; without it
    they are looked for. The same words again are the same quote. Raises WrongRole,
    NotThere or TooMany; then nothing is written.
    """
    item = decisions.lock(item)
    _require(item, person)
    text = text_of(item, field)
    start, end = located(text, words, at_place, version)
    if end - start > LONGEST:
        raise TooMany(f"A quote has at most {LONGEST:,} characters.")
    mine = Quote.objects.filter(decisions.of(item), person=person).standing()
    there = mine.filter(
        field=field, start=start, end=end, sha256=version_of(text)
    ).first()
    if there is not None and criterion is None and not remark:
        return there
    if there is not None:
        return change(there, person=person, criterion=criterion, remark=remark, at=at)
    if mine.count() >= MOST_ON_AN_ITEM:
        raise TooMany(f"Nobody marks more than {MOST_ON_AN_ITEM} quotes on one record.")
    return Quote.objects.create(
        review=item.review,
        stage=decisions.stage_of(item),
        person=person,
        field=field,
        start=start,
        end=end,
        text=text[start:end],
        sha256=version_of(text),
        criterion=decisions.version(item.review, criterion),
        remark=remark.strip(),
        marked_at=at or timezone.now(),
        **{item._meta.model_name or "": item},
    )


@transaction.atomic
def change(
    quote: Quote,
    *,
    person: User,
    criterion: Criterion | None,
    remark: str,
    at: datetime | None = None,
) -> Quote:
    """Say what a quote speaks to; what was said before is kept.

    A quote that was superseded meanwhile stays as it is now. Raises WrongRole.
    """
    item, last = _last(quote, person)
    version = decisions.version(item.review, criterion)
    said = (version.pk if version else None, remark.strip())
    if last.is_withdrawn or said == (last.criterion_id, last.remark):
        return last
    return _supersede(last, criterion=version, remark=remark.strip(), at=at)


@transaction.atomic
def take_away(quote: Quote, *, person: User, at: datetime | None = None) -> Quote:
    """Take one's own quote away; it is kept in the history. Raises WrongRole."""
    _, last = _last(quote, person)
    return last if last.is_withdrawn else _supersede(last, is_withdrawn=True, at=at)


@transaction.atomic
def put_back(quote: Quote, *, person: User, at: datetime | None = None) -> Quote:
    """Put a quote back that was taken away. Raises WrongRole."""
    _, last = _last(quote, person)
    return _supersede(last, is_withdrawn=False, at=at) if last.is_withdrawn else last


def all_of(review: Review, person: User) -> QuoteQuerySet:
    """Return all that the person ever marked in the review."""
    return Quote.objects.filter(review=review, person=person)


def own(stage: Stage, items: Sequence[Item], person: User) -> dict[int, list[Quote]]:
    """Return the person's own quotes on each item, as they stand in the text."""
    name = item_name(stage)
    keys = [item.pk for item in items]
    mine = Quote.objects.filter(**{f"{name}__in": keys}, person=person).standing()
    found: dict[int, list[Quote]] = {key: [] for key in keys}
    for quote in _in_order(mine):
        found[getattr(quote, f"{name}_id")].append(quote)
    return found


def of(item: Item, reader: User) -> list[Quote]:
    """Return the quotes on the item that the reader may see, by person and place.

    Their own, and those of all once the item is closed to the reader.
    """
    found = Quote.objects.filter(decisions.of(item)).standing()
    if not sight.is_closed_to(item, reader):
        found = found.filter(person=reader)
    return _in_order(found)


def by_item(review: Review, stage: Stage) -> dict[tuple[int, int], list[str]]:
    """Return the words quoted on settled items, by item and person."""
    name = f"{item_name(stage)}_id"
    found: dict[tuple[int, int], list[str]] = {}
    settled = Quote.objects.filter(sight.settled(), review=review, stage=stage)
    in_order = settled.standing().order_by("field", "start", "pk")
    for item, person, text in in_order.values_list(name, "person", "text"):
        found.setdefault((item, person), []).append(text)
    return found


def placed(item: Item, found: Iterable[Quote]) -> list[Placed]:
    """Return where the words of quotes on the item stand today."""
    texts = {name: text_of(item, name) for name in Quote.Field.values}
    return placed_in(texts, found)


def placed_in(texts: Mapping[str, str], found: Iterable[Quote]) -> list[Placed]:
    """Return where the words of quotes stand in the texts of their fields."""
    versions = {name: version_of(text) for name, text in texts.items()}
    return [_placed(each, texts[each.field], versions[each.field]) for each in found]


def _placed(quote: Quote, text: str, version: str) -> Placed:
    if quote.sha256 == version:
        return Placed(quote, quote.start, quote.end)
    start = _nearest(text, quote.text, quote.start)
    if start < 0:
        return Placed(quote, is_edited=True, is_gone=True)
    return Placed(quote, start, start + len(quote.text), is_edited=True)


def _nearest(text: str, words: str, near: int) -> int:
    """Return where the words stand nearest to a place; -1 where they do not.

    Of places that overlap not all are looked at: in a text that says the same over and
    over there are as many of them as it has letters.
    """
    found = [place for place in (text.find(words, near),) if place >= 0]
    place = text.find(words)
    while place >= 0:
        found.append(place)
        place = text.find(words, place + len(words))
    return min(found, key=lambda place: abs(place - near), default=-1)


def located(
    text: str, words: str, at_place: tuple[int, int] | None, version: str
) -> tuple[int, int]:
    """Return where the words stand: as they were selected, else where they are found.

    A browser counts a line break as one character, whatever the text has.
    """
    if at_place is None or version != version_of(text):
        return _found(text, words)
    start, end = at_place
    if not words.strip() or _single(text[start:end]) == _single(words):
        return _trimmed(text, start, end)
    return _found(text, words, near=start)


def _single(text: str) -> str:
    return " ".join(text.split())


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Leave out the space around a selection."""
    if not 0 <= start < end <= len(text):
        raise NotThere("These words do not stand there.")
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    if start >= end:
        raise NotThere("Select the words that you want to mark.")
    return start, end


def _found(text: str, words: str, *, near: int | None = None) -> tuple[int, int]:
    """Find words that were typed or pasted, whatever their spaces and capitals."""
    wanted = _single(words)
    if not wanted:
        raise NotThere("Select the words, or paste them here.")
    spaced, places = _spaced(text)
    for whole, part in ((spaced, wanted), (_lower(spaced), _lower(wanted))):
        first = whole.find(part)
        if first >= 0 and near is not None:
            first = _nearest(whole, part, bisect_left(places, near))
        elif first >= 0 and whole.find(part, first + 1) >= 0:
            raise NotThere(
                "These words stand there more than once: paste a few more of those "
                "around them."
            )
        if first >= 0:
            return places[first], places[first + len(part) - 1] + 1
    raise NotThere("These words do not stand there as they are written here.")


def _spaced(text: str) -> tuple[str, list[int]]:
    """Return the text with single spaces, and where each character stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if not letter.isspace():
            letters.append(letter)
            places.append(place)
        elif letters and letters[-1] != " ":
            letters.append(" ")
            places.append(place)
    return "".join(letters), places


def _lower(text: str) -> str:
    """Return a text in small letters, of the same length."""
    return "".join(low if len(low := each.lower()) == 1 else each for each in text)


def _require(item: Item, person: User) -> None:
    stage = decisions.stage_of(item)
    access.require(item.review, person, Role.REVIEWER, stage=stage)
    if isinstance(item, Record) and not item.in_review:
        raise NotThere("This record was taken out of the review.")


def _last(quote: Quote, person: User) -> tuple[Item, Quote]:
    """Lock what was quoted, and return the last word on the quote."""
    item = decisions.lock(decisions.item_of(quote))
    stage = decisions.stage_of(item)
    access.require(item.review, person, Role.REVIEWER, stage=stage)
    if quote.person_id != person.pk:
        raise access.WrongRole("Everybody changes only their own quotes.")
    last = quote
    while (later := Quote.objects.filter(supersedes=last).first()) is not None:
        last = later
    return item, last


def _supersede(
    last: Quote,
    *,
    criterion: CriterionVersion | None = None,
    remark: str | None = None,
    is_withdrawn: bool = False,
    at: datetime | None,
) -> Quote:
    """Append a quote of the same words in the place of the last."""
    says = remark is not None
    return Quote.objects.create(
        review_id=last.review_id,
        stage=last.stage,
        record_id=last.record_id,
        report_id=last.report_id,
        person_id=last.person_id,
        field=last.field,
        start=last.start,
        end=last.end,
        text=last.text,
        sha256=last.sha256,
        criterion_id=(criterion.pk if criterion else None)
        if says
        else last.criterion_id,
        remark=remark if remark is not None else last.remark,
        is_withdrawn=is_withdrawn,
        supersedes=last,
        token=uuid.uuid4(),
        marked_at=at or timezone.now(),
    )


def _in_order(found: QuoteQuerySet) -> list[Quote]:
    read = found.select_related("person", "criterion__criterion")
    return sorted(
        read, key=lambda each: (each.person_id, each.field != "title", each.start)
    )
