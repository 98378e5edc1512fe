"""The archive: one ZIP that holds a whole review, restores it and proves its numbers.

Three forms. The operator of an instance, who has the database, takes the whole. A
page gives the whole to an owner once nothing that stands is open, without the lone
judgments on what does not stand. The public form holds the tables for readers alone,
so a column that is added later is public only where it is named there
(docs/decisions/0006).
"""

import enum
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.db.models import Q

from reviews.exports import diagram
from reviews.exports.options import Options, Writers
from reviews.models import Review
from screening.archive import blindness, figures, metadata, people, rows, stored, tables
from screening.archive.container import BLOCK, Package
from screening.archive.spreadsheets import listing
from screening.archive.spreadsheets.facts import Facts
from screening.archive.tables import PEOPLE, TABLES, Model

SCRIPTS = Path(__file__).resolve().parent / "scripts"
Parts = Callable[[], Iterable[bytes]]


class Form(enum.Enum):
    """Who takes the archive, and so what it holds."""

    OPERATOR = "operator"
    OWNER = "owner"
    PUBLIC = "public"


@dataclass(frozen=True)
class Contents:
    """The files of an archive by name, each made when its turn comes."""

    files: Mapping[str, Parts]
    lost: list[str]


def write(review: Review, form: Form) -> IO[bytes]:
    """Return the archive in a file that is gone when it is closed.

    Raises StillBlind.
    """
    if form is Form.OWNER and (waiting := blindness.open_stages(review)):
        raise blindness.StillBlind(waiting)
    with ExitStack() as on_failure:
        file = on_failure.enter_context(tempfile.TemporaryFile())
        _write(file, review, form)
        on_failure.pop_all()
    return file


def _write(file: IO[bytes], review: Review, form: Form) -> None:
    with _one_moment():
        contents = _contents(review, form)
        package = Package(file)
        for name in sorted(contents.files):
            package.add(name, contents.files[name]())
    is_whole = form is not Form.PUBLIC
    facts: dict[str, object] = {
        "form": "whole" if is_whole else "public",
        "review": review.slug,
        "written_by": f"Twofold {settings.VERSION}",
    }
    if is_whole:
        facts["lost"] = contents.lost
        facts["tables"] = {
            name: {"columns": names, "rows": package.entries[_path(name)].lines}
            for name, names in tables.arrangement().items()
        }
    package.finish(facts)


def parts(review: Review, options: Options) -> Iterator[bytes]:
    """Yield the archive for the operator of the instance, or its public form."""
    form = Form.PUBLIC if options.public else Form.OPERATOR
    yield from stream(write(review, form))


def stream(file: IO[bytes]) -> Iterator[bytes]:
    """Yield the bytes of a file and close it."""
    with file:
        while block := file.read(BLOCK):
            yield block


@contextmanager
def _one_moment() -> Iterator[None]:
    """Read everything as it stood at one moment, without holding up who writes."""
    if connection.in_atomic_block:
        yield
        return
    begin = "BEGIN"
    if connection.vendor == "postgresql":
        begin += " ISOLATION LEVEL REPEATABLE READ READ ONLY"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def _path(name: str) -> str:
    return f"data/{name}.ndjson"


def _contents(review: Review, form: Form) -> Contents:
    public = form is Form.PUBLIC
    facts = Facts(review, public=public)
    spreadsheets = listing.all_of(facts)
    files: dict[str, Parts] = {
        f"tables/{each.name}.csv": each.parts for each in spreadsheets
    }
    about = {f"tables/{each.name}.csv": each.about for each in spreadsheets}
    files |= {
        f"scripts/{path.name}": partial(_bytes, path)
        for path in sorted(SCRIPTS.glob("recompute.*"))
    }
    lost: list[str] = []
    if not public:
        conditions = blindness.settled_only() if form is Form.OWNER else {}
        files |= dict(_data(review, facts.people, conditions))
        there, lost = stored.of(review, with_votes=form is Form.OPERATOR)
        files |= {name: partial(stored.parts, file) for name, file in there.items()}
    files |= {
        "diagram.svg": lambda: [diagram.draw(review, facts.flow).svg.encode()],
        "figures.json": lambda: [_json(figures.of(facts))],
        "CITATION.cff": lambda: [metadata.citation(review, public=public)],
        "README.md": lambda: [
            metadata.readme(review, public=public, tables=spreadsheets, lost=lost)
        ],
    }
    names = sorted([*files, metadata.CRATE])
    files[metadata.CRATE] = lambda: [
        metadata.crate(review, names, public=public, about=about)
    ]
    return Contents(files, lost)


def _data(
    review: Review, names: Mapping[int, str], conditions: Mapping[Model, Q]
) -> Iterator[tuple[str, Parts]]:
    """Yield every table of the review with its schema."""
    found = {
        model: rows.selected(model, review, conditions.get(model)) for model in TABLES
    }
    numbers = {model: rows.keys(found[model]) for model in rows.numbered()}
    for model, selected in found.items():
        yield (
            tables.path_of(model),
            partial(rows.lines, model, selected, people=names, numbers=numbers),
        )
        yield _schema(tables.name_of(model), tables.schema(model))
    yield _path(PEOPLE), partial(people.lines, review)
    yield _schema(PEOPLE, tables.people_schema())


def _schema(name: str, schema: object) -> tuple[str, Parts]:
    return f"data/{name}.schema.json", lambda: [_json(schema)]


def _json(value: object) -> bytes:
    return (rows.canonical(value) + "\n").encode()


def _bytes(path: Path) -> Iterable[bytes]:
    return [path.read_bytes()]


WRITERS: Writers = {"archive": {".zip": parts}}
