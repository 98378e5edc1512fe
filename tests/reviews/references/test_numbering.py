from django.test import TestCase

from reviews import table1
from reviews.references import numbering
from tests.factories import create_staffed_review, create_study


class NumbersTests(TestCase):
    def test_they_follow_the_letters_of_the_names_on_every_database(self) -> None:
        """By language "de Souza" would come before "Zarate"."""
        review, _ = create_staffed_review()
        for label in ("de Souza 2020", "Zarate 2006", "Čapek 2011"):
            create_study(review=review, label=label)
        ordered = ["Zarate 2006", "de Souza 2020", "Čapek 2011"]
        self.assertEqual(
            [str(report.study) for report in numbering.ordered(review)], ordered
        )
        rows = table1.table(review).rows
        self.assertEqual([row.label for row in rows], ordered)
        self.assertEqual([row.numbers for row in rows], [(1,), (2,), (3,)])
