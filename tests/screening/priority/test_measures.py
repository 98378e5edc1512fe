"""The figures by hand, on an order short enough to count."""

from django.test import SimpleTestCase

from screening.priority.measures import NothingToMeasure, measure

ORDER = [1, 0, 1, 0, 0, 0, 0, 0, 0, 0]


class MeasureTests(SimpleTestCase):
    def test_of_ten_records_with_the_first_and_third_relevant(self) -> None:
        found = measure(ORDER)
        self.assertAlmostEqual(found.wss95, 0.95 - 3 / 10)
        self.assertAlmostEqual(found.recall10, 1 / 2)
        self.assertAlmostEqual(found.atd, (1 + 3) / 2 / 10)
        # The best order would have 1 + 2 * 9 = 19 under its curve, this one 18.
        self.assertAlmostEqual(found.loss, 1 / (2 * 8))
        self.assertAlmostEqual(found.ndcg, (1 + 1 / 2) / (1 + 0.6309297535714575))

    def test_the_best_and_the_worst_order(self) -> None:
        best, worst = measure(sorted(ORDER, reverse=True)), measure(sorted(ORDER))
        self.assertEqual((best.loss, best.ndcg), (0, 1))
        self.assertEqual((worst.loss, worst.recall10), (1, 0))

    def test_nothing_is_measured_on_records_of_one_kind(self) -> None:
        for labels in ([], [0, 0], [1]):
            with self.assertRaises(NothingToMeasure):
                measure(labels)
