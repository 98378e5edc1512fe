"""The lists of the protocol, the searches and the duplicates."""

from reviews.models import DuplicateSet
from reviews.words.facts import Facts
from reviews.words.lists.listing import Lazily, Line, Listing, page_of
from reviews.words.parts import day


def amendments(facts: Facts, of: str) -> Listing:
    """List the amendments of the protocol."""
    url = facts.page("protocol_detail")
    return Listing(
        "Amendments of the protocol",
        [
            Line(str(each), url, f"{each.made_at:%-d %B %Y}; {each.reason}")
            for each in facts.amendments
        ],
    )


def searches(facts: Facts, of: str) -> Listing:
    """List the searches; `of` is a kind, or empty for all."""
    found = [each for each in facts.searches if of in ("", each.kind)]
    return Listing(
        "Searches",
        [
            Line(
                each.name,
                page_of("search_detail", facts, each.pk),
                "; ".join(
                    filter(None, [each.source, _searched(each.searched_on)]),
                ),
            )
            for each in found
        ],
    )


def _searched(partial: str) -> str:
    return f"searched {day(partial)}" if partial else "date not recorded"


def fields(facts: Facts, of: str) -> Listing:
    """List the data items."""
    return Listing(
        "Data items",
        [
            Line(each.label, page_of("field_detail", facts, each.pk), each.unit)
            for each in facts.fields
        ],
    )


def sets(facts: Facts, of: str) -> Listing:
    """List the duplicate sets that were merged."""
    rows = facts.review.duplicate_sets.filter(state=DuplicateSet.State.MERGED)
    url = facts.page("duplicate_list")
    return Listing(
        "Duplicate sets that were merged",
        Lazily(
            rows.prefetch_related("records").order_by("number"),
            lambda each: Line(
                str(each), url, "; ".join(str(r) for r in each.records.all())
            ),
        ),
    )
