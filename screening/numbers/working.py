"""What of changing the number is done while the page waits, and what afterwards."""

from reviews import jobs
from reviews.models import Job, User
from screening import tasks
from screening.models import NumberChange
from screening.numbers import changing


def begin(made: NumberChange, *, by: User) -> None:
    """Change the number, in the background where thousands of verdicts follow.

    Raises what `changing.change` does.
    """
    if made.done_at is not None:
        return
    if changing.at_once(made):
        changing.change(made, by=by)
        return
    jobs.begin_once(
        made.review,
        Job.Kind.CHANGE_NUMBER,
        changing.subject(made),
        task=tasks.change_number,
        by=by,
    )
