"""Fields as databases print them, and what is read off them."""

import pytest

from reviews.matching.candidates import Candidate
from reviews.matching.folding import fold
from reviews.matching.names import people
from reviews.matching.normalising import profile
from reviews.matching.places import doi, page_range


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("606-612", ("606", "612")),
        ("606-12", ("606", "612")),
        ("606‐612", ("606", "612")),
        ("pp. 606 -- 612", ("606", "612")),
        ("S12-S14", ("12", "14")),
        ("e469", ("469", "")),
        ("01-Jun", ("", "")),
        ("t-8", ("", "")),
        ("Suppl-29", ("", "")),
        ("35+", ("35", "")),
        ("", ("", "")),
    ],
)
def test_reads_pages(printed: str, read: tuple[str, str]) -> None:
    assert page_range(printed) == read


@pytest.mark.parametrize(
    "printed",
    [
        "10.1000/abc(1)2",
        "https://doi.org/10.1000/ABC(1)2",
        "http://dx.doi.org/10.1000/abc%281%292",
        "doi: 10.1000/abc(1)2.",
        "10.1000/abc(1)2 [doi]",
    ],
)
def test_reads_a_doi_in_every_dress(printed: str) -> None:
    assert doi(printed) == "10.1000/abc(1)2"


def test_reads_no_doi_where_there_is_none() -> None:
    assert doi("S0140-6736(20)30183-5") == ""


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("Müller &amp; Søn", "muller son"),
        ("TNF-α <sub>2</sub>", "tnf alpha 2"),
        ("Платформенная занятость", "platformennaya zanyatost"),
        ("Ґанок Щербакової", "ganok shcherbakovoi"),
        ("抑郁症", "抑郁症"),
        ("…", ""),
    ],
)
def test_folds_text_without_losing_other_scripts(printed: str, folded: str) -> None:
    assert fold(printed) == folded


@pytest.mark.parametrize(
    ("author", "family"),
    [
        ("Okafor, Ngozi", {"okafor"}),
        ("Le Quintrec, M", {"quintrec"}),
        ("Quintrec, Le M", {"quintrec"}),
        ("Orly Lipsitz R", {"orly", "lipsitz"}),
        ("Karen S. Cook", {"karen", "cook"}),
        ("Karen Cook", {"cook"}),
        ("K. S. Cook", {"cook"}),
        ("Li", {"li"}),
    ],
)
def test_reads_the_family_name(author: str, family: set[str]) -> None:
    assert people([author])[0].family == family


def test_reads_authors_that_run_together() -> None:
    names = people(["Adeli K.Lewis G. F."])

    assert [name.letters for name in names] == ["adeli", "lewis"]


def test_counts_no_body_among_the_persons() -> None:
    assert people(["World Health Organization", "[Anonymous]", "et al."]) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pain, part II", "Pain, part 2"),
        ("Pain, part I", "Pain, part 1"),
        ("10,000 steps", "10000 steps"),
        ("10 000 steps", "10000 steps"),
        ("A two-site trial", "A 2-site trial"),
    ],
)
def test_reads_the_same_numbers_however_written(one: str, other: str) -> None:
    first, second = (profile(Candidate(1, title=title)) for title in (one, other))

    assert first.numbers == second.numbers != ()


def test_takes_a_year_in_place_of_a_volume_for_no_volume() -> None:
    assert profile(Candidate(1, volume="2016", year=2016)).volume == ""
    assert profile(Candidate(1, volume="22 (Suppl 1)", year=2016)).volume == "22"


def test_takes_a_hostile_field_calmly() -> None:
    endless = "[refs " * 100_000
    found = profile(Candidate(1, title=endless, pages="9" * 10_000 + "-1"))

    assert found.title
