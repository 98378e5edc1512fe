"""The agreement of those who judged a review, stage by stage and pair by pair.

Shown to owners, and only of stages that are closed, over items that are settled: the
same rule as for the export of decisions. Counted are the items that stand at the stage;
what lies dormant or was removed says nothing of the screening that is reported.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from operator import itemgetter

from reviews.models import Record, Report, Review, Stage, User, Verdict
from screening import decisions, exports
from screening.agreement import statistics
from screening.agreement.independent import Said, first_standing
from screening.agreement.statistics import Crossed
from screening.decisions import Items
from screening.models import Choice, Decision

ON, EXCLUDE = "on", Choice.EXCLUDE.value
# What a judgment comes to: whether the item goes on to the next stage.
COME_TO = (ON, EXCLUDE)
SAID = (Choice.INCLUDE.value, Choice.MAYBE.value, EXCLUDE)
CHUNK = 2000


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
    """A closed stage: its pairs, and how all agree together."""

    stage: Stage
    required: int
    items: int
    pairs: tuple[Pair, ...]
    alpha: float | None
    # Of the judgments on these items, those that were moved in from other tools.
    imported: int = 0


def agreements(review: Review) -> list[Agreement]:
    """Return the agreement at each stage that is closed."""
    return [_agreement(review, stage) for stage in exports.closed_stages(review)]


def behind(
    review: Review, stage: Stage, first: int, second: int, *, one: str, other: str
) -> list[int]:
    """Return the keys of the items on which the first said one thing, the second other.

    What is said may be "on": include or maybe. Raises UnknownNumber where the stage is
    not closed or no such thing is ever said.
    """
    known = {ON, *SAID}
    if stage not in exports.closed_stages(review) or not {one, other} <= known:
        raise UnknownNumber(stage)
    return [
        item
        for item, votes in _votes(review, stage)
        if {first, second} <= votes.keys()
        and _is(votes[first], one)
        and _is(votes[second], other)
    ]


def _is(choice: str, meant: str) -> bool:
    return choice != EXCLUDE if meant == ON else choice == meant


def _agreement(review: Review, stage: Stage) -> Agreement:
    units: Counter[tuple[str, ...]] = Counter()
    pairs: defaultdict[tuple[int, int], Counter[tuple[str, str]]] = defaultdict(Counter)
    items = 0
    ranks = _ranks(review)
    for _, votes in _votes(review, stage):
        items += 1
        people = sorted(votes, key=lambda each: ranks.get(each, (1, each)))
        units[tuple(sorted(_came_to(votes[each]) for each in people))] += 1
        for one, other in combinations(people, 2):
            pairs[one, other][votes[one], votes[other]] += 1
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
        alpha=statistics.alpha(units),
        imported=_imported(review, stage),
    )


def _imported(review: Review, stage: Stage) -> int:
    """Count the judgments on settled items that were moved in and still count."""
    name = decisions.item_name(stage)
    found = Decision.objects.current().filter(
        **{f"{name}__in": _settled(review, stage).order_by().values("pk")},
        review=review,
        stage=stage,
        imported__isnull=False,
    )
    return found.count()


def _pair(first: User, second: User, found: Counter[tuple[str, str]]) -> Pair:
    came_to: Counter[tuple[str, str]] = Counter()
    for (one, other), count in found.items():
        came_to[_came_to(one), _came_to(other)] += count
    said = statistics.cross(found, SAID)
    return Pair(first, second, said, statistics.cross(came_to, COME_TO))


def _came_to(choice: str) -> str:
    return EXCLUDE if choice == EXCLUDE else ON


def _ranks(review: Review) -> dict[int, tuple[int, int]]:
    """Return the order of people: as they joined the review."""
    members = review.members.order_by("pk").values_list("user", flat=True)
    return {user: (0, rank) for rank, user in enumerate(dict.fromkeys(members))}


def _votes(review: Review, stage: Stage) -> Iterator[tuple[int, dict[int, str]]]:
    """Yield each settled item with what each said of it independently."""
    name = decisions.item_name(stage)
    required = review.reviewers_required(stage)
    histories = (
        Decision.objects.filter(
            **{f"{name}__in": _settled(review, stage).order_by().values("pk")},
            review=review,
            stage=stage,
        )
        .order_by(f"{name}_id", "pk")
        .values_list(name, "reviewer", "choice")
    )
    found = histories.iterator(chunk_size=CHUNK)
    for item, history in groupby(found, key=itemgetter(0)):
        said = (Said(reviewer, choice) for _, reviewer, choice in history)
        votes = first_standing(said, required=required)
        if votes is not None:
            yield item, votes


def _settled(review: Review, stage: Stage) -> Items:
    """Return the items that stand at the stage and are settled."""
    if stage == Stage.TITLE_ABSTRACT:
        return review.records.screened()
    return review.reports.assessed().exclude(verdict=Verdict.OPEN)


def shown(
    review: Review, stage: Stage, keys: Sequence[int]
) -> Sequence[Record] | Sequence[Report]:
    """Return the items with these keys, in their order."""
    if stage == Stage.TITLE_ABSTRACT:
        records = review.records.filter(pk__in=keys).defer("abstract", "original")
        return list(records.select_related("review").order_by("pk"))
    reports = review.reports.filter(pk__in=keys)
    return list(reports.select_related("review").order_by("pk"))
