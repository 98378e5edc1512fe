"""What the worker carries out for `screening`; each task has the key of its job.

A job is known by its subject, such as "stop 3": the word of a noun and a number.
"""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django_tasks import task

from reviews import jobs
from reviews.access import WrongRole
from reviews.formats.parsed import UnreadableFile
from reviews.models import Job, User
from screening.bulk import deciding
from screening.leaving import setting_aside
from screening.models import BulkDecision, NumberChange, SetAside, Stop, VoteImport
from screening.moving_in import files, moving, undoing
from screening.numbers import changing
from screening.ranking import refitting
from screening.stopping import stops
from screening.stopping.looking import CannotStop

Row = TypeVar("Row", bound=Model)

_REFUSALS = (
    WrongRole,
    UnreadableFile,
    files.AlreadyMovedIn,
    files.NotWaiting,
    moving.NothingToMove,
)


def _subject_of(job: Job, rows: QuerySet[Row], known_by: str = "pk") -> Row:
    """Return what the job is on, by the number in its subject."""
    number = int(next(filter(str.isdecimal, job.subject.split())))
    found = rows.filter(review=job.review, **{known_by: number}).first()
    if found is None:
        raise jobs.CannotBeDone("What it was begun on is not there any more.")
    return found


# Votes from elsewhere -------------------------------------------------------


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
    by = job.created_by or made.uploaded_by
    try:
        return _told(moving.move_in(made, by=by, progress=progress))
    except _REFUSALS as error:
        raise jobs.CannotBeDone(str(error)) from error


def _take_back(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = _file_of(job)
    by = job.created_by or made.uploaded_by
    progress.step(0, 1, "Taking the votes back")
    try:
        return _told(undoing.take_back(made, by=by, progress=progress))
    except _REFUSALS as error:
        raise jobs.CannotBeDone(str(error)) from error


def _file_of(job: Job) -> VoteImport:
    return _subject_of(job, VoteImport.objects.select_related("review", "uploaded_by"))


def _told(made: VoteImport) -> dict[str, Any]:
    # No more than the file and the records say.
    return {"read": made.read_count, "found": made.found_count}


# Stopping -------------------------------------------------------------------


@task()
def sign_stop(job: int) -> None:
    """Sign a stop: what was never screened leaves the flow."""
    jobs.carry_out(job, _sign)


@task()
def lift_stop(job: int) -> None:
    """Lift a stop: what was never screened comes back."""
    jobs.carry_out(job, _lift)


def _sign(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    stop = _stop_of(job)
    # Killed between the last write and the job's own end.
    if stop.state == Stop.State.SIGNED:
        return {}
    progress.step(0, 1, "Taking what was never screened out of the flow")
    try:
        stops.sign(stop, by=_beginner(job), progress=progress)
    except (WrongRole, CannotStop) as error:
        raise jobs.CannotBeDone(f"{error} Nothing was signed.") from error
    return {}


def _lift(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    stop = _stop_of(job)
    if stop.state == Stop.State.LIFTED:
        return {}
    progress.step(0, 1, "Bringing back what was never screened")
    why = stop.ended_because
    try:
        stops.lift(stop, because=why, by=_beginner(job), progress=progress)
    except (WrongRole, CannotStop, stops.ReasonMissing) as error:
        raise jobs.CannotBeDone(str(error)) from error
    return {}


def _stop_of(job: Job) -> Stop:
    return _subject_of(job, stops.of(job.review), known_by="number")


def _beginner(job: Job) -> User:
    if job.created_by is None:
        raise jobs.CannotBeDone("Nobody asked for it.")
    return job.created_by


# Ranking --------------------------------------------------------------------


@task()
def rank(job: int) -> None:
    """Learn the order of the records of a review, and keep up with it."""
    jobs.carry_out(job, _rank)


def _rank(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    return {"orders": refitting.keep_up(job.review, progress)}


# Who judges -----------------------------------------------------------------


@task()
def set_aside_votes(job: int) -> None:
    """Set the votes of a person aside."""
    jobs.carry_out(job, _set_aside)


@task()
def bring_back_votes(job: int) -> None:
    """Let votes count again that were set aside."""
    jobs.carry_out(job, _bring_back)


@task()
def change_number(job: int) -> None:
    """Change how many judge each item of a stage."""
    jobs.carry_out(job, _change_number)


def _set_aside(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = _subject_of(job, SetAside.objects.all())
    by = job.created_by or made.made_by
    progress.step(0, 1, "Setting the votes aside")
    try:
        setting_aside.set_aside(made, by=by, progress=progress)
    except WrongRole as error:
        raise jobs.CannotBeDone(str(error)) from error
    return {}


def _bring_back(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = _subject_of(job, SetAside.objects.all())
    by = job.created_by or made.made_by
    progress.step(0, 1, "Bringing the votes back")
    try:
        setting_aside.bring_back(made, by=by, progress=progress)
    except (WrongRole, setting_aside.NotSetAside) as error:
        raise jobs.CannotBeDone(str(error)) from error
    return {}


def _change_number(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    made = _subject_of(job, NumberChange.objects.all())
    by = job.created_by or made.made_by
    progress.step(0, 1, "Deriving the verdicts anew")
    try:
        changing.change(made, by=by, progress=progress)
    except (WrongRole, changing.CannotChange) as error:
        raise jobs.CannotBeDone(str(error)) from error
    return {}


# Several at once ------------------------------------------------------------


@task()
def decide_several(job: int) -> None:
    """Decide many records at once, each on its own."""
    jobs.carry_out(job, _decide_several)


@task()
def take_several_back(job: int) -> None:
    """Take back what was decided of many records at once."""
    jobs.carry_out(job, _take_several_back)


def _decide_several(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    try:
        deciding.carry_out(_bulk_of(job), progress=progress)
    except WrongRole as error:
        raise jobs.CannotBeDone(str(error)) from error
    return {}


def _take_several_back(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    try:
        deciding.go_back(_bulk_of(job), progress=progress)
    except WrongRole as error:
        raise jobs.CannotBeDone(str(error)) from error
    return {}


def _bulk_of(job: Job) -> BulkDecision:
    return _subject_of(job, BulkDecision.objects.select_related("review", "reviewer"))
