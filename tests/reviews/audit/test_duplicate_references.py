from django.test import SimpleTestCase

from reviews.audit.checks import duplicate_references
from reviews.audit.finding import Certainty, Severity
from tests.reviews.audit.cases import (
    Meaning,
    codes,
    facts,
    field,
    found,
    reference,
    study,
)

TITLE = "Single and repeated ketamine infusions in treatment{}resistant depression"
ONE = reference(24, title=TITLE.format("-"), journal="Neuropsychopharmacology")
TWIN = reference(26, title=TITLE.format(" "), journal="Neuropsychopharmacol")


class DuplicateReferencesTests(SimpleTestCase):
    def test_one_article_printed_twice_is_found(self) -> None:
        (finding,) = found(duplicate_references, facts(references=(ONE, TWIN)))
        self.assertEqual(finding.severity, Severity.MINOR)
        self.assertEqual(finding.records, ("REF-24", "REF-26"))

    def test_it_is_major_where_both_copies_are_evidence(self) -> None:
        told = facts(references=(ONE, TWIN), studies=(study(references=(ONE, TWIN)),))
        (finding,) = found(duplicate_references, told)
        self.assertEqual(finding.severity, Severity.MAJOR)

    def test_what_a_person_told_apart_is_not_asked_about(self) -> None:
        told = facts(references=(ONE, TWIN), told_apart=frozenset({(24, 26)}))
        self.assertEqual(codes(duplicate_references, told), [])

    def test_two_studies_of_one_registration_number_ask(self) -> None:
        told = facts(
            fields=(field(1, Meaning.REGISTRATION),),
            studies=(
                study("A 2019", 1, values={1: ("NCT 02417064",)}),
                study("B 2020", 2, values={1: ("nct-02417064",)}),
            ),
        )
        (finding,) = found(duplicate_references, told)
        self.assertEqual(finding.certainty, Certainty.CHECK)
        self.assertEqual(finding.about, ("A 2019", "B 2020"))

    def test_two_numbers_in_the_list_of_the_text_are_found(self) -> None:
        listed = {1: "Brody. Other. 2024.", 2: ONE.title, 3: TWIN.title}
        held = facts(references=(ONE,), listed=listed, body="Both help (1-3).")
        (finding,) = found(duplicate_references, held)
        self.assertEqual(finding.arithmetic, "2 = 3")
        self.assertEqual(finding.severity, Severity.MAJOR)
        held = facts(references=(ONE,), listed=listed, body="One helps (2).")
        (finding,) = found(duplicate_references, held)
        self.assertEqual(finding.severity, Severity.MINOR)

    def test_studies_of_as_many_people_by_the_same_authors_are_asked_about(
        self,
    ) -> None:
        other = reference(3, title="Another outcome of it", authors=ONE.authors)
        for number, expected in (("41", ["alike"]), ("40", [])):
            told = facts(
                fields=(field(1, Meaning.PARTICIPANTS),),
                studies=(
                    study("A 2019", 1, values={1: ("41",)}, references=(ONE,)),
                    study("B 2020", 2, values={1: (number,)}, references=(other,)),
                ),
            )
            self.assertEqual(codes(duplicate_references, told), expected)
