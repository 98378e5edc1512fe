from django.test import SimpleTestCase

from reviews.audit.checks import study_label_agreement
from tests.reviews.audit.cases import (
    Meaning,
    codes,
    facts,
    field,
    found,
    reference,
    study,
)

AUTHORS, YEAR = field(1, Meaning.AUTHORS), field(2, Meaning.YEAR)
COUNTRY = field(3, Meaning.COUNTRY)


class StudyLabelAgreementTests(SimpleTestCase):
    def test_a_label_with_its_particle_and_year_is_clear(self) -> None:
        told = facts(
            studies=(
                study(
                    "Di Vincenzo 2021",
                    references=(reference(authors=("Di Vincenzo, JD",), year=2021),),
                ),
            )
        )
        self.assertEqual(codes(study_label_agreement, told), [])

    def test_the_year_of_a_second_study_of_a_name_is_read_too(self) -> None:
        for label, expected in (("Brody 2024b", []), ("Brody 2023b", ["year/Name"])):
            with self.subTest(label):
                told = facts(studies=(study(label, references=(reference(),)),))
                found = codes(study_label_agreement, told)
                self.assertEqual([code[:9] for code in found], expected)

    def test_a_lost_particle_and_another_year_are_named(self) -> None:
        told = facts(
            fields=(AUTHORS, YEAR),
            studies=(
                study(
                    "Di Vincenzo 2021",
                    values={1: ("Vincenzo et al.",), 2: ("2020",)},
                    references=(reference(authors=("Di Vincenzo, JD",), year=2021),),
                ),
            ),
        )
        self.assertEqual(
            codes(study_label_agreement, told), ["author/Authors", "year/Year"]
        )

    def test_one_country_in_two_ways_and_one_that_is_missing(self) -> None:
        told = facts(
            fields=(COUNTRY,),
            studies=(
                study("A 2019", 1, values={3: ("US",)}),
                study("B 2020", 2, values={3: ("U.S.A.",)}),
                study("C 2021", 3, values={3: None}),
                study("D 2022", 4),
            ),
        )
        ways, missing = found(study_label_agreement, told)
        self.assertEqual(ways.arithmetic, "US: A 2019; U.S.A.: B 2020")
        # What is not settled is not missing yet.
        self.assertEqual(missing.records, ("C 2021",))

    def test_a_title_that_names_another_country_is_asked_about(self) -> None:
        told = facts(
            fields=(COUNTRY,),
            studies=(
                study(
                    values={3: ("Canada",)},
                    references=(reference(title="Esketamine in Japanese patients"),),
                ),
            ),
        )
        self.assertEqual(codes(study_label_agreement, told), ["place"])

    def test_a_passage_about_a_study_that_cites_another_is_major(self) -> None:
        own = study(references=(reference(),))
        listed = {1: own.references[0].title, 2: "A review of something else. 2020."}
        for cited, expected in (("2", ["major"]), ("1", []), ("1, 2", [])):
            with self.subTest(cited):
                body = f"Discussion\nBrody treated adults. Scores fell ({cited})."
                told = facts(studies=(own,), listed=listed, body=body)
                severities = [f.severity for f in found(study_label_agreement, told)]
                self.assertEqual(severities, expected)

    def test_a_passage_ends_with_its_paragraph(self) -> None:
        own = study(references=(reference(),))
        listed = {1: own.references[0].title, 2: "A review of something else. 2020."}
        body = "Brody treated adults.\n\nOthers reviewed it (2)."
        told = facts(studies=(own,), listed=listed, body=body)
        self.assertEqual(codes(study_label_agreement, told), [])
