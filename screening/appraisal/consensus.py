"""Consensus: how two who appraised differently come to one judgment, domain by domain.

Both sides may be seen by those who may settle it: the two who answered, who can agree,
and an adjudicator who did not (MECIR C39, C52). The answers stay as they were; the
consensus stands beside them, and lapses when one of them changes.
"""

import uuid
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from reviews import access
from reviews.instruments.definition import OVERALL
from reviews.instruments.sheets import Sheet
from reviews.models import AppraisalTarget, Role, Stage, User
from screening.appraisal import answering
from screening.appraisal.settling import outcome
from screening.models import AppraisalAnswer
from screening.settling import State

Kind = AppraisalAnswer.Kind


class NotInConflict(Exception):
    """The domain is not in conflict, or not any more."""


def how(target: AppraisalTarget, domain_id: str, resolver: User) -> Kind:
    """Return how this person would settle the domain.

    One of those who appraised it records a consensus; an adjudicator who did not
    decides. Raises WrongRole for anybody else.
    """
    review = target.study.review
    if resolver.pk in {vote.reviewer for vote in answering.votes_on(target, domain_id)}:
        access.require(review, resolver, Role.REVIEWER, stage=Stage.APPRAISAL)
        return Kind.CONSENSUS
    access.require(review, resolver, Role.ADJUDICATOR, stage=Stage.APPRAISAL)
    return Kind.ADJUDICATION


@transaction.atomic
def resolve(
    target: AppraisalTarget,
    domain_id: str,
    written: Sheet,
    *,
    resolver: User,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> AppraisalAnswer:
    """Settle a domain beside the answers that differ; they stay as they were.

    The same token again returns the row that it made. The overall judgment comes
    after all domains. Raises WrongRole, UnknownDomain, NotInConflict (also where
    somebody settled it a moment ago) or Unfinished.
    """
    appraisal = answering.lock(target)
    domain = appraisal.domain(domain_id)
    if token is not None:
        made = AppraisalAnswer.objects.filter(token=token, reviewer=resolver).first()
        if made is not None:
            return made
    votes = answering.votes_on(target, domain.id)
    required = appraisal.review.reviewers_required(Stage.APPRAISAL)
    found = outcome(votes, answering.ruling_on(target, domain.id), required=required)
    if found.state is not State.CONFLICT:
        raise NotInConflict(f"{domain.name} is not in conflict any more.")
    by = how(appraisal.target, domain.id, resolver)
    others = {
        key: answering.sheet(each)
        for key, each in answering.settled(appraisal.target).items()
    }
    if domain.id == OVERALL:
        answering.require_all(appraisal.domains, others, words="Settle first")
    kept, proposed = answering.checked(appraisal, domain, written, others)
    if not kept.support:
        raise answering.Unfinished({"support": "Say why it is settled so."})
    before = (
        AppraisalAnswer.objects.filter(target=target, domain=domain.id)
        .exclude(kind=Kind.INDEPENDENT)
        .unsuperseded()
        .first()
    )
    made = AppraisalAnswer.objects.create(
        target=appraisal.target,
        domain=domain.id,
        kind=by,
        reviewer=resolver,
        answers=kept.answers,
        proposed=proposed,
        judgment=kept.judgment,
        support=kept.support,
        departure=kept.departure,
        supersedes=before,
        token=token or uuid.uuid4(),
        answered_at=at or timezone.now(),
    )
    made.resolved.set(vote.answer for vote in votes)
    answering.settle(appraisal, domain.id, by=resolver, at=at)
    return made
