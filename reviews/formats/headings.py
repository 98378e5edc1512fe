"""Which heading of a table means which field, in the words of each source.

The names are those that Scopus, PubMed, Cochrane CENTRAL, Embase, EBSCO, IEEE Xplore,
Web of Science, ProQuest, Ovid, Dimensions, Lens, OpenAlex, ClinicalTrials.gov, Rayyan,
Covidence, ASReview, Zotero, Mendeley and EndNote write. A heading in no list is not
guessed: a person says what it is, and the text of its cells is kept either way.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from reviews.formats import values
from reviews.formats.parsed import Mapping, UnreadableFile

# For each field the headings by rank: the first that says something counts.
_SYNONYMS = {
    "title": "title|article title|document title|primary title|study title|ti|"
    "item title|public title|scientific title|"
    "official title|brief title|display name|paper title|reference title|"
    "translated title|original title",
    "abstract": "abstract|abstract note|abstracts|ab|summary|brief summary|"
    "abstract text|description|notes abstract|original abstract",
    "authors": "authors|author(s)|author|author names|"
    "author name|au|first authors|all authors|creators|creator|contributors|"
    "author/s|inventors|authors (raw)|authorships author display name",
    "year": "year|publication year|published year|py|pubyear|date published|"
    "publication date|pub year|date|pubdate|published|publish year|issue date|"
    "date of publication|cover date|start date|year of publication|"
    "publication date (online)|first posted|date registration|"
    "yr|pub date",
    "journal": "journal|source title|publication title|journal title|journal/book|"
    "journal name|secondary title|source name|pubtitle|container title|so|"
    "source publication|full journal title|publication name|host publication|"
    "periodical|book title|conference name|publication|t2|"
    "abbreviated source title|journal abbreviation|venue|"
    "primary location source display name|host venue display name",
    "volume": "volume|vol|vl|journal volume|volume number|biblio volume",
    "issue": "issue|iss|number|journal issue|issue number|no|ip|biblio issue",
    "pages": "pages|page range|pagination|page(s)|page numbers|pg|page info",
    "first_page": "page start|start page|first page|beginning page|bp|startpage|sp|"
    "biblio first page",
    "last_page": "page end|end page|last page|ending page|ep|endpage|biblio last page",
    "article_number": "art no|article number|article no|ar|art number",
    "doi": "doi|digital object identifier|di|doi link|item doi|doi url|"
    "doi (digital object identifier)|"
    "do|digitalobjectidentifier",
    "pmid": "pmid|pubmed id|medline pmid|pubmed|pubmedid|pm|pubmed pmid|"
    "medline id|pubmed identifier|ids pmid",
    "keywords": "keywords|author keywords|index keywords|de|keyword|subjects|"
    "mesh terms|mesh headings|manual tags|automatic tags|descriptors|subject|"
    "keywords plus|ieee terms|subject headings|emtree drug index terms|"
    "emtree medical index terms|emtree drug index terms (major focus)|"
    "emtree medical index terms (major focus)|conditions|topics|kw|"
    "identifiers|mesh|concepts|identifier keyword|"
    "subjectterms|identifierkeywords|keywords display name",
    "language": "language|language of original document|article language|la|"
    "languages|document language",
    "publication_type": "document type|publication type|item type|doctype|type|"
    "article type|dt|type of reference|reference type|publication type(s)|"
    "source type|study type|ref type|category|item type name|document identifier|"
    "documenttype|articletype|pub type|content type",
    "url": "url|link|plink|study url|urls|full text link|pdf link|web address|"
    "article url|permalink|openurl|document url|source url|embase link|"
    "open url link|external url|html link|"
    "documenturl|primary location landing page url|dimensions url",
    "source_id": "accession number|nct number|eid|ut|embase accession id|key|id|"
    "record id|covidence #|unique id|ut (unique wos id)|lens id|publication id|"
    "source id|storeid|an|cochrane id|trialid|trial id|ref|rayyan id|pui|"
    "openalex id|unique-id|central id|item id|"
    "external id",
    "citation": "citation|source|bibliographic source|reference",
}
FIELDS = tuple(_SYNONYMS)
# A two-letter tag means another thing in Web of Science than in a table at large.
_WOS = {
    "title": ("TI",),
    "abstract": ("AB",),
    "authors": ("AF", "AU", "CA"),
    "year": ("PY", "PD", "EA"),
    "journal": ("SO", "JI", "J9"),
    "volume": ("VL",),
    "issue": ("IS",),
    "first_page": ("BP",),
    "last_page": ("EP",),
    "article_number": ("AR",),
    "doi": ("DI",),
    "pmid": ("PM",),
    "keywords": ("DE", "ID"),
    "language": ("LA",),
    "publication_type": ("DT", "PT"),
    "source_id": ("UT",),
}
_WOS_SIGNS = frozenset({"PT", "AU", "TI", "SO"})
_OURS = frozenset({"record", "source_id", "search", "title", "authors"})
_NUMBERS = frozenset({"no", "number"})  # of the row, unless a volume stands beside it
_SAMPLE = 200

_RANKS = {
    name: (field, rank)
    for field, names in _SYNONYMS.items()
    for rank, name in enumerate(names.split("|"))
}


def plain(heading: str) -> str:
    """Return a heading as the lists write it."""
    text = values.plain_text(heading).strip("'\"*: ").lower()
    return " ".join(text.replace("_", " ").replace(".", " ").split())


def count_known(headings: Iterable[str]) -> int:
    """Return how many of the headings are known."""
    return sum(1 for heading in set(map(plain, headings)) if heading in _RANKS)


def guess(headings: Sequence[str], rows: Iterable[Sequence[str]] = ()) -> Mapping:
    """Return what the headings are known to mean; the first rows show the separators.

    A mapping without a title is one that a person must make first.
    """
    if set(headings) >= _WOS_SIGNS:
        there = set(headings)
        columns = {
            field: found
            for field, names in _WOS.items()
            if (found := tuple(name for name in names if name in there))
        }
        return Mapping(columns, "; ", ";")
    # Twofold's own lists, where a single name or keyword may hold any other sign.
    ours = set(headings) >= _OURS
    without_volume = not {"volume", "vol"} & set(map(plain, headings))
    ranked: dict[str, list[tuple[int, str]]] = {}
    for heading in dict.fromkeys(headings):
        known = _RANKS.get(plain(heading))
        if known and not (plain(heading) in _NUMBERS and without_volume):
            field, rank = known
            ranked.setdefault(field, []).append((rank, heading))
    columns = {
        field: tuple(heading for _, heading in sorted(ranked[field], key=_rank))
        for field in FIELDS
        if field in ranked
    }
    if ours:
        return Mapping(columns, "; ", "; ")
    if "Journal/Book" in headings or {"EXTERNAL_ID", "SOURCE"} <= set(headings):
        return with_separators(Mapping(columns, ", ."), headings, rows)
    return with_separators(Mapping(columns), headings, rows)


def with_separators(
    mapping: Mapping, headings: Sequence[str], rows: Iterable[Sequence[str]]
) -> Mapping:
    """Return the mapping with the separators that the first rows show, if it has none.

    All rows count together, as a single cell may show nothing.
    """
    sample = [row for _, row in zip(range(_SAMPLE), rows, strict=False)]
    # Authors stand in one column, keywords in each that is taken for them.
    people = _cells(headings, mapping.columns.get("authors", ())[:1], sample)
    words = _cells(headings, mapping.columns.get("keywords", ()), sample)
    return replace(
        mapping,
        authors_apart=mapping.authors_apart or _apart(people, _AUTHORS_APART),
        keywords_apart=mapping.keywords_apart or _apart(words, _WORDS_APART),
    )


def as_data(mapping: Mapping) -> dict[str, object]:
    """Return a mapping as data for JSON."""
    return {
        "columns": {field: list(names) for field, names in mapping.columns.items()},
        "authors_apart": mapping.authors_apart,
        "keywords_apart": mapping.keywords_apart,
    }


def from_data(data: object) -> Mapping:
    """Return the mapping that as_data made. Raises UnreadableFile for other data."""
    match data:
        case {"columns": dict(columns), **rest}:
            apart = [str(rest.get(f"{n}_apart") or "") for n in ("authors", "keywords")]
            made = {
                str(field): (names,) if isinstance(names, str) else tuple(names)
                for field, names in columns.items()
                if isinstance(names, (str, list, tuple))
            }
            return _checked(Mapping(made, *apart))
        case _:
            raise UnreadableFile("The column mapping is not one that was made here.")


def from_pairs(pairs: Iterable[str]) -> Mapping:
    """Return the mapping of pairs such as "Article name=title", as a command takes it.

    Turned round, "title=Article name", a pair says the same. A field may be named
    again for its next best heading. Raises UnreadableFile.
    """
    return _checked(Mapping(paired(pairs, FIELDS)))


def paired(pairs: Iterable[str], fields: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the headings of each field that the pairs name. Raises UnreadableFile."""
    columns: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        heading, _, field = (part.strip() for part in pair.rpartition("="))
        if field not in fields:
            field, _, heading = (part.strip() for part in pair.partition("="))
        if not heading:
            raise UnreadableFile(
                f"“{pair[:60]}” is not a column mapping; write HEADING=FIELD."
            )
        columns[field] = (*columns.get(field, ()), heading)
    _require(columns, fields)
    return columns


