"""References printed in a style of the Citation Style Language.

The styles and the grammar are those of a citation library; here its markup becomes
plain data, so that a page, a document and a text each set it in their own way, and no
letter of a title can be taken for markup.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from citeproc import Citation, CitationItem, CitationStylesBibliography
from citeproc.source.json import CiteProcJSON

from reviews.models import Report
from reviews.references import items, names, styles
from reviews.references.items import Item

# The fields that a style may print.
_PRINTED = frozenset(
    "id type title author issued container-title volume issue page DOI PMID URL "
    "publisher publisher-place edition".split()
)
# Characters of private use, as no title holds them; each pair sets text within.
_MARKS = {"italic": "\ue000\ue001", "bold": "\ue002\ue003", "raised": "\ue004\ue005"}
_ANY_MARK = "[\ue000-\ue005]"
# Keeps a blank of a title, such as that before a French colon, from the seams.
_KEPT_BLANK = "\ue006"
_BLANK = re.compile(r"\s(?=[.,;:])")
_PRIVATE = re.compile("[\ue000-\uf8ff\x00-\x08\x0b\x0c\x0e-\x1f]")
# Seams that the library leaves: "?." after a title, "et al.." and a missing volume.
_SEAMS = (
    (re.compile(r"\s+([.,;:])(?=\s|$)"), r"\1"),
    (re.compile(r"[,;]\s*([,;:])"), r"\1"),
    (re.compile(r"(?<!\.)([.,;:])\s*\.$"), "."),
    (re.compile(f"([?!.][”’]?{_ANY_MARK}*)\\.(?=\\s|{_ANY_MARK}|$)"), r"\1"),
    (re.compile(r"\s{2,}"), " "),
)


@dataclass(frozen=True)
class Run:
    """A stretch of text that is set in one way."""

    text: str
    italic: bool = False
    bold: bool = False
    raised: bool = False


Runs = tuple[Run, ...]


class _Marking:
    """What the library sets markup with: marks of ours, and text as it is."""

    @staticmethod
    def preformat(text: object) -> str:
        return str(text)

    @staticmethod
    def Italic(text: str) -> str:  # the library's name for it
        return _marked("italic", text)

    @staticmethod
    def Bold(text: str) -> str:  # the library's name for it
        return _marked("bold", text)

    @staticmethod
    def Superscript(text: str) -> str:  # the library's name for it
        return _marked("raised", text)

    Oblique = Italic
    Light = Underline = Subscript = SmallCaps = staticmethod(str)


def bibliography(found: Iterable[Item], style: str = styles.DEFAULT) -> tuple[str, ...]:
    """Return each item as one line of text, in the order given.

    Raises reviews.references.styles.UnknownStyle.
    """
    return tuple(map(plain, entries(found, style)))


def entries(found: Iterable[Item], style: str = styles.DEFAULT) -> Iterator[Runs]:
    """Yield each item as it is set, in the order given.

    Raises reviews.references.styles.UnknownStyle.
    """
    loaded = styles.load(style)
    for item in found:
        # One by one: the library takes the square of the time for a list.
        listed = CitationStylesBibliography(loaded, _source(item), _Marking)
        listed.register(Citation([CitationItem("item")]))
        yield _runs("".join(str(entry) for entry in listed.bibliography()))


def formatted(
    reports: Iterable[Report], style: str = styles.DEFAULT
) -> Mapping[int, str]:
    """Return each report's reference by its key; their records are prefetched."""
    listed = list(reports)
    lines = bibliography(map(items.of_report, listed), style)
    return {report.pk: line for report, line in zip(listed, lines, strict=True)}


def plain(runs: Runs) -> str:
    """Return what is said, without how it is set."""
    return "".join(run.text for run in runs)


def _marked(name: str, text: str) -> str:
    pair = _MARKS[name]
    return f"{pair[:1]}{text}{pair[1:]}" if text else ""


def _source(item: Item) -> CiteProcJSON:
    known: dict[str, Any] = {
        name: _protected(value) if isinstance(value, str) else value
        for name, value in item.items()
        if name in _PRINTED
    }
    known["id"] = "item"
    if "author" in known:
        known["author"] = [names.for_print(name) for name in known["author"]]
    return CiteProcJSON([known])


def _protected(value: str) -> str:
    return _BLANK.sub(_KEPT_BLANK, _PRIVATE.sub("", value))


def _nested(text: str) -> str:
    """Set quotations within a quotation in single marks."""
    if text.count("“") != text.count("”"):
        return text
    found, depth = [], 0
    for letter in text:
        if letter == "”":
            depth -= 1
        found.append({"“": "‘", "”": "’"}.get(letter, letter) if depth > 0 else letter)
        if letter == "“":
            depth += 1
    return "".join(found)


def _runs(marked: str) -> Runs:
    """Read the marks, those within others too."""
    for pattern, instead in _SEAMS:
        marked = pattern.sub(instead, marked)
    marked = _nested(marked.strip()).replace(_KEPT_BLANK, " ")
    begins = {pair[:1]: name for name, pair in _MARKS.items()}
    ends = {pair[1:]: name for name, pair in _MARKS.items()}
    depth = dict.fromkeys(_MARKS, 0)
    found = []
    for part in re.split(f"({_ANY_MARK})", marked):
        if part in begins:
            depth[begins[part]] += 1
        elif part in ends:
            depth[ends[part]] -= 1
        elif part:
            found.append(Run(part, **{name: n > 0 for name, n in depth.items()}))
    return tuple(found)
