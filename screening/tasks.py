"""What the worker carries out for `screening`; each task has the key of its job."""

from typing import Any

from django_tasks import task

from reviews import jobs
from reviews.access import WrongRole
from reviews.formats.parsed import UnreadableFile
from reviews.models import Job, User
from screening.models import VoteImport
from screening.moving_in import files, moving, undoing

_REFUSALS = (
    WrongRole,
    UnreadableFile,
    files.AlreadyMovedIn,
    files.NotWaiting,
    moving.NothingToMove,
)


@task()
def read_votes(job: int) -> None:
    """Read a file of votes."""
    jobs.carry_out(job, _read)


@task()
def move_in_votes(job: int) -> None:
    """Move the votes of a file in."""
    jobs.carry_out(job, _move_in)


@task()
def take_back_votes(job: int) -> None:
    """Take the votes of a file back."""
    jobs.carry_out(job, _take_back)


def _read(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    progress.step(0, 1, "Reading the file")
    try:
        return _told(files.read(_file_of(job)))
    except _REFUSALS as error:
        raise jobs.CannotBeDone(f"{error} Nothing was moved in.") from error


def _move_in(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = _file_of(job)
    try:
        return _told(moving.move_in(made, by=_who(job, made), progress=progress))
    except _REFUSALS as error:
        raise jobs.CannotBeDone(str(error)) from error


def _take_back(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = _file_of(job)
    progress.step(0, 1, "Taking the votes back")
    try:
        return _told(undoing.take_back(made, by=_who(job, made), progress=progress))
    except _REFUSALS as error:
        raise jobs.CannotBeDone(str(error)) from error


def _file_of(job: Job) -> VoteImport:
    rows = VoteImport.objects.select_related("review", "uploaded_by")
    key = int(job.subject.removeprefix("votes "))
    found = rows.filter(review=job.review, pk=key).first()
    if found is None:
        raise jobs.CannotBeDone("The file is not there any more.")
    return found


def _who(job: Job, made: VoteImport) -> User:
    return job.created_by or made.uploaded_by


def _told(made: VoteImport) -> dict[str, Any]:
    # No more than the file and the records say.
    return {"read": made.read_count, "found": made.found_count}
