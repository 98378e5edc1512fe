"""What of who judges what is being done in the background: told to owners alone.

That votes are thousands shows in that their setting aside takes its time.
"""

from reviews.models import Job, Review

KINDS = (Job.Kind.SET_ASIDE_VOTES, Job.Kind.CHANGE_NUMBER)


def shown(review: Review) -> list[Job]:
    """Return the jobs that go on, and the last one where it came to nothing."""
    found = review.jobs.filter(kind__in=KINDS).order_by("-created_at", "-pk")
    going = list(found.unfinished())
    last = found.first()
    if last is not None and last.state in (Job.State.FAILED, Job.State.CANCELLED):
        going.append(last)
    return going
