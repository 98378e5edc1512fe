"""How steadily somebody judges: an earlier decision beside what they say now.

Percent agreement and Cohen's kappa within one person (intra-rater: Gwet 2021, Handbook
of Inter-Rater Reliability, 5th edition, chapter 8), on whether an item goes on.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reviews import access
from reviews.models import Review, Role, User
from screening.agreement import statistics, wording
from screening.agreement.judged import came_to
from screening.agreement.reading import COME_TO
from screening.agreement.statistics import Estimate
from screening.models import SelfCheck
from screening.self_checks import answering, setting


@dataclass(frozen=True)
class Consistency:
    """The figures of one person over their self-checks."""

    number: int
    same: int
    agreement: float | None
    kappa: Estimate | None


def measured(checks: Sequence[SelfCheck]) -> Consistency:
    """Return the figures over these self-checks."""
    crossed = Counter(
        (came_to(each.decision.choice), came_to(each.choice)) for each in checks
    )
    table = statistics.cross(crossed, COME_TO)
    return Consistency(
        table.items,
        table.agreed,
        statistics.observed(table),
        statistics.kappa(table),
    )


@dataclass(frozen=True)
class Told:
    """The figures of one person, in words."""

    person: User
    number: int
    same: int
    agreement: str
    kappa: str
    interval: str


def require_some_part(review: Review, user: User) -> None:
    """Raise WrongRole unless the person judges in the review or owns it."""
    if not access.has_role(review, user, Role.OWNER):
        access.require(review, user, Role.REVIEWER)


def tell(user: User, checks: Sequence[SelfCheck]) -> Told:
    """Return the figures of one person in words."""
    found = measured(checks)
    return Told(
        user,
        found.number,
        found.same,
        wording.percent(found.agreement),
        wording.figure(statistics.value_of(found.kappa)),
        wording.interval(found.kappa) if found.kappa else "",
    )


def mine(review: Review, user: User) -> Told:
    """Return one's own figures in words."""
    return tell(user, list(answering.own(review, user)))


def shared(review: Review) -> list[Told]:
    """Return the figures of those who share theirs, for the owners."""
    people = setting.shared_by(review)
    found: dict[int, list[SelfCheck]] = {user.pk: [] for user in people}
    checks = SelfCheck.objects.filter(review=review, reviewer__in=people)
    for check in checks.select_related("decision"):
        found[check.reviewer_id].append(check)
    return [tell(user, found[user.pk]) for user in people]
