"""The UpSet figure: every combination told, what is left out too."""

from django.test import SimpleTestCase

from reviews.figures import upset
from reviews.figures.upset import Combination, Set
from tests.reviews.figures import placed

LONG = "Cochrane CENTRAL, searched together with the trial registry of the library"


def figure(sources: int, combinations: int, *, monochrome: bool = False) -> str:
    names = ["MEDLINE", LONG, "中国知网数据库", "מאגר"]
    sets = [Set(f"{names[n % 4]} {n}", 90_000 - n) for n in range(sources)]
    found = [
        Combination(
            frozenset({n % sources, (n * 7) % sources, (n * 3) % sources}),
            123_456 // (n + 1),
        )
        for n in range(combinations)
    ]
    return upset.draw(sets, found, monochrome=monochrome)


class UpsetTests(SimpleTestCase):
    def test_nothing_overlaps_and_nothing_leaves_the_sheet(self) -> None:
        for sources, combinations in ((1, 1), (2, 3), (6, 40), (20, 40), (30, 200)):
            with self.subTest(sources=sources, combinations=combinations):
                drawn = figure(sources, combinations)
                self.assertEqual(placed.collisions(drawn), [])
                self.assertEqual(placed.outside(drawn), [])

    def test_a_combination_says_itself_in_words(self) -> None:
        drawn = upset.draw(
            [Set("A", 3), Set("B", 2)],
            [Combination(frozenset({0}), 2), Combination(frozenset({0, 1}), 1)],
        )
        self.assertIn("A alone: 2", placed.told(drawn))
        self.assertIn("A and B: 1", placed.told(drawn))

    def test_what_is_not_drawn_is_told_with_its_records(self) -> None:
        sets = [Set(str(n), n) for n in range(12)]
        found = [Combination(frozenset({n // 9, n % 9 + 1}), 2) for n in range(45)]
        shown = " ".join(box.words for box in placed.texts(upset.draw(sets, found)))
        self.assertIn("Not drawn: 5 more combinations with 10 records.", shown)
        many = upset.draw([Set(str(n), n) for n in range(22)], [])
        self.assertIn(
            "Not drawn: 2 smaller sources.", [box.words for box in placed.texts(many)]
        )

    def test_black_and_white_is_grey(self) -> None:
        self.assertNotIn(upset.BAR, figure(3, 3, monochrome=True))
