"""What the worker carries out for `reviews`; each task has the key of its job."""

import time
from dataclasses import asdict
from typing import Any

from django_tasks import task

from reviews import jobs
from reviews.access import WrongRole
from reviews.duplicates import finding
from reviews.formats.parsed import UnreadableFile
from reviews.imports import keeping, loading, looking, undoing
from reviews.models import Import, Job, User

_REFUSALS = (
    WrongRole,
    UnreadableFile,
    keeping.AlreadyImported,
    keeping.HasErrors,
    keeping.NotWaiting,
    keeping.WasTakenOut,
    loading.ChangedMeanwhile,
    undoing.NotTakenIn,
    undoing.NotTakenOut,
)


@task()
def read_file(job: int) -> None:
    """Read a file that was uploaded."""
    jobs.carry_out(job, _read_file)


@task()
def take_in(job: int) -> None:
    """Take a file that was looked at into the review."""
    jobs.carry_out(job, _take_in)


@task()
def take_out(job: int) -> None:
    """Take a file out of the review again."""
    jobs.carry_out(job, _take_out)


@task()
def take_back(job: int) -> None:
    """Take a file into the review that was taken out."""
    jobs.carry_out(job, _take_back)


@task()
def find_duplicates(job: int) -> None:
    """Compare the records of a review that were not compared yet."""
    jobs.carry_out(job, _find_duplicates)


def _read_file(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    try:
        return _told(looking.read_kept(_import_of(job), progress))
    except UnreadableFile as error:
        raise jobs.CannotBeDone(f"{error} Nothing was imported.") from error


def _take_in(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = _import_of(job)
    # Killed between the last write and the job's own end.
    if made.state == Import.State.IMPORTED:
        return _told(made)
    try:
        return _told(loading.take_in(made, by=_by(job, made), progress=progress))
    except _REFUSALS as error:
        raise jobs.CannotBeDone(str(error)) from error


def _take_out(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = _import_of(job)
    if made.state != Import.State.UNDONE:
        try:
            undoing.undo(made, by=_by(job, made), progress=progress)
        except _REFUSALS as error:
            raise jobs.CannotBeDone(str(error)) from error
    return {}


def _take_back(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = _import_of(job)
    if made.state == Import.State.IMPORTED:
        return {}
    try:
        back = undoing.redo(made, by=_by(job, made), progress=progress)
    except _REFUSALS as error:
        raise jobs.CannotBeDone(str(error)) from error
    return {"told": undoing.tell(back)}


def _find_duplicates(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    begun = time.process_time()
    try:
        found = finding.find(job.review, by=job.created_by, progress=progress)
    except WrongRole as error:
        raise jobs.CannotBeDone(str(error)) from error
    seconds = round(time.process_time() - begun, 2)
    return {**asdict(found), "processor_seconds": seconds}


def _import_of(job: Job) -> Import:
    rows = keeping.of(job.review).select_related("search__review", "uploaded_by")
    found = rows.filter(pk=int(job.subject.removeprefix("import "))).first()
    if found is None:
        raise jobs.CannotBeDone("The file is not there any more.")
    return found


def _by(job: Job, made: Import) -> User:
    return job.created_by or made.uploaded_by


def _told(made: Import) -> dict[str, Any]:
    return {
        "read": made.read_count,
        "new": keeping.count_new(made),
        "already_there": made.already_there_count,
    }
