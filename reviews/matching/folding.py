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
_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "þ": "th"}
    | {
        letter: unicodedata.name(letter).rsplit(" ", 1)[1].casefold()
        for letter in "αβγδεζηθικλμνξοπρστυφχψω"
    }
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
