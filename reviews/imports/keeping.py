"""Imports: a file of a search, looked at first, then taken in whole or not at all.

The same file into the same search adds nothing, and neither does a record that an
earlier file of the same search held word for word. The same record found by two
searches stays two records: PRISMA 2020 (item 16a) counts what each search
identified, and duplicates are removed afterwards where everybody can see it.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from django.core.files import File
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.crypto import get_random_string

from reviews import access, events, jobs
from reviews.formats import headings
from reviews.formats.parsed import Mapping, ParsedRecord, Problem
from reviews.imports import laid
from reviews.models import (
    AlreadyThere,
    Import,
    ImportProblem,
    Job,
    Record,
    Review,
    Role,
    Search,
    User,
)

BATCH = 500

logger = logging.getLogger(__name__)


class AlreadyImported(Exception):
    """The same file was taken into the same search before."""

    def __init__(self, earlier: Import) -> None:
        self.earlier = earlier
        super().__init__(
            f"The file {earlier.file_name} was imported into this search before; "
            "nothing was added."
        )


class WasTakenOut(Exception):
    """The same file was taken into the same search, and taken out again."""

    def __init__(self, earlier: Import) -> None:
        self.earlier = earlier
        super().__init__(
            f"The file {earlier.file_name} was imported into this search and taken "
            "out again; it can be taken in again with all that was said of its "
            "records. Nothing was added."
        )


class NotKept(Exception):
    """The server has no room for the file, or may not write where files are kept."""


class HasErrors(Exception):
    """Something of the file could not be read, and nobody agreed to go without it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = problems
        more = len(problems) - 1
        further = (
            f" {more:,} more error{'s' if more > 1 else ''} after it." if more else ""
        )
        super().__init__(
            f"Line {problems[0].line:,}: {problems[0].message}{further} "
            "Nothing was imported."
        )


