"""How far an appraisal has come, for one person, and whether what is settled follows.

A person is told of their own answers and of what is settled; of another's only once
a domain has been answered by both and differs, and then only who may settle it.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviews import access, targets
from reviews.models import (
    AppraisalTarget,
    Instrument,
    Review,
    Role,
    SettledJudgment,
    Stage,
    Study,
    User,
)
from screening.appraisal import answering
from screening.appraisal.answering import Appraisal
from screening.appraisal.settling import outcome
from screening.models import AppraisalAnswer
from screening.settling import State

Kind = AppraisalAnswer.Kind
Answered = dict[str, set[int]]


@dataclass(frozen=True)
class Standing:
    """How one target stands for one person."""

    target: AppraisalTarget
    total: int
    answered: int
    is_taken: bool
    settled: int
    in_use: int
    conflicts: list[str] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        return self.answered >= self.total

    @property
    def is_settled(self) -> bool:
        return self.settled >= self.in_use


def standings(review: Review, user: User) -> list[Standing]:
    """Return how each target stands for the person, in the order of the studies."""
    found = list(targets.standing(review).prefetch_related("judgments"))
    forms = {
        each.pk: targets.form_of(each)
        for each in {target.instrument for target in found}
    }
    answered = _answered(review)
    facts = _Facts.of(review, user)
    return [
        _standing(
            answering.of(target, forms[target.instrument_id]),
            answered.get(target.pk, {}),
            facts,
        )
        for target in found
    ]


def standing(read: Appraisal, user: User) -> Standing:
    """Return how one target stands for the person."""
    answered = _answered(read.review, read.target).get(read.target.pk, {})
    return _standing(read, answered, _Facts.of(read.review, user))


@dataclass(frozen=True)
class _Facts:
    """What holds for one person in a whole review."""

    user: int
    required: int
    active: set[int]
    adjudicates: bool

    @classmethod
    def of(cls, review: Review, user: User) -> "_Facts":
        return cls(
            user=user.pk,
            required=review.reviewers_required(Stage.APPRAISAL),
            active=answering.active_reviewers(review),
            adjudicates=access.has_role(
                review, user, Role.ADJUDICATOR, stage=Stage.APPRAISAL
            ),
        )


def _standing(read: Appraisal, answered: Answered, facts: _Facts) -> Standing:
    settled = answering.settled(read.target)
    mine = {key for key, people in answered.items() if facts.user in people}
    others = set().union(*answered.values()) - {facts.user}
    full = {key for key, people in answered.items() if len(people) >= facts.required}
    may_settle = full if facts.adjudicates else full & mine
    if not facts.adjudicates and facts.user not in facts.active:
        may_settle = set()
    return Standing(
        target=read.target,
        total=sum(each.id in mine or each.id not in full for each in read.domains),
        answered=len(mine),
        is_taken=answering.is_taken(others, mine, facts.active, facts.required),
        settled=len(settled),
        in_use=len(read.domains),
        conflicts=[
            domain.id
            for domain in read.domains
            if domain.id in may_settle and domain.id not in settled
        ],
    )


def waiting(review: Review, user: User) -> int:
    """Count the appraisals that wait for the person, set up or about to be."""
    if not access.has_role(review, user, Role.REVIEWER, stage=Stage.APPRAISAL):
        return 0
    begun = sum(
        not each.is_taken and not each.is_done for each in standings(review, user)
    )
    return begun + sum(1 for _ in targets.opening(unopened(review)))


def conflicts(review: Review, user: User) -> int:
    """Count the domains in conflict that the person may settle."""
    return sum(len(each.conflicts) for each in standings(review, user))


def unopened(review: Review) -> list[tuple[Study, Instrument]]:
    """Return the included studies with each fitting instrument not set up for them."""
    instruments = list(review.instruments.in_force())
    included = review.studies.included().by_label()
    # Whatever version: an instrument that was amended does not begin anew by itself.
    begun = set(
        AppraisalTarget.objects.filter(study__review=review).values_list(
            "study", "instrument__key"
        )
    )
    return [
        (study, instrument)
        for study in included
        for instrument in targets.fitting(instruments, study.design)
        if (study.pk, instrument.key) not in begun
    ]


def check(review: Review) -> Iterator[tuple[int, str, str]]:
    """Yield pk, stored and derived of each judgment that does not follow."""
    required = review.reviewers_required(Stage.APPRAISAL)
    votes: dict[tuple[int, str], list[AppraisalAnswer]] = defaultdict(list)
    rulings: dict[tuple[int, str], AppraisalAnswer] = {}
    current = AppraisalAnswer.objects.current().filter(target__study__review=review)
    for made in current.order_by("pk").prefetch_related("resolved"):
        if made.kind == Kind.INDEPENDENT:
            votes[made.target_id, made.domain].append(made)
        else:
            rulings[made.target_id, made.domain] = made
    stored = {
        (each.target_id, each.domain): each
        for each in SettledJudgment.objects.filter(target__study__review=review)
    }
    for key in sorted({*votes, *stored}):
        ruling = rulings.get(key)
        found = outcome(
            [answering.vote(each) for each in votes[key]],
            answering.ruling(ruling) if ruling else None,
            required=required,
        )
        judgment = stored.get(key)
        derived = (found.judgment, found.answers, found.support, found.settlement)
        kept = (
            (judgment.judgment, judgment.answers, judgment.support, judgment.settlement)
            if judgment
            else ("", {}, "", "")
        )
        if kept != derived or (judgment is None) == (found.state is State.SETTLED):
            yield key[0], f"{key[1]} {_words(*kept)}", f"{key[1]} {_words(*derived)}"


def _words(judgment: str, answers: object, support: str, settlement: str) -> str:
    return f"{judgment or answers} ({settlement or 'open'})"


def _answered(
    review: Review, only: AppraisalTarget | None = None
) -> dict[int, Answered]:
    """Return who has answered which domain of each target today."""
    current = AppraisalAnswer.objects.current().filter(
        target__study__review=review, kind=Kind.INDEPENDENT
    )
    if only is not None:
        current = current.filter(target=only)
    found: dict[int, Answered] = defaultdict(lambda: defaultdict(set))
    for target, domain, reviewer in current.values_list("target", "domain", "reviewer"):
        found[target][domain].add(reviewer)
    return found
