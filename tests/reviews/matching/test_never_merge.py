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


# The same in the words of other languages and of other databases.
ABOUT_THE_ARTICLE = (
    "Clarification: {}",
    "Berichtigung: {}",
    "Rectificatif : {}",
    "Fe de errores: {}",
    "Corrección: {}",
    "Errata corrige: {}",
    "Popravka: {}",
    "更正: {}",
    "{} [Erratum]",
    "{} (Correction)",
    "{} (vol 44, pg 210, 2018)",
    "{} (Retraction of vol 44, pg 210, 2018)",
    "Antwort auf: {}",
    "Réponse à : {}",
    "Respuesta a: {}",
    "Ответ на: {}",
    "{} - Reply",
    "Kommentar zu: {}",
    "Commentaire sur : {}",
    "Comentario sobre: {}",
    'Letter regarding "{}"',
    "ACP Journal Club. {}",
    "Decision letter for {}",
    "Data from: {}",
    "Supplementary material for: {}",
    "In brief: {}",
    "Reprint of: {}",
    "{}: a secondary analysis",
    "{}: qualitative process evaluation",
)


@pytest.mark.parametrize("words", ABOUT_THE_ARTICLE)
@pytest.mark.parametrize(
    "changes",
    [
        {"pages": ""},
        {"pages": "", "issue": "", "volume": ""},
        {"pages": "", "issue": "", "volume": "", "authors": ()},
        {"pages": "12", "issue": "1", "volume": "45", "year": 2019},
    ],
    ids=lambda changes: " ".join(changes),
)
def test_never_merges_a_report_about_the_article(
    words: str, changes: dict[str, object]
) -> None:
    assert outcome(ARTICLE, copy(title=words.format(TITLE), **changes)) != "same"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Teil 1", "Teil 2"),
        ("erster Teil", "zweiter Teil"),
        ("première partie", "deuxième partie"),
        ("prima parte", "seconda parte"),
        ("часть I", "часть II"),
        ("第一部分", "第二部分"),
        ("group A", "group B"),
        ("hepatitis B in carers", "hepatitis C in carers"),
        ("a survey in Nigeria", "a survey in Algeria"),
    ],
)
@pytest.mark.parametrize("doi", ["", "10.1000/shared"])
def test_never_merges_two_parts_or_subjects(one: str, other: str, doi: str) -> None:
    first = replace(BARE, title=f"{TITLE}: {one}", doi=doi)
    second = replace(BARE, key=2, title=f"{TITLE}: {other}", doi=doi)

    assert outcome(first, second) != "same"


@pytest.mark.parametrize(
    "title",
    [
        "Cancer statistics",
        "Standards of medical care in diabetes",
        "Annual mortality survey of intensive care in Denmark and Norway",
        "Jahresbericht des Deutschen Krebsregisters",
    ],
)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (BARE, replace(BARE, key=2, year=2019)),
        (ARTICLE, replace(BARE, key=2, year=2019)),
        (ARTICLE, copy(year=2019, volume="", issue="", pages="210-222")),
    ],
    ids=["both bare", "the later bare", "begins on the same page"],
)
def test_never_merges_two_years_of_a_series(
    one: Candidate, other: Candidate, title: str
) -> None:
    assert outcome(replace(one, title=title), replace(other, title=title)) != "same"


@pytest.mark.parametrize("pages", [("", ""), ("10-25", "26-50")])
def test_never_merges_two_chapters_of_one_doi(pages: tuple[str, str]) -> None:
    book = Candidate(
        1,
        title="Assessment of pain in children",
        authors=("Lee, Kim", "Park, Jo"),
        year=2010,
        journal="Handbook of Paediatric Pain",
        pages=pages[0],
        doi="10.1007/978-1-4419-0001-1",
    )
    chapter = replace(
        book, key=2, title="Treatment of pain in children", pages=pages[1]
    )

    assert outcome(book, chapter) != "same"


def test_never_merges_numbered_abstracts_of_one_doi() -> None:
    first = replace(BARE, title="P12 Sleep in nurses of hospitals", doi="10.1000/s")
    second = replace(first, key=2, title="P13 Sleep in nurses of factories")

    assert outcome(first, second) != "same"
    assert outcome(replace(first, pages="S4"), replace(second, pages="S4")) != "same"


def test_never_merges_an_untitled_record_on_other_pages() -> None:
    article = replace(ARTICLE, doi="10.1000/s")

    assert outcome(article, copy(title="", doi="10.1000/s", pages="3")) != "same"


def test_never_merges_editorials_without_authors_and_pages() -> None:
    first = Candidate(1, title="Editorial", year=2018, volume="44", issue="3")

    assert outcome(first, replace(first, key=2)) != "same"


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
