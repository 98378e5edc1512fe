"""What a file of another tool tells of decisions: plain data, mapped to nobody yet.

A name is as the file has it, "" where it does not say whose decision it is. What a
file says that is no decision, reason, label, note or date is listed, never dropped.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from types import MappingProxyType

from reviews.formats import values
from reviews.formats.parsed import ParsedRecord, Problem


class Decision(StrEnum):
    """What a person decided."""

    INCLUDE = "include"
    EXCLUDE = "exclude"
    MAYBE = "maybe"


class Stage(StrEnum):
    """What the decision was made on."""

    TITLE_ABSTRACT = "title_abstract"
    FULL_TEXT = "full_text"


@dataclass(frozen=True, slots=True)
class RecordKey:
    """By what the record of a vote may be found again."""

    source_id: str = ""
    doi: str = ""
    pmid: str = ""
    title: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's decision on one record, or what they noted without deciding."""

    record: RecordKey
    who: str = ""
    decision: Decision | None = None
    reasons: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    note: str = ""
    date: datetime | None = None
    stage: Stage = Stage.TITLE_ABSTRACT
    line: int = 0
    # The word of the file that is the decision.
    said: str = ""


@dataclass(frozen=True, slots=True)
class UnknownWord(Problem):
    """A decision in a word that nobody has said the meaning of."""

    word: str = ""


@dataclass(frozen=True, slots=True)
class Telling(Problem):
    """What cannot be told without telling how somebody decided on the record."""

    record: RecordKey = RecordKey()


# What a person said that words mean, by their plain form; "" is no decision.
Words = Mapping[str, str]
NO_WORDS: Words = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VoteFile:
    """The votes of a file, and by line what could not be mapped."""

    source: str
    votes: tuple[Vote, ...]
    unmapped: tuple[Problem, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """Return each name once, in the order in which the file has them."""
        return tuple(dict.fromkeys(vote.who for vote in self.votes if vote.who))

    @property
    def words(self) -> tuple[str, ...]:
        """Return each word that is or may be a decision, in its plain form."""
        known = (vote.said for vote in self.votes)
        unknown = (each.word for each in self.unmapped if isinstance(each, UnknownWord))
        plain = map(plain_word, (*known, *unknown))
        return tuple(dict.fromkeys(filter(None, plain)))


_WORDS = {
    Decision.INCLUDE: "include included in yes y 1 1.0 true relevant accept accepted "
    "select selected eligible keep",
    Decision.EXCLUDE: "exclude excluded out no n 0 0.0 false irrelevant reject "
    "rejected ineligible discard",
    Decision.MAYBE: "maybe unsure unclear ? uncertain",
}
_DECISIONS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_STAGE_NAMES = {
    Stage.TITLE_ABSTRACT: "title and abstract|title & abstract|title/abstract|"
    "title abstract|titles and abstracts|titles & abstracts|title|titles|abstract|"
    "abstracts|screening|tiab|ti/ab|t&a|t/a|ta|ta screening|tiab screening|"
    "title and abstract screening|title & abstract screening|"
    "title/abstract screening|title abstract screening|abstract screening|"
    "title and abstract review|title/abstract review",
    Stage.FULL_TEXT: "full text|full texts|fulltext|full text review|"
    "full text screening|fulltext screening|fulltext review|ft|ft screening|"
    "eligibility",
}
_STAGES = {
    name: stage for stage, names in _STAGE_NAMES.items() for name in names.split("|")
}
_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d %b %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
)
_NUMBERS = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[/-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})"
    r"(?: (?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<seconds>\d{2}))?)?"
)
_SECONDS = re.compile(r"[12][0-9]{9}(?:\.[0-9]+)?")


def key(record: ParsedRecord) -> RecordKey:
    """Return by what a record may be found again."""
    return RecordKey(
        record.source_id, record.doi, record.pmid, record.title, record.year
    )


def plain_word(word: str) -> str:
    """Return a word as the lists of words have it."""
    return values.one_line(word).lower()


def decision(word: str, words: Words = NO_WORDS) -> Decision | None:
    """Return the decision that a word is, if it is one; `words` says it otherwise."""
    said = plain_word(word)
    if said in words:
        return Decision(words[said]) if words[said] else None
    return _DECISIONS.get(said)


def unknown(line: int, word: str, who: str = "") -> UnknownWord:
    """Return the line of the report on a word that is no known decision."""
    of = f" of {who}" if who else ""
    message = f"“{word.strip()[:60]}”{of} is not a known decision."
    return UnknownWord(line, message, word=word)


def stage(words: str) -> Stage | None:
    """Return the stage that the words name, if they do."""
    plain = values.one_line(words).lower().replace("-", " ").replace("_", " ")
    return _STAGES.get(plain)


def moment(text: str, *, day_first: bool | None = None) -> datetime | None:
    """Return the moment that a text tells, in UTC where it names no zone.

    A date such as 4/3/2024 is two dates, and none is taken unless `day_first` says
    which of them it is.
    """
    text = values.one_line(text).removesuffix(" UTC")
    if _SECONDS.fullmatch(text):
        return datetime.fromtimestamp(float(text), UTC)
    if in_numbers := _NUMBERS.fullmatch(text):
        return _in_numbers(in_numbers, day_first=day_first)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _other_moment(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day_first(texts: Iterable[str]) -> bool | None:
    """Tell whether dates in numbers begin with the day, where they show it.

    One date with a day above the twelfth shows it of all, unless another shows the
    contrary.
    """
    found = filter(None, (_NUMBERS.fullmatch(values.one_line(text)) for text in texts))
    shown = {_begins_with_day(match) for match in found} - {None}
    return shown.pop() if len(shown) == 1 else None


def _begins_with_day(match: re.Match[str]) -> bool | None:
    first, second = int(match["first"]), int(match["second"])
    return first > 12 if (first > 12) != (second > 12) else None


def _in_numbers(match: re.Match[str], *, day_first: bool | None) -> datetime | None:
    numbers = [int(match["first"]), int(match["second"])]
    shown = _begins_with_day(match)
    order = day_first if shown is None else shown
    if order is None and numbers[0] != numbers[1]:
        return None
    day, month = numbers if order else reversed(numbers)
    hour, minute, second = (
        int(match[part] or 0) for part in ("hour", "minute", "seconds")
    )
    try:
        return datetime(
            int(match["year"]), month, day, hour, minute, second, tzinfo=UTC
        )
    except ValueError:
        return None


def _other_moment(text: str) -> datetime | None:
    for form in _FORMATS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def parts(text: str, separators: str = ";|\n") -> tuple[str, ...]:
    """Return the parts of a list of reasons or labels, once each."""
    found = re.split(f"[{re.escape(separators)}]", text)
    return tuple(dict.fromkeys(filter(None, map(values.plain_text, found))))


def unmapped(line: int, message: str) -> Problem:
    """Return the line of the report on what could not be mapped."""
    return Problem(line, message)


def file(source: str, items: Iterable[Vote | Problem]) -> VoteFile:
    """Return the votes and what could not be mapped apart."""
    votes: list[Vote] = []
    problems: list[Problem] = []
    for item in items:
        if isinstance(item, Vote):
            votes.append(item)
        else:
            problems.append(item)
    return VoteFile(source, tuple(votes), tuple(problems))
