"""Bring every field of a record to the one form in which it is compared.

Databases print the same thing in many ways: accents, dashes, entities, "[Review]
[53 refs]" after a title, page ranges cut short, dates where a spreadsheet took
pages for one. What cannot be read becomes unknown, never a guess.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from reviews.matching.candidates import Candidate
from reviews.matching.folding import fold
from reviews.matching.names import Name, people

# What databases add around a title. "Retracted" is a state of the article, while
# a retraction notice is another report and keeps its words.
_ADDED_BEFORE = re.compile(
    r"^\s*(?:\W*(?:retracted article|retracted|withdrawn)\W+)+", re.IGNORECASE
)
_ADDED_AFTER = re.compile(
    r"\s*(?:\[[^\[\]]*\b(?:refs?|review|letter|comment|abstract|see comments?|editorial"
    r"|retracted|errat\w+|corrections?|republished\w*|in process citation)\b[^\[\]]*\]"
    r"|\((?:vol|volume)\b[^()]*\)"
    r"|\(retracted[^()]*\))\s*\.?\s*$",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"(?<=\d)[, ](?=\d{3}\b)")
_DIGITS = re.compile(r"\d+")
_DOI = re.compile(r"10\.\d{3,9}/\S+")
_LONG_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9",
    "xi": "11", "xii": "12", "xiii": "13", "xiv": "14", "xv": "15", "xvi": "16",
    "xvii": "17", "xviii": "18", "xix": "19", "xx": "20",
}  # fmt: skip
_SHORT_ROMAN = {"i": "1", "v": "5", "x": "10"}
_COUNTED = frozenset(
    ("part", "phase", "type", "study", "stage", "grade", "class", "volume", "paper")
)
_SPELLED = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip

# A report about another report is never a copy of it.
_MARKERS = {
    "correction": re.compile(
        r"^(?:\w+ )?(?:erratum|errata|corrigend\w+|correction|addendum)\b"
        r"|\b(?:erratum|corrigendum)$|\bcorrection (?:to|of)\b"
    ),
    "retraction": re.compile(
        r"^(?:retraction|notice of retraction|expression of concern)"
    ),
    "reply": re.compile(
        r"^(?:in )?(?:(?:the )?authors? )?(?:s )?(?:reply|response|rejoinder)\b"
        r"|\b(?:authors? (?:s )?|a )(?:reply|response|rejoinder)\b(?: to\b|$)"
        r"|^(?:reply|response) to\b"
    ),
    "comment": re.compile(
        r"^(?:comments?|commentary|discussion|invited commentary)\b"
        r"|\b(?:comments?|commentary) on\b|^re (?=\w)|^letter to\b|\bcommentary$"
    ),
    "protocol": re.compile(r"\b(?:study|trial|review) protocol\b|\bprotocol for\b"),
    "interview": re.compile(r"^interview with\b"),
}
_GENERIC = re.compile(
    r"^(?:(?:guest |an? )?editors? (?:s )?(?:note|comments?|introduction|choice)"
    r"|editorial\b.{0,25}|(?:guest )?editorial|(?:front|back) matter"
    r"|issue information"
    r"|book reviews?|letters? to the editors?|in this issue|table of contents|contents"
    r"|(?:introduction to (?:the )?)?(?:special|theme) (?:issue|section)\b.*"
    r"|.*\beditors? (?:s )?(?:comments|note)"
    r"|call for papers.{0,40}|news|index|abstracts?|poster (?:session|abstracts?)"
    r"|(?:conference )?proceedings.{0,30}|acknowledge?ments?.{0,30}"
    r"|about (?:the )?authors?"
    r"|obituary.{0,25}|announcements?|correspondence|(?:subject|author) index)$"
)
_SHORT_TITLE = 22
_PREPRINT_SERVER = re.compile(
    r"\b(?:\w*xiv|preprints?|ssrn|research square|osf preprints|authorea)\b"
)
# bioRxiv and medRxiv, Research Square, arXiv, SSRN, PsyArXiv, preprints.org.
_PREPRINT_DOIS = (
    "10.1101/", "10.21203/", "10.48550/", "10.2139/", "10.31234/", "10.20944/",
)  # fmt: skip
_SUPPLEMENT = re.compile(r"supp|\bs\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Profile:
    """A candidate in the form in which it is compared."""

    key: int
    words: tuple[str, ...]
    title: str
    numbers: tuple[str, ...]
    markers: frozenset[str]
    generic: bool
    names: tuple[Name, ...]
    families: frozenset[str]
    year: int | None
    journal: str
    volume: str
    issue: str
    first_page: str
    last_page: str
    doi: str
    pmid: str
    preprint: bool
    supplement: bool
    abstract: str


def profile(candidate: Candidate) -> Profile:
    """Return the candidate with every field normalised once."""
    text = title_text(candidate.title)
    words = tuple(text.split())
    title = "".join(words)
    names = people(candidate.authors)
    journal = fold(candidate.journal)
    first_page, last_page = page_range(candidate.pages)
    identifier = doi(candidate.doi)
    return Profile(
        key=candidate.key,
        words=words,
        title=title,
        numbers=_numbers(words),
        markers=frozenset(name for name, sign in _MARKERS.items() if sign.search(text)),
        generic=len(title) < _SHORT_TITLE or _GENERIC.match(text) is not None,
        names=names,
        families=frozenset(word for name in names for word in name.family),
        year=candidate.year,
        journal=journal,
        volume=_volume(candidate.volume, candidate.year),
        issue=_first_number(candidate.issue),
        first_page=first_page,
        last_page=last_page,
        doi=identifier,
        pmid=_first_number(candidate.pmid),
        preprint=_PREPRINT_SERVER.search(journal) is not None
        or identifier.startswith(_PREPRINT_DOIS),
        supplement=_SUPPLEMENT.search(
            f"{candidate.volume} {candidate.issue} {candidate.pages}"
        )
        is not None,
        # The opening tells abstracts apart; the rest would only cost time.
        abstract=fold(candidate.abstract[:500]).replace(" ", "")[:300],
    )


def title_text(title: str) -> str:
    """Return the folded title without what a database added around it."""
    # No real title is longer, and what is no title must not take for ever.
    kept = _ADDED_BEFORE.sub("", " ".join(html.unescape(title[:1000]).split()))
    while (shorter := _ADDED_AFTER.sub("", kept)) != kept and shorter.strip():
        kept = shorter
    return fold(_THOUSANDS.sub("", kept))


def doi(text: str) -> str:
    """Return the bare DOI in lower case, or nothing where there is none."""
    return next(dois(text), "")


def dois(text: str) -> Iterator[str]:
    """Yield every DOI that a text has, each bare and in lower case."""
    for found in _DOI.finditer(unquote(html.unescape(text)).casefold()):
        yield found.group().rstrip(".,;)]")


_DASHES = re.compile(r"\s*(?:--+|[-‐‑‒–—―−])\s*")
_MONTH = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec")
_PAGE = re.compile(r"(?:pp?\.?\s*)?([a-z]{0,4})\.?\s?(\d{1,9})")


def page_range(pages: str) -> tuple[str, str]:
    """Return first and last page as digits, each empty where unknown.

    "606-12" ends on page 612. A date made by a spreadsheet ("01-Jun"), a table or
    a supplement number says nothing of the page.
    """
    text = _DASHES.sub("-", pages.strip().casefold())
    if _MONTH.search(text):
        return "", ""
    first = _PAGE.match(text)
    if first is None or first.group(1) in {"supp", "supl", "no", "vol", "art"}:
        return "", ""
    start = first.group(2).lstrip("0") or "0"
    last = re.match(r"-[a-z]{0,4}(\d{1,9})", text[first.end() :])
    if last is None:
        return start, ""
    end = last.group(1).lstrip("0") or "0"
    if len(end) < len(start):
        end = start[: len(start) - len(end)] + end
    return start, end if int(end) >= int(start) else ""


def _numbers(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the numbers of a title in order of size, however they are written."""
    found: list[str] = []
    before = ""
    for position, word in enumerate(words):
        if word in _SHORT_ROMAN:
            if before in _COUNTED or 0 < position == len(words) - 1:
                found.append(_SHORT_ROMAN[word])
        elif word in _LONG_ROMAN:
            found.append(_LONG_ROMAN[word])
        elif word in _SPELLED:
            found.append(_SPELLED[word])
        else:
            found.extend(number.lstrip("0") for number in _DIGITS.findall(word))
        before = word
    return tuple(sorted(found))


def _volume(volume: str, year: int | None) -> str:
    number = _first_number(volume)
    # Some exports repeat the year where there is no volume.
    return "" if number == str(year) else number


def _first_number(text: str) -> str:
    found = _DIGITS.search(text)
    return found.group().lstrip("0") if found else ""
