"""The fields of a tagged record, picked by their tags."""

from collections.abc import Iterable, Iterator

from reviews.formats import values
from reviews.formats.parsed import ParsedRecord, Problem, Severity
from reviews.formats.tagged import Field

_SHOWN = 60


class Fields:
    """The fields of one record by tag, in the order of their lines."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.by_tag: dict[str, list[Field]] = {}
        for field in fields:
            self.by_tag.setdefault(field.tag, []).append(field)

    def of(self, *tags: str) -> Iterator[Field]:
        """Yield the fields of the tags, tag after tag."""
        for tag in tags:
            yield from self.by_tag.get(tag, ())

    def texts(self, *tags: str) -> list[str]:
        """Return what the fields of the tags say as plain text."""
        found = (values.plain_text(field.value) for field in self.of(*tags))
        return [text for text in found if text]

    def text(self, *tags: str) -> str:
        """Return the first field of the tags that says something."""
        return next(iter(self.texts(*tags)), "")

    def lines(self, *tags: str) -> list[str]:
        """Return each line of the first of the tags that is there."""
        for tag in tags:
            lines = (line for field in self.of(tag) for line in field.lines)
            if found := [text for line in lines if (text := values.plain_text(line))]:
                return found
        return []

    def split(self, *tags: str, apart: str = ";") -> tuple[str, ...]:
        """Return the parts of what the fields of the tags say, once each."""
        parts = (part for text in self.texts(*tags) for part in text.split(apart))
        return tuple(dict.fromkeys(text for p in parts if (text := p.strip())))

    def year(self, *tags: str) -> int | None:
        """Return the first year that a field of the tags gives."""
        years = (values.year_in(text) for text in self.texts(*tags))
        return next((year for year in years if year), None)

    def line(self, *tags: str) -> int:
        """Return the line of the first field of the tags."""
        return next((field.line for field in self.of(*tags)), 0)


def problems(
    record: ParsedRecord, *, year_line: int = 0, year: str = "", doi: str = ""
) -> Iterator[Problem]:
    """Yield what is wrong with a record whatever its format.

    `year` and `doi` are what the file says where a year and a DOI should be.
    """
    line = year_line or record.first_line
    yield from nameless(record)
    if year and record.year is None:
        message = f"No year can be read from “{excerpt(year)}”."
        yield Problem(line, message, Severity.WARNING)
    if doi and not record.doi:
        message = f"“{excerpt(doi)}” is not a DOI."
        yield Problem(record.first_line, message, Severity.WARNING)


def nameless(record: ParsedRecord) -> Iterator[Problem]:
    """Yield what is wrong with a record that has neither a title nor an author."""
    if record.title or record.authors:
        return
    message = "This record has neither a title nor an author"
    if record.says_what_it_is:
        message += "; it is known by its DOI or PMID alone."
        yield Problem(record.first_line, message, Severity.WARNING)
    else:
        yield Problem(record.first_line, f"{message}, and no DOI or PMID.")


def outside(numbers: Iterable[int]) -> Iterator[Problem]:
    """Yield one warning for the lines that belong to no record."""
    found = sorted(numbers)
    if found:
        more = f" The same goes for {len(found) - 1} more." if found[1:] else ""
        message = f"This line stands outside the records and was not read.{more}"
        yield Problem(found[0], message, Severity.WARNING)


def excerpt(text: str) -> str:
    """Return a text short enough for a message."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
