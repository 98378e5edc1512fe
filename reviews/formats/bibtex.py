"""BibTeX and BibLaTeX: the library splits the entries, their fields are read here.

No entry is lost. One whose key stands twice is a record of its own; one that is broken
is read line by line as far as it goes, and named. What an entry takes from another
(crossref, xdata) and abbreviations (@string) are filled in.
"""

import logging
import re
from collections.abc import Iterator

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

from reviews.formats import bibtex_records, bibtex_values, fields, tex
from reviews.formats.bibtex_records import Found
from reviews.formats.parsed import Item, Problem, Severity, UnreadableFile

# Every broken entry would be a line of the server's log.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

_ENTRY = re.compile(r"(?:^|[\r\n])[ \t\ufeff]{0,8}@[A-Za-z]+\s{0,3}[{(]")
_LOST = re.compile(r"(?m)^[ \t]*@[A-Za-z]+")
_START = re.compile(r"@([A-Za-z]+)\s*[{(]\s*([^\s,={}]*)\s*,?")
_LINE_FIELD = re.compile(r"(?m)^\s*([A-Za-z][\w-]*)\s*=\s*(.*?),*[ \t]*$")
# Of an entry that stands on one line.
_FIELD = re.compile(
    r"[,\s]([A-Za-z][\w-]*)\s*=\s*"
    r"(\{(?:[^{}]|\{[^{}]*\})*\}|\"[^\"]*\"|[0-9]+)(?=[,\s})])"
)
_HEAD = 200_000
_MOST_BROKEN = 1000
_OTHERS = frozenset({"comment", "preamble", "string"})
_IDENTIFIERS = frozenset({"doi", "url", "eprint"})


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
    split = split.removeprefix("\ufeff")
    try:
        if len(split) > _HEAD:
            _refuse_nonsense(split[:_HEAD])
        library = parse_string(split, parse_stack=[])
    except (BlockAbortedException, ParserStateException, RecursionError) as error:
        raise UnreadableFile("The BibTeX of the file cannot be read.") from error
    strings = {
        block.key.lower(): block.value
        for block in library.blocks
        if isinstance(block, String)
    }
    entries: dict[str, Found] = {}
    told: list[tuple[Found | None, list[Problem]]] = []
    broken_until = 0
    starts = _starts(split)
    for block in library.blocks:
        if (block.start_line or 0) < broken_until:
            continue  # what the library made of the rest of a broken entry
        if _is_broken(block):
            original = _whole(split, starts[block.start_line or 0])
            broken_until = (block.start_line or 0) + original.count("\n") + 1
            found, problems = _recovered(original.rstrip(), block.start_line or 0)
        else:
            found, problems = _entry(block)
        if found:
            entries.setdefault(found.key, found)
        told.append((found, problems))
    for found, problems in told:
        if found:
            record = bibtex_records.record(
                found, bibtex_records.filled(found, entries, strings)
            )
            yield record
            yield from bibtex_records.problems(record, found, strings)
        yield from problems
    yield from _end_problems(library.blocks, split, starts)


def _refuse_nonsense(head: str) -> None:
    """Refuse what begins with broken entries alone, which take the library minutes."""
    blocks = parse_string(head, parse_stack=[]).blocks
    broken = sum(map(_is_broken, blocks))
    if broken > _MOST_BROKEN:
        raise UnreadableFile(
            f"The first {broken:,} entries of the BibTeX are broken, so it is not read."
        )


def _is_broken(block: Block) -> bool:
    """Tell what cannot be read from what only has the key of another."""
    return isinstance(block, ParsingFailedBlock) and block.ignore_error_block is None


def pairs(original: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of each field of an entry."""
    for block in parse_string(original, parse_stack=[]).blocks:
        found, _ = _entry(block)
        for name, raw in found.raw.items() if found else ():
            value = bibtex_values.joined(raw, {})
            yield name, tex.bare(value) if name in _IDENTIFIERS else tex.plain(value)


def _entry(block: Block) -> tuple[Found | None, list[Problem]]:
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
    told = [
        pair
        for field in entry.fields
        for pair in bibtex_values.parted(field.key.lower(), field.value)
    ]
    by_name: dict[str, list[str]] = {}
    for name, value in told:
        by_name.setdefault(name, []).append(value)
    own = {name: " # {; } # ".join(raw) for name, raw in by_name.items()}
    line = (entry.start_line or 0) + 1
    found = Found(entry.entry_type.lower(), entry.key, own, entry.raw or "", line)
    messages = []
    if doubled:
        messages.append("A field stands twice in this entry; both were read.")
    if len(told) > len(entry.fields):
        messages.append("A comma is missing between two fields; both were read.")
    return found, [Problem(line, message, Severity.WARNING) for message in messages]


def _starts(text: str) -> list[int]:
    """Return where each line of the text begins."""
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _whole(text: str, start: int) -> str:
    """Return the text of a broken entry: up to the line on which the next begins."""
    following = _ENTRY.search(text, text.find("@", start) + 1)
    return text[start : following.start() if following else len(text)].lstrip()


def _recovered(original: str, above: int) -> tuple[Found | None, list[Problem]]:
    """Read a broken entry line by line."""
    line = above + 1
    start = _START.match(original)
    if start is None or start[1].lower() in _OTHERS:
        message = "This entry is broken and was not read."
        return None, [Problem(line, message)]
    on_lines = dict(_fields(_LINE_FIELD, original, start.end()))
    raw = dict(_fields(_FIELD, original, start.end() - 1)) | on_lines
    found = Found(start[1].lower(), start[2], raw, original, line)
    message = (
        "The braces or quotation marks of this entry do not match; it was read line "
        "by line as far as that goes. Check it in the preview."
    )
    severity = Severity.WARNING if raw.get("title") else Severity.ERROR
    return found, [Problem(line, message, severity)]


def _fields(
    pattern: re.Pattern[str], text: str, start: int
) -> Iterator[tuple[str, str]]:
    for match in pattern.finditer(text, start):
        yield match[1].lower(), match[2].strip()


def _end_problems(
    blocks: list[Block], text: str, starts: list[int]
) -> Iterator[Problem]:
    """Name a last entry that breaks off: no line of it closes it."""
    failed = [block for block in blocks if _is_broken(block)]
    end = text.rstrip()
    if not failed or end.endswith(("\n}", "\n)", "}}", '"}')):
        return
    line = failed[-1].start_line or 0
    last = _whole(text, starts[line]).rstrip()
    if end.endswith(last) and last.count("{") != last.count("}"):
        yield Problem(
            end.count("\n") + 1,
            f"The file ends within the entry that begins on line {line + 1}: it may "
            "have been cut off.",
            Severity.INCOMPLETE,
        )
