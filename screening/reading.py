"""What a reviewer reads: the abstract in its parts, and links that are safe to follow.

Nothing is cut: the parts of an abstract, put together, are the whole text.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from reviews.models import Record

_WORDS = (
    "aims?|approach|analysis|analyses|background|clinical relevance|clinical trial "
    "registration|comments?|conclusions?|context|data|data collection|data extraction|"
    "data sources|data synthesis|design|discussion|evidence|exposures?|findings|"
    "funding|hypothesis|implications|importance|interpretation|interventions?|"
    "introduction|limitations|main outcomes?|main outcome measures?|main results|"
    "materials|measures?|measurements?|method|methodology|methods|objectives?|"
    "observations|outcome measures?|outcomes?|participants|patients|primary outcome|"
    "procedures?|purpose|question|rationale|registration|relevance|results|sample|"
    "search methods|selection criteria|setting|settings|significance|statement|"
    "study design|study selection|subjects|summary|synthesis|systematic review "
    "registration|trial registration"
)
_JOINED = rf"(?:{_WORDS})(?:(?:,? (?:and|&) |, |/| )(?:{_WORDS})){{0,3}}"
# A heading begins the text, a line or a sentence, and ends with a colon.
_HEADING = re.compile(
    rf"(?:^|(?<=\n)|(?<=[.?!;)\]] ))((?i:{_JOINED})|[A-Z][A-Z ,&/-]{{4,58}}[A-Z])"
    r"\s?:\s+(?=\S)"
)


@dataclass(frozen=True)
class Part:
    """A part of a structured abstract; without a heading where it has none.

    It tells where in the abstract its heading and its text begin.
    """

    heading: str
    text: str
    heading_at: int = 0
    text_at: int = 0


@dataclass(frozen=True)
class Link:
    """A way to the document elsewhere."""

    label: str
    text: str
    url: str


def parts(abstract: str) -> list[Part]:
    """Split an abstract at its headings; one that has none is one part."""
    found: list[Part] = []
    heading, heading_at, begin = "", 0, 0
    for match in _HEADING.finditer(abstract):
        if not match[1][0].isupper():
            continue
        found.append(_part(abstract, heading, heading_at, begin, match.start()))
        heading, heading_at, begin = match[1], match.start(1), match.end()
    found.append(_part(abstract, heading, heading_at, begin, len(abstract)))
    return [part for part in found if part.heading or part.text]


def _part(abstract: str, heading: str, heading_at: int, begin: int, end: int) -> Part:
    text = abstract[begin:end]
    text_at = begin + len(text) - len(text.lstrip())
    return Part(heading, text.strip(), heading_at, text_at)


def links(record: Record) -> list[Link]:
    """Return the links of a record: DOI, PubMed and its own, by http or https only."""
    found = []
    if record.doi:
        url = f"https://doi.org/{quote(record.doi, safe='/:;()._-')}"
        found.append(Link("DOI", record.doi, url))
    if record.pmid.isdecimal():
        url = f"https://pubmed.ncbi.nlm.nih.gov/{record.pmid}/"
        found.append(Link("PubMed", record.pmid, url))
    if is_web_address(record.url):
        found.append(Link("Source", urlsplit(record.url).netloc, record.url))
    return found


def is_web_address(url: str) -> bool:
    """Tell whether a browser may follow it: http or https, and a host."""
    try:
        address = urlsplit(url.strip())
    except ValueError:
        return False
    return address.scheme.lower() in ("http", "https") and bool(address.netloc)
