"""Work in the background: begun on a page, carried out by another process.

A job is followed by its row. Whoever carries it out tells how far it is, learns there
that it is to stop, and is idempotent: a job whose process was killed is begun again.
What a job does appears in the review all at once or not at all.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks.base import Task, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config import worker
from reviews import access
from reviews.models import Job, Review, Role, User
from reviews.models.job import JobQuerySet

# How far it is is written at most as often as a person looks.
_TOLD = timedelta(milliseconds=500)
# A sign of life during steps that tell nothing, and the silence after which a worker
# is taken for lost.
BEAT = timedelta(seconds=5)
LOST = timedelta(minutes=1)
ATTEMPTS = 3
UNFORESEEN = (
    "Something unforeseen stopped it, and nothing was changed. Try again; if it "
    "happens again, whoever runs this server finds the cause in its log."
)
LOST_TOO_OFTEN = (
    "The process that did this was stopped from outside three times, and nothing was "
    "changed. The server may lack memory for it: tell whoever runs it, or try again "
    "with a smaller file."
)

# How many votes there are shows in how far they are.
_OF_OWNERS = (
    Job.Kind.MOVE_IN_VOTES,
    Job.Kind.SET_ASIDE_VOTES,
    Job.Kind.CHANGE_NUMBER,
)

# What one person judges, which nobody else may know, owners neither.
_OF_ONE_PERSON = (Job.Kind.DECIDE_SEVERAL, Job.Kind.TAKE_SEVERAL_BACK)

logger = logging.getLogger(__name__)


class AlreadyAtWork(Exception):
    """A job on the same thing is waiting or being carried out."""

    def __init__(self, job: Job) -> None:
        self.job = job
        super().__init__(f"{job.get_kind_display()} is going on already.")


class CannotBeDone(Exception):
    """The work came to nothing, for a reason that its owner is told."""


class Cancelled(Exception):
    """Somebody asked for the job to stop; what it stored so far is to be removed."""


class Superseded(Exception):
    """The job was taken for lost and begun again elsewhere: leave everything alone."""


class Progress:
    """How far a job is, told to whoever looks at it."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._told_at: datetime | None = None

    def step(self, done: int, total: int, words: str) -> None:
        """Tell how far it is; raise Cancelled where it is to stop, or Superseded.

        To be called outside any transaction, or nobody sees it.
        """
        now = timezone.now()
        if self._told_at and now - self._told_at < _TOLD and done < total:
            return
        self._told_at = now
        rows = _carried_out(self.job)
        if not rows.update(
            step=words, done_count=done, total_count=total, heartbeat_at=now
        ):
            raise Superseded
        if rows.filter(cancel_requested_at__isnull=False).exists():
            raise Cancelled

    def hold(self) -> None:
        """Let nobody cancel it any more or begin it again; raises what `step` does.

        To be called first in the transaction that keeps the result.
        """
        job = _carried_out(self.job).select_for_update().first()
        if job is None:
            raise Superseded
        if job.cancel_requested_at:
            raise Cancelled


Work = Callable[[Job, Progress], dict[str, Any]]
TaskRow = DBTaskResult[Any, Any]


def shown_to(review: Review, person: User) -> JobQuerySet:
    """Return the jobs that a member may follow.

    How far the votes of others are is for owners alone, and when an order is learned,
    which is whenever somebody judges, for nobody. What somebody judges at once is
    for that person alone.
    """
    shown = review.jobs.exclude(kind=Job.Kind.RANK)
    shown = shown.exclude(~Q(created_by=person), kind__in=_OF_ONE_PERSON)
    if access.has_role(review, person, Role.OWNER):
        return shown
    return shown.exclude(kind__in=_OF_OWNERS)


def withheld_from_team(person: User) -> Q:
    """Tell which jobs of their own team nobody finds where no page asks for roles."""
    of_others = Q(kind__in=_OF_ONE_PERSON) & ~Q(created_by=person.pk)
    return Q(kind=Job.Kind.RANK) | Q(kind__in=_OF_OWNERS) | of_others


def of(review: Review, subject: str) -> Job | None:
    """Return the latest job on a subject, such as "import 12"."""
    jobs = review.jobs.filter(subject=subject)
    return jobs.order_by("-created_at", "-pk").first()


