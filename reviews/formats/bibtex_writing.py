"""Items of the Citation Style Language as BibTeX, for BibTeX and Biber alike.

Text is UTF-8. Every sign that TeX would take for a command is written as one that
prints it; capitals within a title are kept in braces, as most styles lower them. What
is not meant to be printed stands in `annote`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from reviews.formats import values

Item = Mapping[str, Any]

_TYPES = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "manuscript": "unpublished",
    "paper-conference": "inproceedings",
    "report": "techreport",
    "thesis": "phdthesis",
}
_FIELDS = {
    "volume": "volume",
    "issue": "number",
    "publisher": "publisher",
    "publisher-place": "address",
    "edition": "edition",
    "ISSN": "issn",
    "ISBN": "isbn",
    "PMID": "pmid",
    "language": "language",
    "abstract": "abstract",
    "keyword": "keywords",
    "note": "annote",
}
# A brace counts even behind a backslash, so it is never written as itself.
_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    **{sign: f"\\{sign}" for sign in "$&#_%"},
}
_SIGN = re.compile("[" + re.escape("".join(_SIGNS)) + "]")
# In an address these break the field; all else is taken as it is.
_IN_ADDRESS = {"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"}
_JOURNALS = frozenset({"article"})
_COLLECTIONS = frozenset({"incollection", "inproceedings"})


def write(items: Iterable[Item]) -> Iterator[str]:
    """Yield the entry of each item."""
    for item in items:
        kind = _TYPES.get(item["type"], "misc")
        lines = [f"  {name} = {{{value}}}" for name, value in _fields(item, kind)]
        yield "@" + kind + "{" + ",\n".join([key(item), *lines]) + "\n}\n\n"


def key(item: Item) -> str:
    """Return the key of an item: the same in every file, and never another's."""
    author = (item.get("author") or [{}])[0]
    family = author.get("family") or author.get("literal", "")
    plain = unicodedata.normalize("NFKD", family).encode("ascii", "ignore").decode()
    words = re.sub("[^a-z0-9]", "", plain.lower())[:30] or "anonymous"
    return f"{words}{_year(item)}-{item['id'].replace('-', '')}"


def escape(text: str) -> str:
    """Return the text as TeX prints it, on one line."""
    return _SIGN.sub(lambda sign: _SIGNS[sign[0]], values.one_line(text))


def _fields(item: Item, kind: str) -> Iterator[tuple[str, str]]:
    if authors := item.get("author"):
        yield "author", " and ".join(map(_name, authors))
    if title := item.get("title"):
        yield "title", _title(title)
    if within := item.get("container-title"):
        yield _container(kind), escape(within)
    if year := _year(item):
        yield "year", year
    if pages := item.get("page"):
        yield "pages", re.sub("(?<=[0-9])-(?=[0-9])", "--", escape(pages))
    for name, field in _FIELDS.items():
        if value := item.get(name):
            yield field, escape(value)
    for name in ("DOI", "URL"):
        if value := item.get(name):
            yield name.lower(), "".join(_IN_ADDRESS.get(sign, sign) for sign in value)


def _container(kind: str) -> str:
    if kind in _JOURNALS:
        return "journal"
    return "booktitle" if kind in _COLLECTIONS else "series"


def _year(item: Item) -> str:
    return str(item["issued"]["date-parts"][0][0]) if item.get("issued") else ""


def _name(name: Mapping[str, str]) -> str:
    """Return the name as "von Family, Jr, Given"; a body's stays whole in braces."""
    if "literal" in name:
        return f"{{{escape(name['literal'])}}}"
    particle = name.get("non-dropping-particle", "")
    family = " ".join(filter(None, (particle, name["family"])))
    parts = (family, name.get("suffix", ""), name["given"])
    return ", ".join(_apart(escape(part)) for part in parts if part)


def _apart(part: str) -> str:
    """Keep a name that holds the word "and" from being taken for two."""
    return f"{{{part}}}" if re.search(r"\band\b", part, re.IGNORECASE) else part


def _title(title: str) -> str:
    words = values.one_line(title).split(" ")
    # A style leaves the first letter as it is.
    kept = [
        f"{{{escape(word)}}}"
        if any(letter.isupper() for letter in (word[1:] if not number else word))
        else escape(word)
        for number, word in enumerate(words)
    ]
    return " ".join(kept)
