"""BibTeX and BibLaTeX: the library splits the entries, their fields are read here.

No entry is lost. One whose key stands twice is a record of its own; one that is broken
is read line by line as far as it goes, and named. What an entry takes from another
(crossref, xdata) and abbreviations (@string) are filled in.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bibtexparser.entrypoint import parse_string
from bibtexparser.exceptions import BlockAbortedException, ParserStateException
from bibtexparser.model import (
    Block,
    DuplicateFieldKeyBlock,
    Entry,
    ImplicitComment,
    ParsingFailedBlock,
    String,
)

from reviews.formats import bibtex_values, fields, tex, values
from reviews.formats.parsed import Item, ParsedRecord, Problem, Severity, UnreadableFile

# Every broken entry would be a line of the server's log.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_ENTRY = re.compile(r"(?:^|[\r\n])[ \t\ufeff]{0,8}@[A-Za-z]+\s{0,3}[{(]")
_LOST = re.compile(r"(?m)^[ \t]*@[A-Za-z]+")
_START = re.compile(r"@([A-Za-z]+)\s*[{(]\s*([^\s,={}]*)\s*,?")
_LINE_FIELD = re.compile(r"(?m)^\s*([A-Za-z][\w-]*)\s*=\s*(.*?),?[ \t]*$")
_OTHERS = frozenset({"comment", "preamble", "string"})
# An entry of these names others and has no title of its own.
_WITHOUT_TITLE = frozenset({"set", "xdata"})
_IDENTIFIERS = frozenset({"doi", "url", "eprint"})
_DIGITS = re.compile(r"[1-9][0-9]{0,7}")

Values = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Found:
    kind: str
    key: str
    raw: Values  # by the lower case of their names
    original: str
    line: int


def looks_like_bibtex(text: str) -> bool:
    """Say whether a line of the text begins an entry."""
    return bool(_ENTRY.search(text, 0, 100_000))


def parse(text: str) -> Iterator[Item]:
    """Yield the records of a BibTeX text and every problem met.

    Raises UnreadableFile where the library gives up.
    """
    # The library counts lines by their line feeds.
    only_returns = "\r" in text and "\n" not in text
    split = text.replace("\r", "\n") if only_returns else text
    try:
        library = parse_string(split.removeprefix("\ufeff"), parse_stack=[])
    except (BlockAbortedException, ParserStateException, RecursionError) as error:
        raise UnreadableFile("The BibTeX of the file cannot be read.") from error
    strings = {
        block.key.lower(): block.value
        for block in library.blocks
        if isinstance(block, String)
    }
    entries: dict[str, _Found] = {}
    told: list[tuple[_Found | None, list[Problem]]] = []
    broken_until = 0
    for block in library.blocks:
        if (block.start_line or 0) < broken_until:
            continue  # what the library made of the rest of a broken entry
        if isinstance(block, ParsingFailedBlock) and block.ignore_error_block is None:
            original = _whole(split, block.start_line or 0)
            broken_until = (block.start_line or 0) + original.count("\n") + 1
            found, problems = _recovered(original.rstrip(), block.start_line or 0)
        else:
            found, problems = _entry(block)
        if found:
            entries.setdefault(found.key, found)
        told.append((found, problems))
    for found, problems in told:
        if found:
            record = _record(found, _filled(found, entries, strings))
            yield record
            yield from _record_problems(record, found, strings)
        yield from problems
    yield from _end_problems(library.blocks, split)


def pairs(original: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of each field of an entry."""
    for block in parse_string(original, parse_stack=[]).blocks:
        found, _ = _entry(block)
        for name, raw in found.raw.items() if found else ():
            value = bibtex_values.joined(raw, {})
            yield name, tex.bare(value) if name in _IDENTIFIERS else tex.plain(value)


