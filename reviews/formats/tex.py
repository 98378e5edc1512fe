"""Text of a BibTeX field as a person reads it.

TeX's commands become the signs that they print; braces, which only hold capitals, go.
A percent sign is a comment to TeX but a percent sign in a database's abstract, and a
dollar sign begins a formula only where one is: neither may swallow what follows. The
library reads any command, but takes milliseconds for it, so it is asked only for what
is neither an escaped sign nor an accent.
"""

import re
import unicodedata
from functools import lru_cache

from pylatexenc.latex2text import LatexNodes2Text
from pylatexenc.latexwalker import LatexWalkerError

from reviews.formats import values

_NAMED = {
    "backslash": "\\",
    "braceleft": "{",
    "braceright": "}",
    "asciitilde": "~",
    "asciicircum": "^",
    "less": "<",
    "greater": ">",
    "bar": "|",
    "quotedbl": '"',
}
_SIGN = (
    r"\\text(" + "|".join(_NAMED) + r")(?:\{\}|(?![A-Za-z])\s?)|\\([&%$#_{}])"
    r"|\\([~^])\{\s*\}"  # an accent over nothing
)
_TILDE = r"\textasciitilde{}"
_SIGN_OR_BRACE = re.compile(rf"{_SIGN}|[{{}}]")
_SIGNS = re.compile(_SIGN)
# A tie between two words is a blank; "~50" and an address with a tilde are no ties.
_TIE = re.compile(r"(?<=[\w.}])~(?=[\w\\{])")
_FORMULA = r"(?<!\\)\$[^$]{0,300}?[\\^_{][^$]{0,1000}?(?<!\\)\$"
_FORMULA_OR_DOLLAR = re.compile(rf"({_FORMULA})|(?<!\\)\$")
# What is TeX's own sign in a text but stands for itself in a database's.
_OF_TEX = re.compile(r"(?<!\\)[%&]|~")

# An accent over one letter, by far the commonest command, in or out of braces.
_MARK = r"\\(?:([\"'`^~=.])|([uvHcdbkr])(?=[\s{]))\s*"
_ACCENT = re.compile(
    rf"\{{{_MARK}\{{(\\?[A-Za-z])\}}\}}"
    rf"|\{{{_MARK}(\\[ij]|[A-Za-z])\}}"
    rf"|{_MARK}(?:\{{(\\[ij]|[A-Za-z])\}}|(\\[ij](?![A-Za-z])|[A-Za-z]))"
)
_ACCENTS = {
    '"': "\u0308",
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "u": "\u0306",
    "v": "\u030c",
    "H": "\u030b",
    "c": "\u0327",
    "d": "\u0323",
    "b": "\u0331",
    "k": "\u0328",
    "r": "\u030a",
}
_LONGEST = 100_000
_DEEPEST = 50
_LIBRARY = LatexNodes2Text(math_mode="text", strict_latex_spaces=False)


def plain(value: str) -> str:
    """Return the text of a field on one line, its TeX commands made signs."""
    if "~" in value:
        value = _TIE.sub("\xa0", value)
    if "\\" in value or "$" in value:
        value = _decoded(value)
    elif "{" in value or "}" in value:
        value = value.replace("{", "").replace("}", "")
    return values.plain_text(value)


def bare(value: str) -> str:
    """Return an address or identifier, in which only escapes are TeX."""
    return values.one_line(_SIGN_OR_BRACE.sub(_sign, value))


def _decoded(value: str) -> str:
    value = _ACCENT.sub(_accented, value)
    rest = _SIGNS.sub("", value)
    if "\\" in rest or any(m[1] for m in _FORMULA_OR_DOLLAR.finditer(value)):
        return _commands(value)
    return _SIGN_OR_BRACE.sub(_sign, value)


def _sign(match: re.Match[str]) -> str:
    return _NAMED[match[1]] if match[1] else match[2] or match[3] or ""


def _accented(match: re.Match[str]) -> str:
    mark, letter = (group for group in match.groups() if group)
    made = letter.removeprefix("\\") + _ACCENTS[mark]
    return unicodedata.normalize("NFC", made)


@lru_cache(maxsize=4096)
def _commands(value: str) -> str:
    """Return the value with all commands made signs, by the library.

    What the library cannot read, or not in time, is kept as it stands.
    """
    if len(value) > _LONGEST or _depth(value) > _DEEPEST:
        return value
    safe = _SIGNS.sub(_safe_sign, value)
    safe = _OF_TEX.sub(_safe_own, safe)
    safe = _FORMULA_OR_DOLLAR.sub(lambda match: match[1] or r"\$", safe)
    try:
        return str(_LIBRARY.latex_to_text(safe))
    except (LatexWalkerError, ValueError, LookupError, TypeError, AttributeError):
        return value


def _safe_sign(match: re.Match[str]) -> str:
    if match[2] or match[1] == "backslash":
        return match[0]
    if match[3]:
        return _TILDE if match[3] == "~" else "^"
    sign = _NAMED[match[1]]
    return f"\\{sign}" if sign in "{}" else sign


def _safe_own(match: re.Match[str]) -> str:
    return _TILDE if match[0] == "~" else f"\\{match[0]}"


def _depth(value: str) -> int:
    depth = deepest = 0
    for sign in re.findall(r"[{}]|\\begin|\\\[|\\\(", value):
        depth = max(0, depth + (-1 if sign == "}" else 1))
        deepest = max(deepest, depth)
    return deepest
