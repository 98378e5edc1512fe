"""Files of votes: kept and looked at first, with nothing moved in.

What the file's names, words and reasons mean here is said by an owner and stored with
it. A file that was moved in is not moved in twice; one that was taken back can be.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from reviews import access, events
from reviews.formats.parsed import UnreadableFile
from reviews.models import Review, Role, Stage, User
from screening.models import VoteImport, VotePerson, VoteProblem
from screening.moving_in import meaning, reading
from screening.moving_in.reading import Look

State = VoteImport.State
BATCH = 2000


class AlreadyMovedIn(Exception):
    """The same file was moved in at the same stage before."""

    def __init__(self, earlier: VoteImport) -> None:
        self.earlier = earlier
        super().__init__(
            f"The votes of {earlier.file_name} were moved in at this stage before; "
            "nothing was moved in again."
        )


class NotWaiting(Exception):
    """The file was moved in or put aside already, or is still being read."""

    def __init__(self, made: VoteImport) -> None:
        self.made = made
        super().__init__(f"{made.file_name}: {made.get_state_display().lower()}.")


def of(review: Review) -> QuerySet[VoteImport]:
    """Return the files of votes of a review, the latest first."""
    found = review.vote_imports.exclude(state=State.DISCARDED)
    return found.select_related("uploaded_by", "moved_by").order_by("-pk")


def digest(data: bytes) -> str:
    """Return what tells a file from others."""
    return hashlib.sha256(data).hexdigest()


def data_of(made: VoteImport) -> bytes:
    """Return the bytes of a file."""
    with made.file.open("rb") as file:
        data = file.read()
    assert isinstance(data, bytes)
    return data


def moved_before(review: Review, stage: str, sha256: str) -> VoteImport | None:
    """Return the import that moved this very file in at the stage, if it stands."""
    found = review.vote_imports.filter(stage=stage, sha256=sha256)
    return found.filter(state=State.MOVED_IN).first()


@transaction.atomic
def keep(
    review: Review,
    *,
    source: str,
    stage: Stage,
    whole_list: str = "",
    file_name: str,
    data: bytes,
    words: Mapping[str, str] | None = None,
    columns: Mapping[str, list[str]] | None = None,
    by: User,
    at: datetime | None = None,
) -> VoteImport:
    """Keep a file that is to be read; one that waits already is begun anew.

    Raises WrongRole or AlreadyMovedIn.
    """
    review = Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    access.require(review, by, Role.OWNER)
    sha256 = digest(data)
    if earlier := moved_before(review, stage, sha256):
        raise AlreadyMovedIn(earlier)
    made = review.vote_imports.filter(
        stage=stage, sha256=sha256, source=source, state__in=[State.PREVIEWED]
    ).first() or VoteImport(review=review, stage=stage, sha256=sha256, source=source)
    made.state = State.READING
    made.whole_list = whole_list
    made.words, made.columns = dict(words or {}), dict(columns or {})
    made.file_name = PurePath(file_name).name
    made.format = reading.format_of(data, source)
    made.size = len(data)
    made.uploaded_at = at or timezone.now()
    made.uploaded_by = by
    if made.pk:
        made.save()
    else:
        # The stored name is made here: a name from outside never reaches the disk.
        made.file.save(f"{sha256}.{made.format}", ContentFile(data))
    return made


def read(made: VoteImport, data: bytes | None = None) -> VoteImport:
    """Read a file anew by what was said of it, and store what it says.

    Raises UnreadableFile, or NotWaiting where it was moved in meanwhile.
    """
    return _store(made, *look(made, data_of(made) if data is None else data))


def look(made: VoteImport, data: bytes) -> tuple[dict[str, Any], Look | None]:
    """Return what a file says; of a table without votes, how it is headed.

    Nothing is stored. Raises UnreadableFile.
    """
    report: dict[str, Any] = {}
    if made.source == VoteImport.Source.CSV:
        report["headings"] = reading.headings(made, data)
    try:
        looked = reading.look(made, reading.read(made, data))
    except UnreadableFile as error:
        if not report:
            raise
        # A person can say which columns hold the votes.
        return {**report, "trouble": str(error)}, None
    return report | looked.report, looked


@transaction.atomic
def _store(made: VoteImport, report: dict[str, Any], looked: Look | None) -> VoteImport:
    made = _lock(made)
    if made.state not in (State.READING, State.PREVIEWED):
        raise NotWaiting(made)
    people = report.pop("people", [])
    made.state = State.PREVIEWED
    made.report = report
    made.criteria = {
        **meaning.suggested_criteria(made.review, report.get("reasons", [])),
        **made.criteria,
    }
    made.read_count = sum(read for _, read, _ in people)
    made.found_count = sum(found for _, _, found in people)
    made.save()
    made.problems.all().delete()
    VoteProblem.objects.bulk_create(looked.problems if looked else [], batch_size=BATCH)
    known = {each.name: each.user for each in made.people.select_related("user")}
    guesses = meaning.suggestions(made.review, [name for name, _, _ in people])
    made.people.all().delete()
    VotePerson.objects.bulk_create(
        VotePerson(
            vote_import=made,
            name=name,
            user=known[name] if name in known else guesses.get(name),
            read_count=read,
            found_count=found,
        )
        for name, read, found in people
    )
    return made


@transaction.atomic
def say(
    made: VoteImport,
    *,
    people: Mapping[str, User | None] | None = None,
    words: Mapping[str, str] | None = None,
    criteria: Mapping[str, str] | None = None,
    columns: Mapping[str, list[str]] | None = None,
    by: User,
) -> bool:
    """Store what names, words, reasons and columns mean; tell whether to read anew.

    Raises WrongRole, NotWaiting or UnknownMeaning.
    """
    made = _lock(made)
    access.require(made.review, by, Role.OWNER)
    if made.state != State.PREVIEWED:
        raise NotWaiting(made)
    meaning.require_people(made.review, people or {})
    _give(made, people or {})
    before = (made.words, made.columns)
    if words is not None:
        meaning.require_words(words)
        made.words = dict(words)
    if columns is not None:
        made.columns = {name: list(of) for name, of in columns.items() if of}
    if criteria is not None:
        meaning.require_criteria(made.review, criteria)
        made.criteria = {**made.criteria, **criteria}
    made.save(update_fields=["words", "columns", "criteria"])
    return before != (made.words, made.columns)


def _give(made: VoteImport, people: Mapping[str, User | None]) -> None:
    for name, user in people.items():
        if not made.people.filter(name=name).update(user=user):
            raise meaning.no_votes_of(name)


@transaction.atomic
def discard(made: VoteImport, *, by: User, at: datetime | None = None) -> VoteImport:
    """Put a file aside that was looked at. Raises WrongRole or NotWaiting."""
    made = _lock(made)
    access.require(made.review, by, Role.OWNER)
    if made.state not in (State.READING, State.PREVIEWED):
        raise NotWaiting(made)
    made.state = State.DISCARDED
    made.save(update_fields=["state"])
    events.record(
        made.review,
        "votes.discarded",
        f"Did not move in the votes of {made.file_name}",
        by=by,
        subject=made,
        at=at,
    )
    return made


@transaction.atomic
def again(made: VoteImport, *, by: User, at: datetime | None = None) -> VoteImport:
    """Look once more at a file that was taken back, with all that was said of it.

    Raises WrongRole, NotWaiting or AlreadyMovedIn.
    """
    made = _lock(made)
    access.require(made.review, by, Role.OWNER)
    if made.state != State.UNDONE:
        raise NotWaiting(made)
    if earlier := moved_before(made.review, made.stage, made.sha256):
        raise AlreadyMovedIn(earlier)
    fields = ("source", "stage", "whole_list", "file_name", "sha256", "size", "format")
    said = ("columns", "words", "criteria")
    new = VoteImport.objects.create(
        review=made.review,
        file=made.file.name,
        uploaded_at=at or timezone.now(),
        uploaded_by=by,
        state=State.READING,
        **{name: getattr(made, name) for name in (*fields, *said)},
    )
    VotePerson.objects.bulk_create(
        VotePerson(vote_import=new, name=each.name, user=each.user)
        for each in made.people.select_related("user")
    )
    return new


def _lock(made: VoteImport) -> VoteImport:
    return (
        VoteImport.objects.select_for_update(of=("self",))
        .select_related("review")
        .get(pk=made.pk)
    )
