"""The desk: a person's reviews, and in each what waits for them.

Each kind of work is one small function over all reviews of the person at once. The
number of queries never depends on the size of a review; appraisal and extraction ask
once for each review in which the person has that part. It tells what waits for this
person, from their own judgments and what is settled, never how far
somebody else has come. To add a kind of work, write its function and name it in
`KINDS`, in the order of the flow.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, QuerySet
from django.urls import reverse

from reviews.models import (
    DuplicateSet,
    MemberRole,
    Record,
    Report,
    Review,
    Role,
    Stage,
    User,
)
from screening import conflicts, queues
from screening.appraisal import standing as appraisal_standing
from screening.extraction import standing as extraction_standing
from screening.leaving import setting_aside
from screening.pilots import turns


@dataclass(frozen=True)
class Waiting:
    """Work that waits for the person in one review."""

    label: str
    text: str
    action: str
    url: str


@dataclass(frozen=True)
class Place:
    """One review of the person: what they are in it, and what waits."""

    review: Review
    roles: frozenset[tuple[str, str]]
    waiting: list[Waiting] = field(default_factory=list)

    def has(self, role: Role, stage: str = "") -> bool:
        """Tell whether the person has the role, at this stage or at all of them."""
        return any(
            held == role and (not stage or at in ("", stage)) for held, at in self.roles
        )

    @property
    def role_names(self) -> list[str]:
        """What the person is in the review, in a word each."""
        names = [role.name.title() for role in Role if self.has(role)]
        return names or [Role.VIEWER.name.title()]


Kind = Callable[[list[Place], User], dict[int, Waiting]]


def places(user: User) -> list[Place]:
    """Return the person's reviews with what waits in each, the latest first."""
    reviews = Review.objects.visible_to(user).select_related("plan")
    reviews = reviews.order_by("-created_at", "-pk")
    roles: dict[int, set[tuple[str, str]]] = {}
    for review, role, stage in MemberRole.objects.filter(
        member__user=user, member__removed_at=None
    ).values_list("member__review", "role", "stage"):
        roles.setdefault(review, set()).add((role, stage))
    found = [Place(review, frozenset(roles.get(review.pk, ()))) for review in reviews]
    by_review = {place.review.pk: place for place in found}
    for kind in KINDS:
        for pk, waiting in kind(found, user).items():
            by_review[pk].waiting.append(waiting)
    return found


def searches_to_record(among: list[Place], user: User) -> dict[int, Waiting]:
    """Owners: a review that has no record yet begins with a search."""
    owned = [place.review for place in among if place.has(Role.OWNER)]
    begun = set(
        Record.objects.filter(review__in=owned)
        .order_by()
        .values_list("review", flat=True)
        .distinct()
    )
    return {
        review.pk: Waiting(
            "Searches",
            "No records yet: record a search and import its file",
            "Go to the searches",
            reverse("reviews:search_list", args=[review.slug]),
        )
        for review in owned
        if review.pk not in begun
    }


def duplicates_to_look_at(among: list[Place], user: User) -> dict[int, Waiting]:
    """Owners: sets of duplicates that were found and that nobody has looked at."""
    owned = [place.review for place in among if place.has(Role.OWNER)]
    found = DuplicateSet.objects.filter(
        review__in=owned, state=DuplicateSet.State.FOUND
    )
    return _listed(
        _by_review(found),
        owned,
        "Duplicates",
        "{} set{s} to look at",
        ("Look at them", "reviews:duplicate_list"),
    )


def records_to_screen(among: list[Place], user: User) -> dict[int, Waiting]:
    """Reviewers: titles and abstracts."""
    mine = _where(among, Role.REVIEWER, Stage.TITLE_ABSTRACT)
    found = queues.waiting_in(mine, Stage.TITLE_ABSTRACT, user)
    return _listed(
        _by_review(found),
        mine,
        "Titles and abstracts",
        "{} record{s} wait{z} for you",
        ("Screen", "screening:screen"),
    )


def pilot_rounds(among: list[Place], user: User) -> dict[int, Waiting]:
    """Reviewers: what waits in an open pilot round of theirs."""
    found: dict[int, Waiting] = {}
    for stage, page in (
        (Stage.TITLE_ABSTRACT, "screening:screen"),
        (Stage.FULL_TEXT, "screening:full_text_queue"),
    ):
        mine = _where(among, Role.REVIEWER, stage)
        numbers = turns.waiting_in(mine, stage, user)
        text = "{} of the round wait{z} for you"
        named = _listed(numbers, mine, "Pilot round", text, ("Judge", page))
        found |= {pk: each for pk, each in named.items() if pk not in found}
    return found


def reports_to_retrieve(among: list[Place], user: User) -> dict[int, Waiting]:
    """Owners and reviewers of full texts: reports that are sought."""
    mine = [
        place.review
        for place in among
        if place.has(Role.OWNER) or place.has(Role.REVIEWER, Stage.FULL_TEXT)
    ]
    found = Report.objects.filter(review__in=mine).awaiting_retrieval()
    return _listed(
        _by_review(found),
        mine,
        "Retrieval",
        "{} report{s} await{z} retrieval",
        ("See the reports", "reviews:report_list"),
    )


