"""Two records: the same report, another one, or one for a person to look at."""

from dataclasses import replace

import pytest

from reviews.matching.candidates import Candidate
from tests.reviews.matching.cases import ARTICLE, copy, outcome


@pytest.mark.parametrize(
    "other",
    [
        copy(),
        copy(title=ARTICLE.title.upper() + "."),
        copy(title=ARTICLE.title + " [Review] [53 refs]"),
        copy(title="RETRACTED: " + ARTICLE.title),
        copy(title=ARTICLE.title.replace("low back", "low-back")),
        copy(title=ARTICLE.title.replace("chronic", "<i>chronic</i>")),
        copy(title="Walking groups for older adults with chronic low back pain"),
        copy(journal="J Rehabil Res"),
        copy(authors=("Okafor N", "Lindqvist P", "et al.")),
        copy(authors=("Ngozi, O", "Per, L", "Yui, S")),
        copy(authors=()),
        copy(pages="210-9", year=2019),
        copy(pages="", issue=""),
        copy(pages="1-10"),
        copy(volume="", issue="", pages="1-10", year=2017),
        copy(volume="", issue="", pages="", journal=""),
    ],
    ids=str,
)
def test_joins_two_prints_of_one_article(other: Candidate) -> None:
    assert outcome(ARTICLE, other) == "same"


@pytest.mark.parametrize(
    "other",
    [
        copy(title="Erratum to: " + ARTICLE.title, pages="401"),
        copy(title="Comment on: " + ARTICLE.title, pages="402", authors=("Roy, A",)),
        copy(title=ARTICLE.title + ": study protocol", year=2017, pages="12"),
        copy(title="Reply to: " + ARTICLE.title, pages="403"),
        copy(authors=("Brown, Kim",), pages="5-9", volume="12"),
        copy(title="Swimming for children with asthma: a trial", pages="231-240"),
        copy(year=2019, volume="45", pages="17-30"),
    ],
    ids=lambda other: other.title,
)
def test_keeps_apart_what_only_looks_alike(other: Candidate) -> None:
    assert outcome(ARTICLE, other) == "different"


def test_keeps_part_one_and_part_two_apart_even_on_neighbouring_pages() -> None:
    first = replace(ARTICLE, title="Pain in later life. Part 1: causes and course")
    second = copy(title="Pain in later life. Part II: causes and course", pages="220-9")

    assert outcome(first, second) == "different"


def test_keeps_the_years_of_an_annual_series_apart() -> None:
    title = "Annual report of the national joint replacement registry"
    first = Candidate(1, title, ("Ek, A",), 2016, "Bone Joint", pages="1-40")
    later = replace(first, key=2, year=2018)

    assert outcome(first, later) == "different"


def test_keeps_two_editorials_of_one_volume_apart() -> None:
    first = replace(ARTICLE, title="Editorial", pages="1-2", issue="1")

    assert outcome(first, replace(first, key=2, pages="101", issue="2")) == "different"
    assert outcome(first, replace(first, key=2)) == "same"


def test_does_not_trust_a_doi_that_supplement_abstracts_share() -> None:
    first = replace(ARTICLE, doi="10.1000/supplement")
    other = copy(
        doi="10.1000/supplement",
        title="Stretching at work and sick leave in bus drivers",
        authors=("Haddad, R",),
        pages="233",
    )

    assert outcome(first, other) == "different"


def test_joins_by_doi_what_the_other_fields_hardly_show() -> None:
    first = replace(ARTICLE, doi="https://doi.org/10.1000/ABC.1")
    other = Candidate(2, title="Walking groups for older adults", doi="10.1000/abc.1.")

    assert outcome(first, replace(other, title="")) == "same"
    assert outcome(first, replace(other, title=ARTICLE.title)) == "same"


def test_joins_two_dois_after_a_change_of_publisher() -> None:
    first = replace(ARTICLE, doi="10.1057/jrr.2018.4")

    assert outcome(first, copy(doi="10.1177/0268396218")) == "same"


