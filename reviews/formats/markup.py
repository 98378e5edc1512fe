"""XML read one record at a time, with its exact text, and never with its entities.

A document that declares entities or has a document type of its own is refused, as is
one nested deeper than any export; the document type that PubMed writes names a file
elsewhere, which is never fetched. Memory holds one record, whatever the file's length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from reviews.formats.parsed import Problem, Severity, UnreadableFile

_DEEPEST = 100
_PIECE = 1 << 16
# What XML 1.0 forbids; each byte becomes a blank, so that positions stay.
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_DECLARES = (
    "The file declares entities or a document type of its own; for safety such a "
    "file is not read."
)


@dataclass(frozen=True, slots=True)
class Found:
    """A record of an XML file."""

    element: Element
    original: str
    first_line: int


def records(text: str, names: frozenset[str]) -> Iterator[Found | Problem]:
    """Yield each outermost element of these names; name where the file breaks off.

    Raises UnreadableFile for what no list of records needs.
    """
    exact = text.encode()
    clean = _FORBIDDEN.sub(lambda match: b" " * len(match[0]), exact)
    if clean != exact:
        yield _cleaned(exact)
    builder = _Builder(names)
    parser = DefusedXMLParser(target=builder, encoding="utf-8")
    builder.expat = parser.parser
    builder.expat.StartDoctypeDeclHandler = _refuse_own_doctype
    # Straight to the builder, which takes half the time; no export has namespaces.
    builder.expat.ordered_attributes = False
    builder.expat.StartElementHandler = builder.start
    builder.expat.EndElementHandler = builder.end
    # Named characters of HTML are known without any declaration.
    parser.entity.update({name.rstrip(";"): sign for name, sign in html5.items()})
    try:
        for start in range(0, len(clean), _PIECE):
            parser.feed(clean[start : start + _PIECE])
            yield from builder.take(exact)
        parser.close()
    except DefusedXmlException as error:
        raise UnreadableFile(_DECLARES) from error
    except ParseError as error:
        yield from builder.take(exact)
        yield _broken(error, builder)
    else:
        yield from builder.take(exact)


class _Builder:
    """Builds the tree of each record and forgets all else."""

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names
        self.expat: Any = None
        self.depth = 0
        self.outer = 0  # the depth of the record being built
        self.tree: TreeBuilder | None = None
        self.began = 0, 0
        self.done: list[tuple[Element, int, int, int]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise UnreadableFile(
                f"The file is nested more than {_DEEPEST} levels deep, which no list "
                "of records is."
            )
        if self.tree is None and tag in self.names:
            self.tree, self.outer = TreeBuilder(), self.depth
            self.began = self.expat.CurrentByteIndex, self.expat.CurrentLineNumber
        if self.tree:
            self.tree.start(tag, attributes)

    def data(self, text: str) -> None:
        if self.tree:
            self.tree.data(text)

    def end(self, tag: str) -> None:
        if self.tree:
            self.tree.end(tag)
            if self.depth == self.outer:
                stop = self.expat.CurrentByteIndex
                self.done.append((self.tree.close(), *self.began, stop))
                self.tree = None
        self.depth -= 1

    def take(self, exact: bytes) -> Iterator[Found]:
        """Give the records that are complete."""
        done, self.done = self.done, []
        for element, start, line, end_tag in done:
            stop = exact.index(b">", end_tag) + 1
            yield Found(element, exact[start:stop].decode(), line)


def _refuse_own_doctype(name: str, system: str, public: str, internal: int) -> None:
    if internal:
        raise UnreadableFile(_DECLARES)


def _cleaned(exact: bytes) -> Problem:
    match = _FORBIDDEN.search(exact)
    line = exact.count(b"\n", 0, match.start() if match else 0) + 1
    message = (
        "Control characters that XML forbids were read as blanks, the first of them "
        "here."
    )
    return Problem(line, message, Severity.WARNING)


def _broken(error: ParseError, builder: _Builder) -> Problem:
    line = error.position[0]
    within = (
        f" within the record that begins on line {builder.began[1]}"
        if builder.tree
        else ""
    )
    what = str(error).partition(":")[0]
    if what in ("no element found", "unclosed token", "unclosed CDATA section"):
        return Problem(line, f"The file ends{within}: it has been cut off.")
    return Problem(
        line, f"The XML is broken here{within} ({what}); nothing after it was read."
    )


def text(element: Element | None) -> str:
    """Return all the text within an element, or "" where there is none."""
    return "" if element is None else "".join(element.itertext())
