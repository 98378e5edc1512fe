"""Pages of lists that may be long: how many rows there are, and those of one page.

Both are told by one question, so that a search is made once: it reads the keys of all
that match, counts them exactly, and only the rows of the page are read as a whole.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, Model, QuerySet, Window

Row = TypeVar("Row", bound=Model)


def page(
    matching: QuerySet[Any],
    shown: QuerySet[Row],
    *,
    number: str | None,
    per_page: int,
    order: Iterable[str] = ("pk",),
) -> Page[Row]:
    """Return a page of what matches, its rows read as those of `shown`.

    A number that is none is the first page, and one that is too high the last.
    """
    order = tuple(order)
    asked = _asked(number)
    begin = (asked - 1) * per_page
    keys = (
        matching.order_by(*order)
        .annotate(counted=Window(Count("*")))
        .values_list("pk", "counted")
    )
    found = list(keys[begin : begin + per_page])
    total = found[0][1] if found else matching.order_by().count() if begin else 0
    last = max(1, -(-total // per_page))
    if asked > last:
        asked, begin = last, (last - 1) * per_page
        found = list(keys[begin : begin + per_page])
    return _page([key for key, _ in found], shown, total, asked, per_page)


def by_keys(
    matching: QuerySet[Any],
    shown: QuerySet[Row],
    head: Sequence[int],
    whole: Callable[[], Sequence[int]],
    *,
    number: str | None,
    per_page: int,
) -> Page[Row]:
    """Return a page of what matches, in an order of keys; `head` is how that begins.

    What the order does not know comes at the end, by its key. The whole of it is asked
    for only where the page lies beyond its head.
    """
    matching = matching.order_by()
    asked = _asked(number)
    there = set(matching.filter(pk__in=head).values_list("pk", flat=True))
    found = [key for key in head if key in there]
    if asked * per_page <= len(found):
        total = matching.count()
    else:
        there = set(matching.values_list("pk", flat=True))
        total = len(there)
        found = [key for key in whole() if key in there]
        found += sorted(there.difference(found))
    asked = min(asked, max(1, -(-total // per_page)))
    keys = found[(asked - 1) * per_page : asked * per_page]
    return _page(keys, shown, total, asked, per_page)


def _asked(number: str | None) -> int:
    if not (number and number.isascii() and number.isdigit()):
        return 1
    return min(max(int(number[:9]), 1), 10**9)


def _page(
    keys: Sequence[int], shown: QuerySet[Row], total: int, asked: int, per_page: int
) -> Page[Row]:
    pages: Paginator[Row] = Paginator(shown.order_by("pk"), per_page)
    pages.count = total
    rows = shown.in_bulk(keys)
    return Page([rows[key] for key in keys if key in rows], asked, pages)
