"""Reports of a previous version that this review may have found again.

What a version made elsewhere had included is known by its citation alone. Where that
names the DOI of an included report of this review, or holds its whole title, the two
may be one report, which an updated flow would count twice (PRISMA 2020, the diagrams of
updated reviews). Whether they are is for a person to say: the doubt is told, and no
number is changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviews.flow.live import Live
from reviews.flow.past import Past
from reviews.matching.folding import fold
from reviews.matching.places import doi, dois

# A shorter title says too little to be looked for within a citation.
_WORDS, _LETTERS = 4, 25
# Pairs that are told one by one, and letters of a citation that are told.
MOST, LONGEST = 20, 160


@dataclass(frozen=True)
class Cited:
    """A report of a previous version."""

    study: str
    citation: str


@dataclass(frozen=True)
class Found:
    """An included report of this review, by its title and a DOI of its records."""

    key: int
    title: str
    doi: str


@dataclass(frozen=True)
class Pair:
    """Two that may be one report, and what they share."""

    cited: Cited
    found: Found
    shared: str

    def __str__(self) -> str:
        citation = self.cited.citation
        if len(citation) > LONGEST:
            citation = citation[:LONGEST].rstrip() + "…"
        return (
            f"The previous version had included “{self.cited.study}: {citation}”; the "
            f"report “{self.found.title}”, which is included here, has {self.shared}. "
            "If they are one report, it counts twice: remove its record here before "
            "screening and say so, or write down why they differ."
        )


def tell(members: Live | Past) -> tuple[str, ...]:
    """Say which reports may count twice, in two queries at most."""
    cited = [Cited(*row) for row in _previous(members)]
    if not cited:
        return ()
    rows = members.included_reports().order_by("pk", "records__pk")
    found = rows.values_list("pk", "title", "records__doi")
    told = [str(pair) for pair in pairs(cited, (_found(*row) for row in found))]
    more = len(told) - MOST
    if more > 0:
        reports = "1 more report" if more == 1 else f"{more:,} more reports"
        told[MOST:] = [
            f"{reports} of this review may be among those that the previous version "
            "had included, and would count twice."
        ]
    return tuple(told)


def pairs(cited: Iterable[Cited], found: Iterable[Found]) -> Iterator[Pair]:
    """Yield each report of this review that a citation may mean, once a citation."""
    by_doi: defaultdict[str, list[Found]] = defaultdict(list)
    by_title: defaultdict[str, list[tuple[str, Found]]] = defaultdict(list)
    known: defaultdict[int, set[str]] = defaultdict(set)
    for each in found:
        if each.doi:
            by_doi[each.doi].append(each)
            known[each.key].add(each.doi)
        title = fold(each.title)
        words = title.split()
        if len(words) >= _WORDS and len(title) >= _LETTERS:
            by_title[" ".join(words[:_WORDS])].append((title, each))
    for one in cited:
        seen = set()
        named = set(dois(one.citation))
        for each in (each for name in sorted(named) for each in by_doi.get(name, ())):
            if each.key not in seen:
                seen.add(each.key)
                yield Pair(one, each, "the DOI that stands there")
        for each in _titled(one.citation, by_title):
            # With another DOI each it is another report under the same title.
            differ = named and known[each.key] and not named & known[each.key]
            if each.key not in seen and not differ:
                seen.add(each.key)
                yield Pair(one, each, "the title that stands there")


def _titled(
    citation: str, by_title: dict[str, list[tuple[str, Found]]]
) -> Iterator[Found]:
    """Yield the reports whose whole title stands in the citation."""
    words = fold(citation).split()
    whole = f" {' '.join(words)} "
    for place in range(len(words) - _WORDS + 1):
        for title, each in by_title.get(" ".join(words[place : place + _WORDS]), ()):
            if f" {title} " in whole:
                yield each


def _previous(members: Live | Past) -> Iterable[tuple[str, str]]:
    rows = members.elsewhere().order_by("study_label", "pk")
    return rows.values_list("study_label", "citation")


def _found(key: int, title: str, named: str | None) -> Found:
    return Found(key, title, doi(named or ""))
