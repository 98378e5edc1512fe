"""Short ways to read a sample, for the tests of the readers."""

from reviews.formats.parsed import ParsedFile, ParsedRecord
from reviews.formats.reading import read


def parse(text: str) -> ParsedFile:
    """Read a sample as a file in UTF-8."""
    return read(text.encode())


def one(text: str) -> ParsedRecord:
    """Return the only record of a sample."""
    (record,) = parse(text).records
    return record


def problems(text: str) -> list[tuple[int, str]]:
    """Return the line and the severity of each problem of a sample."""
    return [(p.line, p.severity.value) for p in parse(text).problems]
