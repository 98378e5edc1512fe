"""Labels put on records and reports, by one person, for themselves.

A labelling is appended, put or taken off, and never edited. It is its maker's own
until the item is closed to the reader, as their decision is (MECIR C39).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access
from reviews.models import Record, Review, Role, Stage, User
from screening import decisions
from screening.decisions import Item
from screening.labels import book
from screening.labels.book import Book, LabelRefused
from screening.models import Label, Labelling
from screening.models.label import LabellingQuerySet
from screening.stages import item_name

MOST_OWN = 300


@transaction.atomic
def put(
    item: Item,
    names: Iterable[str],
    *,
    off: Iterable[str] = (),
    person: User,
    at: datetime | None = None,
) -> None:
    """Put labels on the item, and take those of `off` away; only the person's own.

    A name that there is not yet becomes a private label. What is on already stays as
    it is. Raises WrongRole, LabelRefused or NotOpenForDecision; then nothing is
    written.
    """
    item = decisions.lock(item)
    review = item.review
    access.require(review, person, Role.REVIEWER, stage=decisions.stage_of(item))
    if isinstance(item, Record) and not item.in_review:
        raise decisions.NotOpenForDecision("This record was taken out of the review.")
    known = Book(review, person)
    wanted = [known.find(name) or _new(review, name, person) for name in names]
    unwanted = {found.key for name in off if (found := known.find(name))}
    last = {each.label_id: each for each in _lines(item, person)}
    on = {pk: known.read(pk).key for pk, each in last.items() if each.is_on}
    at = at or timezone.now()
    for pk, key in on.items():
        if key in unwanted:
            last[pk] = _append(item, person, pk, last[pk], is_on=False, at=at)
    standing = set(on.values()) - unwanted
    for label in dict.fromkeys(wanted):
        if label is not None and label.key not in standing:
            _append(item, person, label.pk, last.get(label.pk), is_on=True, at=at)


def _lines(item: Item, person: User) -> LabellingQuerySet:
    """Return the person's last word on each label of the item."""
    return Labelling.objects.filter(decisions.of(item), person=person).unsuperseded()


def own_on(
    stage: Stage, items: Sequence[Item], person: User, known: Book
) -> dict[int, list[Label]]:
    """Return the labels that the person has on each item, by name."""
    name = item_name(stage)
    lines = (
        Labelling.objects.filter(
            **{f"{name}__in": [item.pk for item in items]}, person=person
        )
        .standing()
        .values_list(name, "label")
    )
    found: dict[int, dict[str, Label]] = {item.pk: {} for item in items}
    for item, label in lines:
        read = known.read(label)
        found[item][read.key] = read
    return {item: [on[key] for key in sorted(on)] for item, on in found.items()}


def _new(review: Review, name: str, person: User) -> Label | None:
    """Make a private label of a name that was typed; None for no name."""
    if not name.strip():
        return None
    name, key = book.checked(name)
    if book.private(review, person).count() >= MOST_OWN:
        raise LabelRefused(f"Nobody has more than {MOST_OWN} labels of their own.")
    made, _ = Label.objects.get_or_create(
        review=review, key=key, owner=person, defaults={"name": name, "made_by": person}
    )
    return made


def _append(
    item: Item,
    person: User,
    label: int,
    last: Labelling | None,
    *,
    is_on: bool,
    at: datetime,
) -> Labelling:
    return Labelling.objects.create(
        review=item.review,
        stage=decisions.stage_of(item),
        person=person,
        label_id=label,
        is_on=is_on,
        supersedes=last,
        at=at,
        **{item._meta.model_name or "": item},
    )
