"""Taking in a file that was looked at: whole or not at all.

A short file comes in one transaction. A long one is laid down in batches that nobody
sees, so that others go on screening meanwhile, and one short transaction brings all of
it into the review. What stops it, even a process that is killed, leaves none of it.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from reviews import events, jobs, searches
from reviews.formats import reading
from reviews.formats.parsed import ParsedRecord, Problem, Severity, UnknownTable
from reviews.imports import keeping, laid, looking, mapping
from reviews.imports.held import Held, mark
from reviews.imports.looking import TOLD_BY_CONTENT, Hints
from reviews.models import AlreadyThere, Import, Record, Search, User

BATCH = 2000
TRIES = 5


class ChangedMeanwhile(Exception):
    """Somebody else works on the same file, or keeps changing the same search."""


class AtWorkElsewhere(ChangedMeanwhile):
    """Another process is taking in the same file: what it laid down is its own."""


@dataclass(frozen=True, slots=True)
class _Laid:
    """What was laid down of a file, and what its search held before."""

    read: int
    new: int
    search: tuple[Any, ...]


def take_in(
    made: Import,
    *,
    by: User,
    progress: jobs.Progress | None = None,
    at: datetime | None = None,
) -> Import:
    """Take the records of a file that was looked at into the review.

    Raises WrongRole, HasErrors, AlreadyImported, WasTakenOut, NotWaiting,
    ChangedMeanwhile or Cancelled; then nothing is imported.
    """
    if made.state not in (Import.State.PREVIEWED, Import.State.LOADING):
        raise keeping.NotWaiting(made)
    refuse_errors(made)
    if is_short(made):
        records = list(_records(made))
        return _take_in_at_once(made, records, by=by, at=at)
    return _take_in_by_batches(made, by=by, progress=progress, at=at)


def is_short(made: Import) -> bool:
    """Tell whether a file is taken in while its owner waits."""
    return made.read_count <= int(settings.IMPORT_AT_ONCE_RECORDS)


def import_at_once(
    search: Search,
    *,
    file_name: str,
    data: bytes,
    by: User,
    hints: Hints = TOLD_BY_CONTENT,
    despite_errors: bool = False,
    at: datetime | None = None,
) -> Import:
    """Look at a file and take it in with nobody asked; a new search is recorded too.

    `despite_errors`: without what of it cannot be read. Raises what `looking.preview`
    and `take_in` raise; then nothing is stored.
    """
    is_new = search._state.adding
    if not is_new:
        keeping.refuse_known(search, hashlib.sha256(data).hexdigest())
    report = looking.read(search, data, hints)
    if report.headings and not report.read_count:
        raise UnknownTable(report.headings)
    if report.errors and not despite_errors:
        raise keeping.HasErrors(report.errors)
    with transaction.atomic():
        if is_new:
            searches.record(search, by=by, at=at)
        made = looking.keep(
            search, report, hints, file_name=file_name, data=data, by=by, at=at
        )
        if hints.mapping is not None and report.headings:
            mapping.remember(
                search.review, report.headings, hints.mapping, by=by, at=at
            )
        if report.errors:
            made = keeping.accept_errors(made, by=by)
        if is_short(made):
            return take_in(made, by=by, at=at)
    return take_in(made, by=by, at=at)


def clear(made: Import) -> None:
    """Take away what was laid down of a file that was not taken in after all."""
    unfinished = Import.objects.filter(pk=made.pk, state=Import.State.LOADING)
    if not unfinished.exists():
        return
    laid.remove(made)
    unfinished.update(state=Import.State.PREVIEWED)


def clear_left(made: Import) -> None:
    """Take away what a process that was killed left of a file."""
    if not keeping.is_worked_on(made):
        clear(made)
        made.refresh_from_db()


def refuse_errors(made: Import) -> None:
    """Raise HasErrors where the report has any that its owner did not agree to."""
    if made.despite_errors and made.read_count:
        return
    found = [
        Problem(each.line, each.message, Severity.ERROR)
        for each in keeping.errors(made)
    ]
    if found:
        raise keeping.HasErrors(found)


@transaction.atomic
def _take_in_at_once(
    made: Import, records: list[ParsedRecord], *, by: User, at: datetime | None
) -> Import:
    made = _ready(made, by=by)
    new = _lay(made, records, Held(made.search), in_review=True, at=at)
    return _finish(made, read=len(records), new=new, by=by, at=at)


def _take_in_by_batches(
    made: Import,
    *,
    by: User,
    progress: jobs.Progress | None,
    at: datetime | None,
) -> Import:
    made = _begin(made, by=by)
    with ExitStack() as on_failure:
        on_failure.callback(clear, made)
        try:
            taken = _lay_and_bring_in(made, by=by, progress=progress, at=at)
        except (AtWorkElsewhere, jobs.Superseded):
            on_failure.pop_all()
            raise
        on_failure.pop_all()
    return taken


def _lay_and_bring_in(
    made: Import,
    *,
    by: User,
    progress: jobs.Progress | None,
    at: datetime | None,
) -> Import:
    for _ in range(TRIES):
        lying = _lay_down(made, progress, at=at)
        taken = _bring_in(made, lying, by=by, progress=progress, at=at)
        if taken is not None:
            return taken
        # Another file came into the search: what is new is another question now.
        laid.remove(made)
    raise ChangedMeanwhile(
        "The search kept changing while the file was taken in. Nothing was imported; "
        "try again."
    )


def _begin(made: Import, *, by: User) -> Import:
    """Say that a file is being taken in, and clear what a killed process left."""
    with transaction.atomic():
        made = _ready(made, by=by)
        made.state = Import.State.LOADING
        made.save(update_fields=["state"])
    laid.remove(made)
    return made


def _ready(made: Import, *, by: User) -> Import:
    """Lock a file that can be taken in. Raises what `take_in` raises."""
    made = keeping.locked(made, by=by)
    if made.state not in (Import.State.PREVIEWED, Import.State.LOADING):
        raise keeping.NotWaiting(made)
    keeping.refuse_known(made.search, made.sha256, but=made)
    return made


def _lay_down(
    made: Import, progress: jobs.Progress | None, *, at: datetime | None
) -> _Laid:
    """Store a file batch by batch, where nobody sees it yet."""
    with transaction.atomic():
        before, held = mark(made.search), Held(made.search)
    read = new = 0
    records = _records(made)
    while batch := list(islice(records, BATCH)):
        with transaction.atomic():
            _refuse_others(made, new)
            new += _lay(made, batch, held, in_review=False, at=at)
        read += len(batch)
        if progress:
            progress.step(read, made.read_count, f"{read:,} records laid down")
    return _Laid(read, new, before)


@transaction.atomic
def _bring_in(
    made: Import,
    lying: _Laid,
    *,
    by: User,
    progress: jobs.Progress | None,
    at: datetime | None,
) -> Import | None:
    """Bring all that was laid down into the review, unless its search changed."""
    if progress:
        progress.hold()
    made = keeping.locked(made, by=by)
    _refuse_others(made, lying.new)
    if mark(made.search) != lying.search:
        return None
    at = at or timezone.now()
    laid.of(made).update(in_review=True, added_at=at)
    return _finish(made, read=lying.read, new=lying.new, by=by, at=at)


def _refuse_others(made: Import, number: int) -> None:
    """Raise AtWorkElsewhere where another process works on the same file."""
    rows = Import.objects.filter(pk=made.pk, state=Import.State.LOADING)
    if not rows.exists() or laid.of(made).count() != number:
        raise AtWorkElsewhere("Another process is taking in the same file.")


def _lay(
    made: Import,
    records: Iterable[ParsedRecord],
    held: Held,
    *,
    in_review: bool,
    at: datetime | None,
) -> int:
    """Store what is new, and what was there already as just that; count the new."""
    at = at or timezone.now()
    new, known = [], []
    for record in records:
        there = held.meet(keeping.digest(record))
        if there is None:
            new.append(_record(made, record, in_review=in_review, at=at))
        else:
            known.append(
                AlreadyThere(
                    source_import=made, line=record.first_line, record_id=there
                )
            )
    Record.objects.bulk_create(new, batch_size=keeping.BATCH)
    AlreadyThere.objects.bulk_create(known, batch_size=keeping.BATCH)
    return len(new)


def _finish(
    made: Import, *, read: int, new: int, by: User, at: datetime | None
) -> Import:
    made.state = Import.State.IMPORTED
    made.imported_at = at or timezone.now()
    made.read_count = read
    made.new_count = new
    made.already_there_count = read - new
    made.save()
    events.record(
        made.search.review,
        "import.taken_in",
        keeping.tell(made),
        by=by,
        subject=made,
        new={
            "read": made.read_count,
            "new": made.new_count,
            "already_there": made.already_there_count,
            "sha256": made.sha256,
            "despite_errors": made.despite_errors,
        },
        at=at,
    )
    return made


def _records(made: Import) -> Iterator[ParsedRecord]:
    """Yield the records of a file as it was looked at. Raises HasErrors."""
    opened = reading.open_file(
        keeping.data_of(made),
        format_hint=made.format_hint,
        encoding_hint=made.encoding_hint,
        mapping=keeping.mapping_of(made),
    )
    for item in opened.items:
        if isinstance(item, ParsedRecord):
            # One that does not is named by an error.
            if item.says_what_it_is:
                yield item
        elif item.severity is Severity.ERROR and not made.despite_errors:
            raise keeping.HasErrors([item])


def _record(
    made: Import, parsed: ParsedRecord, *, in_review: bool, at: datetime
) -> Record:
    return Record(
        review_id=made.search.review_id,
        search=made.search,
        source_import=made,
        in_review=in_review,
        source_id=parsed.source_id,
        line=parsed.first_line,
        digest=keeping.digest(parsed),
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
