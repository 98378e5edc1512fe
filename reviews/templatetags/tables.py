from collections.abc import Iterable, Iterator

from django import template

from reviews.documents.table import Cell, Column

register = template.Library()


@register.filter
def beside(
    columns: Iterable[Column], cells: Iterable[Cell]
) -> Iterator[tuple[Column, Cell]]:
    """Give each cell with its column."""
    return zip(columns, cells, strict=True)
