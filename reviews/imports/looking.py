"""Looking at a file: what it holds is read and told, and no record is made.

Format, encoding and columns are told by the content; a person may correct all three,
and the file is read again. A large file is read in the background.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from reviews import access, jobs
from reviews.formats import headings, reading
from reviews.formats.parsed import (
    Mapping,
    ParsedRecord,
    Problem,
    Severity,
    UnknownTable,
    UnreadableFile,
)
from reviews.imports import keeping, mapping
from reviews.imports.held import Held
from reviews.models import Import, ImportProblem, Review, Role, Search, User

TABLES = ("csv", "xlsx")
_HEAD = 256 * 1024
_STEP = 500


@dataclass(frozen=True, slots=True)
class Hints:
    """What a person said of a file; what is empty is told by its content."""

    format: str = ""
    encoding: str = ""
    mapping: Mapping | None = None


@dataclass(slots=True)
class Report:
    """What was read from a file, without the records themselves."""

    format: str
    encoding: str
    headings: tuple[str, ...]
    mapping: Mapping | None
    read_count: int = 0
    already_there_count: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> list[Problem]:
        return [each for each in self.problems if each.severity is Severity.ERROR]


TOLD_BY_CONTENT = Hints()


def preview(
    search: Search,
    *,
    file_name: str,
    data: bytes,
    by: User,
    hints: Hints = TOLD_BY_CONTENT,
    at: datetime | None = None,
) -> Import:
    """Keep a file and the report of its reading; no record is made.

    Raises WrongRole, AlreadyImported, WasTakenOut, NotWaiting, NotKept, or
    UnreadableFile with the reason in one sentence.
    """
    keeping.refuse_known(search, hashlib.sha256(data).hexdigest())
    report = read(search, data, hints)
    return keep(search, report, hints, file_name=file_name, data=data, by=by, at=at)


@transaction.atomic
def keep(
    search: Search,
    report: Report,
    hints: Hints,
    *,
    file_name: str,
    data: bytes,
    by: User,
    at: datetime | None = None,
) -> Import:
    """Keep a file with the report of its reading. Raises as `preview` does."""
    made = keeping.store(
        search,
        file_name=file_name,
        content=data,
        sha256=hashlib.sha256(data).hexdigest(),
        by=by,
        at=at,
    )
    return _keep(made, report, hints)


def read_again(
    made: Import, hints: Hints, *, by: User, at: datetime | None = None
) -> Import:
    """Read a file that is looked at once more, as a person said.

    A mapping that is given is remembered for tables of the same headings. Raises
    WrongRole, NotWaiting or UnreadableFile; then the earlier report stands.
    """
    access.require(made.search.review, by, Role.OWNER)
    report = read(made.search, keeping.data_of(made), hints)
    with transaction.atomic():
        made = keeping.locked(made, by=by)
        if made.state != Import.State.PREVIEWED or keeping.is_worked_on(made):
            raise keeping.NotWaiting(made)
        if hints.mapping is not None and report.headings:
            review = made.search.review
            mapping.remember(review, report.headings, hints.mapping, by=by, at=at)
        return _keep(made, report, hints)


def read_kept(made: Import, progress: jobs.Progress) -> Import:
    """Read a file that waits to be read; one that cannot be read is put aside.

    Raises UnreadableFile or Cancelled.
    """
    if made.state != Import.State.READING:
        return made
    hints = Hints(made.format_hint, made.encoding_hint, keeping.mapping_of(made))
    try:
        report = read(made.search, keeping.data_of(made), hints, progress=progress)
    except (UnreadableFile, jobs.Cancelled):
        _put_aside(made)
        raise
    with transaction.atomic():
        progress.hold()
        made = Import.objects.select_for_update().get(pk=made.pk)
        return _keep(made, report, hints) if _is_read(made) else made


def read(
    search: Search,
    data: bytes,
    hints: Hints = TOLD_BY_CONTENT,
    *,
    progress: jobs.Progress | None = None,
) -> Report:
    """Read a file and count what it holds; memory holds one record at a time.

    A table of which nothing says where its titles are gives one error. Raises
    UnreadableFile.
    """
    try:
        opened = open_file(search.review, data, hints)
    except UnknownTable as error:
        if not error.headings:
            raise
        return _unknown_table(data, hints, error)
    report = Report(opened.format, opened.encoding, opened.headings, opened.mapping)
    held, problems = Held(search), []
    lines = data.count(b"\n") or data.count(b"\r")
    for item in opened.items:
        if isinstance(item, Problem):
            problems.append(item)
            continue
        if not item.says_what_it_is:
            continue
        report.read_count += 1
        report.already_there_count += held.count_met([item])
        if progress and report.read_count % _STEP == 0:
            line = min(item.first_line, lines)
            progress.step(line, lines, f"{report.read_count:,} records read")
    if not report.read_count:
        first = f" Line {problems[0].line}: {problems[0].message}" if problems else ""
        raise UnreadableFile(f"The file holds no record.{first}")
    report.problems = tuple(sorted(problems, key=lambda problem: problem.line))
    return report


def open_file(review: Review, data: bytes, hints: Hints) -> reading.Opened:
    """Open a file as a person said, or as its table was taken before.

    Raises UnreadableFile or UnknownTable.
    """
    try:
        opened = _opened(data, hints)
        names = opened.headings
    except UnknownTable as error:
        known = mapping.remembered(review, error.headings)
        if known is None:
            raise
        return _opened(data, replace(hints, mapping=known))
    known = mapping.remembered(review, names) if hints.mapping is None else None
    return _opened(data, replace(hints, mapping=known)) if known else opened


def first_records(made: Import, number: int = 10) -> Sequence[ParsedRecord]:
    """Return the first records of a file, read from its beginning alone if it can.

    The page that shows them need not read a hundred megabytes for ten records.
    """
    if not made.read_count:
        return []
    taken = Hints(made.format, made.encoding, keeping.mapping_of(made))
    with made.file.open("rb") as file:
        # A workbook is read from its end.
        head = b"" if made.format == "xlsx" else file.read(_HEAD)
        records = _first(head, taken, number + 1) if head else []
        # The last record of a piece may be cut.
        if len(records) <= number:
            records = _first(head + file.read(), taken, number)
    return records[:number]


def sample(made: Import, number: int = 3) -> reading.Sample:
    """Return the headings of a table, how they are taken, and its first rows."""
    with made.file.open("rb") as file:
        data = file.read() if made.format == "xlsx" else file.read(_HEAD)
    return reading.sample(
        data,
        format_hint=made.format,
        encoding_hint=made.encoding,
        mapping=keeping.mapping_of(made),
        number=number,
    )


def _first(data: bytes, taken: Hints, number: int) -> list[ParsedRecord]:
    records = []
    try:
        for item in _opened(data, taken).items:
            if isinstance(item, ParsedRecord) and item.says_what_it_is:
                records.append(item)
                if len(records) == number:
                    break
    except UnreadableFile:
        pass
    return records


def _opened(data: bytes, hints: Hints) -> reading.Opened:
    return reading.open_file(
        data,
        format_hint=hints.format,
        encoding_hint=hints.encoding,
        mapping=hints.mapping,
    )


def _unknown_table(data: bytes, hints: Hints, error: UnknownTable) -> Report:
    shown = reading.sample(data, format_hint=hints.format, encoding_hint=hints.encoding)
    problem = Problem(1, str(error))
    return Report(
        shown.format, shown.encoding, error.headings, None, problems=(problem,)
    )


def _keep(made: Import, report: Report, hints: Hints) -> Import:
    """Store the report of a reading in the place of an earlier one."""
    made.state = Import.State.PREVIEWED
    made.format, made.encoding = report.format, report.encoding
    made.format_hint, made.encoding_hint = hints.format, hints.encoding
    made.mapping = headings.as_data(report.mapping) if report.mapping else None
    # What is agreed to is one reading of the file.
    made.despite_errors = False
    made.read_count = report.read_count
    made.already_there_count = report.already_there_count
    made.save()
    made.problems.all().delete()
    ImportProblem.objects.bulk_create(
        (
            ImportProblem(
                source_import=made,
                severity=problem.severity.value,
                line=problem.line,
                message=problem.message,
            )
            for problem in report.problems
        ),
        batch_size=keeping.BATCH,
    )
    return made


def _is_read(made: Import) -> bool:
    return made.state == Import.State.READING


def _put_aside(made: Import) -> None:
    being_read = Import.objects.filter(pk=made.pk, state=Import.State.READING)
    being_read.update(state=Import.State.DISCARDED)
