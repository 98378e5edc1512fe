"""What of moving votes in is done while the page waits, and what in the background."""

from django.conf import settings

from reviews import access, jobs
from reviews.jobs import AlreadyAtWork
from reviews.models import Job, Role, User
from screening import tasks
from screening.models import VoteImport
from screening.moving_in import files, moving, undoing

State = VoteImport.State


def subject(made: VoteImport) -> str:
    """Return by what the jobs on a file are known."""
    return f"votes {made.pk}"


def job_of(made: VoteImport) -> Job | None:
    """Return the latest job on a file."""
    return jobs.of(made.review, subject(made))


def read(made: VoteImport, *, by: User) -> None:
    """Read a file, a large one in the background. Raises UnreadableFile or NotWaiting.

    One that is being read or moved in already goes on.
    """
    access.require(made.review, by, Role.OWNER)
    if is_small(made):
        files.read(made)
    else:
        _begin(made, Job.Kind.READ_FILE, by)


def move_in(made: VoteImport, *, by: User) -> None:
    """Move the votes in, those of a large file in the background.

    Raises what `moving.move_in` does.
    """
    access.require(made.review, by, Role.OWNER)
    if made.state != State.PREVIEWED:
        raise files.NotWaiting(made)
    if is_small(made):
        moving.move_in(made, by=by)
    else:
        _begin(made, Job.Kind.MOVE_IN_VOTES, by)


def take_back(made: VoteImport, *, by: User) -> None:
    """Take the votes back, those of a large file in the background.

    Raises what `undoing.take_back` does.
    """
    access.require(made.review, by, Role.OWNER)
    if made.state != State.MOVED_IN:
        raise files.NotWaiting(made)
    if is_small(made):
        undoing.take_back(made, by=by)
    else:
        _begin(made, Job.Kind.MOVE_IN_VOTES, by)


def is_small(made: VoteImport) -> bool:
    """Tell whether a file is read while the page waits."""
    return made.size <= int(settings.IMPORT_AT_ONCE_BYTES)


def _begin(made: VoteImport, kind: Job.Kind, by: User) -> None:
    task = {
        State.READING: tasks.read_votes,
        State.PREVIEWED: tasks.read_votes
        if kind == Job.Kind.READ_FILE
        else tasks.move_in_votes,
        State.MOVED_IN: tasks.take_back_votes,
    }[State(made.state)]
    try:
        jobs.begin(made.review, kind, subject(made), task=task, by=by)
    except AlreadyAtWork:
        return
