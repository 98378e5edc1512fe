"""Single values of an import file made clean: text, DOI, year, pages, PMID.

Cleaning never shortens what a person would read. Every function here gives the
same again when it is applied to its own result, so that a file that is written
and read back is unchanged.
"""

import html
import re
from urllib.parse import unquote

# NUL to backspace, shift-out to escape, delete, and byte order marks that were
# pasted along; the other control characters count as white space.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f\ufeff]")
# Only entities that are closed: "&section=2" in an address is none.
_ENTITY = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
_ATTRIBUTES = r"""(?:\s+[\w:.-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=]+))*\s*/?>"""
# Known names only, with well-formed attributes: "p<b and c>d" is no tag.
_INLINE_TAG = re.compile(
    r"</?(?:i|b|u|s|em|strong|sub|sup|small|big|span|font|a|abbr|scp|tt|inf|"
    r"jats:(?:italic|bold|sub|sup|sc|monospace|underline))" + _ATTRIBUTES,
    re.IGNORECASE,
)
_BLOCK_TAG = re.compile(
    r"</?(?:p|br|hr|div|li|ul|ol|h[1-6]|title|section|sec|label|abstract|"
    r"abstracttext|jats:(?:p|title|sec|label|list|list-item|abstract))" + _ATTRIBUTES,
    re.IGNORECASE,
)
_PASSES = 5

_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_ONLY_DOI = re.compile(
    r"(?:(?:https?://)?(?:www\.)?(?:dx[.-])?doi[.-]org[\w.-]*/|doi\s*:?\s*)*"
    r"(10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![0-9])(1[5-9][0-9]{2}|20[0-9]{2})(?![0-9])")
_COMPACT_DATE = re.compile(r"(1[5-9][0-9]{2}|20[0-9]{2})(?:0[1-9]|1[0-2])[0-3][0-9]")


# What begins a formula in Excel, LibreOffice or Google Sheets, its fullwidth forms
# too; spaces, quotes and invisible characters in front do not hold it up.
FORMULA = re.compile(
    "[\\s'\"\u2018\u2019\u201c\u201d\u200b-\u200f\u2060\ufeff\x00]*[=+\\-@＝＋－＠]"
    "|['\" ]*[\t\r\n]"
)


def one_line(value: str) -> str:
    """Return the value on one line with single blanks and no control characters."""
    if _CONTROLS.search(value):
        value = _CONTROLS.sub("", value)
    return " ".join(value.split())


def plain_text(value: str) -> str:
    """Return the value on one line with HTML entities and tags made text."""
    value = one_line(value)
    if "&" not in value and "<" not in value:
        return value
    # Exports that passed through several programs are escaped several times.
    for _ in range(_PASSES):
        before = value
        value = unescape(value)
        if ">" in value:
            value = _INLINE_TAG.sub("", value)
            value = _BLOCK_TAG.sub(" ", value)
        value = one_line(value)
        if value == before:
            break
    return value


def unescape(value: str) -> str:
    """Return the value with its closed HTML entities decoded once."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), value)


def doi_in(value: str) -> str:
    """Return the first DOI in the value, lower case and without a resolver, or ''."""
    match = _DOI.search(_decoded(value))
    return _without_trail(match[0]) if match else ""


def doi_alone(value: str) -> str:
    """Return the DOI that the value is, with or without a resolver, or ''."""
    match = _ONLY_DOI.fullmatch(_decoded(value))
    return _without_trail(match[1]) if match else ""


def _decoded(value: str) -> str:
    value = unescape(one_line(value))
    return one_line(unquote(value)) if "%" in value else value


def _without_trail(doi: str) -> str:
    """Drop the punctuation of the sentence that the identifier stands in."""
    # The last bracket of "(see 10.1000/x)" belongs to the sentence, those of
    # "10.1016/0376-8716(76)90010-7" to the identifier.
    surplus = {
        closing: doi.count(closing) - doi.count(opening)
        for opening, closing in ("()", "[]", "{}")
    }
    end = len(doi)
    while doi[end - 1] in ".,;:'\"" or surplus.get(doi[end - 1], 0) > 0:
        end -= 1
        if doi[end] in surplus:
            surplus[doi[end]] -= 1
    return doi[:end].lower()


def year_in(value: str) -> int | None:
    """Return the first year from 1500 to 2099 in a date, or None."""
    match = _COMPACT_DATE.fullmatch(value.strip()) or _YEAR.search(value)
    return int(match[1]) if match else None


def page_range(first: str, last: str) -> str:
    """Return first and last page as one text, such as 534-540."""
    if not first or not last or first == last:
        return first or last
    if (first.lower(), last.lower()) == ("no", "specified"):
        return ""  # how Ovid splits "No Pagination Specified"
    if first in re.split("[-–]", last):
        return last
    if last in re.split("[-–]", first):
        return first
    return f"{first}-{last}"
