"""Whether a search for duplicates is made at once or by the worker.

A page waits for a few records, and never for thousands.
"""

from dataclasses import asdict
from typing import Any

from reviews import jobs, tasks
from reviews.duplicates import finding, fingerprints, stored
from reviews.duplicates.finding import FoundNow
from reviews.models import Job, Review, User

SUBJECT = "duplicates"
# So many records are compared with one another while a person waits; of a large
# review fewer, since each of them has many neighbours.
_AT_ONCE = 2000
_NEW_AT_ONCE = 200


def begin(review: Review, *, by: User, everything: bool = False) -> FoundNow | Job:
    """Look for duplicates at once, or have the worker do it.

    With `everything`, all records are compared again. Raises WrongRole or
    AlreadyAtWork.
    """
    stored.require_owner(review, by)
    going = jobs.of(review, SUBJECT)
    if going is not None and not going.is_finished:
        raise jobs.AlreadyAtWork(going)
    if everything:
        fingerprints.forget_all(review)
    new = fingerprints.uncompared(review).count()
    if new <= _NEW_AT_ONCE or stored.compared(review).count() <= _AT_ONCE:
        return finding.find(review, by=by)
    return jobs.begin(
        review, Job.Kind.FIND_DUPLICATES, SUBJECT, task=tasks.find_duplicates, by=by
    )


def told(job: Job) -> FoundNow | None:
    """Return what a search by the worker did, once it is done."""
    result: dict[str, Any] = job.result or {}
    if job.state != Job.State.DONE:
        return None
    names = asdict(FoundNow()).keys()
    return FoundNow(**{name: result.get(name, 0) for name in names})
