"""Work in the background: begun on a page, carried out by another process.

A job is followed by its row. Whoever carries it out tells how far it is, learns there
that it is to stop, and is idempotent: a job whose process was killed is begun again.
What a job does appears in the review all at once or not at all.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks.base import Task

from reviews import access
from reviews.models import Job, Review, Role, User

# The heartbeat is written at most as often as a person looks.
_BEAT = timedelta(milliseconds=500)

logger = logging.getLogger(__name__)


class AlreadyAtWork(Exception):
    """A job on the same thing is waiting or being carried out."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__(f"{job.get_kind_display()} is going on already.")


class CannotBeDone(Exception):
    """The work came to nothing, for a reason that its owner is told."""


class Cancelled(Exception):
    """Somebody asked for the job to stop."""


class Progress:
    """How far a job is, told to whoever looks at it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._told_at: datetime | None = None

    def step(self, done: int, total: int, words: str) -> None:
        """Tell how far it is; raise Cancelled where it is to stop.

        To be called outside any transaction, or nobody sees it.
        """
        now = timezone.now()
        if self._told_at and now - self._told_at < _BEAT and done < total:
            return
        self._told_at = now
        rows = Job.objects.filter(pk=self.job.pk)
        rows.update(step=words, done_count=done, total_count=total, heartbeat_at=now)
        if rows.filter(cancel_requested_at__isnull=False).exists():
            raise Cancelled


Work = Callable[[Job, Progress], dict[str, Any]]


def of(review: Review, subject: str) -> Job | None:
    """Return the latest job on a subject, such as "import 12"."""
    jobs = review.jobs.filter(subject=subject)
    return jobs.order_by("-created_at", "-pk").first()


def begin(
    review: Review,
    kind: Job.Kind,
    subject: str,
    *,
    task: Task[[int], None],
    by: User | None,
    at: datetime | None = None,
) -> Job:
    """Have a task carried out in the background once this transaction is kept.

    Raises AlreadyAtWork.
    """
    try:
        with transaction.atomic():
            job = Job.objects.create(
                review=review,
                kind=kind,
                subject=subject,
                created_by=by,
                created_at=at or timezone.now(),
            )
    except IntegrityError:
        going = review.jobs.unfinished().filter(subject=subject).first()
        if going is None:
            raise
        raise AlreadyAtWork(going) from None
    transaction.on_commit(lambda: _enqueue(task, job))
    return job


def cancel(job: Job, *, by: User, at: datetime | None = None) -> Job:
    """Ask for a job to stop; one that nobody has begun ends at once.

    Raises WrongRole. One that has ended stays as it is.
    """
    access.require(job.review, by, Role.OWNER)
    at = at or timezone.now()
    unfinished = Job.objects.unfinished().filter(pk=job.pk)
    if not unfinished.filter(state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, cancel_requested_at=at, ended_at=at
    ):
        unfinished.update(cancel_requested_at=at)
    job.refresh_from_db()
    return job


def carry_out(pk: int, work: Work) -> None:
    """Do the work of a job, once, and keep how it ended.

    Whatever stops it unforeseen is logged whole and told in one sentence.
    """
    now = timezone.now()
    begun = Job.objects.filter(pk=pk, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=now, heartbeat_at=now
    )
    if not begun:
        return
    job = Job.objects.select_related("review", "created_by").get(pk=pk)
    ended: dict[str, Any]
    try:
        ended = {"state": Job.State.DONE, "result": work(job, Progress(job))}
    except Cancelled:
        ended = {"state": Job.State.CANCELLED}
    except CannotBeDone as error:
        ended = {"state": Job.State.FAILED, "error": str(error)}
    Job.objects.filter(pk=pk).update(ended_at=timezone.now(), **ended)


def _enqueue(task: Task[[int], None], job: Job) -> None:
    task.enqueue(job.pk)
