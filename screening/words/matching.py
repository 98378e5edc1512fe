"""Where the words of lists stand in a text.

No regular expression is made of what a person types, so no word can hang a page: the
words of a text are looked up, and phrases go on from word to word in one number for
all of them. Of words that overlap the one that begins first is marked, of those the
longest, of those the one whose list comes first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from screening.words import tokens
from screening.words.tokens import Token
from screening.words.wildcards import Wildcards, blocks, lowest, number_of

# Of a longer text the rest is shown as it is.
LONGEST_TEXT = 50_000
# Where more words are found than anybody would read, the first are marked.
MOST_SPANS = 3000
# The lists of so many people are kept at hand in each process.
KEPT = 16


@dataclass(frozen=True)
class Wanted:
    """A list as it is looked for."""

    words: tuple[str, ...]
    matches_case: bool = False
    whole_words: bool = True


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a text that a list marks; `of` is the number of the list."""

    start: int
    end: int
    of: int


@lru_cache(maxsize=KEPT)
def finder(lists: tuple[Wanted, ...]) -> "Finder":
    """Return what finds the words of these lists; it is kept for the next record."""
    return Finder(lists)


class Finder:
    """Finds the words of several lists in one walk through a text."""

    def __init__(self, lists: Sequence[Wanted]) -> None:
        self._finders = [
            _Finder(lists, keeps_case)
            for keeps_case in (False, True)
            if any(each.matches_case == keeps_case for each in lists)
        ]

    def spans(self, text: str) -> list[Span]:
        """Return what is marked in the text, in order and without overlap."""
        text = text[:LONGEST_TEXT]
        found = [span for each in self._finders for span in each.spans(text)]
        return without_overlap(found)[:MOST_SPANS]


def without_overlap(spans: Sequence[Span]) -> list[Span]:
    """Keep what begins first, of that the longest, of that the first list's."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end, each.of)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


class _Finder:
    """Finds the words of the lists to which capitals matter, or of the others."""

    def __init__(self, lists: Sequence[Wanted], keeps_case: bool) -> None:
        self._keeps_case = keeps_case
        lines = list(_lines(lists, keeps_case))
        single = [each for each in lines if len(each.words) == 1]
        inside = [each for each in single if each.is_inside]
        self._inside = _Inside({each.words[0]: each.of for each in reversed(inside)})
        self._words = _Words([each for each in single if not each.is_inside])
        phrases = [each for each in lines if len(each.words) > 1]
        # In blocks, as wildcards are: each word has a number as long as its block.
        self._phrases = [
            _Phrases(phrases[first:end])
            for first, end in blocks([len(each.words) for each in phrases])
        ]

    def spans(self, text: str) -> Iterator[Span]:
        words: dict[str, int | None] = {}
        read: list[Token] = []
        walks = [each.walk() for each in self._phrases]
        for token in tokens.tokens(text, keeps_case=self._keeps_case):
            read.append(token)
            folded = token.folded
            if folded not in words:
                words[folded] = self._words.of(folded)
            of = words[folded]
            if of is not None:
                yield Span(token.start, token.end, of)
            for walk in walks:
                for length, of in walk.step(folded):
                    yield Span(read[-length].start, token.end, of)
            for start, end, of in self._inside.of(folded):
                word = text[token.start : token.end]
                letters = tokens.Letters(word, self._keeps_case)
                place = token.start + letters.begin(start)
                yield Span(place, token.start + letters.end(end), of)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a list; `is_inside` if it is found within words, as letters."""

    words: tuple[str, ...]
    of: int
    is_inside: bool = False


def _lines(lists: Sequence[Wanted], keeps_case: bool) -> Iterator[_Line]:
    """Yield each line once: of two lists that have the same, of the first."""
    seen: set[tuple[tuple[str, ...], bool]] = set()
    for number, each in enumerate(lists):
        if each.matches_case != keeps_case:
            continue
        for typed in each.words:
            words = tokens.wanted(typed, keeps_case=keeps_case)
            is_inside = not each.whole_words and len(words) == 1
            is_inside = is_inside and not is_wild(words[0])
            if not each.whole_words and not is_inside:
                words = _opened(words)
            if words and (words, is_inside) not in seen:
                seen.add((words, is_inside))
                yield _Line(words, number, is_inside)