def _checked(mapping: Mapping) -> Mapping:
    _require(mapping.columns, FIELDS)
    if not mapping.columns.get("title"):
        raise UnreadableFile("The column mapping does not say where the title is.")
    return mapping


def _require(columns: Iterable[str], fields: Collection[str]) -> None:
    for field in columns:
        if field not in fields:
            raise UnreadableFile(
                f"“{field[:60]}” is not a field; the fields are {', '.join(fields)}."
            )


def _rank(ranked: tuple[int, str]) -> int:
    return ranked[0]


def _cells(
    headings: Sequence[str], names: Sequence[str], rows: Iterable[Sequence[str]]
) -> list[str]:
    indexes = [headings.index(name) for name in names if name in headings]
    return [row[i] for row in rows for i in indexes if i < len(row) and row[i].strip()]


_LIST = re.compile(r"\s*\[.*\]\s*", re.DOTALL)
_AUTHORS_APART = ("; ", ";", "|", "\n", " and ", ", ")
# Nothing is tried twice, or a long list that breaks the rule at its end would take
# for ever.
_INITIALS_LAST = re.compile(
    r"(?:[^,\s][^,]*+,\s*+(?:[^\W\d_]\.[\s-]?+)++(?:,\s*+(?:(?:&|and)\s++)?+|&\s++|$))++"
)
_WORDS_APART = ("; ", ";", "|", "\n", ", ")


