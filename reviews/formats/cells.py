"""A row of a table as a record, by the mapping of its headings."""

import re
from collections.abc import Iterable, Sequence

from reviews.formats import values
from reviews.formats.parsed import Mapping, ParsedRecord

# How spreadsheets are kept from reading an ISSN as a number: ="19326203".
_AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
_LIST = re.compile(r"\s*\[(.*)\]\s*", re.DOTALL)
_QUOTED = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_COMMA = re.compile(r",\s+(?![^()]*\))")
_DIGITS = re.compile(
    r"(?:PMID:?\s*|PUBMED\s+|MEDLINE:|https?://(?:www\.)?(?:pubmed\.)?ncbi\.nlm\.nih\.gov/"
    r"(?:pubmed/)?)?([1-9][0-9]{0,7})(?:\.0|/)?",
    re.IGNORECASE,
)
_BEHIND_INITIALS = re.compile(r"(?<=\.),\s*(?:(?:&|and)\s+)?|(?<!\s)\s+&\s+")
_ADDRESS = re.compile(r"(?:https?|ftp)://\S+", re.IGNORECASE)
# "Endoscopic Ultrasound (2014) 3:3 (152-160). Date of Publication: 2014"
_EMBASE = re.compile(
    r"(?P<journal>[^()]+?)\s*\((?:\d{4})\)\s*(?P<volume>[^:\s(]*)"
    r"(?::(?P<issue>[^\s(]+))?\s*(?:\((?P<pages>[^()]*)\))?.*",
    re.DOTALL,
)
# "BMJ. 2020 Mar 4;368(2):12-7. doi: 10.1136/bmj.m689."
_PUBMED = re.compile(
    r"(?P<journal>.+?)\.\s*\d{4}[^;]{0,40};\s*(?P<volume>[^():;]*)"
    r"(?:\((?P<issue>[^()]*)\))?(?::\s*(?P<pages>[^.;]+))?.*",
    re.DOTALL,
)
Places = dict[str, list[int]]


def places(headings: Sequence[str], mapping: Mapping) -> Places:
    """Return for each field the columns to look at, the best first."""
    return {
        field: [n for name in names for n, here in enumerate(headings) if here == name]
        for field, names in mapping.columns.items()
    }


def clean(cell: str) -> str:
    """Return a cell without what only spreadsheets need."""
    if cell.startswith('="') and (match := _AS_TEXT.fullmatch(cell.strip())):
        return match[1]
    # An apostrophe that keeps a spreadsheet from reading the rest as a formula.
    guarded = cell.startswith("'") and values.FORMULA.match(cell, 1)
    return cell[1:] if guarded else cell


def record(
    row: Sequence[str], where: Places, mapping: Mapping, *, original: str, line: int
) -> ParsedRecord:
    """Return the record of a row."""
    cells = _Cells(row, where)
    cited = _cited(cells.first("citation"))
    return ParsedRecord(
        source_id=values.one_line(cells.first("source_id")),
        title=cells.text("title"),
        abstract=cells.text("abstract"),
        authors=people(cells.first("authors"), mapping.authors_apart),
        year=cells.year(),
        journal=cells.text("journal")
        or cited.get("journal", "")
        or ("" if "journal" in where else cells.text("citation")),
        volume=_number(cells.text("volume")) or cited.get("volume", ""),
        issue=_number(cells.text("issue")) or cited.get("issue", ""),
        pages=_pages(cells) or cited.get("pages", ""),
        doi=cells.doi(),
        pmid=cells.pmid(),
        keywords=cells.keywords(mapping.keywords_apart),
        language=cells.text("language"),
        publication_type=cells.text("publication_type"),
        url=cells.url(),
        original=original,
        first_line=line,
    )


def people(cell: str, apart: str) -> tuple[str, ...]:
    """Return the authors of a cell, separated as the mapping says."""
    if match := _LIST.fullmatch(cell):
        names = [one or two for one, two in _QUOTED.findall(match[1])]
        if names:
            return _kept(name.replace("\\'", "'") for name in names)
    if not apart:
        return _kept([cell])
    if apart == "., ":
        return _kept(_BEHIND_INITIALS.split(cell))
    if apart.endswith("."):
        cell, apart = cell.rstrip().removesuffix("."), apart.removesuffix(".")
    return _kept(cell.split(apart if apart == " and " else apart.strip() or apart))


def _kept(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, map(values.plain_text, names)))


class _Cells:
    """The cells of one row by field."""

    def __init__(self, row: Sequence[str], where: Places) -> None:
        self.row = row
        self.where = where

    def all(self, field: str) -> list[str]:
        """Return every cell of the field that says something."""
        row = self.row
        found = (clean(row[n]) for n in self.where.get(field, ()) if n < len(row))
        return [cell for cell in found if cell and not cell.isspace()]

    def first(self, field: str) -> str:
        return next(iter(self.all(field)), "")

    def text(self, field: str) -> str:
        return values.plain_text(self.first(field))

    def year(self) -> int | None:
        cells = [*self.all("year"), *self.all("citation")]
        return next(filter(None, map(values.year_in, cells)), None)

    def doi(self) -> str:
        if doi := next(filter(None, map(values.doi_in, self.all("doi"))), ""):
            return doi
        cells = [*self.all("url"), *self.all("source_id")]
        return next(filter(None, map(values.doi_alone, cells)), "")

    def pmid(self) -> str:
        for cell in self.all("pmid"):
            if match := _DIGITS.fullmatch(cell.strip()):
                return match[1]
        return ""

    def url(self) -> str:
        for cell in self.all("url"):
            if match := _ADDRESS.match(values.one_line(values.unescape(cell))):
                return match[0]
        return ""

    def keywords(self, apart: str) -> tuple[str, ...]:
        words: dict[str, None] = {}
        for cell in self.all("keywords"):
            for word in _words(cell, apart):
                words[word] = None
        return tuple(words)


def _words(cell: str, apart: str) -> tuple[str, ...]:
    if match := _LIST.fullmatch(cell):
        return _kept([one or two for one, two in _QUOTED.findall(match[1])])
    if not apart:
        return _kept([cell])
    if apart.strip() == ",":
        return _kept(_COMMA.split(cell))
    return _kept(cell.split(apart.strip() or apart))


def _number(text: str) -> str:
    """Return a number as it was before a spreadsheet made 12.0 of 12."""
    return re.sub(r"\.0$", "", text)


def _pages(cells: _Cells) -> str:
    if pages := cells.text("pages"):
        return pages
    first, last = _number(cells.text("first_page")), _number(cells.text("last_page"))
    return values.page_range(first, last) or cells.text("article_number")


def _cited(citation: str) -> dict[str, str]:
    """Return what a citation in the manner of Embase or PubMed says."""
    text = values.one_line(citation)
    match = _EMBASE.fullmatch(text) or _PUBMED.fullmatch(text)
    found = match.groupdict() if match else {}
    return {name: value.strip() for name, value in found.items() if value}
