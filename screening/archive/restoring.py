"""Restoring: an archive becomes the same review again, in an instance without reviews.

All or nothing, in one transaction. Keys stay as they are, so there must be no other
review whose keys they could meet. The database checks every constraint, and every
stored verdict must follow from the judgments, or nothing is restored. No event is
written: the review is what it was.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction

from reviews.instruments import parsing
from reviews.models import Review, SettledJudgment, User
from screening import replay
from screening.archive import rows, stored, tables, verifying
from screening.archive.rows import BadRow
from screening.archive.stored import WithFile
from screening.archive.tables import PEOPLE, PERSON_COLUMNS, TABLES, Model
from screening.archive.verifying import Archive
from screening.models import AppraisalAnswer

BATCH = 1000
# A line is a row; no row of a review is as long as this.
LONGEST_LINE = 256 * 1024 * 1024
# What reading raises where a text or a list stands for another kind of thing.
_UNREAD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class CannotRestore(ValueError):
    """Nothing was restored; the message says what stands in the way."""


@dataclass(frozen=True)
class Restored:
    """What was restored."""

    review: Review
    rows: int
    files: int
    people_made: list[str]
    people_found: list[str]


def restore(path: Path, *, people_exist: bool = False) -> Restored:
    """Restore the review of an archive.

    With `people_exist` an account of the same user name is taken for the same person.
    Raises CannotRestore or NotAnArchive; then nothing is written.
    """
    with verifying.verified(path) as archive:
        verifying.check_restorable(archive.manifest)
        restoring = _Restoring(archive, people_exist=people_exist)
        with ExitStack() as on_failure:
            on_failure.callback(restoring.remove_files)
            with transaction.atomic():
                found = restoring.run()
            on_failure.pop_all()
        return found


class _Restoring:
    """One restoration, with what it has written to the disk."""

    def __init__(self, archive: Archive, *, people_exist: bool) -> None:
        self.archive, self.people_exist = archive, people_exist
        self.files: list[WithFile] = []
        self.made: list[str] = []
        self.people: dict[str, User] = {}

    def run(self) -> Restored:
        _refuse_among_others()
        self._take_in_people()
        total = sum(map(self._fill, TABLES))
        review = self._only_review()
        _check_constraints()
        self._check_belonging(review)
        _check_verdicts(review)
        _reset_sequences()
        return Restored(
            review=review,
            rows=total,
            files=len(self.files),
            people_made=self.made,
            people_found=sorted(self.people.keys() - set(self.made)),
        )

    def remove_files(self) -> None:
        """Take back from the disk what was written for nothing."""
        for row in self.files:
            row.file.delete(save=False)

    def _take_in_people(self) -> None:
        found = [_person(row) for row in self._rows(PEOPLE)]
        accounts = {each.username.lower(): each for each in User.objects.all()}
        emails = {each.email.lower(): each for each in accounts.values()}
        strangers = []
        for person in found:
            account = accounts.get(person["username"].lower())
            owner = emails.get(person["email"].lower())
            if account is not None and self.people_exist:
                self.people[person["username"]] = account
            elif account is not None:
                strangers.append(person["username"])
            elif owner is not None:
                raise CannotRestore(
                    f"{owner.get_username()} has the e-mail address of "
                    f"{person['username']}, {person['email']}."
                )
            else:
                self.people[person["username"]] = _account(person)
                self.made.append(person["username"])
        if strangers:
            raise CannotRestore(
                f"Accounts of these user names exist: {', '.join(strangers)}. Where "
                "they are the same people, restore with --people-exist; their names "
                "and addresses stay as they are here."
            )

    def _fill(self, model: Model) -> int:
        """Write the rows of a table and return how many."""
        name, number = tables.name_of(model), 0
        waiting: list[models.Model] = []
        for number, row in enumerate(self._rows(name), start=1):
            try:
                waiting.append(self._made(model, row))
            except BadRow as error:
                where = tables.path_of(model)
                raise CannotRestore(f"{where}, line {number}: {error}.") from error
            if len(waiting) == BATCH:
                self._insert(model, waiting)
                waiting = []
        self._insert(model, waiting)
        if self.archive.manifest["tables"][name]["rows"] != number:
            raise CannotRestore(f"{tables.path_of(model)} has {number:,} rows.")
        return number

    def _made(self, model: Model, row: Mapping[str, Any]) -> models.Model:
        made = model(**rows.decode(model, row, self.people))
        _check_kinds(made)
        if isinstance(made, WithFile):
            self._put_file(made)
        return made

    def _put_file(self, row: WithFile) -> None:
        name = stored.name_of(row)
        if name in self.archive.manifest.get("lost", []):
            # So that it is told as lost again.
            row.file.name = f"lost/{row.sha256}"
            return
        if name not in self.archive.names:
            raise CannotRestore(f"{name} is missing.")
        with self.archive.open(name) as entry:
            row.file.save(name.rpartition("/")[2], File(entry), save=False)
        self.files.append(row)

    def _insert(self, model: Model, waiting: list[models.Model]) -> None:
        try:
            with transaction.atomic():
                model._default_manager.bulk_create(waiting)
        except (DatabaseError, ValueError) as error:
            raise CannotRestore(
                f"{tables.path_of(model)}: the database refuses its rows ({error})."
            ) from error

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        path = f"data/{name}.ndjson"
        if path not in self.archive.names:
            raise CannotRestore(f"{path} is missing.")
        with self.archive.open(path) as lines:
            number = 0
            while line := lines.readline(LONGEST_LINE):
                number += 1
                try:
                    yield rows.read_line(line)
                except BadRow as error:
                    raise CannotRestore(f"{path}, line {number}: {error}.") from error

    def _only_review(self) -> Review:
        found = list(Review.objects.all()[:2])
        if len(found) != 1:
            raise CannotRestore(
                f"{tables.path_of(Review)} holds {len(found)} reviews instead of one."
            )
        return found[0]

    def _check_belonging(self, review: Review) -> None:
        """Refuse a row that no path leads from to the review."""
        for model in TABLES:
            there = rows.selected(model, review, None).count()
            if there != self.archive.manifest["tables"][tables.name_of(model)]["rows"]:
                raise CannotRestore(
                    f"{tables.path_of(model)} holds rows of no review or another."
                )


def _check_kinds(row: models.Model) -> None:
    """Refuse a cell of JSON that is no list or no object where one belongs."""
    for field in row._meta.concrete_fields:
        wanted = field.default if isinstance(field, models.JSONField) else None
        cell = getattr(row, field.attname)
        if wanted in (dict, list) and not isinstance(cell, wanted):
            raise BadRow(f"{field.name} is no {wanted.__name__}")
    if isinstance(row, AppraisalAnswer | SettledJudgment) and not all(
        map(_is_answer, row.answers.values())
    ):
        raise BadRow("answers holds what is no answer")


def _is_answer(given: object) -> bool:
    """Tell whether this is a code of an answer, or several."""
    codes = given if isinstance(given, list) else [given]
    return all(isinstance(code, str) for code in codes)


def _refuse_among_others() -> None:
    slugs = list(Review.objects.order_by("slug").values_list("slug", flat=True)[:5])
    if slugs:
        raise CannotRestore(
            f"This instance has reviews: {', '.join(slugs)}. The keys of an archive "
            "stay as they are, so it is restored into an instance without reviews."
        )


def _person(row: dict[str, Any]) -> dict[str, Any]:
    """Return a person's row if it is one."""
    is_whole = row.keys() == set(PERSON_COLUMNS) and all(
        type(row[name]) is (bool if name == "is_active" else str) for name in row
    )
    if not is_whole or any(
        field.max_length and len(row[field.name]) > field.max_length
        for field in User._meta.concrete_fields
        if field.name in PERSON_COLUMNS
    ):
        raise CannotRestore(f"data/{PEOPLE}.ndjson: a line is no person.")
    return row


def _account(person: Mapping[str, Any]) -> User:
    """Make an account that nobody can sign in to until a password is set."""
    made = User(**person)
    made.set_unusable_password()
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except (DatabaseError, ValueError) as error:
        raise CannotRestore(
            f"data/{PEOPLE}.ndjson: {person['username']!a} cannot be made an account "
            f"({error})."
        ) from error
    return made


def _check_constraints() -> None:
    """Let the database check now what it would check at the end."""
    try:
        connection.check_constraints()
    except DatabaseError as error:
        raise CannotRestore(
            f"A row points at one that is not in the archive: {error}"
        ) from error


def _check_verdicts(review: Review) -> None:
    try:
        for instrument in review.instruments.all():
            parsing.parse(instrument.definition)
        wrong = replay.check(review)
    except _UNREAD as error:
        raise CannotRestore(
            f"What was judged, or an instrument of it, cannot be read ({error})."
        ) from error
    if wrong:
        raise CannotRestore(
            f"{len(wrong)} stored verdicts do not follow from the judgments; the "
            f"first: {wrong[0]}."
        )


def _reset_sequences() -> None:
    """Let new rows get keys after those that were restored."""
    statements = connection.ops.sequence_reset_sql(no_style(), list(TABLES))
    if statements:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
