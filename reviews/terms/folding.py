"""What a word is when records are searched, the same in Python and both databases.

A word is a run of letters and digits, without case and accents; everything else, such
as a hyphen or an apostrophe, stands between words, so "covid-19" is "covid" beside
"19". A Greek letter is its name: "TNF-α" is found by "tnf-alpha". Words are not
stemmed: "trial" does not find "trials", "trial*" finds both.
"""

import re
import unicodedata

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron "
    "pi rho sigma tau upsilon phi chi psi omega"
).split()
# What is neither case nor accent, and how it is read. The databases are given the
# same list; whoever changes it builds the index anew, in a migration.
LETTERS: dict[str, str] = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK, strict=True)),
    **dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", _GREEK, strict=True)),
    "ς": "sigma", "µ": "mu", "\u2126": "omega", "ϕ": "phi", "ϑ": "theta",
    "ϵ": "epsilon",
    "ά": "alpha", "έ": "epsilon", "ή": "eta", "ί": "iota", "ό": "omicron",
    "ύ": "upsilon", "ώ": "omega", "ϊ": "iota", "ϋ": "upsilon", "ΐ": "iota",
    "ΰ": "upsilon", "Ά": "alpha", "Έ": "epsilon", "Ή": "eta", "Ί": "iota",
    "Ό": "omicron", "Ύ": "upsilon", "Ώ": "omega", "Ϊ": "iota", "Ϋ": "upsilon",
    "ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe",
    "ø": "o", "Ø": "o", "đ": "d", "Đ": "d", "ð": "d", "Ð": "d", "ł": "l", "Ł": "l",
    "þ": "th", "Þ": "th", "ı": "i", "İ": "i", "\u212b": "a",
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)),
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl",
    # Nobody sees these, and they part no words.
    "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "",
    "\ufeff": "",
}  # fmt: skip

_LETTERS = str.maketrans(LETTERS)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_ACCENTS = re.compile("([A-Za-z])[\u0300-\u036f]+")
_WORD = re.compile(r"[^\W_]+")


def bare(text: str) -> str:
    """Return a text in lower case, without accents, its letters spelt out."""
    if text.isascii():
        return text.lower()
    spelt = unicodedata.normalize("NFC", text).translate(_LETTERS)
    plain = _ACCENTS.sub(r"\1", unicodedata.normalize("NFD", spelt))
    return unicodedata.normalize("NFC", plain).lower()


def words(text: str) -> list[str]:
    """Return the words of a text in their order."""
    plain = bare(text)
    return (_ASCII_WORD if plain.isascii() else _WORD).findall(plain)
