"""Rayyan's export as it is sent: a zip of the articles and the log of decisions.

The articles say by name what each person decided, with labels and notes; the log says
by address when, and whose a reason is. Nothing says which address is whose, so a log
is taken for a person's where it has the very decisions of that person and of no other.
"""

import io
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from reviews.formats.parsed import Problem, UnreadableFile
from reviews.formats.votes.told import Decision, Telling, Vote, VoteFile, unmapped

_ARTICLES, _LOG = "articles.csv", "customizations_log.csv"
_MOST_BYTES = 200_000_000
_MOST_TIMES = 200
_BROKEN = (
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
_Made = frozenset[tuple[str, Decision]]


def looks_like_zip(data: bytes) -> bool:
    """Say whether the bytes are a zip archive that is no workbook."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except _BROKEN:
        return b"xl/" not in data
    return not any(name.startswith("xl/") for name in names)


def unpacked(data: bytes) -> tuple[bytes, bytes]:
    """Return the articles and the log, empty where there is none.

    Raises UnreadableFile.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {
                name.rpartition("/")[2].lower(): name for name in archive.namelist()
            }
            if _ARTICLES not in names:
                raise UnreadableFile(
                    f"The zip archive has no {_ARTICLES}, as an export of Rayyan has."
                )
            articles, log = (
                _member(archive, names[name]) if name in names else b""
                for name in (_ARTICLES, _LOG)
            )
            return articles, log
    except _BROKEN as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile("The zip archive is damaged.") from error


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as file:
        found = file.read(_MOST_BYTES + 1)
    packed = archive.getinfo(name).compress_size
    if len(found) > min(_MOST_BYTES, max(_MOST_TIMES * packed, 1_000_000)):
        raise UnreadableFile(
            "The zip archive would unpack to far more than an export is; for safety it "
            "is not read."
        )
    return found


def dated(file: VoteFile, logged: Iterable[Vote | Problem]) -> VoteFile:
    """Return the votes of the articles with what the log says of them."""
    log = [vote for vote in logged if isinstance(vote, Vote)]
    whose = _whose(file.votes, log)
    said = {(vote.who, vote.record.source_id): vote for vote in log}
    votes = tuple(
        _with_log(vote, said.get((whose.get(vote.who, ""), vote.record.source_id)))
        for vote in file.votes
    )
    strangers = [name for name in _made(file.votes) if name not in whose]
    # Whose the reasons are is known where everybody's log is.
    told = [
        problem
        for problem in file.unmapped
        if strangers or not isinstance(problem, Telling)
    ]
    return VoteFile(file.source, votes, (*_unknown(strangers), *told))


def _with_log(vote: Vote, logged: Vote | None) -> Vote:
    if logged is None or vote.decision is None:
        return vote
    return replace(vote, date=logged.date, reasons=logged.reasons)


def _whose(votes: Iterable[Vote], log: Iterable[Vote]) -> dict[str, str]:
    """Return the address of each name whose decisions the log has, if it is one."""
    names, addresses = _made(votes), _made(log)
    made = Counter([*names.values()])
    by_made: defaultdict[_Made, list[str]] = defaultdict(list)
    for address, decided in addresses.items():
        by_made[decided].append(address)
    return {
        name: by_made[decided][0]
        for name, decided in names.items()
        if made[decided] == 1 and len(by_made[decided]) == 1
    }


def _made(votes: Iterable[Vote]) -> dict[str, _Made]:
    found: defaultdict[str, set[tuple[str, Decision]]] = defaultdict(set)
    for vote in votes:
        if vote.decision is not None:
            found[vote.who].add((vote.record.source_id, vote.decision))
    return {who: frozenset(made) for who, made in found.items()}


def _unknown(names: Iterable[str]) -> Iterator[Problem]:
    for name in names:
        yield unmapped(
            1,
            f"No address in {_LOG} has the very decisions of {name} alone, so these "
            "votes come in without dates, and with all reasons of their records.",
        )
