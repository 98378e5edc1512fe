"""NBIB, the tagged text of PubMed, with the dialects of PMC and ERIC.

The tags are those of the MEDLINE display of PubMed's user guide. Nothing in the
format ends a record, so the last one is taken for cut off where it lacks the line
with which every record of PubMed ends (SO).
"""

import re
from collections.abc import Iterable, Iterator

from reviews.formats import values
from reviews.formats.fields import Fields, outside, problems
from reviews.formats.parsed import Item, ParsedRecord, Problem, Severity
from reviews.formats.tagged import Dialect, Field, TaggedRecord, TaggedText

_BEGIN = frozenset({"PMID", "PMC", "OWN"})
_LAST = "SO"
DIALECT = Dialect(
    re.compile(r"([A-Z][A-Z0-9]{0,3}) {0,3}- ?(.*)", re.DOTALL),
    begin=_BEGIN,
    after_blank=_BEGIN,
)
# The first line that is not blank, since wrapped text of others may look the same.
_BEGINNING = re.compile(
    r"[\s\ufeff]*(?:[0-9]+[.:]\s+)?(?:PMID|PMC ?|OWN ?)- ?\S", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"[\r\n]PMID- [1-9][0-9]*[\r\n]+OWN ? ?- ")
_DIGITS = re.compile(r"[1-9][0-9]{0,7}")
_IDENTIFIER = re.compile(r"(.*?)\s*\[(doi|pii|bookaccession)\]")
_FULL_NAMES = {"FAU": "AU", "FED": "ED"}
_PEOPLE = frozenset({"AU", "ED", "CN"})
_PUBMED = "https://pubmed.ncbi.nlm.nih.gov/{}/"


def looks_like_nbib(text: str) -> bool:
    """Say whether the text begins as the exports of PubMed, PMC and ERIC do."""
    return bool(_BEGINNING.match(text) or _ELSEWHERE.search(text))


def parse(text: str) -> Iterator[Item]:
    """Yield the records of an NBIB text and every problem met."""
    tagged = TaggedText(text, DIALECT)
    previous: TaggedRecord | None = None
    usual = False  # other records end with the usual line
    for record in tagged:
        if not record.begun:
            tagged.outside.extend(range(record.first_line, record.last_line + 1))
            continue
        if previous:
            usual = usual or _has(previous, _LAST)
            yield from _read(previous)
        previous = record
    if previous:
        yield from _read(previous)
        yield from _end_problems(text, previous, usual=usual)
    yield from outside(tagged.outside)


def _read(source: TaggedRecord) -> Iterator[Item]:
    fields = Fields(source.fields)
    record = _record(fields, source)
    yield record
    yield from problems(
        record, year_line=fields.line("DP"), year=fields.text("DP", "DEP")
    )


def _record(fields: Fields, source: TaggedRecord) -> ParsedRecord:
    pmid = _DIGITS.match(fields.text("PMID"))
    return ParsedRecord(
        source_id=fields.text("PMID", "PMC", "OID", "AN"),
        title=fields.text("TI", "BTI", "CTI", "TT"),
        abstract=" ".join(fields.texts("AB") or fields.texts("OAB")),
        authors=_authors(source.fields),
        year=fields.year("DP", "DEP", "PHST"),
        journal=fields.text("JT", "TA", *(["BTI"] if fields.text("TI") else [])),
        volume=fields.text("VI"),
        issue=fields.text("IP"),
        pages=fields.text("PG"),
        doi=_doi(fields),
        pmid=pmid[0] if pmid else "",
        keywords=tuple(dict.fromkeys(fields.texts("MH", "OT", "KW"))),
        language="; ".join(fields.texts("LA")),
        publication_type="; ".join(fields.texts("PT")),
        url=_url(fields) or (_PUBMED.format(pmid[0]) if pmid else ""),
        original=source.original,
        first_line=source.first_line,
    )


def _authors(fields: Iterable[Field]) -> tuple[str, ...]:
    """Return the authors in the order of their lines, by their full names if given.

    A full name and its short form follow one another; corporate authors (CN) stand
    wherever they were named.
    """
    authors: list[str] = []
    editors: list[str] = []
    full = ""
    for field in fields:
        kind = _FULL_NAMES.get(field.tag, field.tag)
        if kind not in _PEOPLE:
            continue
        name = values.plain_text(field.value)
        if name and field.tag != full:
            (editors if kind == "ED" else authors).append(name)
        full = kind if field.tag in _FULL_NAMES else ""
    return tuple(authors or editors)


def _doi(fields: Fields) -> str:
    """Return the DOI of the record where one of its identifiers says to be one."""
    found = fields.texts("LID", "AID", "DO", "DOI", "SO")
    for text in found:
        match = _IDENTIFIER.fullmatch(text)
        if match and match[2] == "doi" and (doi := values.doi_in(match[1])):
            return doi
    alone = (values.doi_alone(text) for text in found)
    if doi := next(filter(None, alone), ""):
        return doi
    said = re.search(r"\bdoi: ?(10\.\S+)", fields.text("SO"))
    return values.doi_in(said[1]) if said else ""


def _url(fields: Fields) -> str:
    texts = fields.texts("UR", "URL", "LID", "AID")
    return next((t for t in texts if t.startswith(("http://", "https://"))), "")


def _has(record: TaggedRecord, tag: str) -> bool:
    return any(field.tag == tag for field in record.fields)


def _end_problems(text: str, last: TaggedRecord, *, usual: bool) -> Iterator[Problem]:
    expected = usual or any(
        field.tag == "OWN" and field.value.strip() == "NLM" for field in last.fields
    )
    if expected and not _has(last, _LAST):
        yield Problem(
            last.last_line,
            f"The file ends within the record that begins on line {last.first_line}: "
            "its SO line is missing, so it has been cut off.",
            Severity.INCOMPLETE,
        )
    elif not text.endswith(("\n", "\r")):
        yield Problem(
            last.last_line,
            "The last line has no end, so the file may have been cut off here.",
            Severity.WARNING,
        )
