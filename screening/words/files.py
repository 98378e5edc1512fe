"""Word lists as a CSV file, to take them from one review to another."""

import csv
import io
from collections.abc import Iterable, Iterator

from reviews.formats import values
from screening.models import Colour, Meaning, WordList
from screening.words import typed
from screening.words.lists import COLOURS, Facts

COLUMNS = ("list", "meaning", "colour", "whole_words", "matches_case", "word")
YES, NO = "yes", "no"


class UnreadableFile(ValueError):
    """The file is no file of word lists; the message says where."""


def rows(several: Iterable[WordList]) -> Iterator[dict[str, str]]:
    """Yield a row for each word."""
    for made in several:
        for word in made.words.splitlines():
            yield {
                "list": made.name,
                "meaning": made.meaning,
                "colour": made.colour,
                "whole_words": YES if made.whole_words else NO,
                "matches_case": YES if made.matches_case else NO,
                "word": word,
            }


def read(data: bytes) -> list[Facts]:
    """Return the lists of a file. Raises UnreadableFile."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFile("The file is no text in UTF-8.") from error
    try:
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if not {"list", "word"} <= set(table.fieldnames or ()):
            raise UnreadableFile("The first line must name the columns list and word.")
        found: dict[tuple[str, str, str, bool, bool], list[str]] = {}
        for row in table:
            if word := _unguarded(row["word"] or ""):
                found.setdefault(_list(row), []).append(word)
    except csv.Error as error:
        raise UnreadableFile(f"The file is no CSV: {error}.") from error
    if not found:
        raise UnreadableFile("The file has no words.")
    return [_facts(key, words) for key, words in found.items()]


def _unguarded(word: str) -> str:
    """Return a word without the apostrophe that keeps it from being a formula."""
    word = word.strip()
    is_guarded = word.startswith("'") and values.FORMULA.match(word[1:])
    return word[1:] if is_guarded else word


def _list(row: dict[str, str]) -> tuple[str, str, str, bool, bool]:
    meaning = (row.get("meaning") or "").strip().lower()
    if meaning not in Meaning.values:
        meaning = Meaning.OTHER
    colour = (row.get("colour") or "").strip().lower()
    if colour not in Colour.values:
        colour = COLOURS[Meaning(meaning)]
    name = (row["list"] or "").strip()[:80] or "Without a name"
    whole = (row.get("whole_words") or YES).strip().lower() != NO
    case = (row.get("matches_case") or NO).strip().lower() == YES
    return name, meaning, colour, whole, case


def _facts(key: tuple[str, str, str, bool, bool], words: list[str]) -> Facts:
    name, meaning, colour, whole, case = key
    try:
        lines = typed.lines("\n".join(words))
    except typed.WordsRefused as error:
        raise UnreadableFile(f"{name}: {error}") from error
    return Facts(name, meaning, colour, "\n".join(lines), case, whole)
