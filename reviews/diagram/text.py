"""Measures and breaks text, so that no word leaves its box in any script.

Widths come from real fonts where they hold the character, and are otherwise taken
generously, since nobody knows with which font a reader's machine steps in.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from reviews.diagram.widths import BOLD, REGULAR

# White space where a line may end. A no-break space is not among it.
_SPACE = re.compile(r"[ \t\r\n\f\v\u2028\u2029]+")
# What XML 1.0 cannot hold at all.
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Overrides would turn the count after the label round as well.
_OVERRIDES = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# East Asian marks that do not begin, or do not end, a line.
_NOT_FIRST = frozenset(
    "、。，．・：；！？％）］｝〉》」』】〕〗〙〟’”ー々〜～…‥ゝゞヽヾ"
)
_NOT_LAST = frozenset("（［｛〈《「『【〔〖〘〝‘“")


def clean(text: str) -> str:
    """Give text as a diagram can hold it: one line, without forbidden characters."""
    legible = _NOT_XML.sub("\ufffd", _OVERRIDES.sub("", text))
    return _SPACE.sub(" ", legible).strip(" ")


def is_rtl(text: str) -> bool:
    """Tell whether text runs from right to left, by its first letter."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Measure text set in one line, in the unit of the size."""
    return sum(map(_bold if bold else _regular, text)) * size / 1000


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Break text into lines no wider than the room, inside a word only if need be."""
    lines: list[str] = []
    line, taken = "", 0.0
    for space, chunk in _chunks(clean(text), room, size, bold=bold):
        between = space if line else ""
        wide = width(between + chunk, size, bold=bold)
        if taken + wide <= room:
            line, taken = line + between + chunk, taken + wide
            continue
        if line:
            lines.append(line)
        *full, line = _pieces(chunk, room, size, bold=bold)
        taken = width(line, size, bold=bold)
        lines += full
    return [*lines, line]


def _chunks(
    text: str, room: float, size: float, *, bold: bool
) -> Iterator[tuple[str, str]]:
    """Yield what stays together, each with the space before it."""
    for word in text.split(" "):
        # "meta-analysis" is broken only where it is wider than a whole line.
        after = "/-–—" if width(word, size, bold=bold) > room else ""
        space, start = " ", 0
        if word.isascii() and not after:
            yield space, word
            continue
        for end in range(1, len(word)):
            if _may_break(word[end - 1], word[end], after):
                yield space, word[start:end]
                space, start = "", end
        yield space, word[start:]


def _may_break(before: str, after: str, marks: str) -> bool:
    if before in _NOT_LAST or after in _NOT_FIRST:
        return False
    if unicodedata.category(after)[0] == "M" or _is_joiner(after):
        return False
    return before in marks or _is_wide(before) or _is_wide(after)


def _pieces(chunk: str, room: float, size: float, *, bold: bool) -> list[str]:
    """Cut a chunk that is wider than a line, keeping marks with their letters."""
    pieces = [""]
    for cluster in _clusters(chunk):
        joined = pieces[-1] + cluster
        if pieces[-1] and width(joined, size, bold=bold) > room:
            pieces.append(cluster)
        else:
            pieces[-1] = joined
    return pieces


def _clusters(text: str) -> Iterator[str]:
    cluster = ""
    for char in text:
        # A run of stray marks has no width, but must not grow without end.
        joins = unicodedata.category(char)[0] == "M" or _is_joiner(char)
        if cluster and not (joins and len(cluster) < 8):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _is_joiner(char: str) -> bool:
    return char in "\u200d\u2060"


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


@lru_cache(maxsize=4096)
def _regular(char: str) -> int:
    return _advance(char, REGULAR)


@lru_cache(maxsize=4096)
def _bold(char: str) -> int:
    return _advance(char, BOLD)


def _advance(char: str, table: Mapping[str, int]) -> int:
    letter = unicodedata.normalize("NFD", char)[0]
    if known := table.get(char) or table.get(letter):
        return known
    category = unicodedata.category(char)
    if category in ("Mn", "Me", "Cf"):
        return 0
    if category == "Zs":
        return 500 if char != "\u00a0" else table[" "]
    if category == "So":
        return 1300
    if _is_wide(char):
        return 1000
    # Hebrew, Arabic and their like are narrower than the scripts of southern Asia.
    return 800 if ord(char) < 0x0900 else 1100
