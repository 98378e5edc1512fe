"""A box by its name: one of all reviews, or one search's, reason's or label's."""

from dataclasses import replace
from datetime import datetime

from reviews.flow import history, synthesis
from reviews.flow.boxes import BOXES, UNEVEN_BOX, Box, Members
from reviews.flow.live import Live
from reviews.flow.names import (
    OTHER,
    UNEVEN,
    reason_label,
    reason_name,
    search_label,
    search_name,
)
from reviews.flow.past import Past
from reviews.models import Criterion, Review, Wave


class UnknownBox(LookupError):
    """The flow of this review has no box of this name."""


def find(
    review: Review,
    name: str,
    *,
    as_of: datetime | None = None,
    wave: Wave | None = None,
) -> Box:
    """Return the box of this name, one search's or reason's among them.

    As of a moment it holds what stood in it then. Raises UnknownBox.
    """
    number = wave.number if wave else None
    members: Members = (
        Live(review, number)
        if as_of is None
        else Past(review, history.state(review, as_of), number)
    )
    found = BOXES.get(name) or _of_its_own(members, name)
    return replace(found, members=members)


def _of_its_own(members: Members, name: str) -> Box:
    """Return the box of one search, one reason or one label of the synthesis."""
    if name == UNEVEN:
        return UNEVEN_BOX
    review = members.review
    begin, _, key = name.rpartition("-")
    if not (key.isascii() and key.isdigit()) or len(key) > 18:
        raise UnknownBox(name)
    pk = int(key)
    if begin == "search" and (search := _search_label(members, pk)) is not None:
        return _of_search(pk, search)
    if begin in ("reason", f"{OTHER}reason") and (
        criterion := review.criteria.filter(pk=pk).first()
    ):
        return _of_reason(criterion, other=begin.startswith(OTHER))
    if begin == synthesis.BOX and (label := _synthesis_label(members, pk)) is not None:
        return _of_synthesis(name, pk, label)
    raise UnknownBox(name)


def _search_label(members: Members, pk: int) -> str | None:
    if isinstance(members, Past):
        row = members.state.searches.get(pk)
        return row.name if row else None
    return members.review.searches.filter(pk=pk).values_list("name", flat=True).first()


def _synthesis_label(members: Members, number: int) -> str | None:
    found = members.synthesis()
    try:
        return found.label(number) if found else None
    except IndexError:
        return None


def _of_search(search: int, name: str) -> Box:
    return Box(
        search_name(search),
        search_label(name),
        "records",
        lambda members: members.by_search(search),
    )


def _of_reason(criterion: Criterion, *, other: bool) -> Box:
    return Box(
        reason_name(criterion.pk, other=other),
        reason_label(criterion.reason, other=other),
        "reports",
        lambda members: members.excluded_for(criterion.pk, other=other),
    )


def _of_synthesis(name: str, number: int, label: str) -> Box:
    return Box(
        name,
        synthesis.box_label(label),
        "studies",
        lambda members: members.in_synthesis(number),
    )
