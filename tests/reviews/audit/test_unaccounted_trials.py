from dataclasses import replace

from django.test import SimpleTestCase

from reviews.audit.checks import unaccounted_trials
from reviews.audit.facts import Limits
from reviews.audit.finding import Severity
from reviews.formats import reading
from tests.reviews.audit.cases import (
    Kind,
    Meaning,
    Topic,
    codes,
    criterion,
    facts,
    field,
    found,
    reference,
)
from tests.shared import shared_path

POPULATION = field(1, Meaning.POPULATION)
DESIGN = field(2, Meaning.DESIGN, Kind.CHOICE)
TOLD = facts(
    limits=Limits(
        intervention="Ketamine therapy (racemic, esketamine; any route)",
        published_from="2014",
        published_to="2024",
    ),
    fields=(POPULATION, DESIGN),
    criteria=(
        criterion("I1", Topic.POPULATION, (1, ["treatment-resistant depression"])),
        criterion("I7", Topic.DESIGN, (2, ["Randomised trial"])),
    ),
)
TRIAL = reference(
    title="Esketamine in treatment-resistant depression: a randomized trial",
    of_list="Costi 2025",
)


class UnaccountedTrialsTests(SimpleTestCase):
    def test_a_trial_of_a_related_list_is_asked_about_once(self) -> None:
        twice = replace(TRIAL, pk=2, of_list="Another list")
        (finding,) = found(unaccounted_trials, replace(TOLD, related=(TRIAL, twice)))
        self.assertEqual(finding.severity, Severity.MAJOR)

    def test_what_is_among_the_records_is_accounted_for(self) -> None:
        record = replace(TRIAL, pk=9, of_list="")
        told = replace(TOLD, related=(TRIAL,), near=(record,))
        self.assertEqual(codes(unaccounted_trials, told), [])

    def test_other_titles_and_years_are_not_asked_about(self) -> None:
        for flaw in (
            {"title": "Esketamine in treatment-resistant depression: a review"},
            {"title": "Esketamine in bipolar depression: a randomized trial"},
            {"title": "Lithium in treatment-resistant depression: a randomized trial"},
            {"year": 2013},
            {"year": None},
        ):
            with self.subTest(flaw):
                related = (replace(TRIAL, **flaw),)
                told = replace(TOLD, related=related)
                self.assertEqual(codes(unaccounted_trials, told), [])

    def test_without_a_list_there_is_nothing_to_compare(self) -> None:
        self.assertEqual(codes(unaccounted_trials, TOLD), ["no_list"])


def test_title_rules_find_five_of_the_seven_trials_of_the_second_paper() -> None:
    data = shared_path("demo/references_costi2025.ris").read_bytes()
    related = tuple(
        reference(
            number,
            title=record.title,
            authors=record.authors,
            year=record.year,
            journal=record.journal,
            volume=record.volume,
            pages=record.pages,
            source_id=record.source_id,
            of_list="Costi 2025",
        )
        for number, record in enumerate(reading.read(data).records)
    )
    labels = [
        finding.what.removeprefix("Was this considered? ").split(":")[0]
        for finding in found(unaccounted_trials, replace(TOLD, related=related))
    ]
    assert sorted(labels) == [
        "Aepfelbacher 2024",
        "Daly 2019",
        "Murrough 2015",
        "Popova 2019",
        "Price 2014",
    ]
