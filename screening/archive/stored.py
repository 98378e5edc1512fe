"""The files of a review, of records and of votes, and full texts, each by its hash."""

import hashlib
import re
from collections.abc import Iterator

from django.db.models.fields.files import FieldFile

from reviews.models import Import, ReportFile, Review
from screening.archive import rows
from screening.archive.container import BLOCK
from screening.models import VoteImport

FOLDER = "files/"
WithFile = Import | ReportFile | VoteImport
_ENDING = re.compile(r"[a-z0-9]{1,20}")


def name_of(row: WithFile) -> str:
    """Return the name that a row's file has in the archive."""
    ending = "pdf" if isinstance(row, ReportFile) else row.format
    return f"{FOLDER}{row.sha256}.{ending if _ENDING.fullmatch(ending) else 'bin'}"


def of(
    review: Review, *, with_votes: bool = True
) -> tuple[dict[str, FieldFile], list[str]]:
    """Return the files by name, and the names of those that are lost.

    A file is lost where the disk does not hold it any more, or other bytes. A file of
    votes counts as lost where it may hold what is still blind.
    """
    there: dict[str, FieldFile] = {}
    lost: set[str] = set()
    for model in (Import, ReportFile, VoteImport):
        for row in rows.selected(model, review, None).iterator(chunk_size=rows.CHUNK):
            assert isinstance(row, WithFile)
            name = name_of(row)
            if name in there:
                continue
            is_blind = isinstance(row, VoteImport) and not with_votes
            if not is_blind and _digest(row.file) == row.sha256:
                there[name] = row.file
            else:
                lost.add(name)
    return there, sorted(lost - there.keys())


def parts(file: FieldFile) -> Iterator[bytes]:
    """Yield a file's bytes, block by block."""
    with file.storage.open(str(file.name)) as opened:
        while block := opened.read(BLOCK):
            yield block


def _digest(file: FieldFile) -> str:
    if not file.name or not file.storage.exists(file.name):
        return ""
    digest = hashlib.sha256()
    for block in parts(file):
        digest.update(block)
    return digest.hexdigest()
