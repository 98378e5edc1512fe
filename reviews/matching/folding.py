"""Fold text of any script to plain lower-case words, so that prints compare."""

import html
import re
import unicodedata

_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,40}>")
_NOT_WORD = re.compile(r"[\W_]+")
_NOT_ASCII_WORD = re.compile(r"[^a-z0-9]+")
_COMBINING = re.compile(
    "[" + "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x10000)))) + "]+"
)
# Databases print Cyrillic names and titles in Latin letters.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z",
    "и": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch",
    "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu",
    "я": "ya", "і": "i", "є": "ye", "ґ": "g",
}  # fmt: skip
_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th"}
    | {
        letter: unicodedata.name(letter).rsplit(" ", 1)[1].casefold()
        for letter in "αβγδεζηθικλμνξοπρστυφχψω"
    }
    | _CYRILLIC
)


def fold(text: str) -> str:
    """Return lower-case words without accents, tags, entities or punctuation."""
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub("", text)
    text = text.casefold()
    if text.isascii():
        return _NOT_ASCII_WORD.sub(" ", text).strip()
    decomposed = unicodedata.normalize("NFKD", text)
    bare = (
        _COMBINING.sub("", decomposed)
        .translate(_LETTERS_WITHOUT_DECOMPOSITION)
        .casefold()
    )
    return _NOT_WORD.sub(" ", bare).strip()
