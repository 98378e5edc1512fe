"""What of a decision on several is done while the page waits, and what afterwards.

A few are decided at once. Where there are many, the worker goes through them record by
record, each in a transaction of its own, so that nobody else waits meanwhile; whoever
made the decision follows it on its page, and nobody else sees it (0007).
"""

from reviews import jobs
from reviews.models import Job, User
from screening import tasks
from screening.bulk import deciding
from screening.models import BulkDecision


def begin(made: BulkDecision, *, by: User) -> None:
    """Decide what is not decided yet, in the background where it is much."""
    if deciding.undone(made).count() <= deciding.AT_ONCE:
        deciding.carry_out(made)
        return
    jobs.begin_once(
        made.review,
        Job.Kind.DECIDE_SEVERAL,
        f"bulk {made.pk}",
        task=tasks.decide_several,
        by=by,
    )


def take_back(made: BulkDecision, *, by: User) -> tuple[int, int] | None:
    """Take all of it back; return how many went back and how many stay.

    None where that goes on in the background. Raises WrongRole.
    """
    if made.lines.count() <= deciding.AT_ONCE:
        return deciding.take_back(made, reviewer=by)
    deciding.begin_taking_back(made, reviewer=by)
    # Asked for again where the worker was lost on the way.
    if deciding.standing(made).exists():
        jobs.begin_once(
            made.review,
            Job.Kind.TAKE_SEVERAL_BACK,
            f"bulk {made.pk} back",
            task=tasks.take_several_back,
            by=by,
        )
    return None


def job_of(made: BulkDecision) -> Job | None:
    """Return the job that goes on with it, or did last."""
    end = " back" if made.taken_back_at else ""
    return jobs.of(made.review, f"bulk {made.pk}{end}")
