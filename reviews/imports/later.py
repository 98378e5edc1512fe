"""What of an import is done in the background, while others go on screening."""

from datetime import datetime

from django.conf import settings
from django.core.files import File
from django.db import transaction

from reviews import jobs, tasks
from reviews.formats import headings
from reviews.imports import keeping, loading, looking, mapping
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
    return jobs.begin(
        made.search.review,
        Job.Kind.TAKE_IN,
        keeping.subject(made),
        task=tasks.take_in,
        by=by,
        at=at,
    )


def _read(made: Import, hints: Hints, *, by: User, at: datetime | None) -> Import:
    made.state = Import.State.READING
    made.format_hint, made.encoding_hint = hints.format, hints.encoding
    made.mapping = headings.as_data(hints.mapping) if hints.mapping else None
    made.save()
    jobs.begin(
        made.search.review,
        Job.Kind.READ_FILE,
        keeping.subject(made),
        task=tasks.read_file,
        by=by,
        at=at,
    )
    return made
