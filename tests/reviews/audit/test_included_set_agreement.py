from django.test import SimpleTestCase

from reviews.audit.checks import included_set_agreement
from tests.reviews.audit.cases import (
    Kind,
    codes,
    facts,
    field,
    flow,
    found,
    reference,
    study,
)

STUDIES = (study("Brody 2024", 1), study("Moda-Sava 2019", 2))


class IncludedSetAgreementTests(SimpleTestCase):
    def test_sets_that_agree_are_clear(self) -> None:
        told = facts(
            studies=STUDIES,
            abstract="Two studies were included.",
            body="We included 2 trials. Brody and Moda-Sava agree.",
        )
        self.assertEqual(codes(included_set_agreement, told), [])

    def test_another_count_in_the_text_is_asked_about(self) -> None:
        told = facts(studies=STUDIES, abstract="Finally, 8 articles were included.")
        (finding,) = found(included_set_agreement, told)
        self.assertEqual(finding.arithmetic, "8 against 2")

    def test_a_study_that_the_text_never_names_is_minor(self) -> None:
        told = facts(studies=STUDIES, body="Brody et al. found an effect.")
        (finding,) = found(included_set_agreement, told)
        self.assertEqual(finding.records, ("Moda-Sava 2019",))

    def test_a_study_that_is_cited_by_its_number_is_told(self) -> None:
        own = study(references=(reference(),))
        body = "One trial found an effect (1)."
        told = facts(studies=(own,), body=body, listed={1: own.references[0].title})
        self.assertEqual(codes(included_set_agreement, told), [])

    def test_a_study_in_no_group_is_named(self) -> None:
        told = facts(
            studies=(study("A 2019", 1, values={1: ("Rapid",)}), study("B 2020", 2)),
            fields=(field(1, kind=Kind.CHOICE, groups_table1=True),),
            abstract="x",
        )
        self.assertEqual(codes(included_set_agreement, told), ["no_group"])

    def test_included_reports_without_a_study_are_major(self) -> None:
        held = flow(studies_included=2, reports_included=3, reports_without_study=1)
        told = facts(studies=STUDIES, flow=held, abstract="x")
        (finding,) = found(included_set_agreement, told)
        self.assertEqual(finding.arithmetic, "1 of 3 included reports")
