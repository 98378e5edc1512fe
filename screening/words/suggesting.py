"""Words that the protocol itself suggests for highlighting, to choose from.

They are taken from the question's parts and the criteria: the phrases between small
words and signs, and abbreviations as they are written. A plural also finds the
singular, and "-ise" also "-ize". Nothing is made of them until a person chooses.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from screening.words import tokens, typed

MOST_WORDS = 40
LONGEST_PHRASE = 4
# English, and what every protocol says of any review.
_SMALL = frozenset(
    """
    a about above addition after age aged all alone also among an and another any
    apart are as at be been before being below between both but by can cannot change
    changes compared comparing comparison concerning control criteria criterion data
    day days define defined did different do does during e.g each eg either eligible
    etc ever every except exclude excluded excluding exclusion fewer following for
    from full general given greater group groups had has have having hour hours how
    i.e ie if in include included includes including inclusion into is it its least
    less like longer main mean measured met minimum month months more most must
    needed no non nor not of older on one only or other others out outcome outcomes
    over own participant participants patient patients people per person persons
    point primary prior published received receiving regardless related relevant
    report reported reporting reports result results same scale secondary shorter
    should since some stated studies study such taken than that the their them then
    there these they this those three through time to total treated treatment
    treatments two type types under unless until up use used using usual versus via
    vs was week weeks were what when where whether which while who whose will with
    within without year years younger
    """.split()
)
# What a phrase may end with that says too little by itself.
_GENERAL = frozenset(
    """
    care class condition conditions criteria design designs disease diseases
    disorder disorders dose doses drug drugs effect effects episode event events
    factor factors function index intervention interventions level levels measure
    measures medication method methods outcome programme programs rate rates review
    reviews risk scale scales score scores setting settings state status symptom
    symptoms syndrome test tests therapies therapy trial trials use visit
    """.split()
)
_BREAK = re.compile(r"[.,;:()\[\]{}/\"“”<>=≥≤\n\r\t•|+]+")
_ABBREVIATION = re.compile(r"\b(?=\w*[A-Z]\w*[A-Z])[A-Z][\w-]{1,9}\b")
_PLURAL = re.compile(r"(?<![suix])s$", re.IGNORECASE)
_WITH_Z = re.compile(r"(?<=\w{3}i)[sz](?=(?:e|ed|es|ing|ation|ations|er|ers)\*?$)")


@dataclass(frozen=True)
class Suggested:
    """A list that the protocol suggests."""

    meaning: str
    words: tuple[str, ...]


def suggest(texts: Mapping[str, Iterable[str]]) -> list[Suggested]:
    """Return the words that each meaning's texts suggest; a word stands once."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for meaning, said in texts.items():
        words: dict[tuple[str, ...], str] = {}
        for word in (word for text in said for word in _words(text)):
            # Singular and plural are one word; what finds both stands for them.
            key = tokens.wanted(word.removesuffix("*"))
            if key in words and word.endswith("*"):
                words[key] = word
            elif key not in seen and len(words) < MOST_WORDS and _is_usable(word):
                seen.add(key)
                words[key] = word
        if words:
            found.append(Suggested(meaning, tuple(words.values())))
    return found


def _is_usable(word: str) -> bool:
    """Tell whether the word may stand in a list as it is."""
    try:
        return typed.lines(word) == (word,)
    except typed.WordsRefused:
        return False


def _words(text: str) -> Iterable[str]:
    text = text[:10_000]
    yield from dict.fromkeys(_ABBREVIATION.findall(text))
    for part in _BREAK.split(text):
        phrase: list[str] = []
        for word in [*part.split(), ""]:
            bare = word.strip("'’‘*?!%-–—&")
            if bare and bare.casefold() not in _SMALL and not bare.isdecimal():
                phrase.append(bare)
                continue
            yield from _phrase(phrase)
            phrase = []


def _phrase(words: list[str]) -> Iterable[str]:
    """Yield a phrase that is short enough to be found, and no stray letter."""
    if not 1 <= len(words) <= LONGEST_PHRASE:
        return
    if len(words) == 1 and (len(words[0]) < 3 or _ABBREVIATION.fullmatch(words[0])):
        return
    words = [_lowered(word) for word in words]
    *first, last = words
    found = " ".join([*(_either(word) for word in first), _either(_singular(last))])
    yield found
    if first and len(last) > 4 and last not in _GENERAL:
        yield _either(_singular(last))


def _lowered(word: str) -> str:
    """Return a word as it stands within a sentence; an abbreviation stays as it is."""
    return word.lower() if word[1:].islower() else word


def _singular(word: str) -> str:
    """Return what finds the word in the singular and the plural."""
    if len(word) < 5 or not word.islower() or not _PLURAL.search(word):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}*" if len(word) > 6 else word
    return f"{word[:-1]}*"


def _either(word: str) -> str:
    """Return what finds both "randomised" and "randomized"."""
    return _WITH_Z.sub("?", word)
