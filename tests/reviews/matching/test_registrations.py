"""Registrations of trials: the number alone tells them apart."""

from dataclasses import replace

import pytest

from reviews.matching.candidates import Candidate
from reviews.matching.registrations import registration
from tests.reviews.matching.cases import ARTICLE, outcome

TITLE = "A Study of the Efficacy and Safety of Esketamine in Resistant Depression"
FIRST = Candidate(1, title=TITLE, year=2015, accession="NCT02417064")
SHOWN = "https://clinicaltrials.gov/show/"


@pytest.mark.parametrize(
    "record",
    [
        FIRST,
        Candidate(1, title=TITLE, authors=("NCT02417064,",)),
        Candidate(1, title=TITLE, authors=("Nct,",), journal=SHOWN + "NCT02417064"),
        Candidate(1, title=TITLE, url=SHOWN + "NCT02417064"),
        Candidate(1, title="NCT02417064. " + TITLE, journal="ClinicalTrials.gov"),
    ],
)
def test_reads_the_number_wherever_a_source_prints_it(record: Candidate) -> None:
    assert registration(record) == "nct02417064"


def test_an_article_that_names_a_trial_is_no_registration() -> None:
    assert registration(replace(ARTICLE, title=TITLE + " (NCT02417064)")) == ""


def test_joins_two_records_of_one_registration_whatever_their_titles() -> None:
    brief = Candidate(2, title="Esketamine", year=2019, url=SHOWN + "NCT02417064")

    assert outcome(FIRST, brief) == "same"


@pytest.mark.parametrize(
    "other",
    [
        replace(FIRST, key=2, accession="NCT02418585"),
        Candidate(2, title=TITLE, year=2015, authors=("ISRCTN12345678",)),
        Candidate(2, title=TITLE, year=2015, url=SHOWN + "NCT02418585"),
    ],
)
def test_keeps_two_registrations_of_one_title_apart(other: Candidate) -> None:
    assert outcome(FIRST, other) == "different"


def test_relates_a_registration_and_the_article_of_its_title() -> None:
    article = replace(ARTICLE, key=2, title=TITLE, year=2019)

    assert outcome(FIRST, article) == "related"
