"""The one door for import files: bytes in, records and problems out.

The format is recognised by content. A further format is one more line in
``_FORMATS`` and one module with a ``parse``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from reviews.formats import ris
from reviews.formats.decoding import decode
from reviews.formats.parsed import ParsedFile, ParsedRecord, Problem, UnreadableFile


@dataclass(frozen=True, slots=True)
class _Format:
    name: str
    recognises: Callable[[str], bool]
    parse: Callable[[str], tuple[list[ParsedRecord], list[Problem]]]


_FORMATS = (_Format("ris", ris.looks_like_ris, ris.parse),)

# What cannot be read yet, so that the message may name it. The first match counts.
_SIGHTS = (
    (r"(?i)(?=<)(?s:.){0,2000}?<Pubmed(?:Book)?Article", "PubMed XML"),
    (r"(?=<)(?s:.){0,2000}?<records?>", "EndNote XML"),
    (r"(?i)<(?:!doctype\s+html|html)", "a web page"),
    (r"<", "XML"),
    (r"(?s:.*[\r\n])?(?:PMID|PMC|OWN) ?- ?\S", "PubMed text (NBIB)"),
    (r"FN [^\r\n]+[\r\n]+VR |PT [A-Z][\r\n]", "Web of Science text"),
    (r"(?s:.*[\r\n])?%0 ", "EndNote text (ENW)"),
    (r"(?s:.*[\r\n])?[ \t]{0,8}@[A-Za-z]+[ \t]?[{(]", "BibTeX"),
    (r"[\[{]", "JSON"),
    (r"[^\r\n\t]*\t[^\r\n\t]*\t", "a table (tab-separated)"),
    (
        r"(?:[^\r\n]*[\r\n]+){0,9}[^\r\n,;]+[,;][^\r\n,;]+[,;]",
        "a table (CSV)",
    ),
)
_HEAD = 50_000
_RECOGNISERS = tuple((re.compile(pattern), name) for pattern, name in _SIGHTS)


def read(data: bytes) -> ParsedFile:
    """Read an import file.

    Raises UnreadableFile where nothing in it can be read as records.
    """
    decoded = decode(data)
    chosen = _recognise(decoded.text)
    records, problems = chosen.parse(decoded.text)
    if not records:
        raise UnreadableFile("The file holds no record.")
    return ParsedFile(
        chosen.name,
        decoded.encoding,
        tuple(records),
        tuple(sorted((*decoded.problems, *problems), key=lambda p: p.line)),
    )


def _recognise(text: str) -> _Format:
    head = text[:_HEAD].lstrip("\ufeff\r\n\t ")
    # Markup may quote a tagged line; no tagged file begins with a bracket.
    if not head.startswith("<"):
        for known in _FORMATS:
            if known.recognises(text):
                return known
    for pattern, name in _RECOGNISERS:
        if pattern.match(head):
            raise UnreadableFile(
                f"The file looks like {name}; only RIS can be read at present."
            )
    raise UnreadableFile(
        "The format of the file is not recognised; only RIS can be read at present."
    )
