"""What of an import is done in the background, while others go on screening."""

from datetime import datetime

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django_tasks.base import Task

from reviews import jobs, tasks
from reviews.formats import headings
from reviews.imports import keeping, loading, looking, mapping, undoing
from reviews.imports.looking import TOLD_BY_CONTENT, Hints
from reviews.models import Import, Job, Search, User


def reads_later(size: int) -> bool:
    """Tell whether a file of so many bytes is read in the background."""
    return size > int(settings.IMPORT_AT_ONCE_BYTES)


@transaction.atomic
def preview(
    search: Search,
    *,
    file: File[bytes],
    by: User,
    hints: Hints = TOLD_BY_CONTENT,
    at: datetime | None = None,
) -> Import:
    """Keep a large file, and have it read in the background.

    Raises WrongRole, AlreadyImported, WasTakenOut, NotKept or NotWaiting.
    """
    made = keeping.store(
        search,
        file_name=file.name or "",
        content=file,
        sha256=keeping.hash_of(file),
        by=by,
        at=at,
    )
    return _read(made, hints, by=by, at=at)


@transaction.atomic
def read_again(
    made: Import, hints: Hints, *, by: User, at: datetime | None = None
) -> Import:
    """Have a large file read once more, as a person said.

    Raises WrongRole or NotWaiting.
    """
    made = keeping.locked(made, by=by)
    if made.state != Import.State.PREVIEWED or keeping.is_worked_on(made):
        raise keeping.NotWaiting(made)
    if hints.mapping is not None:
        names = looking.sample(made).headings
        mapping.remember(made.search.review, names, hints.mapping, by=by, at=at)
    return _read(made, hints, by=by, at=at)


@transaction.atomic
def take_in(made: Import, *, by: User, at: datetime | None = None) -> Job:
    """Have a long file taken in in the background.

    Raises WrongRole, HasErrors, NotWaiting or AlreadyAtWork.
    """
    made = keeping.locked(made, by=by)
    if made.state not in (Import.State.PREVIEWED, Import.State.LOADING):
        raise keeping.NotWaiting(made)
    loading.refuse_errors(made)
    return _begin(made, Job.Kind.TAKE_IN, tasks.take_in, by=by, at=at)


@transaction.atomic
def take_out(made: Import, *, by: User, at: datetime | None = None) -> Job:
    """Have the many records of a file taken out in the background.

    Raises WrongRole, NotTakenIn or AlreadyAtWork.
    """
    made = keeping.locked(made, by=by)
    undoing.require_in(made)
    return _begin(made, Job.Kind.TAKE_OUT, tasks.take_out, by=by, at=at)


@transaction.atomic
def take_back(made: Import, *, by: User, at: datetime | None = None) -> Job:
    """Have a long file that was taken out taken in again in the background.

    Raises WrongRole, NotTakenOut or AlreadyAtWork.
    """
    made = keeping.locked(made, by=by)
    undoing.require_out(made)
    return _begin(made, Job.Kind.TAKE_BACK, tasks.take_back, by=by, at=at)


def job_told(made: Import) -> Job | None:
    """Return the job that the page of an import tells of.

    It is what goes on, what came to nothing, or what a way back brought; not what the
    page shows by itself.
    """
    job = keeping.job_of(made)
    State, Kind = Import.State, Job.Kind
    if job is None or not job.is_finished:
        return job
    if made.state in (State.IMPORTED, State.UNDONE):
        back = job.kind == Kind.TAKE_BACK and made.state == State.IMPORTED
        failed = job.state != Job.State.DONE
        way_back = job.kind in (Kind.TAKE_OUT, Kind.TAKE_BACK)
        return job if back or (way_back and failed) else None
    return job if job.state != Job.State.DONE else None


def _read(made: Import, hints: Hints, *, by: User, at: datetime | None) -> Import:
    made.state = Import.State.READING
    made.format_hint, made.encoding_hint = hints.format, hints.encoding
    made.mapping = headings.as_data(hints.mapping) if hints.mapping else None
    made.save()
    _begin(made, Job.Kind.READ_FILE, tasks.read_file, by=by, at=at)
    return made


def _begin(
    made: Import,
    kind: Job.Kind,
    task: Task[[int], None],
    *,
    by: User,
    at: datetime | None,
) -> Job:
    subject = keeping.subject(made)
    return jobs.begin(made.search.review, kind, subject, task=task, by=by, at=at)
