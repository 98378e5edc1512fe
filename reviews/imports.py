"""Imports: a file of a search, looked at first, then taken in whole or not at all.

The same file into the same search adds nothing, and neither does a record that an
earlier file of the same search held word for word. The same record found by two
searches stays two records: PRISMA 2020 (item 16a) counts what each search
identified, and duplicates are removed afterwards where everybody can see it.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews import access, events, searches
from reviews.formats import reading
from reviews.formats.parsed import ParsedFile, ParsedRecord, Problem, UnreadableFile
from reviews.models import Import, ImportProblem, Record, Review, Role, Search, User

BATCH = 500
_HEAD = 256 * 1024


class AlreadyImported(Exception):
    """The same file was taken into the same search before."""

    def __init__(self, earlier: Import) -> None:
        self.earlier = earlier
        super().__init__(
            f"The file {earlier.file_name} was imported into this search before; "
            "nothing was added."
        )


class HasErrors(Exception):
    """The file has errors that must be mended first; nothing was imported."""

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
    """The import was taken in or discarded already."""

    def __init__(self, made: Import) -> None:
        self.made = made
        super().__init__(
            f"The file {made.file_name} was imported already; nothing was added."
            if made.state == Import.State.IMPORTED
            else f"The file {made.file_name} was put aside; upload it again."
        )


def digest(record: ParsedRecord) -> str:
    """Return what tells the same record of the same search: its text."""
    lines = (line.rstrip() for line in record.original.splitlines())
    return hashlib.sha256("\n".join(lines).strip().encode()).hexdigest()


def of(review: Review) -> QuerySet[Import]:
    """Return the imports into all searches of a review."""
    return Import.objects.filter(search__review=review)


def problems(made: Import) -> QuerySet[ImportProblem]:
    """Return every problem of a file in the order of its lines."""
    return made.problems.order_by("line", "pk")


def errors(made: Import) -> QuerySet[ImportProblem]:
    """Return the problems that forbid the import of a file."""
    return problems(made).filter(severity=ImportProblem.Severity.ERROR)


def count_new(made: Import) -> int:
    """Return how many records of a file were new, or would be were it taken in now."""
    if made.state == Import.State.PREVIEWED:
        return made.read_count - made.already_there_count
    return made.new_count


def tell(made: Import) -> str:
    """Say in one line what an import brought."""
    return (
        f"Imported {made.file_name} into {made.search.name}: {made.read_count:,} read, "
        f"{made.new_count:,} new, {made.already_there_count:,} already there"
    )


def earlier_import(search: Search, data: bytes) -> Import | None:
    """Return the import that took this very file into this search, if any."""
    return search.imports.filter(
        sha256=_hash(data), state=Import.State.IMPORTED
    ).first()


def preview(
    search: Search,
    *,
    file_name: str,
    data: bytes,
    by: User,
    at: datetime | None = None,
) -> Import:
    """Keep a file and the report of its reading; no record is made.

    Raises WrongRole, AlreadyImported, or UnreadableFile with the reason in one
    sentence.
    """
    earlier = earlier_import(search, data)
    if earlier is not None:
        raise AlreadyImported(earlier)
    parsed = reading.read(data)
    return _keep(search, parsed, data, file_name, by=by, at=at or timezone.now())


def take_in(made: Import, *, by: User, at: datetime | None = None) -> Import:
    """Take the records of a file that was looked at into the review.

    The file is read before the transaction begins, so that others wait little.
    Raises WrongRole, HasErrors, AlreadyImported or NotWaiting; then nothing is
    imported.
    """
    if made.state != Import.State.PREVIEWED:
        raise NotWaiting(made)
    with made.file.open("rb") as file:
        data = file.read()
    parsed = reading.read(data)
    if parsed.errors:
        raise HasErrors(parsed.errors)
    return _store(made, parsed, data, by=by, at=at or timezone.now())


def import_at_once(
    search: Search,
    *,
    file_name: str,
    data: bytes,
    by: User,
    at: datetime | None = None,
) -> Import:
    """Look at a file and take it in with nobody asked; a new search is recorded too.

    Raises WrongRole, UnreadableFile, HasErrors or AlreadyImported; then nothing is
    stored.
    """
    if not search._state.adding and (earlier := earlier_import(search, data)):
        raise AlreadyImported(earlier)
    parsed = reading.read(data)
    if parsed.errors:
        raise HasErrors(parsed.errors)
    at = at or timezone.now()
    with transaction.atomic():
        if search._state.adding:
            searches.record(search, by=by, at=at)
        made = _keep(search, parsed, data, file_name, by=by, at=at)
        return _store(made, parsed, data, by=by, at=at)


@transaction.atomic
def discard(made: Import, *, by: User, at: datetime | None = None) -> Import:
    """Put a file aside that was looked at; it is kept, and can be uploaded again.

    Raises WrongRole or NotWaiting.
    """
    made = Import.objects.select_for_update().get(pk=made.pk)
    access.require(made.search.review, by, Role.OWNER)
    if made.state != Import.State.PREVIEWED:
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


def read_new(search: Search, parsed: ParsedFile) -> list[ParsedRecord]:
    """Return the records of a file that the search does not hold yet.

    A file that holds a record twice gives two, as the search identified two.
    """
    held = Counter(search.records.exclude(digest="").values_list("digest", flat=True))
    new = []
    for record in parsed.records:
        key = digest(record)
        if held[key] > 0:
            held[key] -= 1
        else:
            new.append(record)
    return new


def first_records(made: Import, number: int = 10) -> Sequence[ParsedRecord]:
    """Return the first records of a file, read from its beginning alone if it can.

    The page that shows them need not read a hundred megabytes for ten records.
    """
    with made.file.open("rb") as file:
        head = file.read(_HEAD)
        records = _readable(head, made.encoding)
        # The last record of a piece may be cut.
        if len(records) <= number:
            records = reading.read(head + file.read()).records
    return records[:number]


def _readable(head: bytes, encoding: str) -> Sequence[ParsedRecord]:
    """Read a piece of a file, if its encoding shows as in the whole."""
    try:
        parsed = reading.read(head)
    except UnreadableFile:
        return ()
    return parsed.records if parsed.encoding == encoding else ()


@transaction.atomic
def _keep(
    search: Search,
    parsed: ParsedFile,
    data: bytes,
    file_name: str,
    *,
    by: User,
    at: datetime,
) -> Import:
    """Store a file and its report; one that waits already is reported on anew."""
    search = Search.objects.select_for_update().get(pk=search.pk)
    access.require(search.review, by, Role.OWNER)
    made = search.imports.filter(
        sha256=_hash(data), state=Import.State.PREVIEWED
    ).first() or Import(search=search, sha256=_hash(data), size=len(data))
    made.file_name = PurePath(file_name).name
    made.format = parsed.format
    made.encoding = parsed.encoding
    made.uploaded_at = at
    made.uploaded_by = by
    made.read_count = len(parsed.records)
    made.already_there_count = made.read_count - len(read_new(search, parsed))
    if made.pk:
        made.save()
        made.problems.all().delete()
    else:
        # The stored name is made here: a name from outside never reaches the disk.
        made.file.save(f"{made.sha256}.{parsed.format}", ContentFile(data))
    ImportProblem.objects.bulk_create(
        [
            ImportProblem(
                source_import=made,
                severity=problem.severity.value,
                line=problem.line,
                message=problem.message,
            )
            for problem in parsed.problems
        ],
        batch_size=BATCH,
    )
    return made


@transaction.atomic
def _store(
    made: Import, parsed: ParsedFile, data: bytes, *, by: User, at: datetime
) -> Import:
    search = Search.objects.select_for_update().get(pk=made.search_id)
    access.require(search.review, by, Role.OWNER)
    made = Import.objects.select_for_update().get(pk=made.pk)
    if made.state != Import.State.PREVIEWED:
        raise NotWaiting(made)
    earlier = earlier_import(search, data)
    if earlier is not None:
        raise AlreadyImported(earlier)
    new = read_new(search, parsed)
    made.state = Import.State.IMPORTED
    made.imported_at = at
    made.read_count = len(parsed.records)
    made.new_count = len(new)
    made.already_there_count = len(parsed.records) - len(new)
    made.save()
    Record.objects.bulk_create(
        (_record(search, made, record, at) for record in new), batch_size=BATCH
    )
    events.record(
        search.review,
        "import.taken_in",
        tell(made),
        by=by,
        subject=made,
        new={
            "read": made.read_count,
            "new": made.new_count,
            "already_there": made.already_there_count,
            "sha256": made.sha256,
        },
        at=at,
    )
    return made


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _record(search: Search, made: Import, parsed: ParsedRecord, at: datetime) -> Record:
    return Record(
        review_id=search.review_id,
        search=search,
        source_import=made,
        source_id=parsed.source_id,
        line=parsed.first_line,
        digest=digest(parsed),
        original=parsed.original,
        title=parsed.title,
        abstract=parsed.abstract,
        authors=list(parsed.authors),
        year=parsed.year,
        journal=parsed.journal,
        volume=parsed.volume,
        issue=parsed.issue,
        pages=parsed.pages,
        doi=parsed.doi,
        pmid=parsed.pmid,
        keywords=list(parsed.keywords),
        language=parsed.language,
        publication_type=parsed.publication_type,
        url=parsed.url,
        added_at=at,
    )
