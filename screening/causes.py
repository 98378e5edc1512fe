"""What settled conflicts came from, by criterion: the wordings to mend.

Two who read the same text and tick different criteria often read the criterion
differently, and then its wording is what to mend (MECIR C40: criteria are piloted and
made clear). A conflict counts under each criterion that one side ticked and the other
did not, else under the one that is counted as the reason. Only settled conflicts count,
whose judgments are closed, and nothing tells who ticked what. Proposing opens the form
of the criterion with the reason filled in; the change itself is an amendment.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from reviews import access
from reviews.models import Criterion, Review, Role, Stage, User
from screening import conflicts, progress
from screening.models import Resolution
from screening.stages import STAGES

Cause = Resolution.Cause
# In the sentence of a proposal.
TOLD = {
    Cause.MISREAD: "somebody had misread it",
    Cause.WORDING: "its wording was unclear",
    Cause.ABSTRACT: "the text lacked what it takes",
    Cause.DATA: "the data of the record were wrong",
    Cause.JUDGMENT: "it was a matter of judgment",
}


class NoSuchWording(LookupError):
    """No settled conflict stands under the criterion."""


@dataclass
class Mending:
    """A criterion with the settled conflicts that stand under it."""

    criterion: Criterion
    # Cause ("" for one that was not asked for) -> resolutions.
    by_cause: dict[str, list[int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(map(len, self.by_cause.values()))

    @property
    def unclear(self) -> int:
        return len(self.by_cause.get(Cause.WORDING, []))

    @property
    def numbers(self) -> list[tuple[str, int]]:
        """Return how many came from each cause, and how many told none."""
        return [(cause, len(self.by_cause.get(cause, []))) for cause in CAUSES]


CAUSES = (*Cause.values, "")


@dataclass(frozen=True)
class Wordings:
    """The criteria by what conflicts about them came from, the unclear first."""

    mendings: tuple[Mending, ...]
    causes: tuple[tuple[str, int], ...]
    without_criterion: int
    total: int


def stages_for(review: Review, user: User) -> list[Stage]:
    """Return the stages whose settled conflicts the person may see.

    Raises WrongRole for somebody who neither owns the review nor adjudicates.
    """
    if access.has_role(review, user, Role.OWNER):
        return list(STAGES)
    found = [each for each in STAGES if conflicts.adjudicates(review, each, user)]
    if not found:
        raise access.WrongRole("This needs the role of owner or adjudicator.")
    return found


def wordings(review: Review, stages: Sequence[Stage]) -> Wordings:
    """Return what the settled conflicts of the stages came from, by criterion."""
    under: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    causes: Counter[str] = Counter()
    without = 0
    for stage in stages:
        for resolution, cause, criteria in _disputed(review, stage):
            causes[cause] += 1
            without += not criteria
            for criterion in criteria:
                under[criterion][cause].append(resolution)
    found = (
        review.criteria.select_related("review")
        .filter(pk__in=under)
        .order_by("position", "pk")
    )
    mendings = [Mending(each, dict(under[each.pk])) for each in found]
    mendings.sort(key=lambda each: (-each.unclear, -each.total))
    return Wordings(
        tuple(mendings),
        tuple((cause, causes[cause]) for cause in CAUSES),
        without,
        causes.total(),
    )


def behind(mending: Mending, cause: str | None) -> QuerySet[Resolution]:
    """Return the settled conflicts under a criterion, of one cause or (None) of any.

    Raises NoSuchWording for a cause that there is not.
    """
    if cause is not None and cause not in CAUSES:
        raise NoSuchWording(mending.criterion.code)
    keys = [
        key
        for each, resolutions in mending.by_cause.items()
        if cause is None or each == cause
        for key in resolutions
    ]
    return (
        Resolution.objects.filter(pk__in=keys)
        .select_related("record", "report")
        .order_by("-pk")
    )


def mending_of(
    review: Review, stages: Sequence[Stage], criterion: Criterion
) -> Mending:
    """Return the settled conflicts under a criterion. Raises NoSuchWording."""
    for mending in wordings(review, stages).mendings:
        if mending.criterion == criterion:
            return mending
    raise NoSuchWording(criterion.code)


def reason(mending: Mending) -> str:
    """Return why the wording is to be amended, as the form will hold it."""
    told = [
        f"{count} {'time' if count == 1 else 'times'} {TOLD[Cause(cause)]}"
        for cause, count in mending.numbers
        if cause and count
    ]
    conflict = "conflict" if mending.total == 1 else "conflicts"
    came = f"; {', '.join(told)}" if told else ""
    code = mending.criterion.code
    return f"Reviewers differed on {code} in {mending.total} settled {conflict}{came}."


def proposal(mending: Mending) -> str:
    """Return the address of the criterion's form with the reason filled in.

    Empty for a criterion that is out of force.
    """
    criterion = mending.criterion
    if criterion.retired_at is not None:
        return ""
    page = reverse("reviews:criterion_edit", args=[criterion.review.slug, criterion.pk])
    return f"{page}?{urlencode({'because': reason(mending)})}"


def _disputed(review: Review, stage: Stage) -> Iterator[tuple[int, str, set[int]]]:
    """Yield each settled conflict: its cause, and the criteria that it was about."""
    rows = (
        progress.resolutions(review, stage)
        .order_by("pk")
        .values_list(
            "pk",
            "cause",
            "criterion__criterion",
            "resolved",
            "resolved__ticks__criterion__criterion",
        )
    )
    ticked: dict[int, dict[int, set[int]]] = {}
    facts: dict[int, tuple[str, int | None]] = {}
    for pk, cause, counted, decision, criterion in rows.iterator(chunk_size=2000):
        facts[pk] = cause, counted
        on_side = ticked.setdefault(pk, {}).setdefault(decision, set())
        if criterion is not None:
            on_side.add(criterion)
    for pk, (cause, named) in facts.items():
        on_sides = ticked[pk].values()
        anybody: set[int] = set().union(*on_sides)
        about = {each for each in anybody if not all(each in side for side in on_sides)}
        yield pk, cause, about or ({named} if named else set())
