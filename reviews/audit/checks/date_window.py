"""Date window: what is included was published when the protocol says it may be."""

import re
from collections.abc import Iterator

from reviews.audit.facts import Facts, Topic
from reviews.audit.finding import Certainty, Finding, Severity, Subject
from reviews.audit.wording import SPELLED, YEARS, number, short

NAME = "date_window"
TITLE = "Date window"
DEFINITION = (
    "Every report of an included study lies within the years of the protocol; a length "
    "that is stated is that of its years; each search has the day on which it was run, "
    "and it does not end before the window does."
)

_LENGTH = re.compile(
    rf"\b(\d{{1,2}}|{'|'.join(SPELLED)})[ -]years?\b(?!\s+(?:old|of age))",
    re.IGNORECASE,
)
_DAY = 10


def check(facts: Facts) -> Iterator[Finding]:
    yield from _outside(facts)
    yield from _length(facts)
    yield from _searches(facts)
    yield from _two_windows(facts)


def _window(facts: Facts) -> tuple[int | None, int | None]:
    first, last = facts.limits.published_from, facts.limits.published_to
    return (int(first[:4]) if first else None, int(last[:4]) if last else None)


def _outside(facts: Facts) -> Iterator[Finding]:
    first, last = _window(facts)
    for study in facts.studies:
        for reference in study.references:
            year = reference.year
            if year is None or (
                (first is None or year >= first) and (last is None or year <= last)
            ):
                continue
            yield Finding(
                check=NAME,
                code=f"outside/{reference.source_id}",
                severity=Severity.CRITICAL,
                what=f"{study.label} is included, but a report of it is dated {year}, "
                f"outside {first or '…'}–{last or '…'}.",
                where=f"Report {reference.label}",
                arithmetic=f"{first or '…'} ≤ {year} ≤ {last or '…'} does not hold",
                subjects=(study.subject,),
            )


def _length(facts: Facts) -> Iterator[Finding]:
    texts: list[tuple[str, str, tuple[Subject, ...]]] = [
        (f"Criterion {criterion.code}", criterion.text, (criterion.subject,))
        for criterion in facts.on(Topic.DATE)
    ]
    texts += [("Abstract", facts.abstract, ()), ("Text", facts.body, ())]
    for where, text, subjects in texts:
        for years in YEARS.finditer(text):
            near = text[max(0, years.start() - 60) : years.end() + 40]
            stated = _LENGTH.search(near)
            if stated is None:
                continue
            first, last = int(years[1]), int(years[2])
            length = last - first + 1
            if number(stated[1]) != length:
                yield Finding(
                    check=NAME,
                    code=f"length/{where}",
                    severity=Severity.MINOR,
                    certainty=Certainty.CHECK,
                    what=f"“{stated[0]}” stands beside {first}–{last}, which are "
                    f"{length} calendar years.",
                    where=f"{where}: “{short(text if subjects else near)}”",
                    arithmetic=f"{last} - {first} + 1 = {length}, not {stated[1]}",
                    subjects=subjects,
                )


def _searches(facts: Facts) -> Iterator[Finding]:
    _, last = _window(facts)
    for search in facts.searches:
        told = search.searched_on
        if len(told) < _DAY:
            yield Finding(
                check=NAME,
                code="no_date",
                severity=Severity.MAJOR,
                what=(
                    f"{search.name} is dated {told}; the day is missing."
                    if told
                    else f"{search.name} has no date of the search."
                ),
                where=f"Search {search.name}",
                arithmetic=told or "no date",
                subjects=(search.subject,),
            )
        if told and last is not None and int(told[:4]) < last:
            yield Finding(
                check=NAME,
                code="early",
                severity=Severity.MAJOR,
                what=f"{search.name} was searched in {told}, before the window ends "
                f"with {last}.",
                where=f"Search {search.name}",
                arithmetic=f"{told[:4]} < {last}",
                subjects=(search.subject,),
            )


def _two_windows(facts: Facts) -> Iterator[Finding]:
    of_abstract = {m.groups() for m in YEARS.finditer(facts.abstract)}
    of_body = {m.groups() for m in YEARS.finditer(facts.body)}
    window = _window(facts)
    for where, found in (("abstract", of_abstract), ("text", of_body)):
        for first, last in sorted(found):
            if None in window or (int(first), int(last)) == window:
                continue
            yield Finding(
                check=NAME,
                code=f"window/{where}",
                severity=Severity.MINOR,
                certainty=Certainty.CHECK,
                what=f"The {where} names {first}–{last}; the protocol says "
                f"{window[0]}–{window[1]}.",
                where=f"Manuscript, {where}",
                arithmetic=f"{first}–{last} against {window[0]}–{window[1]}",
            )
