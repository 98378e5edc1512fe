"""Who put which label where, as far as a reader may see it.

Their own, and those of all once the item is settled or, in a conflict, open to those
who may settle it (MECIR C39).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Case, Count, F, Q, Value, When

from reviews.models import Review, Stage, User
from screening import decisions, sight
from screening.decisions import Item
from screening.labels.book import read_as, vocabulary
from screening.models import Label, Labelling
from screening.models.label import LabellingQuerySet
from screening.stages import item_name


@dataclass(frozen=True)
class Put:
    """A label on an item, and who put it there."""

    name: str
    key: str
    person: User
    at: datetime


def of(item: Item, reader: User) -> list[Put]:
    """Return the labels on the item that the reader may see, by name and person.

    Their own, and those of all once the item is closed to the reader.
    """
    found = Labelling.objects.filter(decisions.of(item)).standing()
    if not sight.is_closed_to(item, reader):
        found = found.filter(person=reader)
    return told(item.review, found)


def told(review: Review, lines: LabellingQuerySet) -> list[Put]:
    """Return lines as the labels that they are read as, by name and person."""
    known = {each.pk: each for each in vocabulary(review)}
    put: dict[tuple[str, int], Put] = {}
    for line in lines.select_related("label", "person").order_by("pk"):
        label = read_as(line.label, known)
        made = Put(label.name, label.key, line.person, line.at)
        put.setdefault((label.key, line.person_id), made)
    return [put[each] for each in sorted(put)]


def by_item(review: Review, stage: Stage) -> dict[tuple[int, int], list[str]]:
    """Return the labels on settled items, by item and person; for the closed export."""
    every = {each.pk: each for each in Label.objects.filter(review=review)}
    meaning = _meanings(review)
    name = f"{item_name(stage)}_id"
    found: dict[tuple[int, int], dict[str, str]] = {}
    lines = Labelling.objects.filter(sight.settled(), review=review, stage=stage)
    for item, person, label in lines.standing().values_list(name, "person", "label"):
        read = every[meaning[label]]
        found.setdefault((item, person), {})[read.key] = read.name
    return {of: [on[key] for key in sorted(on)] for of, on in found.items()}


def counted(
    review: Review, shown: Iterable[Label], person: User
) -> list[tuple[Label, int]]:
    """Return each label with how many records and reports it is on.

    Counted is what the person may see: what is settled, and their own.
    """
    meaning = _meanings(review)
    whens = [When(label=pk, then=Value(to)) for pk, to in meaning.items() if pk != to]
    read = Case(*whens, default=F("label"), output_field=BigIntegerField())
    found = (
        _visible_lines(review, person)
        .annotate(read=read if whens else F("label"))
        .order_by()
        .values_list("read")
        .annotate(records=Count("record", distinct=True))
        .annotate(reports=Count("report", distinct=True))
    )
    numbers = {label: records + reports for label, records, reports in found}
    return [(each, numbers.get(each.pk, 0)) for each in shown]


def put_as(review: Review, label: Label, person: User) -> LabellingQuerySet:
    """Return where a label is, as far as the person may see, merged ones included."""
    same = [pk for pk, to in _meanings(review).items() if to == label.pk]
    return (
        _visible_lines(review, person)
        .filter(label__in=same)
        .select_related("record__review", "report__review", "person", "label")
        .order_by("record", "report", "person", "pk")
    )


def own_of(review: Review, label: Label, person: User) -> LabellingQuerySet:
    """Return where the person put a label."""
    return put_as(review, label, person).filter(person=person)


def _visible_lines(review: Review, person: User) -> LabellingQuerySet:
    mine_or_settled = sight.settled() | Q(person=person)
    lines = Labelling.objects.filter(mine_or_settled, review=review).standing()
    # What is on a record that was taken out rests with it.
    return lines.exclude(record__in_review=False)


def _meanings(review: Review) -> dict[int, int]:
    """Return which label each label of the review is read as."""
    every = {each.pk: each for each in Label.objects.filter(review=review)}
    common = {each.key: each for each in every.values() if each.owner_id is None}
    found = {}
    for pk, label in every.items():
        read = read_as(label, every)
        found[pk] = read_as(common.get(read.key, read), every).pk
    return found
