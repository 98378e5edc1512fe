"""Two reports that look like one: whatever else agrees, the system never merges them.

A false merge loses a report from the review without anyone noticing (PRISMA 2020,
item 16a).
"""

from dataclasses import replace

import pytest

from reviews.matching.candidates import Candidate
from reviews.matching.sets import find_sets
from tests.reviews.matching.cases import ARTICLE, copy, outcome

MEETING = "Proceedings of the Annual Conference on Rehabilitation"
BARE = replace(ARTICLE, volume="", issue="", pages="")
TITLE = ARTICLE.title
SERIES = "Annual report of the back pain registry"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ARTICLE, copy(journal=MEETING, volume="", issue="", pages="")),
        (ARTICLE, copy(journal=MEETING, volume="", pages="S12", year=2017)),
        (ARTICLE, copy(pages="S12", issue="Suppl 1")),
        (ARTICLE, copy(volume="43 Suppl 1", pages="S12", year=2017)),
        (BARE, copy(volume="44 Suppl 1", issue="", pages="S12")),
        (ARTICLE, copy(kind="conference abstract", pages="", volume="43", year=2017)),
        (ARTICLE, copy(title="Erratum to: " + TITLE, pages="")),
        (ARTICLE, copy(title="Corrigendum: " + TITLE)),
        (ARTICLE, copy(title=TITLE + " (author's reply)", pages="")),
        (ARTICLE, copy(title="Author Correction: " + TITLE, doi="10.1000/c")),
        (ARTICLE, copy(title="Re: " + TITLE, pages="")),
        (ARTICLE, copy(title="Comment on: " + TITLE, pages="")),
        (ARTICLE, copy(title="Response to: " + TITLE, pages="")),
        (ARTICLE, copy(title="Retraction: " + TITLE, pages="")),
        (ARTICLE, copy(title=TITLE + ": study protocol", pages="", volume="")),
        (ARTICLE, copy(title=TITLE + ": three-year follow-up", pages="", issue="")),
        (
            replace(BARE, title=TITLE + ". Part 1"),
            replace(BARE, key=2, title=TITLE + ". Part 2"),
        ),
        (
            replace(BARE, title=TITLE + " Part A"),
            replace(BARE, key=2, title=TITLE + " Part B"),
        ),
        (
            replace(BARE, title=TITLE + " I"),
            replace(BARE, key=2, title=TITLE + " II"),
        ),
        (
            replace(ARTICLE, title=TITLE.replace("older adults", "women"), pages="1-9"),
            copy(title=TITLE.replace("older adults", "men"), pages="10-19"),
        ),
        (
            replace(BARE, title="Walking and back pain after hypothyroidism in trials"),
            copy(title="Walking and back pain after hyperthyroidism in trials"),
        ),
        (ARTICLE, copy(year=2019, volume="45", pages="210-219")),
        (ARTICLE, copy(year=2019, volume="45", pages="17-30")),
        (
            replace(BARE, journal=MEETING, doi="10.1000/2018.1"),
            replace(BARE, key=2, journal=MEETING, doi="10.1000/2019.7", year=2019),
        ),
        (
            replace(BARE, title=SERIES),
            replace(BARE, key=2, title=SERIES, year=2019),
        ),
        (
            replace(BARE, doi="10.1002/14651858.CD000001.pub2"),
            replace(BARE, key=2, doi="10.1002/14651858.CD000001.pub3"),
        ),
        (
            replace(BARE, doi="10.21203/rs.3.rs-1/v1"),
            replace(BARE, key=2, doi="10.21203/rs.3.rs-1/v2"),
        ),
        (ARTICLE, replace(BARE, key=2, journal="medRxiv", doi="10.1101/1")),
        (ARTICLE, copy(journal="", kind="preprint", volume="", issue="", pages="")),
        (replace(ARTICLE, pmid="111"), copy(pmid="222")),
    ],
)  # fmt: skip
def test_never_merges(one: Candidate, other: Candidate) -> None:
    assert outcome(one, other) != "same"
    assert outcome(replace(other, key=1), replace(one, key=2)) != "same"


def test_a_bare_record_does_not_bridge_two_years_of_a_series() -> None:
    from_2018 = ARTICLE
    from_2019 = copy(year=2019, volume="45", pages="17-30")
    bare = replace(BARE, key=3)

    assert not _together(1, 2, [from_2018, from_2019, bare])
    assert not _together(1, 2, [from_2018, from_2019, bare, replace(bare, key=4)])


def test_a_bare_record_does_not_bridge_an_abstract_and_its_article() -> None:
    abstract = copy(journal=MEETING, volume="", issue="", pages="S12")
    bare = replace(BARE, key=3, journal="")

    assert not _together(1, 2, [ARTICLE, abstract, bare])


def _together(one: int, other: int, candidates: list[Candidate]) -> bool:

    return any({one, other} <= set(each.keys) for each in find_sets(candidates).sets)
