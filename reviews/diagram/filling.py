"""What every form of the diagram does with its counts: lines, marks and notes.

A number that the form asks for and nobody knows says so, and is never made up. What a
team calls a label stands in place of the official word.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviews.diagram.boxes import Box, Header, Line, Note, SideBar
from reviews.diagram.text import clean
from reviews.flow.balance.form import Parts

NOTES: Mapping[str, str] = {
    "not_known": "n not known",
    "not_known_note": "The number is not known, and none is estimated.",
}
_MARK = re.compile(r"\*{1,2}")
_UNKNOWN_MARKS = "†‡§¶"


@dataclass(frozen=True)
class Filling:
    """The words of one diagram: labels, links and footnotes."""

    links: Mapping[str, str]
    footnotes: Sequence[str]
    labels: Mapping[str, str]
    own_labels: Mapping[str, str]

    @classmethod
    def of(
        cls,
        labels: Mapping[str, str],
        *,
        links: Mapping[str, str] | None,
        footnotes: Sequence[str],
        own_labels: Mapping[str, str] | None,
    ) -> "Filling":
        """Fill the official labels in with those of the team."""
        own = own_labels or {}
        return cls(
            links=links or {},
            footnotes=[note for note in map(clean, footnotes) if note],
            labels={**NOTES, **labels, **own},
            own_labels=own,
        )

    @property
    def unknown(self) -> str:
        """Give what is printed in place of a number that is not known."""
        return f"({self.labels['not_known']}){self._unknown_mark}"

    @property
    def _unknown_mark(self) -> str:
        used = "".join([*self.footnotes, *self.own_labels.values()])
        return next((mark for mark in _UNKNOWN_MARKS if mark not in used), "#")

    def count(self, number: int | None) -> str:
        """Give a number as it is printed."""
        return self.unknown if number is None else f"(n = {number:,})"

    def line(
        self, name: str, number: int | None, *, depth: int = 0, mark: str = ""
    ) -> Line:
        """Give a label with its number, under it unless it is part of a list."""
        return Line(
            text=self.labels[name] + mark,
            count=self.count(number),
            url=self.links.get(name, ""),
            depth=depth,
            count_below=not depth,
        )

    def head(self, name: str, *, mark: str = "") -> Line:
        """Give a label that a list stands under."""
        return Line(text=f"{self.labels[name].rstrip(' :')}{mark}:")

    def parts(self, name: str, parts: Parts, *, depth: int) -> list[Line]:
        """Give a line for each source or reason."""
        lines = []
        for part, number in parts.items():
            key = part_key(name, part)
            lines.append(
                Line(
                    text=self.own_labels.get(key, part),
                    count=self.count(number),
                    url=self.links.get(key, ""),
                    depth=depth,
                )
            )
        return lines

    def reasons(self, name: str, reasons: Parts | None) -> list[Line]:
        """Give the reasons under their head; none at all is nought."""
        if reasons:
            return [self.head(name), *self.parts(name, reasons, depth=1)]
        return [self.line(name, None if reasons is None else 0)]

    def header(
        self, key: str, columns: tuple[str, ...], *, grey: bool = False
    ) -> Header:
        """Give the bar above the columns."""
        return Header(key=key, text=self.labels[key], columns=columns, grey=grey)

    def mark(self, mark: str) -> str:
        """Give a mark if a footnote answers to it."""
        marks = [found[0] for n in self.footnotes if (found := _MARK.match(n))]
        return mark if mark in marks else ""

    def notes(self, boxes: Sequence[Box]) -> Iterator[Note]:
        """Yield the footnotes, what is not known, and the credit."""
        for footnote in self.footnotes:
            yield Note(text=footnote)
        if self.unknown in {line.count for box in boxes for line in box.lines}:
            yield Note(text=f"{self._unknown_mark} {self.labels['not_known_note']}")
        if credit := self.labels["credit"]:
            yield Note(text=credit, url=self.links.get("credit", ""), small=True)


def box(
    key: str, column: str, row: int, lines: Sequence[Line], *, grey: bool = False
) -> Box:
    """Make a box of its lines."""
    return Box(key=key, column=column, row=row, lines=tuple(lines), grey=grey)


def part_key(name: str, part: str) -> str:
    """Name one source or reason of a count, for its link and its label."""
    return f"{name}[{part}]"


def in_words(boxes: Sequence[Box], bars: Sequence[SideBar]) -> str:
    """Read the diagram out, stage by stage, for those who cannot see it."""
    said = []
    for bar in bars:
        inside = [box for box in boxes if bar.first_row <= box.row <= bar.last_row]
        said.append(f"{clean(bar.text)}:")
        for each in inside:
            lines = [clean(f"{line.text} {line.count}") for line in each.lines]
            said.append(f"{'; '.join(lines).replace(':;', ':')}.")
    return " ".join(said)
