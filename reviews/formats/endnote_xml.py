"""EndNote XML, as EndNote, Zotero, Mendeley and JabRef write it.

EndNote wraps every text in style elements and writes several lines within one; the
others write plain text. Both read the same here.
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from reviews.formats import fields, markup, values
from reviews.formats.parsed import Item, ParsedRecord, Problem

_NAMES = frozenset({"record"})
_SIGHT = re.compile(r"<(?:records|record)(?:\s[^<>]*)?/?>")
_HEAD = 5_000
_DIGITS = re.compile(r"[1-9][0-9]{0,7}")
_PUBMED = re.compile(r"PubMed|MEDLINE|\bNLM\b", re.IGNORECASE)


def looks_like_endnote_xml(text: str) -> bool:
    """Say whether the text begins as EndNote's XML does."""
    return text.lstrip("\ufeff \t\r\n").startswith("<") and bool(
        _SIGHT.search(text, 0, _HEAD)
    )


def parse(text: str) -> Iterator[Item]:
    """Yield the records of an EndNote XML text and every problem met.

    Raises UnreadableFile as markup.records does.
    """
    for found in markup.records(text, _NAMES):
        if isinstance(found, Problem):
            yield found
            continue
        record = _record(found)
        yield record
        yield from fields.problems(record, year=_text(found.element, "dates/year"))


def _record(found: markup.Found) -> ParsedRecord:
    whole = found.element
    kind = whole.find("ref-type")
    title = _text(whole, "titles/title")
    secondary = _text(whole, "titles/secondary-title")
    return ParsedRecord(
        source_id=_text(whole, "accession-num") or _text(whole, "rec-number"),
        title=title or secondary or _text(whole, "titles/short-title"),
        abstract=_text(whole, "abstract"),
        authors=_authors(whole),
        year=_year(whole),
        journal=_text(whole, "periodical/full-title")
        or (secondary if title else "")
        or _text(whole, "titles/tertiary-title")
        or _text(whole, "periodical/abbr-1"),
        volume=_text(whole, "volume"),
        issue=_text(whole, "number") or _text(whole, "issue"),
        pages=_text(whole, "pages"),
        doi=_doi(whole),
        pmid=_pmid(whole),
        keywords=_keywords(whole),
        language=_text(whole, "language"),
        publication_type=values.one_line(
            "" if kind is None else kind.get("name") or markup.text(kind)
        ),
        url=_url(whole),
        original=found.original,
        first_line=found.first_line,
    )


def _text(element: Element, path: str) -> str:
    return values.plain_text(markup.text(element.find(path)))


def _texts(element: Element, path: str) -> list[str]:
    found = (values.plain_text(markup.text(part)) for part in element.findall(path))
    return [text for text in found if text]


def _authors(whole: Element) -> tuple[str, ...]:
    """Return the authors, or the editors of a work without any."""
    for path in ("authors", "secondary-authors", "tertiary-authors"):
        if names := _texts(whole, f"contributors/{path}/author"):
            return tuple(names)
    return ()


def _year(whole: Element) -> int | None:
    texts = _texts(whole, "dates/year") + _texts(whole, "dates/pub-dates/date")
    return next(filter(None, map(values.year_in, texts)), None)


def _doi(whole: Element) -> str:
    if doi := values.doi_in(_text(whole, "electronic-resource-num")):
        return doi
    texts = _texts(whole, "urls//url") + _texts(whole, "notes")
    return next(filter(None, map(values.doi_alone, texts)), "")


def _pmid(whole: Element) -> str:
    """Return the accession number where PubMed is said to have given it."""
    source = " ".join(
        _text(whole, path)
        for path in ("remote-database-name", "remote-database-provider", "database")
    )
    match = _DIGITS.fullmatch(_text(whole, "accession-num"))
    return match[0] if match and _PUBMED.search(source) else ""


def _keywords(whole: Element) -> tuple[str, ...]:
    """Return the keywords; EndNote may write several as lines of one."""
    # A plain line feed may be but the layout of the file; a carriage return is not.
    lines = (
        line
        for keyword in whole.findall("keywords/keyword")
        for line in markup.text(keyword).split("\r")
    )
    return tuple(dict.fromkeys(filter(None, map(values.plain_text, lines))))


def _url(whole: Element) -> str:
    texts = _texts(whole, "urls//url")
    return next((t for t in texts if t.startswith(("http://", "https://"))), "")
