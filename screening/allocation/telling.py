"""What the page tells of an allocation: people and parts, read off the rule alone."""

from collections.abc import Sequence
from dataclasses import dataclass

from reviews.models import Review, Stage, User
from screening.allocation import counting, drawing
from screening.allocation.dealing import DRAWN, Dealt, Part, Way
from screening.decisions import Items, open_items

EVERYBODYS = "What is everybody’s"


@dataclass(frozen=True)
class PersonTold:
    """A person, what they are given of all, and how much of that is settled.

    What is settled is known to the team; who judged it and how is not told here.
    """

    person: User
    member: int
    what: str
    given: int
    open: int
    is_here: bool

    @property
    def settled(self) -> int:
        return self.given - self.open


@dataclass(frozen=True)
class Standing:
    """How much stands at a stage, and how much of that is settled."""

    given: int
    open: int

    @property
    def settled(self) -> int:
        return self.given - self.open


def standing(review: Review, stage: Stage) -> Standing:
    """Return how far the whole stage is."""
    return Standing(_all(review, stage).count(), open_items(review, stage).count())


@dataclass(frozen=True)
class PartTold:
    """A batch, who is given it, and whether it is everybody's as they are too few."""

    name: str
    people: Sequence[User]
    source: str
    is_everybodys: bool


def people(review: Review, found: Dealt) -> list[PersonTold]:
    """Return everybody who may judge at the stage, and who is named and left."""
    named = {person for part in found.parts for person in part.people}
    rows = User.objects.filter(pk__in=found.pool | named)
    members = dict(review.members.values_list("user", "pk"))
    given = counting.given(found, _all(review, found.stage))
    still_open = counting.given(found, open_items(review, found.stage))
    return [
        PersonTold(
            each,
            members[each.pk],
            _what(found, each.pk),
            given[each.pk],
            still_open[each.pk],
            each.pk in found.pool,
        )
        for each in rows.order_by("first_name", "username")
    ]


def parts(review: Review, found: Dealt) -> list[PartTold]:
    """Return the batches of an allocation."""
    if found.is_open or found.way in DRAWN:
        return []
    named = User.objects.in_bulk({each for part in found.parts for each in part.people})
    searches = {each.pk: str(each) for each in review.searches.all()}

    def source(part: Part) -> str:
        if part.named is not None:
            number = part.named.count()
            return f"{number:,} record{'s'[: number != 1]} that a saved filter found"
        return f"All of the search {searches[part.search]}" if part.search else ""

    return [
        PartTold(
            part.name,
            [named[each] for each in sorted(part.people)],
            source(part),
            found.is_filled_up(part.people),
        )
        for part in found.parts
    ]


def _all(review: Review, stage: Stage) -> Items:
    """Return all that stands at the stage, settled or open."""
    if stage == Stage.TITLE_ABSTRACT:
        return review.records.to_screen()
    return review.reports.assessed()


def _what(found: Dealt, person: int) -> str:
    if found.is_open:
        return "Whatever waits"
    if found.way in (Way.BATCH, Way.PERSON):
        named = [part.name for part in found.parts if person in part.people]
        return f"{', '.join(named)}, and what is everybody’s" if named else EVERYBODYS
    if found.way == Way.PAIR and person in found.parts[0].core:
        return "Core reviewer: any record"
    cells = sum(person in each for each in found.cells())
    percent = f"{100 * cells / drawing.CELLS:.0f} %"
    if found.way == Way.PAIR:
        return f"Beside a core reviewer: {percent}"
    return f"{percent} of the records"
