"""A file of votes as a team has it, and what is said of it."""

from collections.abc import Iterable

from reviews.models import Record, Report, Review, Stage, User
from screening.models import VoteImport
from screening.moving_in import files, moving

HEAD = "doi,title,reviewer,decision,reason,labels,note,date"


def table(rows: Iterable[str]) -> bytes:
    """Return a table of votes, a row each."""
    return "\n".join([HEAD, *rows, ""]).encode()


def row(
    record: Record | Report,
    who: str,
    decision: str,
    *,
    reason: str = "",
    labels: str = "",
    note: str = "",
    date: str = "",
) -> str:
    return f',"{record.title}",{who},{decision},{reason},{labels},{note},{date}'


def looked_at(
    review: Review,
    data: bytes,
    *,
    by: User,
    people: dict[str, User | None] | None = None,
    stage: Stage = Stage.TITLE_ABSTRACT,
    source: str = "csv",
    criteria: dict[str, str] | None = None,
) -> VoteImport:
    """Keep a file, read it, and say who is who in it."""
    made = files.keep(
        review, source=source, stage=stage, file_name="votes.csv", data=data, by=by
    )
    made = files.read(made)
    files.say(made, people=people, criteria=criteria, by=by)
    return VoteImport.objects.get(pk=made.pk)


def moved(
    review: Review,
    rows: Iterable[str],
    *,
    by: User,
    people: dict[str, User | None],
    stage: Stage = Stage.TITLE_ABSTRACT,
    criteria: dict[str, str] | None = None,
) -> VoteImport:
    """Move the votes of a table in."""
    data = table(rows)
    people = {name: user for name, user in people.items() if name in data.decode()}
    made = looked_at(review, data, by=by, people=people, stage=stage, criteria=criteria)
    return moving.move_in(made, by=by)
