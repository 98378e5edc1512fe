"""Plots over time and bars by name."""

from datetime import date, timedelta

from django.test import SimpleTestCase

from reviews.figures import plots, progress
from reviews.figures.plots import Bar, Series
from tests.reviews.figures import placed

FIRST = date(2026, 1, 30)


def series(name: str, days: int, count: int) -> Series:
    return Series(name, [(FIRST + timedelta(days=n), count) for n in range(days)])


class PlotTests(SimpleTestCase):
    def test_nothing_overlaps_and_nothing_leaves_the_sheet(self) -> None:
        for days in (1, 2, 3, 40, 900):
            for count in (1, 7, 100_000):
                with self.subTest(days=days, count=count):
                    names = ("Titles and abstracts, records", "Full texts", "מאגר", "C")
                    drawn = plots.lines(
                        "Settled",
                        [series(name, days, count) for name in names],
                        what="So far",
                    )
                    self.assertEqual(placed.collisions(drawn), [])
                    self.assertEqual(placed.outside(drawn), [])

    def test_lines_differ_by_their_dashes_too(self) -> None:
        drawn = plots.lines("S", [series("A", 3, 1), series("B", 3, 2)], what="n")
        self.assertIn(f'stroke-dasharray="{plots.DASHES[1]}"', drawn)
        self.assertIn("A: 3", placed.told(drawn))

    def test_the_days_are_added_up(self) -> None:
        self.assertEqual([n for _, n in series("A", 3, 2).added_up()], [2, 4, 6])

    def test_bars_tell_their_numbers(self) -> None:
        drawn = plots.bars("B", [Bar("E1 " + "long " * 30, 12_000), Bar("E2", 0)])
        self.assertIn("E2: 0", placed.told(drawn))
        self.assertEqual(placed.collisions(drawn), [])
        self.assertEqual(placed.outside(drawn), [])

    def test_without_a_day_there_is_no_plot(self) -> None:
        with self.assertRaises(ValueError):
            plots.lines("S", [Series("A", [])], what="n")
        self.assertEqual(progress.draw({}), "")
        self.assertEqual(progress.draw({FIRST: 65}), "")
        self.assertIn("<svg", progress.draw({FIRST: 6, FIRST + timedelta(days=1): 2}))
