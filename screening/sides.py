"""The sides of a conflict, as one person may see them.

A review may keep adjudicators blind to names (`plan.hides_judges`), so that nobody is
judged by who they are. Then they are "First reviewer" and "Second reviewer", in an
order that is the same whenever the record is looked at and tells nothing from one
record to the next; when each judged is left out, as it would tell who was first.
Whoever judged the item knows the other anyway. See `statements` for when a side is
shown at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from reviews.models import User
from screening import conflicts, quotes, statements
from screening.decisions import Item, stage_of
from screening.models import Decision, Quote, Resolution, Statement

PLACES = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh")


@dataclass(frozen=True)
class Side:
    """A judgment with the name that its reader may know it by.

    `decision` is None as long as the reader may not see the judgment.
    """

    name: str
    decision: Decision | None
    statement: Statement | None = None
    # The words that were marked while judging.
    quotes: tuple[Quote, ...] = ()
    is_own: bool = False
    is_nameless: bool = False


@dataclass(frozen=True)
class Sides:
    """All that a person may know of who judged an item."""

    shown: tuple[Side, ...]
    names: dict[int, str]
    is_nameless: bool
    is_open: bool
    # Who is asked to state what decided.
    waits_for: tuple[str, ...] = ()

    @property
    def quotes(self) -> list[Quote]:
        """The words marked by those whose judgment is shown."""
        return [quote for side in self.shown if side.decision for quote in side.quotes]

    def name_of(self, user: User) -> str:
        """Return the name of somebody who had to do with the conflict."""
        return self.names.get(user.pk, str(user))


def of(item: Item, reader: User) -> Sides:
    """Return the sides of an item that the reader may see as in conflict."""
    found = conflicts.sides(item)
    nameless = hides(item, found, reader)
    if nameless:
        found.sort(key=lambda side: mixed(item, side.reviewer_id))
    names = _names(found, nameless=nameless)
    is_open = conflicts.resolution_of(item) is not None or statements.is_open_to(
        item, reader
    )
    stated = statements.of_sides(found)
    marked = quotes.of(item, reader)
    shown = (
        Side(
            names[each.reviewer_id],
            each,
            stated.get(each.pk),
            tuple(quote for quote in marked if quote.person_id == each.reviewer_id),
            each.reviewer_id == reader.pk,
            nameless,
        )
        if is_open or each.reviewer_id == reader.pk
        else Side(names[each.reviewer_id], None, is_nameless=nameless)
        for each in found
    )
    asks = item.review.plan.states_reason_first
    waiting = statements.waits_for(item) if asks else []
    return Sides(
        tuple(shown),
        names,
        nameless,
        is_open,
        tuple(sorted(names.get(user.pk, str(user)) for user in waiting)),
    )


def hides(item: Item, sides: Sequence[Decision], reader: User) -> bool:
    """Tell whether the names of those who judged are kept from the reader."""
    judges = {side.reviewer_id for side in sides}
    return item.review.plan.hides_judges and reader.pk not in judges


def mixed(item: Item, reviewer: int) -> str:
    """Return what a nameless side is ordered by: another order for each item.

    Made with the secret of the instance, so that nobody can work it out.
    """
    told = f"{stage_of(item)}:{item.pk}:{reviewer}"
    return salted_hmac("screening.sides", told).hexdigest()


def resolver_of(resolution: Resolution, *, nameless: bool) -> str:
    """Return who settled a conflict, in a list; a consensus is of the reviewers."""
    if nameless and resolution.how == Resolution.How.CONSENSUS:
        return "The reviewers"
    return str(resolution.resolver)


def _names(sides: Sequence[Decision], *, nameless: bool) -> dict[int, str]:
    if not nameless:
        return {side.reviewer_id: str(side.reviewer) for side in sides}
    return {
        side.reviewer_id: f"{PLACES[at]} reviewer"
        if at < len(PLACES)
        else f"Reviewer {at + 1}"
        for at, side in enumerate(sides)
    }
