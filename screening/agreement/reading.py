"""The agreement of those who judged a review, stage by stage and pair by pair.

Who may see it, and of what. It is shown to owners, and counts an item once it is
settled: then as many as the protocol asks for have judged it, its verdict is on every
page of the review, and neither judgment is alone any more. What is not settled is in no
number, no name, no date and no order of these pages, whoever has judged it and however:
an owner who also reviews finds them the same, byte for byte, whatever the others have
said of what waits. Where a number grows by one, an item was settled, which the whole
team can see anyway; whoever may still judge an item finds nothing of it here. An open
conflict is not settled, so as long as a stage is open its figures are too high, and the
page says so. Whoever adjudicates a stage without names (`plan.hides_judges`) finds no
pair of it before it is closed. Files leave the product only of closed stages, as all
exports do. Counted are the items that stand at the stage; what lies dormant or was
removed says nothing of the screening that is reported.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from reviews.exports.options import CannotExport
from reviews.models import Record, Report, Review, Stage, User
from screening import decisions, exports, room
from screening.agreement import judged, several, statistics
from screening.agreement.judged import EXCLUDE, ON, came_to
from screening.agreement.statistics import Crossed, Estimate
from screening.models import Choice, Decision
from screening.stages import STAGES, item_name

# What a judgment comes to: whether the item goes on to the next stage.
COME_TO = (ON, EXCLUDE)
SAID = (Choice.INCLUDE.value, Choice.MAYBE.value, EXCLUDE)


class UnknownNumber(LookupError):
    """No pair judged at this stage, or there is no such number."""


@dataclass(frozen=True)
class Pair:
    """Two who judged the same items: what they said, and what it came to."""

    first: User
    second: User
    said: Crossed
    came_to: Crossed

    @property
    def has_maybe(self) -> bool:
        """Whether "maybe" was said at all, so that three words are worth a table."""
        at = SAID.index(Choice.MAYBE.value)
        return bool(self.said.rows[at] + self.said.columns[at])


@dataclass(frozen=True)
class Agreement:
    """A stage: its pairs, and how all agree together."""

    stage: Stage
    required: int
    items: int
    pairs: tuple[Pair, ...]
    # How often a set of judgments was made of an item, by what they come to.
    units: Mapping[tuple[str, ...], int]
    people: int = 0
    # Of the judgments on these items, those that were moved in from other tools.
    imported: int = 0
    is_closed: bool = True
    # The number of the pilot round that it is of, where it is of one alone.
    pilot: int | None = None

    @property
    def observed(self) -> float | None:
        """The share of pairs of judgments on one item that come to the same."""
        return several.observed(self.units)

    @property
    def ac1(self) -> Estimate | None:
        """Gwet's AC1 of all who judged."""
        return several.ac1(self.units, COME_TO)

    @property
    def alpha(self) -> Estimate | None:
        """Krippendorff's alpha of all who judged."""
        return several.alpha(self.units)


def agreements(review: Review) -> list[Agreement]:
    """Return the agreement at each stage that is closed, as files hold it."""
    return [over(review, stage) for stage in exports.closed_stages(review)]


def closed(review: Review) -> list[Agreement]:
    """Return the agreement of the closed stages. Raises CannotExport without any."""
    found = agreements(review)
    if not found:
        raise CannotExport(
            "No stage is closed yet: something still awaits a verdict, and nobody may "
            "learn a judgment before both have judged."
        )
    return found


def so_far(review: Review, user: User) -> list[Agreement]:
    """Return the agreement over what is settled, as an owner may see it."""
    closed = exports.closed_stages(review)
    found = [
        replace(over(review, stage), is_closed=stage in closed) for stage in STAGES
    ]
    return [
        replace(each, pairs=())
        if not each.is_closed and room.names_are_hidden(review, each.stage, user)
        else each
        for each in found
        if each.items
    ]


def may_see_pairs(review: Review, stage: Stage, user: User) -> bool:
    """Tell whether an owner may see who judged with whom at the stage now."""
    return not room.names_are_hidden(review, stage, user) or decisions.stage_is_closed(
        review, stage
    )


