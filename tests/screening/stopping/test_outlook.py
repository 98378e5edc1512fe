from unittest import TestCase

from screening.stopping import outlook
from screening.stopping.urn import Screened


class OutlookTests(TestCase):
    def test_the_table_of_shares(self) -> None:
        table = {
            10: (95, 78, 63),
            20: (78, 63, 39),
            60: (53, 35, 17),
            100: (39, 22, 11),
            400: (13, 6, 3),
        }
        for found, expected in table.items():
            shares = [outlook.share_to_read(found, each) for each in (95, 90, 80)]
            rounded = [round(100 * share) for share in shares]
            self.assertEqual(rounded, list(expected), found)

    def test_says_that_few_relevant_records_save_no_work(self) -> None:
        self.assertFalse(outlook.saves_work(10, 95))
        self.assertTrue(outlook.saves_work(60, 95))

    def test_other_readings_are_told_in_words(self) -> None:
        told = outlook.heuristics(Screened(5000, 1000, [1, 2, 3, 900]))
        self.assertEqual(
            [each.says for each in told],
            ["100, which is 2.0% of all records", "1", "1,000 of 2,404 read"],
        )

    def test_a_small_pool_is_not_promised_anything(self) -> None:
        told = outlook.heuristics(Screened(100, 10, [1]))
        self.assertEqual(told[1].says, "1, of only 10 so far")
        self.assertIn("as many as there are", told[2].says)
