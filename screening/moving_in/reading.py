"""What a file of votes says, read against the records of the review and nothing else.

What is told here is the same whatever anybody has judged in the review, and says of
nobody how they decided: the owner who moves votes in may be one of the reviewers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reviews.formats import xlsx
from reviews.formats.parsed import (
    Mapping,
    Problem,
    UnknownTable,
    UnreadableFile,
)
from reviews.formats.votes import rayyan_zip, reading, rows, told
from reviews.formats.votes.told import Telling, UnknownWord, Vote, VoteFile
from reviews.models import Stage
from screening.models import VoteImport, VoteProblem
from screening.moving_in import finding
from screening.moving_in.finding import Found, Index, NotFound
from screening.stages import item_name

UNKNOWN_WORD = "The decision is a word of which nobody has said what it means."
SAID_TO_BE_NONE = "The word on this line was said to be no decision."
NO_DECISION = (
    "Nothing is decided on this line. Its note and labels stay in the file alone."
)
OTHER_STAGE = "This was decided at another stage. Move the file in at that stage, too."
_COUNTED = (UNKNOWN_WORD, SAID_TO_BE_NONE, NO_DECISION, OTHER_STAGE, *finding.WHY)
# A table of which more words are "decisions" has something else in that column.
MOST_WORDS = 60
MOST_REASONS = 500
# A table of which more people vote has something else in the column of names.
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Placed:
    """A vote of the file, and what it is on."""

    vote: Vote
    item: int
    by: str


@dataclass(frozen=True)
class Look:
    """The votes that found what they are on, and what is to be told of the others."""

    votes: list[Placed]
    problems: list[VoteProblem]
    report: dict[str, Any]


def read(made: VoteImport, data: bytes) -> VoteFile:
    """Read a file as its owner said. Raises UnreadableFile."""
    return reading.read(
        data,
        made.source,
        mapping=mapping_of(made),
        decision=told.Decision(made.whole_list) if made.whole_list else None,
        stage=told.Stage(made.stage),
        words=made.words,
    )


def mapping_of(made: VoteImport) -> Mapping | None:
    """Return what a person said of the columns, if anything."""
    if not made.columns:
        return None
    return Mapping({name: tuple(of) for name, of in made.columns.items()})


def format_of(data: bytes, source: str) -> str:
    """Return the ending that a file of these bytes has."""
    if rayyan_zip.looks_like_zip(data):
        return "zip"
    if xlsx.looks_like_workbook(data):
        return "xlsx"
    is_ris = source != VoteImport.Source.CSV and b"\nER  -" in data
    return "ris" if is_ris else "csv"


def headings(made: VoteImport, data: bytes) -> list[str]:
    """Return the headings of a table. Raises UnreadableFile."""
    try:
        return list(rows.open_rows(data, mapping_of(made))[0])
    except UnknownTable as error:
        return list(error.headings)


def look(made: VoteImport, file: VoteFile) -> Look:
    """Find what the votes are on. Raises UnreadableFile."""
    if len(file.people) > MOST_PEOPLE:
        raise UnreadableFile(
            f"The file names {len(file.people):,} people who decided, so what was "
            "taken for their names is something else."
        )
    stage = Stage(made.stage)
    index = Index(made.review, stage)
    placed: list[Placed] = []
    problems = [*_problems(made, file.unmapped, index)]
    for vote in file.votes:
        found = _place(vote, index, stage)
        if isinstance(found, Found):
            placed.append(Placed(vote, found.item, found.by))
        else:
            problems.append(_problem(made, vote.line, found.why))
    reasons = _reasons(file)
    report = {
        "people": _people(file, placed),
        "words": list(file.words[:MOST_WORDS]),
        "reasons": reasons[:MOST_REASONS],
        "more_reasons": len(reasons[MOST_REASONS:]),
        "found_by": dict(Counter(each.by for each in placed)),
        "not_found": dict(
            Counter(each.message for each in problems if each.message in _COUNTED)
        ),
    }
    return Look(placed, by_line(problems), report)


def by_line(problems: Iterable[VoteProblem]) -> list[VoteProblem]:
    """Return each message once of a line, however many votes of it met with it."""
    found = {
        (
            each.line,
            each.message,
            each.record_id,
            each.report_id,
            each.reviewer_id,
        ): each
        for each in problems
    }
    return sorted(found.values(), key=lambda each: each.line)


def _place(vote: Vote, index: Index, stage: Stage) -> Found | NotFound:
    if vote.decision is None:
        return NotFound(NO_DECISION)
    if str(vote.stage) != str(stage):
        return NotFound(OTHER_STAGE)
    return index.find(vote.record)


def _problems(
    made: VoteImport, unmapped: Iterable[Problem], index: Index
) -> Iterator[VoteProblem]:
    for each in unmapped:
        if isinstance(each, UnknownWord):
            is_said = told.plain_word(each.word) in made.words
            yield _problem(
                made, each.line, SAID_TO_BE_NONE if is_said else UNKNOWN_WORD
            )
        elif isinstance(each, Telling):
            found = index.find(each.record)
            # Where there is no such record, the votes of the line say so themselves.
            if isinstance(found, Found):
                name = item_name(Stage(made.stage))
                on = {f"{name}_id": found.item}
                yield VoteProblem(
                    vote_import=made, line=each.line, message=each.message, **on
                )
        else:
            yield _problem(made, each.line, each.message)


def _problem(made: VoteImport, line: int, message: str) -> VoteProblem:
    return VoteProblem(vote_import=made, line=line, message=message)


def _people(file: VoteFile, placed: list[Placed]) -> list[list[Any]]:
    """Return each name with its votes, and with those that found what they are on."""
    read = Counter(vote.who for vote in file.votes if vote.decision)
    found = Counter(each.vote.who for each in placed)
    names = dict.fromkeys([*file.people, *read])
    return [[name, read[name], found[name]] for name in names if read[name]]


def _reasons(file: VoteFile) -> list[str]:
    """Return each reason once, in an order that tells nothing of its votes."""
    found = {reason for vote in file.votes for reason in vote.reasons}
    return sorted(found, key=str.casefold)
