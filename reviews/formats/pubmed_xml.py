"""PubMed XML: the articles and the books of NLM's document type of 2025.

A part of a structured abstract keeps its label. Authors are named as PubMed's own
text format names them: family name, comma, given names, suffix.
"""

import re
from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from reviews.formats import fields, markup, values
from reviews.formats.parsed import Item, ParsedRecord, Problem

NAMES = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation"})
_SIGHT = re.compile(r"<(?:Pubmed(?:Book)?Article(?:Set)?|MedlineCitation(?:Set)?)[\s>]")
_HEAD = 5_000
_ADDRESS = "https://pubmed.ncbi.nlm.nih.gov/{}/"


def looks_like_pubmed_xml(text: str) -> bool:
    """Say whether the text begins as the XML exports of PubMed do."""
    return text.lstrip("\ufeff \t\r\n").startswith("<") and bool(
        _SIGHT.search(text, 0, _HEAD)
    )


def parse(text: str) -> Iterator[Item]:
    """Yield the records of a PubMed XML text and every problem met.

    Raises UnreadableFile as markup.records does.
    """
    for found in markup.records(text, NAMES):
        if isinstance(found, Problem):
            yield found
            continue
        book = found.element.find("BookDocument")
        record = _book(book, found) if book is not None else _article(found)
        yield record
        date = found.element.find(".//PubDate")
        yield from fields.problems(record, year=values.one_line(markup.text(date)))


def _article(found: markup.Found) -> ParsedRecord:
    whole = found.element
    citation = whole.find("MedlineCitation")
    citation = whole if citation is None else citation
    article = citation.find("Article")
    article = Element("Article") if article is None else article
    pmid = _text(citation, "PMID")
    return ParsedRecord(
        source_id=pmid,
        title=_text(article, "ArticleTitle") or _text(article, "VernacularTitle"),
        abstract=_abstract(article) or _abstract(citation.find("OtherAbstract")),
        authors=_authors(article.findall("AuthorList/Author")),
        year=_year(article),
        journal=_text(article, "Journal/Title")
        or _text(citation, "MedlineJournalInfo/MedlineTA"),
        volume=_text(article, "Journal/JournalIssue/Volume"),
        issue=_text(article, "Journal/JournalIssue/Issue"),
        pages=_pages(article),
        doi=_doi(
            (
                *article.findall("ELocationID"),
                *whole.findall("PubmedData/ArticleIdList/*"),
            )
        ),
        pmid=pmid,
        keywords=_keywords(citation),
        language="; ".join(_texts(article, "Language")),
        publication_type="; ".join(_texts(article, "PublicationTypeList/*")),
        url=_ADDRESS.format(pmid) if pmid else "",
        original=found.original,
        first_line=found.first_line,
    )


def _book(book: Element, found: markup.Found) -> ParsedRecord:
    chapter = _text(book, "ArticleTitle")
    name = _text(book, "Book/BookTitle")
    pmid = _text(book, "PMID")
    people = book.findall("AuthorList/Author") or book.findall("Book/AuthorList/Author")
    return ParsedRecord(
        source_id=pmid,
        title=chapter or name,
        abstract=_abstract(book),
        authors=_authors(people),
        year=_year(book),
        journal=name if chapter else _text(book, "Book/CollectionTitle"),
        volume=_text(book, "Book/Volume"),
        pages=_pages(book),
        doi=_doi(book.findall("ArticleIdList/*")),
        pmid=pmid,
        keywords=_keywords(book),
        language="; ".join(_texts(book, "Language")),
        publication_type="; ".join(_texts(book, "PublicationType")) or "Book",
        url=_ADDRESS.format(pmid) if pmid else "",
        original=found.original,
        first_line=found.first_line,
    )


def _text(element: Element, path: str) -> str:
    return values.plain_text(markup.text(element.find(path)))


def _texts(element: Element, path: str) -> list[str]:
    found = (values.plain_text(markup.text(part)) for part in element.findall(path))
    return [text for text in found if text]


def _abstract(within: Element | None) -> str:
    """Return the abstract, each part after its label as authors wrote it."""
    if within is None:
        return ""
    holder = within if within.tag == "OtherAbstract" else within.find("Abstract")
    parts = []
    for part in [] if holder is None else holder.findall("AbstractText"):
        text = values.plain_text(markup.text(part))
        label = values.one_line(part.get("Label", ""))
        if text and label and label.upper() != "UNLABELLED":
            text = f"{label}: {text}"
        if text:
            parts.append(text)
    return " ".join(parts)


def _authors(people: Iterable[Element]) -> tuple[str, ...]:
    names = (_name(person) for person in people)
    return tuple(name for name in names if name)


def _name(person: Element) -> str:
    family = _text(person, "LastName")
    given = _text(person, "ForeName") or _text(person, "FirstName")
    given = given or _text(person, "Initials")
    full = ", ".join(filter(None, (family, given, _text(person, "Suffix"))))
    return full or _text(person, "CollectiveName")


def _year(within: Element) -> int | None:
    """Return the year of the issue, else that of the electronic article."""
    for path in (
        "Journal/JournalIssue/PubDate/Year",
        "Journal/JournalIssue/PubDate/MedlineDate",
        "Book/PubDate/Year",
        "Book/PubDate/MedlineDate",
        "ArticleDate/Year",
        "ContributionDate/Year",
    ):
        if year := values.year_in(_text(within, path)):
            return year
    return None


def _pages(within: Element) -> str:
    first, last = (_text(within, f"Pagination/{n}Page") for n in ("Start", "End"))
    return _text(within, "Pagination/MedlinePgn") or values.page_range(first, last)


def _doi(identifiers: Iterable[Element]) -> str:
    for found in identifiers:
        kind = found.get("EIdType") or found.get("IdType")
        if kind == "doi" and (doi := values.doi_in(markup.text(found))):
            return doi
    return ""


def _keywords(within: Element) -> tuple[str, ...]:
    words = []
    for heading in within.findall("MeshHeadingList/MeshHeading"):
        parts = _texts(heading, "DescriptorName") + _texts(heading, "QualifierName")
        words.append("/".join(parts))
    words.extend(_texts(within, "KeywordList/Keyword"))
    return tuple(dict.fromkeys(filter(None, words)))
