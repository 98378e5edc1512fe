"""One reader for all formats whose lines begin with a tag.

It knows nothing of what a tag means. What it promises: no line of a record is
lost. A line without a tag belongs to the field before it; a record ends at its
end tag or, failing that, where the next begins; and the reader says which.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviews.formats import decoding

# "12." or "<12>" between records: only a count.
_NUMBERING = re.compile(r"\s*<?[0-9]+[.)>]?\s*")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the lines of one tagged format are told apart."""

    tag_line: re.Pattern[str]  # its groups: the tag and the value
    begin: str
    end: str = ""  # "" where a record lasts until the next one begins
    after_end: frozenset[str] = frozenset()  # tags that may follow the end


@dataclass(slots=True)
class Field:
    """A tag, its value line by line, and where it stands."""

    tag: str
    lines: list[str]
    line: int

    @property
    def value(self) -> str:
        """Return the value with its lines joined by blanks."""
        return " ".join(self.lines)


@dataclass(slots=True)
class TaggedRecord:
    """The fields of a record, its exact text and whether its limits were there."""

    first_line: int
    last_line: int
    start: int
    stop: int
    begun: bool
    ended: bool = False
    fields: list[Field] = field(default_factory=list)
    original: str = ""


@dataclass(slots=True)
class TaggedText:
    """The records of a text and the numbers of the lines outside all records."""

    records: list[TaggedRecord]
    outside: list[int]


def read_tagged(text: str, dialect: Dialect) -> TaggedText:
    """Split a text into its tagged records."""
    reader = _Reader(text, dialect)
    for number, (start, stop, line) in enumerate(decoding.lines(text), 1):
        reader.take(number, start, stop, line)
    for record in reader.records:
        record.original = text[record.start : record.stop]
    return TaggedText(reader.records, reader.outside)


class _Reader:
    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self.records: list[TaggedRecord] = []
        self.outside: list[int] = []
        self.current: TaggedRecord | None = None  # still open
        self.closed: TaggedRecord | None = None  # ended on the line just before

    def take(self, number: int, start: int, stop: int, line: str) -> None:
        if not line or line.isspace():
            self.closed = None
            return
        if line[0] == "\ufeff":  # a file with a mark was appended to another
            start, line = start + 1, line[1:]
        match = self.dialect.tag_line.match(line)
        if match is None:
            self.take_untagged(number, stop, line)
            return
        tag, value = match[1], match[2]
        if tag == self.dialect.begin:
            self.begin(number, start, stop, Field(tag, [value], number))
        elif tag == self.dialect.end and self.current:
            self.take_end(number, start + match.start(2), stop, line, value)
        else:
            self.take_field(number, start, stop, Field(tag, [value], number))

    def take_untagged(self, number: int, stop: int, line: str) -> None:
        if self.current:
            self.current.fields[-1].lines.append(line)
            self.extend(self.current, number, stop)
        elif _NUMBERING.fullmatch(line) is None:
            self.outside.append(number)

    def begin(self, number: int, start: int, stop: int, first: Field) -> None:
        current = self.current
        if current and [f.tag for f in current.fields] == [self.dialect.begin]:
            current.fields.append(first)  # the beginning written twice
            self.extend(current, number, stop)
            return
        self.open(number, start, stop, first)

    def open(self, number: int, start: int, stop: int, first: Field) -> None:
        begun = first.tag == self.dialect.begin
        self.current = TaggedRecord(number, number, start, stop, begun)
        self.current.fields.append(first)
        self.records.append(self.current)
        self.closed = None

    def take_field(self, number: int, start: int, stop: int, taken: Field) -> None:
        record = self.current
        if record is None and taken.tag in self.dialect.after_end:
            record = self.closed
        if record:
            record.fields.append(taken)
            self.extend(record, number, stop)
        elif taken.tag == self.dialect.end:
            self.outside.append(number)
        else:
            self.open(number, start, stop, taken)

    def take_end(
        self, number: int, value_start: int, stop: int, line: str, value: str
    ) -> None:
        """Close the record, unless the end tag is but a line of wrapped text."""
        assert self.current
        glued = value.lstrip("\ufeff \t")
        match = self.dialect.tag_line.match(glued) if glued else None
        if match and match[1] == self.dialect.begin:
            # Two files were joined where the first had no last line end.
            self.close(number, value_start)
            first = Field(match[1], [match[2]], number)
            self.open(number, stop - len(glued), stop, first)
        elif value.strip() and not self.record_ends_after(stop):
            self.take_untagged(number, stop, line)
        else:
            self.close(number, stop)

    def close(self, number: int, stop: int) -> None:
        assert self.current
        self.extend(self.current, number, stop)
        self.current.ended = True
        self.closed, self.current = self.current, None

    def extend(self, record: TaggedRecord, number: int, stop: int) -> None:
        record.last_line, record.stop = number, stop

    def record_ends_after(self, position: int) -> bool:
        tag = next(self.tags_from(position), self.dialect.begin)
        return tag == self.dialect.begin or tag in self.dialect.after_end

    def tags_from(self, position: int) -> Iterator[str]:
        rest = re.compile(r"[^\r\n]+").finditer(self.text, position)
        matches = (self.dialect.tag_line.match(line[0]) for line in rest)
        return (match[1] for match in matches if match)
