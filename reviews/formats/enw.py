"""EndNote's tagged text (.enw), as Google Scholar, publishers and AIS write it.

A line begins with % and one sign; a record begins with its type (%0) or, where that
comes later, after a blank line. Nothing in the format ends a record.
"""

import re
from collections.abc import Iterator

from reviews.formats import values
from reviews.formats.fields import Fields, outside, problems
from reviews.formats.parsed import Item, ParsedRecord, Problem, Severity
from reviews.formats.tagged import Dialect, TaggedRecord, TaggedText

DIALECT = Dialect(
    re.compile(
        r"[ \t]{0,4}%([0-9A-Za-z!@#$&*+?()^<>\[\]~=:])(?:[ \t](.*)|$)", re.DOTALL
    ),
    begin=frozenset("0"),
    after_blank=frozenset("0TAF"),
)
_BEGINNING = re.compile(r"[\s\ufeff]*%[0TAF] \S|(?s:[^@]{0,2000})[\r\n]%0 [A-Z]")
_DIGITS = re.compile(r"[1-9][0-9]{0,7}")


def looks_like_enw(text: str) -> bool:
    """Say whether the text begins as EndNote's tagged text does."""
    return bool(_BEGINNING.match(text))


def parse(text: str) -> Iterator[Item]:
    """Yield the records of EndNote's tagged text and every problem met."""
    tagged = TaggedText(text, DIALECT)
    last: TaggedRecord | None = None
    for record in tagged:
        if not record.begun and not {f.tag for f in record.fields} & {"T", "A"}:
            tagged.outside.extend(range(record.first_line, record.last_line + 1))
            continue
        last = record
        fields = Fields(record.fields)
        parsed = _record(fields, record)
        yield parsed
        yield from problems(
            parsed,
            year_line=fields.line("D", "8"),
            year=fields.text("D", "8"),
            doi=fields.text("R"),
        )
    if last and not text.endswith(("\n", "\r")):
        yield Problem(
            last.last_line,
            "The last line has no end, so the file may have been cut off here.",
            Severity.WARNING,
        )
    yield from outside(tagged.outside)


def _record(fields: Fields, source: TaggedRecord) -> ParsedRecord:
    return ParsedRecord(
        source_id=_accession(fields) or fields.text("F"),
        title=fields.text("T", "!", "Q"),
        abstract=" ".join(fields.texts("X")),
        authors=tuple(fields.texts("A") or fields.texts("E", "Y")),
        year=fields.year("D", "8"),
        journal=fields.text("J", "B", "S"),
        volume=fields.text("V"),
        issue=fields.text("N"),
        pages=fields.text("P").replace("--", "-"),
        doi=_doi(fields),
        pmid=_pmid(fields),
        keywords=_keywords(fields),
        language=fields.text("G"),
        publication_type=fields.text("0", "9"),
        url=_url(fields),
        original=source.original,
        first_line=source.first_line,
    )


def _accession(fields: Fields) -> str:
    texts = fields.texts("M")
    return next((text for text in texts if not values.doi_alone(text)), "")


def _doi(fields: Fields) -> str:
    if doi := next(filter(None, map(values.doi_in, fields.texts("R"))), ""):
        return doi
    return next(filter(None, map(values.doi_alone, fields.texts("M", "U", "3"))), "")


def _pmid(fields: Fields) -> str:
    """Return the accession number where the database is said to be PubMed's."""
    if re.search("PubMed|MEDLINE|NLM", " ".join(fields.texts("~", "W")), re.IGNORECASE):
        match = _DIGITS.fullmatch(fields.text("M"))
        return match[0] if match else ""
    return ""


def _keywords(fields: Fields) -> tuple[str, ...]:
    # One tag and then a keyword on each line, a tag each, or one line with ";".
    lines = fields.lines("K")
    return fields.split("K") if len(lines) == 1 else tuple(dict.fromkeys(lines))


def _url(fields: Fields) -> str:
    texts = fields.texts("U", ">")
    return next((t for t in texts if t.startswith(("http://", "https://"))), "")