def _opened(words: tuple[str, ...]) -> tuple[str, ...]:
    """Let a line begin and end within words."""
    if not words:
        return words
    if len(words) == 1:
        return (f"*{words[0]}*",)
    return (f"*{words[0]}", *words[1:-1], f"{words[-1]}*")


def is_wild(word: str) -> bool:
    """Tell whether the word has a wildcard."""
    return "*" in word or "?" in word


class _Words:
    """Lines of one word."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        self._plain: dict[str, int] = {}
        wild = []
        for line in lines:
            if is_wild(line.words[0]):
                wild.append(line)
            else:
                self._plain.setdefault(line.words[0], line.of)
        self._of = [line.of for line in wild]
        self._wildcards = Wildcards([line.words[0] for line in wild])

    def of(self, word: str) -> int | None:
        """Return the first list that has the word."""
        plain = self._plain.get(word)
        # The lines are in the order of their lists, so the first is enough.
        number = self._wildcards.first(word)
        found = None if number is None else self._of[number]
        return min((each for each in (plain, found) if each is not None), default=None)


class _Inside:
    """Lines of one word that are found within words."""

    def __init__(self, of: Mapping[str, int]) -> None:
        self._of = of
        self._lengths = sorted({len(word) for word in of}, reverse=True)
        self._head = self._lengths[-1] if of else 0
        self._heads = {word[: self._head] for word in of}

    def of(self, word: str) -> Iterator[tuple[int, int, int]]:
        """Yield where lines stand in the word; of those at one place the longest."""
        at = 0
        while self._head and at + self._head <= len(word):
            if word[at : at + self._head] in self._heads:
                for length in self._lengths:
                    of = self._of.get(word[at : at + length])
                    if of is not None:
                        yield at, at + min(length, len(word) - at), of
                        at += length - 1
                        break
            at += 1


class _Phrases:
    """Some lines of several words."""

    def __init__(self, lines: Sequence[_Line]) -> None:
        places: dict[str, list[int]] = {}
        ends: dict[int, list[int]] = {}
        starts: list[int] = []
        self.of: dict[int, int] = {}
        at = 0
        for line in lines:
            starts.append(at)
            for word in line.words:
                places.setdefault(word, []).append(at)
                at += 1
            ends.setdefault(len(line.words), []).append(at - 1)
            self.of[at - 1] = line.of
        self.starts = number_of(starts)
        self.ends = [(length, number_of(bits)) for length, bits in ends.items()]
        self._plain = {
            word: number_of(where)
            for word, where in places.items()
            if not is_wild(word)
        }
        wild = [word for word in places if is_wild(word)]
        self._wild_places = [number_of(places[word]) for word in wild]
        self._wildcards = Wildcards(wild)

    def walk(self) -> "_Walk":
        """Begin at the beginning of a text."""
        return _Walk(self)

    def fits(self, word: str) -> int:
        """Return the places of all phrases at which this word may stand."""
        found = self._plain.get(word, 0)
        for number in self._wildcards.of(word):
            found |= self._wild_places[number]
        return found


class _Walk:
    """One walk of all phrases through a text, a word at a time."""

    def __init__(self, phrases: _Phrases) -> None:
        self._phrases = phrases
        self._known: dict[str, int] = {}
        self._going = 0

    def step(self, word: str) -> Iterator[tuple[int, int]]:
        """Yield the length of each phrase that ends here, and its first list."""
        phrases = self._phrases
        fits = self._known.get(word)
        if fits is None:
            fits = self._known[word] = phrases.fits(word)
        # A phrase that has come so far and goes on, or one that begins here.
        self._going = (self._going << 1 | phrases.starts) & fits
        if not self._going:
            return
        for length, ends in phrases.ends:
            if ended := self._going & ends:
                yield length, phrases.of[lowest(ended)]
