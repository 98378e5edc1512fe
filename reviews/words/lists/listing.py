"""A list behind a number of the words: lines to open, read a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, overload

from django.db.models import QuerySet
from django.urls import reverse

from reviews.words.facts import Facts


class NoLines(LookupError):
    """There is no list of this kind."""


@dataclass(frozen=True)
class Line:
    """A line of a list: what it is, the page that shows it, and what is said of it."""

    title: str
    url: str
    said: str = ""


@dataclass(frozen=True)
class Listing:
    """Lines with what they have in common; `total` is what they add up to."""

    label: str
    lines: Sequence[Line]
    total: int | None = None


class Lazily(Sequence[Line]):
    """Rows of the database as lines, read a page at a time."""

    def __init__(self, rows: QuerySet[Any], tell: Callable[[Any], Line]) -> None:
        self.rows, self.tell = rows, tell

    def __len__(self) -> int:
        return self.rows.count()

    @overload
    def __getitem__(self, part: int) -> Line: ...
    @overload
    def __getitem__(self, part: slice) -> Sequence[Line]: ...
    def __getitem__(self, part: int | slice) -> Line | Sequence[Line]:
        if isinstance(part, int):
            return self.tell(self.rows[part])
        return [self.tell(row) for row in self.rows[part]]


def page_of(name: str, facts: Facts, pk: int) -> str:
    """Return the address of the page that shows a row."""
    return reverse(f"reviews:{name}", args=[facts.review.slug, pk])