class NotWaiting(Exception):
    """The import was taken in or discarded already, or is being worked on."""

    def __init__(self, made: Import) -> None:
        self.made = made
        State = Import.State
        super().__init__(
            {
                State.IMPORTED: "{} was imported already; nothing was added.",
                State.UNDONE: "{} was taken out; take it in again instead.",
                State.READING: "{} is being read.",
                State.LOADING: "{} is being taken in.",
                State.PREVIEWED: "{} is being worked on.",
                State.DISCARDED: "{} was put aside; upload it again.",
            }[State(made.state)].format(f"The file {made.file_name}")
        )


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits to be taken in."""

    made: Import
    error_count: int
    # Warnings, and signs that the file may be incomplete.
    other_count: int
    # What reads it or takes it in right now.
    job: Job | None

    @property
    def is_ready(self) -> bool:
        """Tell whether it can be taken in now and would bring something."""
        previewed = self.made.state == Import.State.PREVIEWED and self.job is None
        return previewed and not self.error_count and count_new(self.made) > 0


def digest(record: ParsedRecord) -> str:
    """Return what tells the same record of the same search: its text."""
    lines = (line.rstrip() for line in record.original.splitlines())
    return hashlib.sha256("\n".join(lines).strip().encode()).hexdigest()


def hash_of(file: File[bytes]) -> str:
    """Return the hash of a file, read a piece at a time."""
    told = hashlib.sha256()
    for piece in file.chunks():
        told.update(piece)
    file.seek(0)
    return told.hexdigest()


def of(review: Review) -> QuerySet[Import]:
    """Return the imports into all searches of a review."""
    return Import.objects.filter(search__review=review)


def problems(made: Import) -> QuerySet[ImportProblem]:
    """Return every problem of a file in the order of its lines."""
    return made.problems.order_by("line", "pk")


def errors(made: Import) -> QuerySet[ImportProblem]:
    """Return the problems that name what could not be read of a file."""
    return problems(made).filter(severity=ImportProblem.Severity.ERROR)


def gaps(made: Import) -> QuerySet[ImportProblem]:
    """Return the signs that a file may be incomplete."""
    return problems(made).filter(severity=ImportProblem.Severity.INCOMPLETE)


def new_records(made: Import) -> QuerySet[Record]:
    """Return the records that a file brought, in the order of its lines."""
    return Record.stored.filter(source_import=made).order_by("line", "pk")


def already_there(made: Import) -> QuerySet[AlreadyThere]:
    """Return what an earlier file of the search held, in the order of the lines."""
    return made.already_there.select_related("record").order_by("line")


def undecided(review: Review) -> QuerySet[Import]:
    """Return the files of which nobody has said yet whether they come in."""
    State = Import.State
    return of(review).filter(state__in=(State.READING, State.PREVIEWED, State.LOADING))


def waiting(review: Review) -> list[Waiting]:
    """Return the files of a review that wait to be taken in."""
    counted = (
        undecided(review)
        .select_related("search")
        .annotate(
            error_count=Count("problems", filter=Q(problems__severity="error")),
            other_count=Count("problems", filter=~Q(problems__severity="error")),
        )
    )
    at_work = {job.subject: job for job in review.jobs.unfinished()}
    return [
        Waiting(made, made.error_count, made.other_count, at_work.get(subject(made)))
        for made in counted.order_by("uploaded_at", "pk")
    ]


def count_new(made: Import) -> int:
    """Return how many records of a file were new, or would be were it taken in now."""
    if made.state in (Import.State.IMPORTED, Import.State.UNDONE):
        return made.new_count
    return made.read_count - made.already_there_count


def tell(made: Import) -> str:
    """Say in one line what an import brought."""
    counts = (
        f"Imported {made.file_name} into {made.search.name}: {made.read_count:,} read, "
        f"{made.new_count:,} new, {made.already_there_count:,} already there"
    )
    if not made.despite_errors:
        return counts
    number = errors(made).count()
    return f"{counts}, despite {number:,} error{'' if number == 1 else 's'}"


def mapping_of(made: Import) -> Mapping | None:
    """Return how the columns of a file are taken, where it is a table."""
    return None if made.mapping is None else headings.from_data(made.mapping)


def subject(made: Import) -> str:
    """Return what a job on this import is filed under."""
    return f"import {made.pk}"


def job_of(made: Import) -> Job | None:
    """Return the latest job on an import."""
    return jobs.of(made.search.review, subject(made))


def is_worked_on(made: Import) -> bool:
    """Tell whether a job on the import waits or is going on."""
    rows = made.search.review.jobs.unfinished()
    return rows.filter(subject=subject(made)).exists()


def is_open(made: Import) -> bool:
    """Tell whether somebody has yet to decide on a file, and nobody works on it."""
    State = Import.State
    waits = made.state in (State.READING, State.PREVIEWED, State.LOADING)
    return waits and not is_worked_on(made)


def refuse_known(search: Search, sha256: str, *, but: Import | None = None) -> None:
    """Raise AlreadyImported or WasTakenOut for a file that the search has."""
    State = Import.State
    known = (State.IMPORTED, State.LOADING, State.UNDONE)
    found = search.imports.filter(sha256=sha256, state__in=known)
    for earlier in found.order_by("pk"):
        if earlier == but:
            continue
        if earlier.state == State.IMPORTED:
            raise AlreadyImported(earlier)
        if earlier.state == State.UNDONE:
            raise WasTakenOut(earlier)
        if is_worked_on(earlier):
            raise NotWaiting(earlier)


def store(
    search: Search,
    *,
    file_name: str,
    content: bytes | File[bytes],
    sha256: str,
    by: User,
    at: datetime | None = None,
) -> Import:
    """Return the import of a file that is looked at, kept once however often it comes.

    To be called in a transaction. Raises WrongRole, AlreadyImported, WasTakenOut,
    NotKept, or NotWaiting while it is being worked on.
    """
    search = Search.objects.select_for_update().get(pk=search.pk)
    access.require(search.review, by, Role.OWNER)
    refuse_known(search, sha256)
    State = Import.State
    waiting = search.imports.filter(
        sha256=sha256, state__in=(State.READING, State.PREVIEWED, State.LOADING)
    )
    made = waiting.first() or Import(search=search, sha256=sha256)
    if made.pk and is_worked_on(made):
        raise NotWaiting(made)
    if made.state == State.LOADING:
        # Whoever took it in was killed, or finds that this began after it.
        laid.remove(made)
    made.file_name = PurePath(file_name).name
    made.uploaded_at = at or timezone.now()
    made.uploaded_by = by
    if made.pk:
        made.save()
        return made
    file = ContentFile(content) if isinstance(content, bytes) else content
    made.size = file.size
    _write(made, file)
    return made


def _write(made: Import, file: File[bytes]) -> None:
    # The stored name is made here: a name from outside never reaches the disk.
    name = f"{made.sha256}-{get_random_string(8)}.import"
    try:
        made.file.save(name, file)
    except OSError as error:
        logger.exception("An import file could not be kept.")
        # What was written of it would fill the disk for good.
        made.file.storage.delete(made.file.field.generate_filename(made, name))
        raise NotKept(
            f"The server could not keep the file: {error.strerror or error}. Tell "
            "whoever runs it, and try again."
        ) from error


def locked(made: Import, *, by: User) -> Import:
    """Lock an import with its search. Raises WrongRole."""
    search = Search.objects.select_for_update().get(pk=made.search_id)
    access.require(search.review, by, Role.OWNER)
    again = Import.objects.select_for_update().get(pk=made.pk)
    again.search = search
    return again


def data_of(made: Import) -> bytes:
    """Return the whole file."""
    with made.file.open("rb") as file:
        data: bytes = file.read()
    return data


@transaction.atomic
def accept_errors(made: Import, *, by: User) -> Import:
    """Agree to go without what could not be read of a file.

    Raises WrongRole or NotWaiting.
    """
    made = locked(made, by=by)
    # A file stays loading where its process was killed.
    waits = made.state in (Import.State.PREVIEWED, Import.State.LOADING)
    if not waits or is_worked_on(made):
        raise NotWaiting(made)
    made.despite_errors = errors(made).exists()
    made.save(update_fields=["despite_errors"])
    return made


@transaction.atomic
def discard(made: Import, *, by: User, at: datetime | None = None) -> Import:
    """Put a file aside that was looked at; it is kept, and can be uploaded again.

    Raises WrongRole or NotWaiting.
    """
    made = locked(made, by=by)
    waits = made.state in (Import.State.PREVIEWED, Import.State.READING)
    if not waits or is_worked_on(made):
        raise NotWaiting(made)
    made.state = Import.State.DISCARDED
    made.save(update_fields=["state"])
    events.record(
        made.search.review,
        "import.discarded",
        f"Did not import {made.file_name}",
        by=by,
        subject=made,
        at=at,
    )
    return made
