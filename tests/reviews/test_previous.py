"""What a previous version of the review had included, entered line by line."""

from django.test import SimpleTestCase, TestCase

from reviews import previous
from reviews.access import WrongRole
from reviews.models import Event, PreviousReport, Review
from tests.cast import Cast
from tests.factories import create_staffed_review

TWO = (
    "Brody 2020: Brody A. Ketamine. Lancet 2020;1:2\n\nZarate 2006 : Zarate C. A trial"
)


class ReadingTests(SimpleTestCase):
    def test_reads_a_study_and_its_citation_up_to_the_first_colon(self) -> None:
        reading = previous.read(TWO)
        self.assertEqual(
            [(line.number, line.study_label, line.citation) for line in reading.lines],
            [
                (1, "Brody 2020", "Brody A. Ketamine. Lancet 2020;1:2"),
                (3, "Zarate 2006", "Zarate C. A trial"),
            ],
        )
        self.assertEqual(reading.problems, ())
        self.assertEqual(reading.studies, 2)

    def test_every_line_is_a_report_or_a_problem(self) -> None:
        typed = [
            "Brody 2020: one",
            "no colon here",
            ": no study",
            "No citation:",
            f"{'x' * 201}: too long",
            "brody 2020:  ONE",
            "Kept 2001: already",
        ]
        reading = previous.read("\n".join(typed), present=[("Kept 2001", "already")])
        self.assertEqual([line.number for line in reading.lines], [1])
        self.assertEqual([p.number for p in reading.problems], [2, 3, 4, 5, 6, 7])
        told = [str(problem) for problem in reading.problems]
        self.assertIn("Line 2: no citation", told[0])
        self.assertIn("no study", told[1])
        self.assertIn("no citation", told[2])
        self.assertIn("longer than 200", told[3])
        self.assertIn("same as line 1", told[4])
        self.assertIn("in the list already", told[5])


class PreviousReportTests(TestCase):
    review: Review
    cast: Cast

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def add(self, text: str = TWO) -> None:
        previous.add(self.review, text, by=self.cast.alice)

    def first(self) -> PreviousReport:
        found = self.review.previous_reports.order_by("pk").first()
        assert found
        return found

    def test_adds_every_line_and_tells_it_once(self) -> None:
        self.add()
        self.assertEqual(self.review.previous_reports.count(), 2)
        self.assertIn("2 reports", Event.objects.get().summary)

    def test_adds_nothing_where_one_line_is_wrong(self) -> None:
        for text in ("Brody 2020: one\nwrong", "", " \n"):
            with self.assertRaises(previous.NotReadable):
                self.add(text)
        self.assertFalse(self.review.previous_reports.exists())
        self.assertFalse(Event.objects.exists())

    def test_the_same_list_twice_is_refused(self) -> None:
        self.add()
        with self.assertRaisesMessage(previous.NotReadable, "Line 3: in the list"):
            self.add()

    def test_what_is_removed_can_be_restored(self) -> None:
        self.add()
        previous.remove(self.first(), by=self.cast.alice)
        previous.remove(self.first(), by=self.cast.alice)
        self.assertIsNotNone(self.first().removed_at)
        previous.restore(self.first(), by=self.cast.alice)
        self.assertIsNone(self.first().removed_at)
        self.assertEqual(Event.objects.count(), 3)

    def test_what_was_entered_anew_is_not_restored_beside_itself(self) -> None:
        self.add()
        previous.remove(self.first(), by=self.cast.alice)
        self.add("Brody 2020: Brody A. Ketamine. Lancet 2020;1:2")
        with self.assertRaises(previous.ThereAlready):
            previous.restore(self.first(), by=self.cast.alice)

    def test_the_case_of_no_letter_makes_it_another_report(self) -> None:
        self.add("Öztürk 2020: Über Ketamin")
        previous.remove(self.first(), by=self.cast.alice)
        self.add("ÖZTÜRK 2020: über Ketamin")
        with self.assertRaises(previous.ThereAlready):
            previous.restore(self.first(), by=self.cast.alice)

    def test_only_an_owner_writes(self) -> None:
        with self.assertRaises(WrongRole):
            previous.add(self.review, TWO, by=self.cast.bob)
        self.add()
        with self.assertRaises(WrongRole):
            previous.remove(self.first(), by=self.cast.bob)
