"""What a record says of its publication: added by hand, and edited with its history.

Databases leave abstracts out and misprint names. An edit changes what everybody reads
and what duplicates are found by, never what the source gave: the record's original
text stays, and the history keeps each value that was replaced, so that it can be put
back. A record found by other means (PRISMA 2020, item 16a) is added to its search.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.models import (
    DuplicateSet,
    Event,
    Fingerprint,
    Record,
    Review,
    Role,
    Search,
    Stage,
    User,
)

FIELDS = (
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "url",
    "abstract",
    "keywords",
    "language",
    "publication_type",
)
EDITED = "record.edited"
_LISTS = ("authors", "keywords")


class Nameless(ValueError):
    """A record has a title, or at least an author."""

    def __init__(self) -> None:
        super().__init__("A record needs a title, or at least one author.")


class HasAbstract(ValueError):
    """Somebody gave the record an abstract meanwhile."""

    def __init__(self) -> None:
        super().__init__("This record has an abstract by now; nothing was replaced.")


class FromAFile(ValueError):
    """Only what was added by hand is taken out by hand."""

    def __init__(self) -> None:
        super().__init__(
            "This record came with a file: undo the import, or remove the record "
            "before screening."
        )


class InASet(ValueError):
    """The record is merged with others."""

    def __init__(self, duplicate_set: DuplicateSet) -> None:
        self.duplicate_set = duplicate_set
        super().__init__(
            f"This record stands in duplicate set {duplicate_set.number}: "
            "take it out of that first."
        )


class NotAnEdit(LookupError):
    """The event is no edit of this record, or holds nothing to put back."""


@dataclass(frozen=True)
class Replaced:
    """One edit of a record: each field, with what it said before and since."""

    event: Event
    changes: tuple[tuple[str, str, str], ...]


@transaction.atomic
def add(
    search: Search,
    values: Mapping[str, Any],
    *,
    by: User,
    at: datetime | None = None,
) -> Record:
    """Add a record to a search by hand, with the fields of FIELDS that are given.

    Raises WrongRole or Nameless.
    """
    access.require(search.review, by, Role.OWNER)
    at = at or timezone.now()
    record = Record(review_id=search.review_id, search=search, added_at=at)
    _set(record, {name: value for name, value in values.items() if name in FIELDS})
    record.save()
    events.record(
        search.review,
        "record.added",
        f"Added by hand to {search.name}: {record}",
        by=by,
        subject=record,
        new=_facts(record),
        at=at,
    )
    return record


@transaction.atomic
def edit(
    record: Record,
    values: Mapping[str, Any],
    *,
    by: User,
    at: datetime | None = None,
) -> Record:
    """Change what a record says; what it said before stays in the history.

    Raises WrongRole or Nameless. Without a difference nothing is written.
    """
    record = _locked(record)
    access.require(record.review, by, Role.OWNER)
    return _change(record, values, "Edited", by=by, at=at)


@transaction.atomic
def add_abstract(
    record: Record, abstract: str, *, by: User, at: datetime | None = None
) -> Record:
    """Give a record the abstract that its source left out, as a reviewer may too.

    Raises WrongRole or HasAbstract.
    """
    record = _locked(record)
    if not may_add_abstract(record.review, by):
        access.require(record.review, by, Role.OWNER)
    if record.abstract:
        raise HasAbstract
    changed = {"abstract": abstract.strip()}
    return _change(record, changed, "Abstract pasted in", by=by, at=at)


def may_add_abstract(review: Review, user: User) -> bool:
    """Tell whether somebody may fill in a missing abstract: owners and screeners."""
    return access.has_role(review, user, Role.OWNER) or access.has_role(
        review, user, Role.REVIEWER, stage=Stage.TITLE_ABSTRACT
    )


@transaction.atomic
def put_back_values(
    record: Record, event_pk: int, *, by: User, at: datetime | None = None
) -> Record:
    """Take one edit back: its fields say again what they said before it.

    Raises WrongRole, NotAnEdit or Nameless.
    """
    record = _locked(record)
    access.require(record.review, by, Role.OWNER)
    event = events.about(record).filter(pk=event_pk, action=EDITED).first()
    if event is None:
        raise NotAnEdit("There is no such edit of this record.")
    return _change(record, event.old or {}, "An edit was taken back", by=by, at=at)


def known(review: Review) -> QuerySet[Record]:
    """Return the records of a review with those that were taken out of it again.

    Without those of an import that is still loading.
    """
    return Record.stored.filter(
        Q(in_review=True) | Q(source_import=None) | Q(source_import__state="undone"),
        review=review,
    )


def edits(record: Record) -> list[Replaced]:
    """Return the edits of a record, the latest first."""
    return [
        Replaced(event, tuple(_differences(event.old or {}, event.new or {})))
        for event in events.about(record).filter(action=EDITED)
    ]


@transaction.atomic
def take_out(record: Record, *, by: User, at: datetime | None = None) -> Record:
    """Undo the adding of a record by hand; it is kept, with all that was said of it.

    Raises WrongRole, FromAFile or InASet.
    """
    record = _locked(record)
    access.require(record.review, by, Role.OWNER)
    if record.source_import_id is not None:
        raise FromAFile
    if record.duplicate_set is not None:
        if record.duplicate_set.state != DuplicateSet.State.SPLIT:
            raise InASet(record.duplicate_set)
        record.duplicate_set = None
    return _turn(record, in_review=False, by=by, at=at)


@transaction.atomic
def put_back(record: Record, *, by: User, at: datetime | None = None) -> Record:
    """Bring a record back that was added by hand and taken out.

    Raises WrongRole or FromAFile.
    """
    record = _locked(record)
    access.require(record.review, by, Role.OWNER)
    if record.source_import_id is not None:
        raise FromAFile
    return _turn(record, in_review=True, by=by, at=at)


def _differences(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    for name, was in old.items():
        yield _label(name), _in_words(was), _in_words(new[name])


def _turn(record: Record, *, in_review: bool, by: User, at: datetime | None) -> Record:
    if record.in_review == in_review:
        return record
    record.in_review = in_review
    record.save(update_fields=["in_review", "duplicate_set"])
    Fingerprint.objects.filter(record=record).delete()
    words = "Put back, added by hand" if in_review else "Taken out, added by hand"
    events.record(
        record.review,
        "record.put_back" if in_review else "record.taken_out",
        f"{words}: {record}",
        by=by,
        subject=record,
        at=at,
    )
    return record


def _locked(record: Record) -> Record:
    return (
        Record.stored.select_for_update(of=("self",))
        .select_related("review", "duplicate_set")
        .get(pk=record.pk)
    )


def _change(
    record: Record,
    values: Mapping[str, Any],
    words: str,
    *,
    by: User,
    at: datetime | None,
) -> Record:
    was = _facts(record)
    _set(record, {name: value for name, value in values.items() if name in FIELDS})
    now = _facts(record)
    changed = [name for name in FIELDS if was[name] != now[name]]
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
    return record


def _set(record: Record, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(record, name, list(value) if name in _LISTS else value)
    if not record.title and not record.authors:
        raise Nameless


def _facts(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in FIELDS}


def _label(name: str) -> str:
    return {"doi": "DOI", "pmid": "PubMed number", "url": "Address"}.get(
        name, name.replace("_", " ").capitalize()
    )


def _in_words(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)
