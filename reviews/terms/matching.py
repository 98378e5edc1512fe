"""Whether a text has a term, told without a database; and where it stands in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from reviews.terms import folding
from reviews.terms.asking import Term

# Letters of an excerpt before and after its first hit.
BEFORE = 60
AFTER = 160
_PIECE = re.compile(r"[^\W_]+(?:[\u0300-\u036f\u00ad\u200b-\u200d\u2060]+[^\W_]*)*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether it is what was looked for."""

    text: str
    is_hit: bool


def has(found: list[str], term: Term) -> bool:
    """Tell whether words, in their order, have those of the term side by side."""
    size = len(term.words)
    return any(
        _is_at(found[at : at + size], term) for at in range(len(found) - size + 1)
    )


def pieces(text: str, terms: Iterable[Term]) -> list[Piece]:
    """Cut a text where its hits begin and end; put together it is the whole text."""
    terms = list(terms)
    if text.isascii():
        return _cut(text, _hits_of_ascii(text.lower(), terms))
    spans = [
        (match.start(), match.end(), word)
        for match in _PIECE.finditer(text)
        for word in _words(match[0])
    ]
    found = [word for _, _, word in spans]
    hits = set()
    for term in terms:
        size = len(term.words)
        for at in range(len(found) - size + 1):
            if _is_at(found[at : at + size], term):
                hits.add((spans[at][0], spans[at + size - 1][1]))
    return _cut(text, sorted(hits))


def _hits_of_ascii(text: str, terms: list[Term]) -> list[tuple[int, int]]:
    """Return where hits begin and end; a page has tens of thousands of words."""
    hits = set()
    for term in terms:
        words = "[^a-z0-9]+".join(map(re.escape, term.words))
        rest = "[a-z0-9]*" if term.begins else "(?![a-z0-9])"
        # Looking ahead, so that a hit may begin within another.
        found = re.finditer(f"(?<![a-z0-9])(?=({words}{rest}))", text)
        hits |= {match.span(1) for match in found}
    return sorted(hits)


def _words(piece: str) -> list[str]:
    # Most are plain; a page has tens of thousands of them.
    return [piece.lower()] if piece.isascii() else folding.words(piece)


def _is_at(there: list[str], term: Term) -> bool:
    *first, last = term.words
    if there[:-1] != first:
        return False
    return there[-1].startswith(last) if term.begins else there[-1] == last


def _cut(text: str, hits: list[tuple[int, int]]) -> list[Piece]:
    cut = []
    at = 0
    for begin, end in hits:
        if end <= at:
            continue
        begin = max(begin, at)
        if begin > at:
            cut.append(Piece(text[at:begin], is_hit=False))
        cut.append(Piece(text[begin:end], is_hit=True))
        at = end
    if at < len(text):
        cut.append(Piece(text[at:], is_hit=False))
    return cut


def excerpt(text: str, terms: Iterable[Term]) -> list[Piece]:
    """Return the surroundings of the first hit; nothing, where there is none."""
    cut = pieces(text, terms)
    first = next((at for at, piece in enumerate(cut) if piece.is_hit), None)
    if first is None:
        return []
    before = cut[first - 1].text if first else ""
    shown = _last_words(before)
    if len(shown) < len(before) or first > 1:
        shown = f"… {shown}"
    kept = [Piece(shown, is_hit=False)] if shown else []
    room = AFTER
    for at, piece in enumerate(cut[first:], first):
        whole = piece.text if len(piece.text) <= room else _first_words(piece.text)
        kept.append(Piece(whole, piece.is_hit))
        room -= len(piece.text)
        if room <= 0:
            if whole != piece.text or at + 1 < len(cut):
                kept.append(Piece(" …", is_hit=False))
            break
    return kept


def _last_words(text: str) -> str:
    return text[-BEFORE:].partition(" ")[2] if len(text) > BEFORE else text


def _first_words(text: str) -> str:
    return text[:AFTER].rpartition(" ")[0] or text[:AFTER]