@transaction.atomic
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

    To be called last: tests carry it out at once. Raises AlreadyAtWork.
    """
    try:
        # A savepoint: whoever calls may go on after AlreadyAtWork.
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
    # The task stands in the same database, so that both are kept or neither is.
    task_id = task.enqueue(job.pk).id
    Job.objects.filter(pk=job.pk).update(task_id=task_id)
    transaction.on_commit(worker.wake, robust=True)
    job.refresh_from_db()
    return job


def begin_once(
    review: Review, kind: Job.Kind, subject: str, *, task: Task[[int], None], by: User
) -> None:
    """Begin it in the background, unless it is at work already."""
    with suppress(AlreadyAtWork):
        begin(review, kind, subject, task=task, by=by)


@transaction.atomic
def cancel(job: Job, *, by: User, at: datetime | None = None) -> Job:
    """Ask for a job to stop; one that nobody has begun ends at once.

    Raises WrongRole. One that has ended stays as it is.
    """
    access.require(job.review, by, Role.OWNER)
    at = at or timezone.now()
    unfinished = Job.objects.unfinished().filter(pk=job.pk)
    # One that was begun before may have stored something: its worker removes that.
    if not unfinished.filter(state=Job.State.WAITING, attempts=0).update(
        state=Job.State.CANCELLED, cancel_requested_at=at, ended_at=at
    ):
        unfinished.update(cancel_requested_at=at)
    job.refresh_from_db()
    return job


def carry_out(pk: int, work: Work) -> None:
    """Do the work of a job, once, and keep how it ended.

    What stops it unforeseen is told in one sentence and goes on to the log.
    """
    now = timezone.now()
    if not Job.objects.filter(pk=pk, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, started_at=now, heartbeat_at=now
    ):
        return
    job = Job.objects.select_related("review", "created_by").get(pk=pk)
    ended: dict[str, Any] = {"state": Job.State.FAILED, "error": UNFORESEEN}
    try:
        with _beating(job):
            ended = {"state": Job.State.DONE, "result": work(job, Progress(job))}
    except Cancelled:
        ended = {"state": Job.State.CANCELLED}
    except CannotBeDone as error:
        ended = {"state": Job.State.FAILED, "error": str(error)}
    except Superseded:
        logger.warning("Job %s was begun again while it was carried out.", pk)
    except (KeyboardInterrupt, SystemExit):
        # Its process is told to end at once: the next worker begins it again.
        ended = {}
        raise
    finally:
        if ended:
            _carried_out(job).update(ended_at=timezone.now(), **ended)


def look_after(job: Job) -> None:
    """Start a worker for a job that seems to have none."""
    if needs_worker(job):
        worker.wake()


def needs_worker(job: Job, *, at: datetime | None = None) -> bool:
    """Return whether there may be nobody who carries it out.

    Where one worker alone can be there, its lock knows.
    """
    if job.is_finished or job.state == Job.State.WAITING or worker.is_alone():
        return not job.is_finished
    return (at or timezone.now()) - (job.heartbeat_at or job.created_at) > LOST


@transaction.atomic
def give_back_lost(*, alone: bool, at: datetime | None = None) -> None:
    """Have the jobs begun again whose worker was lost; end those lost too often.

    `alone`: there is no worker but this one, so what is being carried out is lost.
    """
    at = at or timezone.now()
    for job in Job.objects.unfinished().select_for_update():
        rows = DBTaskResult.objects.filter(pk=job.task_id) if job.task_id else None
        task = rows.first() if rows else None
        if _is_lost(job, task, None if alone else at - LOST):
            _give_back(job, task, at=at)


def _is_lost(job: Job, task: TaskRow | None, before: datetime | None) -> bool:
    if job.state == Job.State.RUNNING:
        since = job.heartbeat_at or job.created_at
    elif task is None:
        since = job.created_at
    elif task.status == TaskResultStatus.READY:
        return False
    else:
        # Its worker ended between taking the task and beginning the job.
        since = task.started_at or job.created_at
    return before is None or since < before


def _give_back(job: Job, task: TaskRow | None, *, at: datetime) -> None:
    job.attempts += 1
    if task is None or job.attempts >= ATTEMPTS:
        job.state, job.ended_at, job.error = Job.State.FAILED, at, LOST_TOO_OFTEN
    else:
        job.state = Job.State.WAITING
        job.step, job.done_count, job.total_count = "", 0, 0
        task.status = TaskResultStatus.READY
        task.finished_at = None
        task.save(update_fields=["status", "finished_at"])
    logger.warning("Job %s has lost its worker; it is now %s.", job.pk, job.state)
    job.save()


def _carried_out(job: Job) -> JobQuerySet:
    """Return the row of a job as long as it is this process that carries it out."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


@contextmanager
def _beating(job: Job) -> Iterator[None]:
    """Give a sign of life during long steps that give none."""
    if connection.in_atomic_block:
        # Nobody would see it, and its thread would wait for this one.
        yield
        return
    over = threading.Event()
    thread = threading.Thread(target=_beat, args=[job, over], daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _beat(job: Job, over: threading.Event) -> None:
    while not over.wait(BEAT.total_seconds()):
        try:
            _carried_out(job).update(heartbeat_at=timezone.now())
        except OperationalError:
            # The work itself holds the lock; it beats again afterwards.
            logger.info("Job %s could not give a sign of life.", job.pk)
    connection.close()
