"""A text cut into pieces that a template can show: highlighted, quoted, or plain.

The pieces put together are the text; no markup is made here, so a template escapes
them as any other text.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from screening.words.matching import Span

if TYPE_CHECKING:
    from screening.reading import Part


@dataclass(frozen=True, slots=True)
class Look:
    """How a list is told: what its words mean, its colour and its name."""

    meaning: str
    meant: str
    colour: str
    name: str


@dataclass(frozen=True, slots=True)
class Quoted:
    """A place that people marked; `of` names who, as the page tells them apart."""

    start: int
    end: int
    of: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text, and how it is marked."""

    text: str
    look: Look | None = None
    # Whether the highlighted word begins with this piece: it is told once.
    begins: bool = False
    quoted: bool = False
    # Whose quote ends here, where the page shows the quotes of several people.
    quoted_by: str = ""

    @property
    def css(self) -> str:
        """How it looks; nothing for plain text."""
        found = []
        if self.look is not None:
            found += ["tf-mark", f"tf-mark-{self.look.meaning}"]
            found += [f"tf-mark-{self.look.colour}"]
        if self.begins:
            found.append("tf-mark-begins")
        if self.quoted:
            found.append("tf-quoted")
        return " ".join(found)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in a text."""

    words: Sequence[Span] = ()
    looks: Sequence[Look] = ()
    quotes: Sequence[Quoted] = ()

    def pieces(self, text: str, at: int = 0) -> list[Piece]:
        """Return the pieces of a part of the text that begins `at` this place."""
        end = at + len(text)
        # They are in order and do not overlap; of an abstract of many parts each would
        # look at all of them otherwise.
        first = bisect_right(self.words, at, key=_end)
        words = self.words[first : bisect_left(self.words, end, key=_start)]
        quotes = [each for each in self.quotes if each.start < end and each.end > at]
        edges = sorted({at, end, *_within(at, end, words), *_within(at, end, quotes)})
        found, next_word = [], 0
        for start, stop in pairwise(edges):
            while next_word < len(words) and words[next_word].end <= start:
                next_word += 1
            word = words[next_word] if next_word < len(words) else None
            if word is not None and word.start > start:
                word = None
            quoting = [each for each in quotes if each.start <= start < each.end]
            by = {each.of: None for each in quoting if min(each.end, end) == stop}
            found.append(
                Piece(
                    text[start - at : stop - at],
                    look=self.looks[word.of] if word else None,
                    begins=word is not None and word.start == start,
                    quoted=bool(quoting),
                    quoted_by=", ".join(filter(None, by)),
                )
            )
        return found


def _start(span: Span) -> int:
    return span.start


def _end(span: Span) -> int:
    return span.end


def _within(start: int, end: int, spans: Iterable[Span | Quoted]) -> Iterator[int]:
    for span in spans:
        if start < span.start < end:
            yield span.start
        if start < span.end < end:
            yield span.end


@dataclass(frozen=True, slots=True)
class MarkedPart:
    """A part of an abstract in pieces, and where in the abstract it stands."""

    heading: str
    text: str
    heading_at: int
    text_at: int
    heading_pieces: list[Piece] = field(default_factory=list)
    text_pieces: list[Piece] = field(default_factory=list)


def parts(found: "Iterable[Part]", marks: Marks) -> list[MarkedPart]:
    """Return the parts of an abstract in pieces; the marks are of the whole."""
    return [
        MarkedPart(
            part.heading,
            part.text,
            part.heading_at,
            part.text_at,
            marks.pieces(part.heading, part.heading_at) if part.heading else [],
            marks.pieces(part.text, part.text_at) if part.text else [],
        )
        for part in found
    ]
