"""Signing and lifting a stop: at once, or in the background where it moves many.

What can be refused is refused at once, before anything waits.
"""

from django.db import transaction
from django_tasks.base import Task

from reviews import access, jobs
from reviews.models import Job, Role, User
from screening import tasks
from screening.models import Stop
from screening.stopping import reading, sampling, stops

# More records than these leave or come back in the background.
AT_ONCE = 2000


def subject(stop: Stop) -> str:
    """Return what the jobs on a stop call it."""
    return sampling.purpose(stop.number)


def latest(stop: Stop) -> Job | None:
    """Return the latest job on a stop."""
    return jobs.of(stop.review, subject(stop))


def sign(stop: Stop, *, by: User) -> None:
    """Have a stop signed. Raises WrongRole, CannotStop or AlreadyAtWork."""
    access.require(stop.review, by, Role.OWNER)
    if reading.unread(stop.review).count() <= AT_ONCE:
        stops.sign(stop, by=by)
    else:
        stops.require_signable(stop)
        _begin(stop, Job.Kind.STOP_SCREENING, tasks.sign_stop, by)


@transaction.atomic
def lift(stop: Stop, *, because: str, by: User) -> None:
    """Have a stop lifted. Raises what stops.lift does, or AlreadyAtWork."""
    access.require(stop.review, by, Role.OWNER)
    stop = (
        Stop.objects.select_for_update(of=("self",))
        .select_related("review")
        .get(pk=stop.pk)
    )
    stops.require_liftable(stop, because)
    if stop.certificate.removal.records.filter(back_at=None).count() <= AT_ONCE:
        stops.lift(stop, because=because, by=by)
        return
    # Kept with the stop until its job has come to it.
    stop.ended_because = because.strip()
    stop.save(update_fields=["ended_because"])
    _begin(stop, Job.Kind.LIFT_STOP, tasks.lift_stop, by)


def _begin(stop: Stop, kind: Job.Kind, task: Task[[int], None], by: User) -> None:
    jobs.begin(stop.review, kind, subject(stop), task=task, by=by)
