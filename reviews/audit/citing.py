"""Which reference a text cites: by its number in the list at its end, or by its year.

A number is read through the list that the team pasted with the text and through no
other, so that no study is taken for one that the text does not cite.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from reviews.audit.facts import Facts, Reference, StudyFacts
from reviews.audit.wording import BETWEEN_NUMBERS
from reviews.matching.folding import fold
from reviews.matching.places import doi

_HEADING = re.compile(
    r"^[^\w\n]{0,20}(?:references|bibliography|literature cited|reference list)"
    r"[^\w\n]{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)
_NUMBERED = re.compile(r"\s*[\[(]?(\d{1,3})[\])]?[.:)]?\s+(?=\S)")
_BULLET = re.compile(r"^\s*[-*•·]\s+")
_BRACKETS = re.compile(rf"[\[(]\s?(\d{{1,3}}(?:{BETWEEN_NUMBERS}\d{{1,3}})*)\s?[\])]")
_SPAN = re.compile(r"(\d{1,3})(?:\s?[-–—]\s?(\d{1,3}))?")
_BY_YEAR = re.compile(
    r"\b(\w[\w'’-]{0,40}(?: \w[\w'’-]{0,40})?)"
    r"(?: et al\.?| and colleagues|,? (?:and|&) \w[\w'’-]{0,40})?"
    r",? \(?((?:19|20)\d\d)[a-z]?\b"
)
_REVIEW = re.compile(r"\breview\b|\bmeta[- ]?analy", re.IGNORECASE)
_SHORTEST_TITLE = 20


@dataclass(frozen=True)
class Cited:
    """An entry of the list of references, and what of the review it is."""

    number: int
    text: str
    study: StudyFacts | None = None
    reference: Reference | None = None

    @property
    def label(self) -> str:
        return self.study.label if self.study else self.title

    @property
    def title(self) -> str:
        if self.reference:
            return self.reference.title
        # The longest sentence of an entry is its title.
        return max(self.text.split(". "), key=len)

    @property
    def is_review(self) -> bool:
        return self.study is None and bool(_REVIEW.search(self.title))


def parted(text: str) -> tuple[str, Mapping[int, str]]:
    """Return a text without its list of references, and the list by its numbers."""
    headings = list(_HEADING.finditer(text))
    if not headings:
        return text, {}
    last = headings[-1]
    entries = _entries(text[last.end() :])
    return (text[: last.start()].rstrip(), entries) if entries else (text, {})


def _entries(text: str) -> Mapping[int, str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    found: dict[int, str] = {}
    first = _NUMBERED.match(lines[0]) if lines else None
    if first and first[1] == "1":
        for line in lines:
            number = _NUMBERED.match(line)
            if number and int(number[1]) == len(found) + 1:
                found[len(found) + 1] = line[number.end() :]
            elif found:
                found[len(found)] += f" {line}"
        return found
    # A list that was copied without its numbers has an entry on each line.
    return {number: _BULLET.sub("", line) for number, line in enumerate(lines, start=1)}


def has_numbers(text: str) -> bool:
    """Tell whether a text cites by numbers in brackets."""
    return _BRACKETS.search(text) is not None


def numbers(text: str, known: Collection[int]) -> tuple[int, ...]:
    """Return the numbers that a text cites; a number that the list has not is none."""
    found: list[int] = []
    for brackets in dict.fromkeys(_BRACKETS.findall(text)):
        inside: list[int] = []
        for span in _SPAN.finditer(brackets):
            inside += range(int(span[1]), int(span[2] or span[1]) + 1)
        if all(number in known for number in inside):
            found += inside
    return tuple(dict.fromkeys(found))


def by_year(text: str, listed: Mapping[int, Cited]) -> Iterator[int]:
    """Yield the entries that a text cites by author and year."""
    for name, year in dict.fromkeys(_BY_YEAR.findall(text)):
        family = fold(name)
        begun = tuple(f"{words} " for words in (family, family.split(" ")[-1]))
        for entry in listed.values():
            if year in entry.text and f"{fold(entry.text)} ".startswith(begun):
                yield entry.number


def read(facts: Facts) -> Mapping[int, Cited]:
    """Return each entry of the list with the study or the record that it is."""
    if not facts.listed:
        return {}
    studies = [(r, study) for study in facts.studies for r in study.references]
    known: list[tuple[str, str, Reference, StudyFacts | None]] = [
        (fold(r.title), doi(r.doi), r, study)
        for r, study in [*studies, *((r, None) for r in facts.references)]
    ]
    found = {}
    for number, text in facts.listed.items():
        words, bare = fold(text), text.casefold()
        reference, study = next(
            (
                (r, of)
                for title, identifier, r, of in known
                if (len(title) >= _SHORTEST_TITLE and title in words)
                or (identifier and identifier in bare)
            ),
            (None, None),
        )
        found[number] = Cited(number, text, study, reference)
    return found
