"""Titles and abstracts as a list: several records on a page, each judged in its place.

What a row shows is its reader's own and what the protocol does not hide from judges; a
record that does not wait for them and that they have not judged can only be read.
"""

import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.paginator import Page
from django.db.models import QuerySet

from reviews import paging
from reviews.models import Record, Review, Stage, User
from screening import cards, decisions, queues
from screening.bulk import deciding
from screening.bulk.deciding import Chosen, TooMany
from screening.cards import Card
from screening.forms.decision import DecisionForm
from screening.marks import Counted
from screening.models import Decision
from screening.ranking import ordering
from screening.words.marking import Look

PER_PAGE = 20

NOT_YOURS = (
    "This record does not wait for you, so you can read it here but not judge it."
)


class Changed(Exception):
    """What was chosen is not what was shown when it was asked again."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A ticked row: the record, and the reader's own decision as the page showed it."""

    record: int
    before: uuid.UUID | None


def rows(
    review: Review,
    records: Sequence[Record],
    person: User,
    *,
    refused: DecisionForm | None = None,
    of: Record | None = None,
) -> list[Card]:
    """Return a card for each record in a constant number of queries.

    `refused` is the form that was sent for the record `of`.
    """
    stage = Stage.TITLE_ABSTRACT
    waiting = set(
        queues.queue(review, stage, person)
        .filter(pk__in=[record.pk for record in records])
        .order_by()
        .values_list("pk", flat=True)
    )
    dealt = []
    for card in cards.deal(review, stage, records, person, come_back=False):
        if refused is not None and card.item == of:
            card = replace(card, form=refused)
        is_open = card.item.pk in waiting or card.current is not None
        dealt.append(card if is_open else replace(card, closed=NOT_YOURS))
    return dealt


def page(
    review: Review,
    found: QuerySet[Record],
    person: User,
    *,
    number: str | None,
    by_relevance: bool,
) -> Page[Record]:
    """Return a page of the list, by the reader's own order where there is one."""
    shown = review.records.defer("original")
    order = None
    if by_relevance:
        order = ordering.of(review, Stage.TITLE_ABSTRACT, person)
    if order is None:
        return paging.page(found, shown, number=number, per_page=PER_PAGE)
    return paging.by_keys(
        found, shown, order.head, order.whole, number=number, per_page=PER_PAGE
    )


def legend(dealt: Sequence[Card]) -> list[Counted]:
    """Return the lists whose words are highlighted on the page, with how many."""
    number: Counter[Look] = Counter()
    for card in dealt:
        for each in card.marks.legend:
            number[each.look] += each.count
    return [Counted(look, count) for look, count in number.items()]


def mark(record: int, own: uuid.UUID | None) -> str:
    """Return what a tick box names: the record and the reader's own word on it."""
    return f"{record}.{own or ''}"


def read_marks(marks: Sequence[str]) -> list[Listed]:
    """Read what tick boxes named; what is no such name is nothing."""
    found = {}
    for mark in marks[: deciding.AT_ONCE + 1]:
        key, _, token = mark.partition(".")
        try:
            listed = Listed(int(key), uuid.UUID(token) if token else None)
        except ValueError:
            continue
        if 0 < listed.record < 2**63:
            found[listed.record] = listed
    return list(found.values())


def chosen(review: Review, listed: Sequence[Listed], person: User) -> list[Chosen]:
    """Return the records that were ticked, with one's own word as it was shown."""
    records = review.records.in_bulk([each.record for each in listed])
    tokens = [each.before for each in listed if each.before is not None]
    said = {
        made.token: made
        for made in Decision.objects.filter(
            review=review, reviewer=person, token__in=tokens
        )
    }
    return [
        Chosen(records[each.record], said.get(each.before) if each.before else None)
        for each in listed
        if each.record in records
    ]


def all_of(review: Review, records: QuerySet[Record], person: User) -> list[Chosen]:
    """Return all records of a list with one's own word on each. Raises TooMany."""
    most = deciding.MOST
    found = list(records.only("pk", "title").order_by("pk")[: most + 1])
    if len(found) > most:
        raise TooMany(
            f"More than {most:,} records match; at most {most:,} can be decided at "
            "once. Narrow the list, or tick some of it."
        )
    own = decisions.own(review, person).filter(stage=Stage.TITLE_ABSTRACT)
    said = {made.record_id: made for made in own.select_related(None)}
    return [Chosen(record, said.get(record.pk)) for record in found]


def digest(chosen: Sequence[Chosen]) -> str:
    """Return what tells a choice from every other, too long to be sent with a form."""
    marks = (
        mark(each.record.pk, each.before.token if each.before else None)
        for each in chosen
    )
    return hashlib.sha256("\n".join(marks).encode()).hexdigest()
