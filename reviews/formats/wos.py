"""The tagged text of Web of Science: plain text, EndNote desktop (.ciw) and .isi.

A line without a tag is indented and goes on with the field before; an author and a
cited reference each have a line. The tags are those of Clarivate's field tags page.
"""

import re
from collections.abc import Iterator

from reviews.formats import values
from reviews.formats.fields import Fields, outside, problems
from reviews.formats.parsed import Item, ParsedRecord, Problem, Severity
from reviews.formats.tagged import Dialect, TaggedRecord, TaggedText

DIALECT = Dialect(
    re.compile(r"([A-Z][A-Z0-9])(?: (.*)|[ \t]*$)", re.DOTALL),
    begin=frozenset({"PT"}),
    end="ER",
    between=frozenset({"FN", "VR", "EF"}),
)
_BEGINNING = re.compile(
    r"[\s\ufeff]*(?:FN [^\r\n]+[\r\n]+\s*(?:VR [^\r\n]*[\r\n]+)?|VR [^\r\n]*[\r\n]+)?"
    r"\s*PT [A-Z](?:[ \t]*[\r\n]|$)|[\s\ufeff]*FN [^\r\n]+[\r\n]+VR "
)
_DIGITS = re.compile(r"(?:MEDLINE:)?([1-9][0-9]{0,7})")


def looks_like_wos(text: str) -> bool:
    """Say whether the text begins as the exports of Web of Science do."""
    return bool(_BEGINNING.match(text))


def parse(text: str) -> Iterator[Item]:
    """Yield the records of a Web of Science text and every problem met."""
    tagged = TaggedText(text, DIALECT)
    previous: TaggedRecord | None = None
    for record in tagged:
        if not (record.begun or record.ended):
            tagged.outside.extend(range(record.first_line, record.last_line + 1))
            continue
        if previous:
            yield from _read(previous)
            if not previous.ended:
                yield Problem(
                    record.first_line,
                    f"The record that begins on line {previous.first_line} has no ER "
                    "line; it was ended here, where the next begins.",
                    Severity.WARNING,
                )
        previous = record
    if previous:
        yield from _read(previous)
        yield from _end_problems(previous, tagged)
    yield from outside(tagged.outside)


def _end_problems(last: TaggedRecord, tagged: TaggedText) -> Iterator[Problem]:
    if not last.ended:
        yield Problem(
            last.last_line,
            f"The file ends within the record that begins on line {last.first_line}: "
            "its ER line is missing, so it has been cut off.",
            Severity.INCOMPLETE,
        )
    elif "FN" in tagged.between and "EF" not in tagged.between:
        yield Problem(
            last.last_line,
            "The EF line at the end of the file is missing, so records may have been "
            "cut off after this one.",
            Severity.WARNING,
        )


def _read(source: TaggedRecord) -> Iterator[Item]:
    fields = Fields(source.fields)
    record = _record(fields, source)
    yield record
    yield from problems(
        record,
        year_line=fields.line("PY", "PD"),
        year=fields.text("PY", "PD"),
        doi=fields.text("DI"),
    )


def _record(fields: Fields, source: TaggedRecord) -> ParsedRecord:
    pmid = _DIGITS.fullmatch(fields.text("PM"))
    first, last = fields.text("BP", "PS"), fields.text("EP")
    return ParsedRecord(
        source_id=fields.text("UT", "AN"),
        title=fields.text("TI", "FT"),
        abstract=" ".join(fields.texts("AB")),
        authors=_authors(fields),
        year=fields.year("PY", "PD", "EY", "EA"),
        journal=fields.text("SO", "JI", "J9", "SE"),
        volume=fields.text("VL"),
        issue=fields.text("IS"),
        pages=values.page_range(first, last) or fields.text("AR"),
        doi=next(filter(None, map(values.doi_in, fields.texts("DI", "D2"))), ""),
        pmid=pmid[1] if pmid else "",
        keywords=fields.split("DE", "ID", "MH"),
        language="; ".join(fields.texts("LA")),
        publication_type=fields.text("DT") or _KINDS.get(fields.text("PT"), ""),
        url=_url(fields),
        original=source.original,
        first_line=source.first_line,
    )


_KINDS = {"J": "Journal", "B": "Book", "S": "Series", "P": "Patent"}


def _authors(fields: Fields) -> tuple[str, ...]:
    """Return the authors by their full names, then the groups that wrote with them."""
    people = fields.lines("AF", "AU")
    groups = fields.lines("CA", "GP")
    return tuple(people + groups) or tuple(fields.lines("BF", "BA", "BE", "ED"))


def _url(fields: Fields) -> str:
    texts = fields.texts("UR", "DL")
    return next((t for t in texts if t.startswith(("http://", "https://"))), "")
