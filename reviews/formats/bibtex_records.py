"""An entry of BibTeX as a record, with what it takes from the entries it names."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reviews.formats import bibtex_values, fields, tex, values
from reviews.formats.parsed import ParsedRecord, Problem, Severity

# An entry of these names others and has no title of its own.
_WITHOUT_TITLE = frozenset({"set", "xdata"})
# What a part takes from the whole that its crossref names, and under which name.
_OF_THE_WHOLE = {
    name: name
    for name in "date year editor series volume journal journaltitle language langid "
    "publisher issn isbn booktitle".split()
} | {"booktitle": "title"}
# What entries share by xdata.
_SHARED = (
    "title booktitle author editor year date journal journaltitle series volume number "
    "issue pages doi url abstract keywords language langid pmid eprint eprinttype"
).split()
_MOST_SHARED = 20
_DIGITS = re.compile(r"[1-9][0-9]{0,7}")

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class Found:
    """An entry as it stands: its fields raw, its exact text and its line."""

    kind: str
    key: str
    raw: Values  # by the lower case of their names
    original: str
    line: int


def filled(
    found: Found, entries: Mapping[str, Found], strings: Mapping[str, str]
) -> Values:
    """Return the fields of an entry with what it takes from the entries it names."""
    own = {name: bibtex_values.joined(raw, strings) for name, raw in found.raw.items()}
    # One step each, so that entries that name one another end somewhere.
    if whole := _named(own.get("crossref", ""), entries):
        _take(own, whole, _OF_THE_WHOLE, strings)
    for key in own.get("xdata", "").split(",")[:_MOST_SHARED]:
        if shared := _named(key, entries):
            _take(own, shared, {name: name for name in _SHARED}, strings)
    return own


def _named(key: str, entries: Mapping[str, Found]) -> Found | None:
    """Return the entry of a key; one without any is named by none."""
    return entries.get(key.strip()) if key.strip() else None


def _take(
    own: Values, other: Found, names: Mapping[str, str], strings: Mapping[str, str]
) -> None:
    """Fill in under their new names the fields that the entry itself lacks."""
    for name, there in names.items():
        if name not in own and there in other.raw:
            own[name] = bibtex_values.joined(other.raw[there], strings)


def record(found: Found, own: Values) -> ParsedRecord:
    """Return the record of an entry whose fields are filled in."""
    return ParsedRecord(
        source_id=values.one_line(found.key),
        title=_text(own, "title", "booktitle" if "journal" not in own else "title"),
        abstract=_text(own, "abstract"),
        authors=bibtex_values.people(own.get("author") or own.get("editor", "")),
        year=_year(own),
        journal=_text(own, "journal", "journaltitle", "booktitle", "series", "school"),
        volume=_text(own, "volume"),
        issue=_text(own, "number", "issue"),
        pages=re.sub(r"\s*(?:-{1,3}|–)\s*", "-", _text(own, "pages"))
        or _text(own, "article-number", "eid", "articleno"),
        doi=_doi(own),
        pmid=_pmid(own),
        keywords=_keywords(own),
        language=_text(own, "language", "langid"),
        publication_type=found.kind,
        url=_url(own),
        original=found.original,
        first_line=found.line,
    )


def _text(own: Values, *names: str) -> str:
    return next(filter(None, (tex.plain(own.get(name, "")) for name in names)), "")


def _year(own: Values) -> int | None:
    texts = (_text(own, name) for name in ("year", "date", "earlyaccessdate"))
    return next(filter(None, map(values.year_in, texts)), None)


def _doi(own: Values) -> str:
    if doi := values.doi_in(tex.bare(own.get("doi", ""))):
        return doi
    texts = (tex.bare(own.get(name, "")) for name in ("url", "note", "ee"))
    return next(filter(None, map(values.doi_alone, texts)), "")


def _pmid(own: Values) -> str:
    said = _text(own, "pmid")
    if not said and _text(own, "eprinttype", "archiveprefix").lower() == "pubmed":
        said = _text(own, "eprint")
    match = _DIGITS.fullmatch(said)
    return match[0] if match else ""


def _keywords(own: Values) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in ("keywords", "keyword", "author_keywords", "keywords-plus"):
        text = _text(own, name)
        for word in text.split(";" if ";" in text else ","):
            if stripped := word.strip():
                found[stripped] = None
    return tuple(found)


def _url(own: Values) -> str:
    text = tex.bare(own.get("url", ""))
    return text if re.fullmatch(r"(?i)(?:https?|ftp)://\S+", text) else ""


def problems(
    record: ParsedRecord, found: Found, strings: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield what is wrong with the record of an entry."""
    if found.kind in _WITHOUT_TITLE and not record.title and not record.authors:
        message = f"This @{found.kind} only names other entries; it has no title."
        yield Problem(found.line, message, Severity.WARNING)
        return
    said = bibtex_values.joined(found.raw.get("year", ""), strings)
    doi = bibtex_values.joined(found.raw.get("doi", ""), strings)
    yield from fields.problems(record, year=tex.plain(said), doi=tex.bare(doi))
