"""Records and reports as items of the Citation Style Language (CSL-JSON 1.0.2).

What the language has no field for goes to the note, so that nothing is lost. A report
has its own title, authors and year; the rest is that of its records, the first that
says it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reviews.formats import leftovers, values
from reviews.models import PreviousReport, Record, Report
from reviews.references import names

Item = Mapping[str, Any]

JOURNAL_ARTICLE = "article-journal"
_TYPES = {
    "ABST": JOURNAL_ARTICLE,
    "BLOG": "post-weblog",
    "BOOK": "book",
    "CHAP": "chapter",
    "COMP": "software",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "DATA": "dataset",
    "DBASE": "dataset",
    "EBOOK": "book",
    "ECHAP": "chapter",
    "EDBOOK": "book",
    "EJOUR": JOURNAL_ARTICLE,
    "ELEC": "webpage",
    "INPR": JOURNAL_ARTICLE,
    "JFULL": "periodical",
    "JOUR": JOURNAL_ARTICLE,
    "MGZN": "article-magazine",
    "NEWS": "article-newspaper",
    "PAMP": "pamphlet",
    "PAT": "patent",
    "RPRT": "report",
    "STAND": "standard",
    "THES": "thesis",
    "UNPB": "manuscript",
}
# Lines of a record that no column of ours carries, where the language has a field.
_LEFTOVERS = {
    "SN": "ISSN",
    "PB": "publisher",
    "CY": "publisher-place",
    "ET": "edition",
}
_BOOKS = frozenset({"book", "chapter"})
_SHARED = ("journal", "volume", "issue", "pages", "doi", "pmid", "url", "language")


def of_record(record: Record) -> Item:
    """Return the record as an item."""
    return _item(f"record-{record.pk}", record, [record])


def of_report(report: Report) -> Item:
    """Return the report as an item; its records are prefetched."""
    return _item(f"report-{report.pk}", report, records_of(report))


def of_previous(report: PreviousReport) -> Item:
    """Return a report that a previous version of the review had included.

    Its citation is all that is known, and it is taken as it was typed.
    """
    return {
        "id": f"previous-{report.pk}",
        "type": "document",
        "title": report.citation,
        "note": f"Study: {report.study_label}",
    }


def records_of(report: Report) -> list[Record]:
    """Return the records of a report in the order of import."""
    return sorted(report.records.all(), key=lambda record: record.pk)


def first(records: Iterable[Record], field: str) -> str:
    """Return what the first record that says it says of a field."""
    return next((str(said) for r in records if (said := getattr(r, field))), "")


def _item(key: str, of: Record | Report, records: list[Record]) -> Item:
    kind = first(records, "publication_type")
    said = {field: first(records, field) for field in _SHARED}
    left = list(_leftovers(records))
    item: dict[str, Any] = {
        "id": key,
        "type": _type(kind, said["journal"]),
        "title": of.title,
        "author": [names.name(author) for author in of.authors if author.strip()],
        "issued": {"date-parts": [[of.year]]} if of.year else None,
        "container-title": said["journal"],
        "volume": said["volume"],
        "issue": said["issue"],
        "page": said["pages"],
        "DOI": said["doi"],
        "PMID": said["pmid"],
        "URL": said["url"],
        "language": said["language"],
        "abstract": first(records, "abstract"),
        "keyword": ", ".join(_keywords(records)),
    }
    for field in dict.fromkeys(field for field, _ in left if field):
        item[field] = "; ".join(value for name, value in left if name == field)
    if item.get("ISSN") and item["type"] in _BOOKS:
        item["ISBN"] = item.pop("ISSN")
    item["note"] = "\n".join(_notes(kind, records, left))
    return {field: value for field, value in item.items() if value}


def _type(kind: str, journal: str) -> str:
    if kind in _TYPES:
        return _TYPES[kind]
    return JOURNAL_ARTICLE if journal or "journal" in kind.lower() else "document"


def _keywords(records: Iterable[Record]) -> list[str]:
    return list(dict.fromkeys(word for r in records for word in r.keywords))


def _leftovers(records: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """Yield the field, "" where there is none, and what was said in it, once each."""
    found: dict[tuple[str, str], None] = {}
    for record in records:
        for tag, value in leftovers.of(record.original):
            if tag in _LEFTOVERS:
                found[_LEFTOVERS[tag], value] = None
            else:
                found["", f"{tag}: {value}"] = None
    yield from found


def _notes(
    kind: str, records: Iterable[Record], left: Iterable[tuple[str, str]]
) -> Iterator[str]:
    if kind and kind not in _TYPES:
        yield f"Type: {kind}"
    for record in records:
        if record.source_id:
            yield f"Identifier: {values.one_line(record.source_id)}"
    for field, value in left:
        if not field:
            yield value