def behind(
    review: Review, stage: Stage, first: int, second: int, *, one: str, other: str
) -> list[int]:
    """Return the keys of the items on which the first said one thing, the second other.

    What is said may be "on": include or maybe. Raises UnknownNumber where no such
    thing is ever said.
    """
    found = ((each.item, each.choices) for each in judged.of(review, stage))
    return said_by(found, first, second, one=one, other=other)


def said_by(
    found: Iterable[tuple[int, Mapping[int, str]]],
    first: int,
    second: int,
    *,
    one: str,
    other: str,
) -> list[int]:
    """Return which of the items the first said one thing of, the second another.

    Raises UnknownNumber.
    """
    if not {one, other} <= {ON, *SAID}:
        raise UnknownNumber(one, other)
    return [
        item
        for item, choices in found
        if {first, second} <= choices.keys()
        and _is(choices[first], one)
        and _is(choices[second], other)
    ]


def _is(choice: str, meant: str) -> bool:
    return choice != EXCLUDE if meant == ON else choice == meant


def over(
    review: Review, stage: Stage, *, among: Collection[int] | None = None
) -> Agreement:
    """Return the agreement over the settled items, or those with these keys."""
    choices = (each.choices for each in judged.of(review, stage, among=among))
    return replace(counted(review, stage, choices), imported=_imported(review, stage))


def counted(
    review: Review, stage: Stage, found: Iterable[Mapping[int, str]]
) -> Agreement:
    """Return the agreement over what each person said of each item."""
    units: Counter[tuple[str, ...]] = Counter()
    pairs: defaultdict[tuple[int, int], Counter[tuple[str, str]]] = defaultdict(Counter)
    items = 0
    people: set[int] = set()
    ranks = _ranks(review)
    for choices in found:
        items += 1
        who = sorted(choices, key=lambda one: ranks.get(one, (1, one)))
        people.update(who)
        units[tuple(sorted(came_to(choices[one]) for one in who))] += 1
        for one, other in combinations(who, 2):
            pairs[one, other][choices[one], choices[other]] += 1
    users = User.objects.in_bulk({who for pair in pairs for who in pair})
    return Agreement(
        stage=stage,
        required=review.reviewers_required(stage),
        items=items,
        pairs=tuple(
            _pair(users[one], users[other], pairs[one, other])
            for one, other in sorted(
                pairs, key=lambda pair: [ranks.get(each, (1, each)) for each in pair]
            )
        ),
        units=units,
        people=len(people),
    )


def _imported(review: Review, stage: Stage) -> int:
    """Count the judgments on settled items that were moved in and still count."""
    name = item_name(stage)
    found = Decision.objects.current().filter(
        **{f"{name}__in": judged.settled(review, stage).order_by().values("pk")},
        review=review,
        stage=stage,
        imported__isnull=False,
    )
    return found.count()


def _pair(first: User, second: User, found: Counter[tuple[str, str]]) -> Pair:
    come_to: Counter[tuple[str, str]] = Counter()
    for (one, other), count in found.items():
        come_to[came_to(one), came_to(other)] += count
    said = statistics.cross(found, SAID)
    return Pair(first, second, said, statistics.cross(come_to, COME_TO))


def _ranks(review: Review) -> dict[int, tuple[int, int]]:
    """Return the order of people: as they joined the review."""
    members = review.members.order_by("pk").values_list("user", flat=True)
    return {user: (0, rank) for rank, user in enumerate(dict.fromkeys(members))}


def shown(
    review: Review, stage: Stage, keys: Sequence[int]
) -> Sequence[Record] | Sequence[Report]:
    """Return the items with these keys, in their order."""
    if stage == Stage.TITLE_ABSTRACT:
        records = review.records.filter(pk__in=keys).defer("abstract", "original")
        return list(records.select_related("review").order_by("pk"))
    reports = review.reports.filter(pk__in=keys)
    return list(reports.select_related("review").order_by("pk"))
