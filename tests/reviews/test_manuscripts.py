from django.test import SimpleTestCase, TestCase

from reviews import manuscripts
from reviews.access import WrongRole
from reviews.models import Event
from reviews.references.styles import UnknownStyle
from tests.factories import create_staffed_review

TRD = "TRD: treatment-resistant depression"


class AbbreviationTests(SimpleTestCase):
    def test_reads_one_on_each_line(self) -> None:
        self.assertEqual(
            manuscripts.parse(f"{TRD}\n\n IV – intravenous \nAE, adverse event"),
            {
                "TRD": "treatment-resistant depression",
                "IV": "intravenous",
                "AE": "adverse event",
            },
        )

    def test_a_line_without_a_meaning_is_named(self) -> None:
        for text in ("TRD", "TRD:", f"{TRD}\n: nothing"):
            with self.assertRaises(manuscripts.NotAnAbbreviation):
                manuscripts.parse(text)
        with self.assertRaisesRegex(manuscripts.NotAnAbbreviation, "Line 2"):
            manuscripts.parse(f"{TRD}\n{TRD}")

    def test_those_used_stand_as_words_and_in_the_order_of_the_alphabet(self) -> None:
        known = {"RCT": "trial", "IV": "intravenous", "AE": "adverse event"}
        self.assertEqual(
            list(manuscripts.used(known, ["Two RCTs", "an AE.", "ACTIVE"])),
            ["AE", "RCT"],
        )


class ManuscriptTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def write(self, **changes: str) -> None:
        manuscripts.write(
            self.review,
            citation_style=changes.get("citation_style", "apa"),
            abbreviations=changes.get("abbreviations", TRD),
            abstract="",
            body=changes.get("body", ""),
            by=self.cast.alice,
        )

    def test_what_an_owner_writes_is_kept_with_one_event(self) -> None:
        for _ in range(2):
            self.write()
        self.assertEqual(manuscripts.of(self.review).citation_style, "apa")
        self.assertEqual(list(manuscripts.abbreviations(self.review)), ["TRD"])
        self.assertEqual(Event.objects.filter(action="manuscript.changed").count(), 1)

    def test_refuses_what_cannot_be_read(self) -> None:
        with self.assertRaises(UnknownStyle):
            self.write(citation_style="no-such-style")
        with self.assertRaises(manuscripts.NotAnAbbreviation):
            self.write(abbreviations="TRD")
        with self.assertRaises(manuscripts.TooLong):
            self.write(body="x" * (manuscripts.LONGEST + 1))

    def test_nobody_else_writes(self) -> None:
        with self.assertRaises(WrongRole):
            manuscripts.write(
                self.review,
                citation_style="apa",
                abbreviations="",
                abstract="",
                body="",
                by=self.cast.bob,
            )