def full_texts_to_judge(among: list[Place], user: User) -> dict[int, Waiting]:
    """Reviewers: full texts that were retrieved."""
    mine = _where(among, Role.REVIEWER, Stage.FULL_TEXT)
    found = queues.waiting_in(mine, Stage.FULL_TEXT, user)
    return _listed(
        _by_review(found),
        mine,
        "Full texts",
        "{} full text{s} wait{z} for you",
        ("Judge", "screening:full_text_queue"),
    )


def conflicts_to_settle(among: list[Place], user: User) -> dict[int, Waiting]:
    """Conflicts of both stages that the person may settle."""
    numbers: dict[int, int] = {}
    for stage in (Stage.TITLE_ABSTRACT, Stage.FULL_TEXT):
        found = conflicts.visible_in(
            adjudicated=_where(among, Role.ADJUDICATOR, stage),
            judged=_where(among, Role.REVIEWER, stage),
            stage=stage,
            user=user,
        )
        for pk, number in _by_review(found).items():
            numbers[pk] = numbers.get(pk, 0) + number
    return _listed(
        numbers,
        [place.review for place in among],
        "Conflicts",
        "{} conflict{s} {are} yours to settle",
        ("Settle", "screening:conflict_list"),
    )


def reports_to_group(among: list[Place], user: User) -> dict[int, Waiting]:
    """Owners and reviewers: included reports that are in no study yet."""
    mine = [
        place.review
        for place in among
        if place.has(Role.OWNER) or place.has(Role.REVIEWER)
    ]
    found = Report.objects.filter(review__in=mine).without_study()
    return _listed(
        _by_review(found),
        mine,
        "Studies",
        "{} included report{s} {are} in no study yet",
        ("Group them", "reviews:study_list"),
    )


def appraisals(among: list[Place], user: User) -> dict[int, Waiting]:
    """Reviewers: studies to appraise."""
    mine = _where(among, Role.REVIEWER, Stage.APPRAISAL)
    return _listed(
        {review.pk: appraisal_standing.waiting(review, user) for review in mine},
        mine,
        "Quality appraisal",
        "{} appraisal{s} wait{z} for you",
        ("Appraise", "screening:appraisal_list"),
    )


def extractions(among: list[Place], user: User) -> dict[int, Waiting]:
    """Reviewers: studies to extract."""
    mine = _where(among, Role.REVIEWER, Stage.EXTRACTION)
    return _listed(
        {review.pk: extraction_standing.waiting(review, user) for review in mine},
        mine,
        "Data extraction",
        "{} stud{y} wait{z} for you",
        ("Extract", "screening:extraction_list"),
    )


def extractions_to_settle(among: list[Place], user: User) -> dict[int, Waiting]:
    """Reviewers and adjudicators: studies read differently, theirs to settle."""
    mine = [
        place.review
        for place in among
        if place.has(Role.REVIEWER, Stage.EXTRACTION)
        or place.has(Role.ADJUDICATOR, Stage.EXTRACTION)
    ]
    return _listed(
        {review.pk: extraction_standing.to_settle(review, user) for review in mine},
        mine,
        "Differences in data",
        "Differences on {} stud{y} are yours to settle",
        ("Settle", "screening:extraction_list"),
    )


def votes_set_aside(among: list[Place], user: User) -> dict[int, Waiting]:
    """Reviewers: that votes of theirs do not count today."""
    mine = [place.review for place in among if place.has(Role.REVIEWER)]
    return {
        each.review_id: Waiting(
            "Your votes",
            "An owner has set votes of yours aside: they are kept, but do not count",
            "See why",
            reverse("screening:my_decisions", args=[each.review.slug]),
        )
        for each in setting_aside.told_to(user, mine).select_related("review")
    }


KINDS: tuple[Kind, ...] = (
    votes_set_aside,
    searches_to_record,
    duplicates_to_look_at,
    pilot_rounds,
    records_to_screen,
    reports_to_retrieve,
    full_texts_to_judge,
    conflicts_to_settle,
    reports_to_group,
    appraisals,
    extractions,
    extractions_to_settle,
)


def _where(among: list[Place], role: Role, stage: Stage) -> list[Review]:
    return [place.review for place in among if place.has(role, stage)]


def _by_review(
    items: QuerySet[Record] | QuerySet[Report] | QuerySet[DuplicateSet],
) -> dict[int, int]:
    """Count the items of each review, in one query."""
    return dict(
        items.order_by()
        .values("review")
        .annotate(number=Count("pk"))
        .values_list("review", "number")
    )


def _listed(
    numbers: dict[int, int],
    reviews: Iterable[Review],
    label: str,
    text: str,
    action: tuple[str, str],
) -> dict[int, Waiting]:
    """Word the numbers above nought, and say where to go."""
    found = {}
    for review in reviews:
        number = numbers.get(review.pk, 0)
        if not number:
            continue
        words = text.format(
            f"{number:,}",
            s="" if number == 1 else "s",
            z="s" if number == 1 else "",
            y="y" if number == 1 else "ies",
            are="is" if number == 1 else "are",
        )
        url = reverse(action[1], args=[review.slug])
        found[review.pk] = Waiting(label, words, action[0], url)
    return found
