"""Appraisal: one person's answers to one domain of an instrument, made blind.

Answers are appended, never edited, and everybody sees only their own until a domain
has been answered by as many as the protocol asks for. What agrees is settled at once,
what differs by `screening.appraisal.consensus` (MECIR C39, C52).
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access, studies, targets
from reviews.instruments import asking, sheets
from reviews.instruments.conditions import Answers
from reviews.instruments.definition import OVERALL, Domain, Instrument
from reviews.instruments.judging import Proposal
from reviews.instruments.sheets import Sheet
from reviews.models import (
    AppraisalTarget,
    MemberRole,
    Review,
    Role,
    SettledJudgment,
    Stage,
    User,
)
from screening.appraisal.settling import Outcome, Ruling, Vote, outcome
from screening.models import AppraisalAnswer
from screening.settling import State

Kind = AppraisalAnswer.Kind


class NotOpenForAppraisal(Exception):
    """The target is not up for appraisal, or not any more."""


class AppraisedByOthers(Exception):
    """As many people as the protocol asks for appraise it already."""


class UnknownDomain(LookupError):
    """The domain is none of this appraisal."""


class Unfinished(ValueError):
    """Something is missing; `problems` says what, by name of the field."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Appraisal:
    """A target with its form and the domains in use, read once."""

    target: AppraisalTarget
    form: Instrument
    domains: tuple[Domain, ...]

    @property
    def options(self) -> frozenset[str]:
        return asking.settled_options(self.form, self.target.options)

    @property
    def review(self) -> Review:
        return self.target.study.review

    def domain(self, key: str) -> Domain:
        """Return the domain in use with this id. Raises UnknownDomain."""
        for domain in self.domains:
            if domain.id == key:
                return domain
        raise UnknownDomain(f"This appraisal has no domain {key}.")

    def proposal(
        self, domain: Domain, answers: Answers, others: Mapping[str, Sheet]
    ) -> Proposal:
        """Return what the rules of the instrument propose."""
        return sheets.proposal(self.form, domain, answers, self.options, others)


def of(target: AppraisalTarget, form: Instrument | None = None) -> Appraisal:
    """Return the target with its form, read from the instrument unless it is given."""
    form = form or targets.form_of(target.instrument)
    return Appraisal(target, form, sheets.domains(form, frozenset(target.options)))


def lock(target: AppraisalTarget) -> Appraisal:
    """Lock the target's row until the transaction ends, and read it afresh."""
    return of(
        AppraisalTarget.objects.select_for_update(of=("self",))
        .select_related("study__review", "instrument")
        .get(pk=target.pk)
    )


def own(target: AppraisalTarget, reviewer: User) -> dict[str, AppraisalAnswer]:
    """Return one person's own current answers, by domain."""
    current = AppraisalAnswer.objects.current().filter(
        target=target, reviewer=reviewer, kind=Kind.INDEPENDENT
    )
    return {answer.domain: answer for answer in current}


def sheet(answer: AppraisalAnswer | SettledJudgment) -> Sheet:
    """Return what was written, as the rules of the instrument read it."""
    departure = answer.departure if isinstance(answer, AppraisalAnswer) else ""
    return Sheet(answer.answers, answer.judgment, answer.support, departure)


def settled(target: AppraisalTarget) -> dict[str, SettledJudgment]:
    """Return what is settled on the target, by domain."""
    return {judgment.domain: judgment for judgment in target.judgments.all()}


