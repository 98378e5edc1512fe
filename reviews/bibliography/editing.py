"""Edits of what a record says of its publication, each kept and each taken back.

Databases leave abstracts out and misprint names. An edit changes what everybody reads
and what duplicates are found by, never what the source gave: the record's original
text stays, and the history keeps each value that was replaced. Two people who edit one
record at once lose nothing: each changes what they changed on their page, and where
both changed the same field the later is asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from reviews import access, events, reports
from reviews.bibliography import carrying
from reviews.bibliography import values as said
from reviews.models import Event, Fingerprint, Record, Review, Role, User

EDITED = "record.edited"


class EditedMeanwhile(Exception):
    """Somebody changed the same fields after the page was opened."""

    def __init__(
        self, record: Record, changed: Mapping[str, Any], both: list[str]
    ) -> None:
        self.record = record
        # What the person wrote, of all that the page asks for.
        self.changed = dict(changed)
        # What stands in the fields that both changed, each by its label.
        self.theirs = [
            (said.label(name), said.in_words(getattr(record, name))) for name in both
        ]
        super().__init__("This record was changed after you opened it.")


class HasAbstract(ValueError):
    """Somebody gave the record an abstract meanwhile."""

    def __init__(self) -> None:
        super().__init__("This record has an abstract by now; nothing was replaced.")


class NotAnEdit(LookupError):
    """The event is no edit of this record, or holds nothing to put back."""


class Overtaken(ValueError):
    """What an edit said was changed again since."""

    def __init__(self) -> None:
        super().__init__(
            "The record was changed again since that edit; nothing was taken back."
        )


@dataclass(frozen=True)
class Replaced:
    """One edit of a record: each field, with what it said before and since."""

    event: Event
    changes: tuple[tuple[str, str, str], ...]
    # Whether the record still says what the edit made of it.
    stands: bool


@transaction.atomic
def edit(
    record: Record,
    values: Mapping[str, Any],
    *,
    by: User,
    seen: int | None = None,
    at: datetime | None = None,
) -> Record:
    """Change what a record says; what it said before stays in the history.

    `seen` is the last edit that the person had before them, as `latest` gives it: of
    the values, only those that differ from what the record said then are theirs.
    Raises WrongRole, Nameless or EditedMeanwhile. Without a difference nothing is
    written.
    """
    record = said.lock(record)
    access.require(record.review, by, Role.OWNER)
    if seen is not None:
        values = _own(record, values, seen)
    return _change(record, values, "Edited", by=by, at=at)


@transaction.atomic
def add_abstract(
    record: Record, abstract: str, *, by: User, at: datetime | None = None
) -> Record:
    """Give a record the abstract that its source left out, as a reviewer may too.

    Raises WrongRole or HasAbstract.
    """
    record = said.lock(record)
    if not may_add_abstract(record.review, by):
        access.require(record.review, by, Role.OWNER)
    if record.abstract:
        raise HasAbstract
    changed = {"abstract": abstract.strip()}
    return _change(record, changed, "Abstract pasted in", by=by, at=at)


def may_add_abstract(review: Review, user: User) -> bool:
    """Tell whether somebody may fill in a missing abstract: owners and screeners."""
    return access.reads_records(review, user)


@transaction.atomic
def take_back(
    record: Record, event_pk: int, *, by: User, at: datetime | None = None
) -> Record:
    """Take one edit back: its fields say again what they said before it.

    A reviewer takes back what they pasted in themselves. Raises WrongRole, NotAnEdit,
    Overtaken or Nameless.
    """
    record = said.lock(record)
    event = events.about(record).filter(pk=event_pk, action=EDITED).first()
    if event is None:
        access.require(record.review, by, Role.OWNER)
        raise NotAnEdit("There is no such edit of this record.")
    if not may_take_back(record.review, event, by):
        access.require(record.review, by, Role.OWNER)
    if not _stands(record, event):
        raise Overtaken
    return _change(record, event.old or {}, "An edit was taken back", by=by, at=at)


def may_take_back(review: Review, event: Event, user: User) -> bool:
    """Tell whether somebody may take an edit back: owners, and whoever made it."""
    return access.has_role(review, user, Role.OWNER) or (
        event.by_id == user.pk and may_add_abstract(review, user)
    )


def edits(record: Record) -> list[Replaced]:
    """Return the edits of a record, the latest first."""
    return [
        Replaced(
            event,
            tuple(_differences(event.old or {}, event.new or {})),
            _stands(record, event),
        )
        for event in events.about(record).filter(action=EDITED)
    ]


def latest(record: Record) -> int:
    """Return the key of the last edit of a record, 0 before the first."""
    made = events.about(record).filter(action=EDITED).order_by("-pk")
    return made.values_list("pk", flat=True).first() or 0


def _own(record: Record, values: Mapping[str, Any], seen: int) -> dict[str, Any]:
    """Return what a person changed of what they had before them.

    What others changed since stays as it is. Raises EditedMeanwhile.
    """
    now = said.of(record)
    opened = dict(now)
    since = events.about(record).filter(action=EDITED, pk__gt=seen)
    for event in since.order_by("-pk"):
        opened.update(event.old or {})
    changed = {
        name: values[name]
        for name in said.FIELDS
        if name in values and values[name] != opened[name]
    }
    both = [name for name in changed if now[name] not in (opened[name], changed[name])]
    if both:
        raise EditedMeanwhile(record, changed, both)
    return changed


def _stands(record: Record, event: Event) -> bool:
    now = said.of(record)
    return all(now[name] == value for name, value in (event.new or {}).items())


def _differences(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    for name, was in old.items():
        yield said.label(name), said.in_words(was), said.in_words(new[name])


def _change(
    record: Record,
    values: Mapping[str, Any],
    words: str,
    *,
    by: User,
    at: datetime | None,
) -> Record:
    at = at or timezone.now()
    was, cited = said.of(record), reports.new(record, at)
    said.put(record, values)
    now = said.of(record)
    changed = [name for name in said.FIELDS if was[name] != now[name]]
    if not changed:
        return record
    record.save(update_fields=changed)
    # It may be a copy of another by now, or of none.
    Fingerprint.objects.filter(record=record).delete()
    events.record(
        record.review,
        EDITED,
        f"{words}: {record}",
        by=by,
        subject=record,
        old={name: was[name] for name in changed},
        new={name: now[name] for name in changed},
        at=at,
    )
    carrying.carry(record, cited, by=by, at=at)
    return record
