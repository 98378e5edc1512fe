"""Read numbers and sentences out of what people wrote, without guessing."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

SPELLED = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
}
_COUNT = r"(?P<count>\d[\d,]*|" + "|".join(SPELLED) + ")"
_INCLUDED = re.compile(
    rf"\b{_COUNT}\s+(?:\w+\s+){{0,3}}?(?P<noun>studies|study|trials?|articles?|papers?)"
    r"\s+(?:\w+\s+){0,3}?(?:included|met|fulfilled|eligible)\b"
    rf"|\bincluded\s+(?P<count2>\d[\d,]*|{'|'.join(SPELLED)})\s+"
    r"(?:\w+\s+){0,3}?(?:studies|study|trials?|articles?|papers?)\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(])|\n\s*\n")
# What stands between the numbers of a citation: "1, 3–5; 8".
BETWEEN_NUMBERS = r"\s?[,;–—-]\s?"
_NUMBERS = rf"[\[(]\s?\d+(?:{BETWEEN_NUMBERS}\d+)*\s?[\])]"
_ONLY_CITED = re.compile(rf"{_NUMBERS}\W*\Z")
_SHORTENED = ("et al.", " vs.", "e.g.", "i.e.")
_CONCLUSION = re.compile(r"^[^\w\n]{0,20}conclusions?\b", re.IGNORECASE | re.MULTILINE)
YEARS = re.compile(r"\b((?:19|20)\d\d)\s*(?:-|–|—|to|and|until)\s*((?:19|20)\d\d)\b")
_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?)\s?(?:%|per ?cent\b)")
CITATION = re.compile(rf"{_NUMBERS}|\bet al\b|\(\w[^()]*\b(?:19|20)\d\d\)")


def conclusion(text: str) -> str:
    """Return what stands under the heading of the conclusion; empty without one."""
    start = _CONCLUSION.search(text)
    return text[start.start() :] if start else ""


def number(text: str) -> int:
    """Return a count that is written in digits or as a word up to twelve."""
    word = text.casefold()
    return SPELLED[word] if word in SPELLED else int(word.replace(",", ""))


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text, each on one line."""
    whole = ""
    for part in _SENTENCE.split(text):
        tidy = " ".join(part.split())
        # A citation after the full stop belongs to the sentence before it.
        if whole and (_ONLY_CITED.match(tidy) or whole.endswith(_SHORTENED)):
            whole += f" {tidy}"
            continue
        if whole:
            yield whole
        whole = tidy
    if whole:
        yield whole


def counts_of_included(text: str) -> Iterator[tuple[int, str]]:
    """Yield each count of included studies that a text gives, with its sentence."""
    for sentence in sentences(text):
        for found in _INCLUDED.finditer(sentence):
            yield number(found["count"] or found["count2"]), sentence


def percentages(text: str) -> list[str]:
    """Return every percentage that a text prints, without its sign."""
    return _PERCENT.findall(text)


def rounded(count: int, denominator: int, decimals: int) -> tuple[str, ...]:
    """Return a percentage rounded half up and, where it differs, half to even."""
    exact = Decimal(100 * count) / Decimal(denominator)
    step = Decimal(1).scaleb(-decimals)
    ways = (ROUND_HALF_UP, ROUND_HALF_EVEN)
    return tuple(dict.fromkeys(str(exact.quantize(step, way)) for way in ways))


def short(text: str, longest: int = 160) -> str:
    """Return a passage short enough to be quoted; what is left out is marked."""
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[:longest].rsplit(' ', 1)[0]} …"


def listed(words: list[str] | tuple[str, ...]) -> str:
    """Join words as a sentence does: a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
