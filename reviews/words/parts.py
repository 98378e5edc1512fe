"""Sentences made of words and of numbers that lead to what they count.

Nothing here knows a review. A number is written with its noun in the singular or the
plural, and what is not known is said to be not known.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Number:
    """A count, with the address of what it counts; empty where that has no page."""

    value: int
    url: str = ""

    def __str__(self) -> str:
        return f"{self.value:,}"


@dataclass(frozen=True)
class Sum(Number):
    """A sum, such as that of participants, with the address of what it sums."""


Part = str | Number
Parts = tuple[Part, ...]
Phrase = str | Number | Parts


@dataclass(frozen=True)
class Paragraph:
    """Sentences on one matter."""

    heading: str
    sentences: tuple[Parts, ...]


@dataclass(frozen=True)
class Passage:
    """Paragraphs that stand together in a manuscript."""

    kind: str
    title: str
    paragraphs: tuple[Paragraph, ...]


def join(*phrases: Phrase) -> Parts:
    """Return the phrases as one, words beside words joined."""
    found: list[Part] = []
    for phrase in phrases:
        for part in (phrase,) if isinstance(phrase, str | Number) else phrase:
            if isinstance(part, str) and found and isinstance(found[-1], str):
                found[-1] += part
            elif part != "":
                found.append(part)
    return tuple(found)


def sentence(*phrases: Phrase) -> Parts:
    """Return the phrases as a sentence: a capital first, a full stop last."""
    parts = list(join(*phrases))
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0][:1].upper() + parts[0][1:]
    last = parts[-1] if parts else ""
    if not (isinstance(last, str) and last.endswith((".", "?", "!"))):
        parts.append(".")
    return join(tuple(parts))


def counted(value: int, one: str, many: str = "", url: str = "") -> Parts:
    """Return a number with its noun: "1 record", "2 records"."""
    return (Number(value, url), f" {one if value == 1 else many or one + 's'}")


def numbered(name: str, value: int, url: str = "") -> Parts:
    """Return a name with its number: "Canada (n = 2)"."""
    return join(f"{name} (n = ", Number(value, url), ")")


def were(value: int) -> str:
    """Return the verb that agrees with a number."""
    return "was" if value == 1 else "were"


def listed(phrases: Iterable[Phrase], last: str = "and") -> Parts:
    """Return the phrases as a list in words: "a, b and c"."""
    held: Sequence[Phrase] = list(phrases)
    # A comma within a phrase would make two of it.
    comma = "; " if any("," in text(phrase) for phrase in held) else ", "
    found: list[Phrase] = []
    for number, phrase in enumerate(held):
        if number:
            is_last = number == len(held) - 1
            found.append(
                f"{'' if comma == ', ' else ';'} {last} " if is_last else comma
            )
        found.append(phrase)
    return join(*found)


def text(phrase: Phrase) -> str:
    """Return what is said, without its links."""
    if isinstance(phrase, str | Number):
        return str(phrase)
    return "".join(map(str, phrase))


def day(partial: str) -> str:
    """Return a date known to the year, the month or the day in words."""
    year, *rest = partial.split("-")
    if not rest:
        return year
    month = date(2000, int(rest[0]), 1).strftime("%B")
    return f"{int(rest[1])} {month} {year}" if len(rest) > 1 else f"{month} {year}"


def within(phrase: str) -> str:
    """Return a text of the team to stand within a sentence: one line, no full stop."""
    return " ".join(phrase.split()).rstrip(".;,: ")
