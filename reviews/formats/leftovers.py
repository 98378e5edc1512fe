"""What a record's original text says and no column of the record carries.

It is exported again, so that what came in goes out: a line of RIS under its own tag,
a field of another format under the tag of RIS that means the same or, failing that,
as a note that begins with its name.
"""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from xml.etree.ElementTree import Element

from reviews.formats import (
    bibtex,
    by_row,
    cells,
    enw,
    markup,
    nbib,
    pubmed_xml,
    reading,
    ris,
    tables,
    values,
    wos,
)
from reviews.formats.parsed import ParsedRecord, Problem, UnreadableFile
from reviews.formats.tagged import TaggedText

Pairs = Iterable[tuple[str, str]]

_NOTE = "N1"
# By the format and the name of the field there.
_SAME = {
    "nbib": {"AD": "AD", "IS": "SN", "ISBN": "SN", "PB": "PB", "PL": "CY", "TA": "J2"},
    "wos": {"C1": "AD", "SN": "SN", "EI": "SN", "BN": "SN", "PU": "PB", "PI": "CY"},
    "enw": {"+": "AD", "@": "SN", "I": "PB", "C": "CY", "7": "ET"},
    "bibtex": {
        "issn": "SN",
        "isbn": "SN",
        "publisher": "PB",
        "address": "CY",
        "location": "CY",
        "edition": "ET",
        "affiliation": "AD",
    },
    "pubmed_xml": {"Affiliation": "AD", "ISSN": "SN", "Isbn": "SN"},
    "endnote_xml": {
        "auth-address": "AD",
        "isbn": "SN",
        "publisher": "PB",
        "pub-location": "CY",
        "edition": "ET",
    },
    "csv": {"ISSN": "SN", "ISBN": "SN", "Publisher": "PB", "Affiliations": "AD"},
}
_TAGGED = {"nbib": nbib.DIALECT, "wos": wos.DIALECT, "enw": enw.DIALECT}
_LISTS = frozenset({"AU", "AF", "CA", "BE", "BF", "ED", "K"})
# Elements that shape the text of the element around them.
_INLINE = frozenset({"style", "i", "b", "u", "sub", "sup"})
# What only the format needs, and what another form of the same field says in full:
# the parts of names and dates, and authors by their initials.
_NOTHING = {
    "nbib": frozenset({"AU", "ED"}),
    "wos": frozenset({"AU", "PT", "ER", "BP", "EP"}),
    "bibtex": frozenset({"author", "crossref"}),
    "pubmed_xml": frozenset(
        "LastName ForeName Initials Suffix Year Month Day Hour Minute StartPage "
        "EndPage DescriptorName QualifierName".split()
    ),
    "endnote_xml": frozenset({"database", "source-app", "key", "rec-number"}),
}


def of(original: str) -> list[tuple[str, str]]:
    """Return tag and value of all that no column carries, as RIS writes it."""
    if not original or ris.looks_like_ris(f"\n{original}"):
        return ris.leftovers(original)
    try:
        opened = reading.open_file(f"{original}\n".encode())
        record = next(item for item in opened.items if isinstance(item, ParsedRecord))
    except (UnreadableFile, StopIteration):
        return []
    said = {text for text in _columns(record) if text}
    same = _SAME.get(opened.format, {})
    nothing = _NOTHING.get(opened.format, frozenset())
    grouped: dict[str, dict[str, None]] = {}
    for name, value in _pairs(opened.format, original):
        text = values.plain_text(value)
        if text and name not in nothing and not _is_carried(text, said, record):
            grouped.setdefault(name, {})[text] = None
    return [
        (same[name], "; ".join(texts))
        if name in same
        else (_NOTE, ": ".join(filter(None, (name, "; ".join(texts)))))
        for name, texts in grouped.items()
    ]


def _columns(record: ParsedRecord) -> Iterator[str]:
    yield from (record.title, record.abstract, record.journal, record.volume)
    yield from (record.issue, record.pages, record.doi, record.pmid, record.language)
    yield from (record.source_id, record.publication_type, record.url)
    yield str(record.year or "")
    yield from record.authors
    yield from record.keywords
    yield from record.pages.split("-")
    yield from record.language.split("; ")
    yield from record.publication_type.split("; ")


def _is_carried(text: str, said: set[str], record: ParsedRecord) -> bool:
    if text in said or text.lower() == record.doi or text in record.abstract:
        return True
    if values.doi_alone(text.removesuffix(" [doi]")) == record.doi != "":
        return True
    # A list in one field, each part of which is a column's; PubMed ends one by ".".
    return any(
        all(
            not part or part in said or part.removesuffix(".") in said
            for part in map(str.strip, text.split(apart))
        )
        for apart in (";", ",", "-", "|", " and ")
    )


def _pairs(kind: str, original: str) -> Pairs:
    if kind in _TAGGED:
        for record in TaggedText(original, _TAGGED[kind]):
            for field in record.fields:
                # A name on each line, as Web of Science lists them.
                for line in field.lines if field.tag in _LISTS else [field.value]:
                    yield field.tag, line
    elif kind == "bibtex":
        yield from bibtex.pairs(original)
    elif kind in ("pubmed_xml", "endnote_xml"):
        names = pubmed_xml.NAMES if kind == "pubmed_xml" else frozenset({"record"})
        for found in markup.records(original, names):
            if not isinstance(found, Problem):
                yield from _leaves(found.element)
    elif kind == "fields_by_row":
        yield from by_row.pairs(original)
    else:
        table = tables.open_text(f"{original}\n", titled=False)
        for row in table.rows:
            for name, cell in zip_longest(table.headings, row.cells, fillvalue=""):
                yield name, cells.clean(cell)


def _leaves(element: Element) -> Pairs:
    """Yield the texts of an element by the names of those that hold them."""
    if all(part is element or part.tag in _INLINE for part in element.iter()):
        yield element.tag, markup.text(element)
        return
    yield element.tag, element.text or ""
    for part in element:
        yield from _leaves(part)
        yield element.tag, part.tail or ""
