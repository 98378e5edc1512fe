from unittest import TestCase

from screening.stopping import wording


class WordingTests(TestCase):
    def test_no_recall_is_rounded_up(self) -> None:
        self.assertEqual(wording.percent(0.9499), "94.9%")
        self.assertEqual(wording.percent(0.95), "95%")
        self.assertEqual(wording.percent(46 / 56), "82.1%")

    def test_a_small_p_is_not_nought(self) -> None:
        self.assertEqual(wording.p_value(0.00001), "below 0.0001")
        self.assertEqual(wording.p_value(0.12025), "0.1202")
