from django.test import SimpleTestCase

from reviews.audit import citing, reading
from tests.reviews.audit.cases import facts, reference, study

TEXT = """Results
Ketamine helps (1, 2).

REFERENCES

1. Brody B. Ketamine for depression in adults on a hospital ward. J. 2024.
2. Roe R. Another one,
   on two lines. J. 2019.
"""


class ListTests(SimpleTestCase):
    def test_the_list_is_parted_from_the_text(self) -> None:
        body, listed = citing.parted(TEXT)
        self.assertTrue(body.endswith("(1, 2)."))
        self.assertEqual(list(listed), [1, 2])
        self.assertIn("on two lines", listed[2])

    def test_a_list_copied_without_numbers_is_counted(self) -> None:
        _, listed = citing.parted("Text.\n\n**References**\n- Brody\n- Roe\n")
        self.assertEqual(listed, {1: "Brody", 2: "Roe"})

    def test_a_text_without_a_list_stays_whole(self) -> None:
        self.assertEqual(
            citing.parted("The references are lost."), ("The references are lost.", {})
        )
        self.assertEqual(citing.parted("Text\nReferences\n")[1], {})


class NumbersTests(SimpleTestCase):
    def test_spans_are_opened_and_years_are_no_numbers(self) -> None:
        known = range(1, 30)
        self.assertEqual(
            citing.numbers("so (8, 19-22,25)", known), (8, 19, 20, 21, 22, 25)
        )
        self.assertEqual(citing.numbers("so [3] and [4–5]", known), (3, 4, 5))
        self.assertEqual(citing.numbers("in (2014-2024), (n=3), (50)", known), ())

    def test_an_entry_is_the_study_whose_report_it_names(self) -> None:
        own = study(references=(reference(),))
        other = reference(2, title="A record of this review that was not included")
        listed = {
            1: "Brody. Ketamine for Depression in Adults on a Hospital-Ward. 2024.",
            2: "A record of this review that was not included. 2019.",
            3: "Unknown. 10.1/x",
        }
        told = facts(studies=(own,), references=(other,), listed=listed)
        read = citing.read(told)
        self.assertEqual(read[1].study, own)
        self.assertEqual((read[2].study, read[2].reference), (None, other))
        self.assertIsNone(read[3].reference)


class ReadingTests(SimpleTestCase):
    def test_a_sentence_speaks_of_what_was_named_before_it(self) -> None:
        body = (
            "Results\nBrody and others treated adults. Scores fell. (2)\n\n"
            "Nobody is named here."
        )
        told = facts(studies=(study(references=(reference(),)),), body=body)
        about = [[s.label for s in each.about] for each in reading.read(told)]
        self.assertEqual(about, [["Brody 2024"], ["Brody 2024"], []])

    def test_a_study_is_named_whatever_stands_for_its_year(self) -> None:
        for label in ("Brody 2024", "Brody 2024b", "Brody no date"):
            with self.subTest(label):
                told = facts(studies=(study(label),), body="Brody and others agree.")
                (sentence,) = reading.read(told)
                self.assertEqual(sentence.by_name, told.studies)

    def test_the_part_is_told_by_its_heading(self) -> None:
        told = facts(
            abstract="One.", body="Methods\nTwo.\n\nThree.\n\nDiscussion\nFour."
        )
        parts = [(s.claims, s.is_background) for s in reading.read(told)]
        self.assertEqual(
            parts, [(True, False), (False, True), (False, True), (True, False)]
        )
