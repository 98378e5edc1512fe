"""Words with wildcards, all of them held against a word at once.

* stands for any letters or none, ? for exactly one. Nothing is tried and given up
again: a letter moves every pattern one step on, in one number of as many bits as the
patterns have letters (Shift-And; Baeza-Yates and Gonnet 1992, 10.1145/135239.135243),
so the time is that of the text times the patterns whatever anybody types. Patterns
stand in blocks, because each letter of a block has a number as long as the block: in
one block of them all, memory would grow with the square of what is typed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

_NOT_EMPTY = re.compile(rb"[^\x00]")
# A block is closed when it has so many bits; long enough that there are few of them.
BLOCK = 1024
_BITS = [tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256)]


class Wildcards:
    """Patterns with wildcards; `of` tells which of them a word fulfils."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.blocks = [
            _Block(first, patterns[first:end])
            for first, end in blocks([len(pattern) + 1 for pattern in patterns])
        ]

    def of(self, word: str) -> Iterator[int]:
        """Yield the numbers of the patterns that the whole word fulfils, in order."""
        for block in self.blocks:
            for bit in bits_of(block.fulfilled(word)):
                yield block.pattern_at[bit]

    def first(self, word: str) -> int | None:
        """Return the number of the first pattern that the whole word fulfils."""
        for block in self.blocks:
            if ends := block.fulfilled(word):
                return block.pattern_at[lowest(ends)]
        return None


class _Block:
    """Some patterns, in numbers of as many bits as they have letters."""

    def __init__(self, first: int, patterns: Sequence[str]) -> None:
        letters: dict[str, list[int]] = {}
        wild: list[int] = []
        loops: list[int] = []
        starts: list[int] = []
        self.pattern_at: dict[int, int] = {}
        state = 0
        for number, pattern in enumerate(patterns, start=first):
            starts.append(state)
            for sign in pattern:
                if sign == "*":
                    loops.append(state)
                    continue
                state += 1
                (wild if sign == "?" else letters.setdefault(sign, [])).append(state)
            self.pattern_at[state] = number
            state += 1
        self._wild = number_of(wild)
        self.letters = {
            letter: number_of(states) | self._wild for letter, states in letters.items()
        }
        self._loops = number_of(loops)
        self._starts = number_of(starts)
        self._ends = number_of(self.pattern_at)

    def fulfilled(self, word: str) -> int:
        """Return the ends of the patterns that the whole word fulfils."""
        states, letters = self._starts, self.letters
        loops, wild = self._loops, self._wild
        for letter in word:
            states = (states << 1) & letters.get(letter, wild) | states & loops
            if not states:
                return 0
        return states & self._ends


def blocks(sizes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield where blocks of things of these sizes begin and end, in order."""
    first = held = 0
    for number, size in enumerate(sizes):
        if held and held + size > BLOCK:
            yield first, number
            first, held = number, 0
        held += size
    if held:
        yield first, len(sizes)


def number_of(bits: Iterable[int]) -> int:
    """Return the number that has these bits."""
    found = list(bits)
    if not found:
        return 0
    held = bytearray(max(found) // 8 + 1)
    for bit in found:
        held[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(held, "little")


def bits_of(number: int) -> Iterator[int]:
    """Yield the bits that a number has, the lowest first."""
    if not number:
        return
    held = number.to_bytes((number.bit_length() + 7) // 8, "little")
    for byte in _NOT_EMPTY.finditer(held):
        base = byte.start() * 8
        for bit in _BITS[byte[0][0]]:
            yield base + bit


def lowest(number: int) -> int:
    """Return the lowest bit of a number that is not zero."""
    return (number & -number).bit_length() - 1
