"""Asking for a newer order, from a page: at most one small row, and never a failure.

Whoever screens never waits for the order and is never stopped by it.
"""

import logging

from django.db import DatabaseError, transaction

from reviews import jobs
from reviews.models import Job, Review, ScreeningPlan, Stage, User
from screening import tasks
from screening.models import Decision
from screening.ranking import refitting

SUBJECT = "ranking"
logger = logging.getLogger(__name__)


def keep_up(review: Review, stage: Stage, reviewer: User) -> None:
    """Have the order learned anew if anything happened since it was made.

    To be called after what the reviewer did is kept: what goes wrong here goes into
    the log.
    """
    if not is_ordered(review, stage):
        return
    try:
        if not is_going_on(review) and not _is_up_to_date(review, stage, reviewer):
            _begin(review)
    except DatabaseError:
        logger.exception("The order of %s could not be asked for.", review.slug)


def is_ordered(review: Review, stage: Stage) -> bool:
    """Tell whether records come by predicted relevance."""
    relevance = ScreeningPlan.Order.RELEVANCE
    return stage == Stage.TITLE_ABSTRACT and review.plan.order == relevance


def is_going_on(review: Review) -> bool:
    """Tell whether somebody looks after the order already."""
    job = review.jobs.unfinished().filter(subject=SUBJECT).first()
    if job is not None:
        jobs.look_after(job)
    return job is not None


def _is_up_to_date(review: Review, stage: Stage, reviewer: User) -> bool:
    ranking = refitting.in_use(review, reviewer)
    if ranking is None:
        return False
    own = Decision.objects.filter(review=review, stage=stage, reviewer=reviewer)
    if own.filter(pk__gt=ranking.seen_decision).exists():
        return False
    return not review.events.filter(pk__gt=ranking.seen_event).exists()


def _begin(review: Review) -> None:
    try:
        # A savepoint where a transaction is going on.
        with transaction.atomic():
            jobs.begin(review, Job.Kind.RANK, SUBJECT, task=tasks.rank, by=None)
    except jobs.AlreadyAtWork:
        return