def _entry(block: Block) -> tuple[_Found | None, list[Problem]]:
    """Return the entry of a block, if it is one, and what is wrong with it."""
    if isinstance(block, ImplicitComment):
        raw = block.raw or ""
        match = _LOST.search(raw)
        if match is None:
            return None, []
        line = (block.start_line or 0) + raw.count("\n", 0, match.start()) + 1
        return None, list(fields.outside([line]))
    entry = block
    doubled = isinstance(block, DuplicateFieldKeyBlock)
    if isinstance(block, ParsingFailedBlock):
        entry = block.ignore_error_block or block
        if isinstance(entry, DuplicateFieldKeyBlock) and entry.ignore_error_block:
            entry, doubled = entry.ignore_error_block, True
    if not isinstance(entry, Entry):
        return None, []
    own: Values = {}
    for field in entry.fields:
        name = field.key.lower()
        first = own.get(name)
        own[name] = f"{first} # {{; }} # {field.value}" if first else field.value
    line = (entry.start_line or 0) + 1
    found = _Found(entry.entry_type.lower(), entry.key, own, entry.raw or "", line)
    if not doubled:
        return found, []
    message = "A field stands twice in this entry; both were read."
    return found, [Problem(line, message, Severity.WARNING)]


def _whole(text: str, line: int) -> str:
    """Return the text of a broken entry: up to the line on which the next begins."""
    start = 0
    for _ in range(line):
        start = text.index("\n", start) + 1
    following = _ENTRY.search(text, text.find("@", start) + 1)
    return text[start : following.start() if following else len(text)].lstrip()


def _recovered(original: str, above: int) -> tuple[_Found | None, list[Problem]]:
    """Read a broken entry line by line."""
    line = above + 1
    start = _START.match(original)
    if start is None or start[1].lower() in _OTHERS:
        message = "This entry is broken and was not read."
        return None, [Problem(line, message)]
    raw = {
        match[1].lower(): match[2].strip()
        for match in _LINE_FIELD.finditer(original, start.end())
    }
    found = _Found(start[1].lower(), start[2], raw, original, line)
    message = (
        "The braces or quotation marks of this entry do not match; it was read line "
        "by line as far as that goes. Check it in the preview."
    )
    severity = Severity.WARNING if raw.get("title") else Severity.ERROR
    return found, [Problem(line, message, severity)]


def _filled(
    found: _Found, entries: Mapping[str, _Found], strings: Mapping[str, str]
) -> Values:
    """Return the fields of an entry with what it takes from the entries it names."""
    own = {name: bibtex_values.joined(raw, strings) for name, raw in found.raw.items()}
    for name in ("crossref", "xdata"):
        for key in own.get(name, "").split(","):
            # One step, so that entries that name one another end somewhere.
            if (parent := entries.get(key.strip())) and parent is not found:
                for field, raw in parent.raw.items():
                    inherited = _inherited(field, whole=name == "crossref")
                    if inherited and inherited not in own:
                        own[inherited] = bibtex_values.joined(raw, strings)
    return own


def _inherited(field: str, *, whole: bool) -> str:
    """Return as what a field of a whole work stands in its part, "" if not at all."""
    if not whole:
        return field
    if field in ("title", "booktitle"):
        return "booktitle"
    kept = "date year publisher editor series volume issn isbn journal journaltitle"
    return field if field in f"{kept} language langid".split() else ""


def _record(found: _Found, own: Values) -> ParsedRecord:
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


def _record_problems(
    record: ParsedRecord, found: _Found, strings: Mapping[str, str]
) -> Iterator[Problem]:
    if found.kind in _WITHOUT_TITLE and not record.title and not record.authors:
        message = f"This @{found.kind} only names other entries; it has no title."
        yield Problem(found.line, message, Severity.WARNING)
        return
    said = bibtex_values.joined(found.raw.get("year", ""), strings)
    doi = bibtex_values.joined(found.raw.get("doi", ""), strings)
    yield from fields.problems(record, year=tex.plain(said), doi=tex.bare(doi))


def _end_problems(blocks: list[Block], text: str) -> Iterator[Problem]:
    """Name a last entry that breaks off: no line of it closes it."""
    failed = [
        block
        for block in blocks
        if isinstance(block, ParsingFailedBlock) and block.ignore_error_block is None
    ]
    end = text.rstrip()
    if not failed or end.endswith(("\n}", "\n)", "}}", '"}')):
        return
    line = failed[-1].start_line or 0
    if _whole(text, line).rstrip() == end[-len(_whole(text, line).rstrip()) :]:
        yield Problem(
            end.count("\n") + 1,
            f"The file ends within the entry that begins on line {line + 1}: it may "
            "have been cut off.",
        )