def test_leaves_versions_of_one_review_to_a_person() -> None:
    first = replace(ARTICLE, doi="10.1002/14651858.CD000001.pub2", year=2012, volume="")
    later = replace(
        first, key=2, doi="10.1002/14651858.CD000001.pub3", year=2016, pages=""
    )

    assert outcome(first, later) == "check"


def test_relates_a_preprint_to_its_article() -> None:
    preprint = copy(journal="medRxiv", volume="", pages="", abstract="Aim. " * 50)
    article = replace(ARTICLE, abstract="Aim. " * 50)

    assert outcome(article, preprint) == "related"
    assert outcome(article, replace(preprint, doi="10.1101/2018.01.01")) == "related"


def test_leaves_a_conference_abstract_of_the_same_title_to_a_person() -> None:
    assert outcome(ARTICLE, copy(pages="S12", issue="Suppl 1")) == "check"


def test_joins_a_translated_title_on_the_same_pages() -> None:
    spanish = "Grupos de caminata para adultos mayores con dolor lumbar crónico"

    assert outcome(ARTICLE, copy(title=spanish)) == "same"
    # One page holds several abstracts.
    one_page = replace(ARTICLE, pages="210")
    assert outcome(one_page, copy(title=spanish, pages="210")) != "same"


def test_never_joins_two_pmids_by_itself() -> None:
    assert outcome(replace(ARTICLE, pmid="111"), copy(pmid="222")) == "check"
    assert outcome(replace(ARTICLE, pmid="111"), copy(pmid="111")) == "same"


def test_finds_nothing_in_records_without_a_title() -> None:
    assert outcome(Candidate(1), Candidate(2)) == "different"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            copy(authors=("Müller, Jörg", "Sørensen, Åge")),
            copy(authors=("Mueller J", "Soerensen A"), pages="", issue=""),
        ),
        (
            copy(
                title="Эффективность кетамина при депрессии: исследование",
                authors=("Щербакова, Юлия", "Иванов, Иван"),
                journal="Журнал неврологии",
            ),
            copy(
                title="Effektivnost' ketamina pri depressii: issledovanie",
                authors=("Shcherbakova Yu", "Ivanov I"),
                journal="Zhurnal nevrologii",
                issue="",
                pages="",
            ),
        ),
        (
            copy(title="针灸治疗慢性失眠的随机对照研究", authors=("王小明", "李华")),
            copy(
                title="针灸治疗慢性失眠的随机对照研究",
                authors=("Wang XM", "Li H"),
                pages="210-9",
            ),
        ),
        (
            copy(journal="Journal of the American Medical Association", pages=""),
            copy(journal="JAMA", volume="", issue="", pages=""),
        ),
        (copy(), copy(title="Short report: " + ARTICLE.title, pages="")),
    ],
)
def test_joins_what_is_printed_in_other_letters(
    one: Candidate, other: Candidate
) -> None:
    assert outcome(replace(one, key=1), replace(other, key=2)) == "same"


def test_asks_about_a_title_in_another_script_on_the_same_pages() -> None:
    chinese = copy(title="针灸治疗慢性失眠的随机对照研究", journal="中国针灸")
    chinese = replace(chinese, authors=("王小明", "李华"))
    english = replace(ARTICLE, title="[Acupuncture for chronic insomnia]")

    assert outcome(english, chinese) == "check"
    assert outcome(english, replace(chinese, pages="310-319")) == "different"


@pytest.mark.parametrize(
    "changes",
    [
        {"doi": "10.26434/chemrxiv-2018-a", "journal": ""},
        {"journal": "CoRR", "volume": "abs/1811.00001"},
    ],
)
def test_relates_a_preprint_that_has_a_volume_or_a_younger_server(
    changes: dict[str, str],
) -> None:
    place = {"volume": "", "issue": "", "pages": ""}

    assert outcome(ARTICLE, copy(**(place | changes))) == "related"
