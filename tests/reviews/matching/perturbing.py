"""Print a record again as another database would, by a seeded chance."""

import random
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from reviews.matching.candidates import Candidate

SUBJECTS = (
    "walking swimming yoga massage acupuncture stretching cycling ketamine".split()
)
PEOPLE = "older adults,nurses,bus drivers,pregnant patients,students,veterans".split(
    ","
)
ILLNESSES = "low back pain,asthma,depression,stroke,migraine,insomnia".split(",")
OUTCOMES = "quality of sleep,daily function,sick leave,need of opioids".split(",")
FAMILIES = "Okafor,Lindqvist,García,Müller,Sørensen,Kowalski,Nguyễn,O'Brien".split(",")
GIVEN = "Ngozi,Per,Lucía,Jürgen,Søren,Zofia,Yui,Mary Ann".split(",")
JOURNALS = (
    ("Journal of Rehabilitation Research", "J Rehabil Res"),
    ("Scandinavian Journal of Public Health", "Scand J Public Health"),
    ("Zeitschrift für Physiotherapie", "Z Physiother"),
    ("American Journal of Psychiatry", "Am. J. Psychiatry"),
)


def article(key: int, chance: random.Random) -> Candidate:
    """Return a made-up article."""
    page = chance.randint(100, 899)
    subject, people, illness, outcome = (
        chance.choice(each) for each in (SUBJECTS, PEOPLE, ILLNESSES, OUTCOMES)
    )
    return Candidate(
        key=key,
        title=f"Supervised {subject} for {people} with {illness} and its effect on "
        f"{outcome}: a randomised trial in region {chance.randint(1, 10**6)}",
        authors=tuple(
            f"{chance.choice(FAMILIES)}, {chance.choice(GIVEN)}"
            for _ in range(chance.randint(2, 6))
        ),
        year=chance.randint(1995, 2024),
        journal=chance.choice(JOURNALS)[0],
        volume=str(chance.randint(1, 90)),
        issue=str(chance.randint(1, 12)),
        pages=f"{page}-{page + chance.randint(4, 12)}",
        doi=f"10.1000/jrr.{key}.{page}",
    )


def _initials(author: str) -> str:
    family, _, given = author.partition(", ")
    return f"{family} {''.join(word[0] for word in given.split())}"


def _plain(text: str) -> str:
    return "".join(
        sign
        for sign in unicodedata.normalize("NFKD", text.replace("ø", "o"))
        if not unicodedata.combining(sign)
    )


def _short_pages(pages: str) -> str:
    first, _, last = pages.partition("-")
    return f"{first}‐{last[-2:]}" if last and first[:1] == last[:1] else pages


CHANGES: tuple[Callable[[Candidate], Candidate], ...] = (
    lambda one: replace(one, title=one.title.upper()),
    lambda one: replace(one, title=one.title + ". [Review] [53 refs]"),
    lambda one: replace(one, title=one.title.replace("randomised", "randomized")),
    lambda one: replace(one, authors=tuple(map(_initials, one.authors))),
    lambda one: replace(one, authors=tuple(map(_plain, one.authors))),
    lambda one: replace(one, authors=(*one.authors[:3], "et al.")),
    lambda one: replace(one, journal=dict(JOURNALS).get(one.journal, one.journal)),
    lambda one: replace(one, pages=_short_pages(one.pages)),
    lambda one: replace(one, pages=f"pp. {one.pages.replace('-', '–')}"),
    lambda one: replace(one, pages=one.pages.partition("-")[0]),
    lambda one: replace(one, doi="", issue=""),
    lambda one: replace(one, doi=f"https://doi.org/{one.doi.upper()}"),
    lambda one: replace(one, volume="", issue="", pages="", year=(one.year or 1) - 1),
)


def print_again(one: Candidate, key: int, chance: random.Random) -> Candidate:
    """Return a copy with two or three changes."""
    copy = replace(one, key=key)
    for change in chance.sample(CHANGES, chance.randint(2, 3)):
        copy = change(copy)
    return copy
