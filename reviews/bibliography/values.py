"""What a record says of its publication, as plain values that a history can keep."""

from collections.abc import Mapping
from typing import Any

from reviews.models import Record

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
_LISTS = ("authors", "keywords")
_LABELS = {"doi": "DOI", "pmid": "PubMed number", "url": "Address"}


class Nameless(ValueError):
    """A record has a title, or at least an author."""

    def __init__(self) -> None:
        super().__init__("A record needs a title, or at least one author.")


def of(record: Record) -> dict[str, Any]:
    """Return what a record says today."""
    return {name: getattr(record, name) for name in FIELDS}


def put(record: Record, values: Mapping[str, Any]) -> None:
    """Let a record say something else, without saving it. Raises Nameless."""
    for name in FIELDS:
        if name in values:
            value = values[name]
            setattr(record, name, list(value) if name in _LISTS else value)
    if not record.title and not record.authors:
        raise Nameless


def lock(record: Record) -> Record:
    """Read a record anew and lock it, in the review or out of it."""
    return (
        Record.stored.select_for_update(of=("self",))
        .select_related("review", "duplicate_set")
        .get(pk=record.pk)
    )


def label(name: str) -> str:
    """Return what a field is called on a page."""
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def in_words(value: Any) -> str:
    """Return the value of a field as it is read."""
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)