@transaction.atomic
def answer(
    target: AppraisalTarget,
    domain_id: str,
    written: Sheet,
    *,
    reviewer: User,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> AppraisalAnswer:
    """Append a reviewer's answers to a domain and settle it if this completes it.

    The same token again, or the same answers again, return the row that stands. An
    overall judgment is taken back when the answers now lead to another proposal.
    Raises WrongRole, NotOpenForAppraisal, AppraisedByOthers, UnknownDomain or
    Unfinished; then nothing is written.
    """
    appraisal = lock(target)
    domain = appraisal.domain(domain_id)
    access.require(appraisal.review, reviewer, Role.REVIEWER, stage=Stage.APPRAISAL)
    if token is not None:
        made = AppraisalAnswer.objects.filter(token=token, reviewer=reviewer).first()
        if made is not None:
            return made
    mine = own(target, reviewer)
    _require_open(appraisal, domain, reviewer, mine)
    others = {key: sheet(each) for key, each in mine.items() if key != domain.id}
    if domain.id == OVERALL:
        require_all(open_to(appraisal, reviewer), others)
    kept, proposed = checked(appraisal, domain, written, others)
    last = mine.get(domain.id)
    if last is not None and (sheet(last), last.proposed) == (kept, proposed):
        return last
    made = AppraisalAnswer.objects.create(
        target=appraisal.target,
        domain=domain.id,
        reviewer=reviewer,
        answers=kept.answers,
        proposed=proposed,
        judgment=kept.judgment,
        support=kept.support,
        departure=kept.departure,
        supersedes=_last_word(appraisal, domain.id, reviewer),
        token=token or uuid.uuid4(),
        answered_at=at or timezone.now(),
    )
    settle(appraisal, domain.id, by=reviewer, at=at)
    if OVERALL in mine and domain.id != OVERALL:
        _take_back_overall(appraisal, reviewer, at=at)
    return made


def checked(
    appraisal: Appraisal, domain: Domain, written: Sheet, others: Mapping[str, Sheet]
) -> tuple[Sheet, str]:
    """Return the sheet as it is kept, and what the rules propose for it.

    Answers to what is not asked are left out, and a reason to depart where nothing
    departs. Raises Unfinished.
    """
    options = appraisal.options
    proposed = appraisal.proposal(domain, written.answers, others).code or ""
    problems = sheets.problems(
        appraisal.form, domain, written, options, proposed or None
    )
    if problems:
        raise Unfinished(problems)
    judgment = written.judgment if domain.is_judged else ""
    departs = bool(proposed) and judgment != proposed
    return (
        Sheet(
            sheets.kept(domain, written.answers, options),
            judgment,
            written.support.strip(),
            written.departure.strip() if departs else "",
        ),
        proposed,
    )


def settle(
    appraisal: Appraisal, domain_id: str, *, by: User, at: datetime | None = None
) -> Outcome:
    """Bring what is settled on a domain in line with its answers.

    Called in the transaction of each answer, with the target's row locked.
    """
    found = outcome(
        votes_on(appraisal.target, domain_id),
        ruling_on(appraisal.target, domain_id),
        required=appraisal.review.reviewers_required(Stage.APPRAISAL),
    )
    if found.state is not State.SETTLED:
        studies.reopen_judgment(appraisal.target, domain_id, by=by, at=at)
        return found
    studies.settle_judgment(
        appraisal.target,
        domain_id,
        judgment=found.judgment,
        answers=dict(found.answers),
        support=found.support,
        settlement=found.settlement,
        by=by,
        at=at,
    )
    return found


def votes_on(target: AppraisalTarget, domain_id: str) -> list[Vote]:
    """Return the answers that count on a domain."""
    current = AppraisalAnswer.objects.current().filter(
        target=target, domain=domain_id, kind=Kind.INDEPENDENT
    )
    return [vote(each) for each in current.order_by("pk")]


def vote(made: AppraisalAnswer) -> Vote:
    """Return an answer as the settling rule reads it."""
    return Vote(made.pk, made.reviewer_id, made.judgment, made.answers, made.support)


def ruling_on(target: AppraisalTarget, domain_id: str) -> Ruling | None:
    """Return the consensus that was written on a domain, whether it still holds."""
    made = (
        AppraisalAnswer.objects.current()
        .filter(target=target, domain=domain_id)
        .exclude(kind=Kind.INDEPENDENT)
        .first()
    )
    return ruling(made) if made else None


def ruling(made: AppraisalAnswer) -> Ruling:
    """Return a consensus as the settling rule reads it."""
    resolved = frozenset(each.pk for each in made.resolved.all())
    return Ruling(made.kind, made.judgment, resolved, made.answers, made.support)


def open_to(appraisal: Appraisal, reviewer: User) -> list[Domain]:
    """Return the domains that the person has answered or may answer.

    A domain that as many others as the protocol asks for have answered is theirs;
    that happens where somebody takes over from a member who left.
    """
    required = appraisal.review.reviewers_required(Stage.APPRAISAL)
    taken: dict[str, set[int]] = defaultdict(set)
    for domain_id, person in (
        AppraisalAnswer.objects.current()
        .filter(target=appraisal.target, kind=Kind.INDEPENDENT)
        .values_list("domain", "reviewer")
    ):
        taken[domain_id].add(person)
    return [
        domain
        for domain in appraisal.domains
        if reviewer.pk in taken[domain.id] or len(taken[domain.id]) < required
    ]


def active_reviewers(review: Review) -> set[int]:
    """Return who may appraise today."""
    return set(
        MemberRole.objects.filter(
            member__review=review,
            member__removed_at=None,
            role=Role.REVIEWER,
            stage__in=["", Stage.APPRAISAL],
        ).values_list("member__user", flat=True)
    )


def is_taken(
    others: Collection[int], mine: Collection[str], active: set[int], required: int
) -> bool:
    """Tell whether others appraise the target already, who are still on the team."""
    return not mine and len(active.intersection(others)) >= required


def require_all(
    domains: Iterable[Domain],
    others: Mapping[str, Sheet],
    *,
    words: str = "Answer first",
) -> None:
    """Raise Unfinished where a domain lacks what the overall judgment is made of."""
    missing = [
        domain.name
        for domain in domains
        if domain.id not in others and domain.id != OVERALL
    ]
    if missing:
        raise Unfinished({"judgment": f"{words}: {'; '.join(missing)}."})


def _require_open(
    appraisal: Appraisal,
    domain: Domain,
    reviewer: User,
    mine: Mapping[str, AppraisalAnswer],
) -> None:
    """Raise unless the reviewer may answer the domain now."""
    review = appraisal.review
    if not targets.standing(review).filter(pk=appraisal.target.pk).exists():
        raise NotOpenForAppraisal(
            "This is no longer up for appraisal: it was taken out, or its study is "
            "no longer included."
        )
    others = (
        AppraisalAnswer.objects.current()
        .filter(target=appraisal.target, kind=Kind.INDEPENDENT)
        .exclude(reviewer=reviewer)
        .values_list("reviewer", flat=True)
    )
    required = review.reviewers_required(Stage.APPRAISAL)
    taken = is_taken(set(others), mine, active_reviewers(review), required)
    if taken or domain not in open_to(appraisal, reviewer):
        raise AppraisedByOthers(
            "As many people as the protocol asks for appraise this already."
        )


def _last_word(
    appraisal: Appraisal, domain_id: str, reviewer: User
) -> AppraisalAnswer | None:
    return (
        AppraisalAnswer.objects.filter(
            target=appraisal.target,
            domain=domain_id,
            reviewer=reviewer,
            kind=Kind.INDEPENDENT,
        )
        .unsuperseded()
        .first()
    )


def _take_back_overall(
    appraisal: Appraisal, reviewer: User, *, at: datetime | None
) -> None:
    """Take one's overall judgment back where the domains now propose another."""
    mine = own(appraisal.target, reviewer)
    last = mine.pop(OVERALL)
    others = {key: sheet(each) for key, each in mine.items()}
    domain = appraisal.domain(OVERALL)
    if (appraisal.proposal(domain, {}, others).code or "") == last.proposed:
        return
    AppraisalAnswer.objects.create(
        target=appraisal.target,
        domain=OVERALL,
        reviewer=reviewer,
        is_withdrawn=True,
        supersedes=last,
        answered_at=at or timezone.now(),
    )
    settle(appraisal, OVERALL, by=reviewer, at=at)
