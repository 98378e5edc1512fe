"""One reader for all formats whose lines begin with a tag.

It knows nothing of what a tag means. What it promises: no line of a record is
lost. A line without a tag belongs to the field before it; a record ends at its
end tag or, failing that, where the next begins; and the reader says which. Records
are given one by one, so that a file of any length needs little more than its text.
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
    begin: frozenset[str]
    end: str = ""  # "" where a record lasts until the next one begins
    after_end: frozenset[str] = frozenset()  # tags that may follow the end
    between: frozenset[str] = frozenset()  # tags of the file, not of a record
    # A tag of the beginning may stand twice in a record or after others of its
    # kind; then a record begins at its second, or with these after a blank line.
    after_blank: frozenset[str] = frozenset()

    def tag(self, match: re.Match[str]) -> str:
        """Return the tag of a line; a program that writes it small means the same."""
        return match[1].upper()


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


class TaggedText:
    """The records of a text, to be iterated over once.

    After that it knows the lines outside all records and the tags of the file.
    """

    def __init__(self, text: str, dialect: Dialect) -> None:
        self._reader = _Reader(text, dialect)
        self.outside = self._reader.outside
        self.between = self._reader.between

    def __iter__(self) -> Iterator[TaggedRecord]:
        text, waiting = self._reader.text, self._reader.records
        for number, (start, stop, line) in enumerate(decoding.lines(text), 1):
            self._reader.take(number, start, stop, line)
            if len(waiting) > 1:
                yield self._whole(waiting.pop(0))
        for record in waiting:
            yield self._whole(record)

    def _whole(self, record: TaggedRecord) -> TaggedRecord:
        record.original = self._reader.text[record.start : record.stop]
        return record


class _Reader:
    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self.records: list[TaggedRecord] = []
        self.outside: list[int] = []
        self.between: dict[str, str] = {}
        self.current: TaggedRecord | None = None  # still open
        self.closed: TaggedRecord | None = None  # ended on the line just before
        self.blank = False  # the line just before is blank

    def take(self, number: int, start: int, stop: int, line: str) -> None:
        if not line or line.isspace():
            self.closed = None
            self.blank = True
            return
        if line[0] == "\ufeff":  # a file with a mark was appended to another
            start, line = start + 1, line[1:]
        match = self.dialect.tag_line.match(line)
        if match is None:
            self.take_untagged(number, stop, line)
        else:
            self.take_tagged(number, start, stop, match)
        self.blank = False

    def take_tagged(
        self, number: int, start: int, stop: int, match: re.Match[str]
    ) -> None:
        tag, value = self.dialect.tag(match), match[2] or ""
        if self.begins(tag):
            self.begin(number, start, stop, Field(tag, [value], number))
        elif tag == self.dialect.end and self.current:
            self.take_end(number, start + match.start(2), stop, match.string, value)
        elif tag in self.dialect.between and self.current is None:
            self.between[tag] = value
        else:
            self.take_field(number, start, stop, Field(tag, [value], number))

    def begins(self, tag: str) -> bool:
        if not self.dialect.after_blank or self.current is None:
            return tag in self.dialect.begin
        if self.blank and tag in self.dialect.after_blank:
            return self.current.begun
        return tag in self.dialect.begin and any(
            field.tag == tag for field in self.current.fields
        )

    def take_untagged(self, number: int, stop: int, line: str) -> None:
        if self.current:
            self.current.fields[-1].lines.append(line)
            self.extend(self.current, number, stop)
        elif _NUMBERING.fullmatch(line) is None:
            self.outside.append(number)

    def begin(self, number: int, start: int, stop: int, first: Field) -> None:
        current = self.current
        if current and [f.tag for f in current.fields] == [first.tag]:
            current.fields.append(first)  # the beginning written twice
            self.extend(current, number, stop)
            return
        self.open(number, start, stop, first)

    def open(self, number: int, start: int, stop: int, first: Field) -> None:
        begun = first.tag in self.dialect.begin
        self.current = TaggedRecord(number, number, start, stop, begun)
        self.current.fields.append(first)
        self.records.append(self.current)
        self.closed = None

    def take_field(self, number: int, start: int, stop: int, taken: Field) -> None:
        record = self.current
        if record is None and taken.tag in self.dialect.after_end:
            record = self.closed
        if record:
            record.begun = record.begun or taken.tag in self.dialect.begin
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
        if match and self.dialect.tag(match) in self.dialect.begin:
            # Two files were joined where the first had no last line end.
            self.close(number, value_start)
            first = Field(self.dialect.tag(match), [match[2]], number)
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
        tag = next(self.tags_from(position), "")
        return not tag or tag in self.dialect.begin or tag in self.dialect.after_end

    def tags_from(self, position: int) -> Iterator[str]:
        rest = re.compile(r"[^\r\n]+").finditer(self.text, position)
        matches = (self.dialect.tag_line.match(line[0]) for line in rest)
        return (self.dialect.tag(match) for match in matches if match)
