"""What two texts have in common and what not, word by word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.text import normalize_newlines

_PARTS = re.compile(r"\s+|[^\W_]+|[\W_]", re.UNICODE)
# Longer texts are shown without marks: matching them would take seconds.
_MOST_WORDS = 1500


@dataclass(frozen=True)
class Part:
    """A stretch of a text, and whether the other text has it."""

    text: str
    differs: bool


def between(one: str, other: str) -> tuple[list[Part], list[Part]]:
    """Return both texts in parts; capitals and spaces make no difference."""
    left, right = list(_words(one)), list(_words(other))
    if not left or not right or max(len(left), len(right)) > _MOST_WORDS:
        return _unmarked(one), _unmarked(other)
    matcher = SequenceMatcher(
        a=[_key(word) for word in left],
        b=[_key(word) for word in right],
        autojunk=False,
    )
    first, second = _Parts(), _Parts()
    for what, start, end, other_start, other_end in matcher.get_opcodes():
        first.add("".join(left[start:end]), differs=what != "equal")
        second.add("".join(right[other_start:other_end]), differs=what != "equal")
    return first.parts, second.parts


def same(one: str, other: str) -> bool:
    """Tell whether two texts say the same but for capitals and spaces."""
    return one.casefold().split() == other.casefold().split()


class _Parts:
    def __init__(self) -> None:
        self.parts: list[Part] = []

    def add(self, text: str, *, differs: bool) -> None:
        if text:
            # Nobody sees a space that is marked.
            self.parts.append(Part(text, differs and bool(text.strip())))


def _words(text: str) -> Iterator[str]:
    return (found.group() for found in _PARTS.finditer(normalize_newlines(text)))


def _key(word: str) -> str:
    return word.casefold() if word.strip() else " "


def _unmarked(text: str) -> list[Part]:
    return [Part(text, differs=False)] if text else []
