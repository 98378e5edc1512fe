"""Read where a report stands: its DOI, pages, volume and issue.

Databases cut page ranges short, use six kinds of dash, and let a spreadsheet take
pages for a date. What cannot be read becomes unknown, never a guess.
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote


def doi(text: str) -> str:
    """Return the bare DOI in lower case, or nothing where there is none."""
    return next(dois(text), "")


def dois(text: str) -> Iterator[str]:
    """Yield every DOI that a text has, each bare and in lower case."""
    for found in _DOI.finditer(unquote(html.unescape(text)).casefold()):
        yield _AFTER_DOI.sub("", found.group().rstrip(".,;)]"))


_DOI = re.compile(r"10\.\d{3,9}/\S+")
_DIGITS = re.compile(r"\d+")
# What links and landing pages add to a DOI.
_AFTER_DOI = re.compile(r"(?:/(?:abstract|full|pdf|epdf|html|meta)|[?#&;]\w+=?.*)$")
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


def volume_number(volume: str, year: int | None) -> str:
    """Return the number of a volume, or nothing where the year stands for it."""
    number = first_number(volume)
    # Some exports repeat the year where there is no volume.
    return "" if number == str(year) else number


def first_number(text: str) -> str:
    """Return the first number in a text without leading zeros."""
    found = _DIGITS.search(text)
    return found.group().lstrip("0") if found else ""
