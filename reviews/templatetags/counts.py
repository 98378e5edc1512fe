from django import template

from reviews import searches
from reviews.models import Search

register = template.Library()


@register.filter
def told_counts(search: Search) -> str:
    """Say how the records of a search meet the number that its source reported."""
    return searches.tell_counts(
        search.reported_count, getattr(search, "imported_count", 0)
    )
