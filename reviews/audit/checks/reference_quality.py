"""References incomplete or malformed: whoever reads one can find what it names."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from reviews.audit import journals
from reviews.audit.facts import ALL_RECORDS, Facts, Reference
from reviews.audit.finding import Certainty, Finding, Severity
from reviews.audit.wording import listed
from reviews.matching.places import page_range

NAME = "reference_quality"
TITLE = "References incomplete or malformed"
DEFINITION = (
    "No author is only initials and no organisation stands as a person; each reference "
    "has its year, and an article of a journal its volume and its pages; volume and "
    "issue are not exchanged; pages run forward, and no more than 40; no abbreviation "
    "stands for two journals and no journal has two names."
)

_ARTICLES = ("", "JOUR", "EJOUR", "JFULL", "MGZN", "INPR")
_INITIALS = re.compile(r"(?:[A-Z]{1,4}|(?:[A-Z]\.?[ -]?){1,4})\Z")
_BODY = re.compile(
    r"\b(?:organi[sz]ation|association|institute|ministry|society|collaboration"
    r"|committee|department|university|group|network)\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*[A-Za-z]{0,3}(\d+)\s*[-–—]\s*[A-Za-z]{0,3}(\d+)\s*\Z")
_LONGEST = 40
_ISSUES_A_YEAR = 52
_SHOWN = 12


def check(facts: Facts) -> Iterator[Finding]:
    for code, words, asks in _QUESTIONS:
        found: dict[str, list[Reference]] = defaultdict(list)
        for reference in facts.references:
            if told := asks(reference):
                found[told].append(reference)
        if not found:
            continue
        references = [each for group in found.values() for each in group]
        lines = [
            f"{_name(reference)}: {told}"
            for told, group in found.items()
            for reference in group
        ]
        number = f"{len(lines):,} reference{'s' if len(lines) > 1 else ''}"
        yield _finding(facts, code, f"In {number} {words}.", lines, references)
    yield from _journals(facts)
    if facts.references_of != ALL_RECORDS:
        yield Finding(
            check=NAME,
            code="part",
            severity=Severity.INFO,
            certainty=Certainty.OPEN,
            what=f"Only {facts.references_of.lower()} were looked at: the review holds "
            "too many records to look at all of them here.",
            where="References",
        )


def _journals(facts: Facts) -> Iterator[Finding]:
    of_two = list(journals.of_two(facts.references))
    if of_two:
        yield _finding(
            facts,
            "abbreviation",
            "One abbreviation seems to stand for two journals: "
            f"{listed([name for name, _ in of_two])}.",
            [f"{name}: {_place(a)} and {_place(b)}" for name, (a, b) in of_two],
            [reference for _, pair in of_two for reference in pair],
        )
    of_one = list(journals.names_of_one(facts.references))
    if of_one:
        fewer = {min(names, key=lambda n: (names[n], n)) for names in of_one}
        number = f"{len(of_one):,} journal{'s are' if len(of_one) > 1 else ' is'}"
        yield _finding(
            facts,
            "names",
            f"{number} named in two ways, short and in full.",
            [
                " = ".join(f"{name} ({count:,})" for name, count in names.items())
                for names in of_one
            ],
            [r for r in facts.references if " ".join(r.journal.split()) in fewer],
        )


def _finding(
    facts: Facts,
    code: str,
    what: str,
    lines: Sequence[str],
    references: Sequence[Reference],
) -> Finding:
    more = len(lines) - _SHOWN
    return Finding(
        check=NAME,
        code=code,
        severity=Severity.MINOR,
        certainty=Certainty.CHECK,
        what=what,
        where=facts.references_of,
        arithmetic="; ".join(lines[:_SHOWN])
        + (f"; and {more:,} more" if more > 0 else ""),
        subjects=tuple(reference.subject for reference in references),
    )


def _name(reference: Reference) -> str:
    return reference.source_id or reference.label


def _place(reference: Reference) -> str:
    told = [str(reference.year or ""), reference.volume, reference.doi]
    return f"{_name(reference)} ({', '.join(filter(None, told))})"


def _initials(reference: Reference) -> str:
    bare = [
        author for author in reference.authors if _INITIALS.match(author.strip(" ,."))
    ]
    return f"“{bare[0]}”" if bare else ""


def _organisation(reference: Reference) -> str:
    # With a comma, a name is read as family name and given names.
    split = [a for a in reference.authors if "," in a and _BODY.search(a)]
    return f"“{split[0]}”" if split else ""


def _year(reference: Reference) -> str:
    return "no year" if reference.year is None else ""


def _volume(reference: Reference) -> str:
    article = reference.type in _ARTICLES and reference.journal
    return "no volume" if article and not reference.volume else ""


def _pages(reference: Reference) -> str:
    article = reference.type in _ARTICLES and reference.journal
    return "no pages" if article and not reference.pages else ""


def _swapped(reference: Reference) -> str:
    issue = re.match(r"\d+", reference.issue)
    swapped = reference.volume == "1" and issue and int(issue[0]) > _ISSUES_A_YEAR
    return f"volume 1, issue {reference.issue}" if swapped else ""


def _backwards(reference: Reference) -> str:
    # A short last page, "606-12", ends on page 612.
    numbers = _RANGE.match(reference.pages)
    first, last = page_range(reference.pages)
    runs_back = numbers and first and not last
    return f"pages {reference.pages}" if runs_back else ""


def _long(reference: Reference) -> str:
    first, last = page_range(reference.pages)
    if not (first and last) or reference.type not in _ARTICLES:
        return ""
    length = int(last) - int(first) + 1
    return f"pages {reference.pages}, {length} pages" if length > _LONGEST else ""


_QUESTIONS: tuple[tuple[str, str, Callable[[Reference], str]], ...] = (
    ("initials", "an author is only initials", _initials),
    ("organisation", "an organisation is written as a person", _organisation),
    ("year", "the year is missing", _year),
    ("volume", "the volume of a journal is missing", _volume),
    ("pages", "the pages of an article are missing", _pages),
    ("swapped", "volume and issue look exchanged", _swapped),
    ("backwards", "the pages run backwards", _backwards),
    ("long", f"the pages of an article are more than {_LONGEST}", _long),
)