def _apart(cells: Sequence[str], separators: Sequence[str]) -> str:
    """Return what separates the parts of the cells, "" where nothing shows it.

    A comma counts only where it cannot stand within a name: in "Liu R., Adler D.G."
    each part has two words, in "Liu, R." it has not. In "Liu, R., Adler, D.G." it is
    the comma behind the initials that counts.
    """
    plain_cells = [cell for cell in cells if not _LIST.fullmatch(cell)]
    for separator in separators[:-1]:
        holding = [cell for cell in plain_cells if separator in cell]
        if separator == " and ":
            holding = [cell for cell in holding if _is_joined_by_and(cell)]
        # One in twenty, since a corporate author or an error may hold any sign.
        if holding and len(holding) * 20 >= len(plain_cells):
            return separator
    with_comma = [cell for cell in plain_cells if "," in cell]
    apart = [cell for cell in with_comma if _is_joined_by_comma(cell)]
    if separators is _WORDS_APART:
        return ", " if with_comma else ""
    if apart and len(apart) * 2 > len(with_comma):
        return ", "
    reversed_names = [cell for cell in with_comma if _INITIALS_LAST.fullmatch(cell)]
    return "., " if len(reversed_names) * 2 > len(with_comma) else ""


def _is_joined_by_and(cell: str) -> bool:
    return all("," in part for part in cell.split(" and "))


def _is_joined_by_comma(cell: str) -> bool:
    return all(len(part.split()) > 1 for part in cell.split(","))
