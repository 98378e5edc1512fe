from typing import Any

import pypdfium2
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as some

from reviews.diagram import paper, rendering
from reviews.diagram.paper import DoesNotFit
from tests.reviews.diagram.test_rendering import drawing

A4 = (595, 842)
LENGTHS: Any = some.floats(1, 5000)


class PaperTests(SimpleTestCase):
    def test_a_wide_drawing_lies_across_and_a_tall_one_stands(self) -> None:
        for width, height, expected in (
            (700, 500, (842, 595)),
            (500, 700, A4),
            # Small enough for either: upright, and no larger than it is.
            (300, 200, A4),
        ):
            found = paper.find("a4", width, height)
            self.assertEqual((round(found.width), round(found.height)), expected)
            self.assertLessEqual(found.wide, width)
        self.assertEqual(found.wide, 300)

    def test_without_paper_a_page_is_as_large_as_its_drawing(self) -> None:
        self.assertEqual(paper.find("", 300, 200), paper.own(300, 200))

    def test_what_could_not_be_read_is_refused_with_what_would_do(self) -> None:
        with self.assertRaisesMessage(DoesNotFit, "in its own size or on A3"):
            paper.find("a4", 500, 1600)
        self.assertEqual(round(paper.find("a3", 500, 1600).height), 1191)
        with self.assertRaisesMessage(DoesNotFit, "There is no paper a9"):
            paper.find("a9", 500, 700)

    @given(width=LENGTHS, height=LENGTHS)
    def test_whatever_is_drawn_stands_within_the_margins(
        self, width: float, height: float
    ) -> None:
        try:
            found = paper.find("a4", width, height)
        except DoesNotFit:
            return
        tall = found.wide * height / width
        self.assertGreaterEqual(found.left, paper.MARGIN - 0.01)
        self.assertLessEqual(found.left + found.wide, found.width - paper.MARGIN + 0.01)
        self.assertLessEqual(found.top + tall, found.height - paper.MARGIN + 0.01)

    def test_a_pdf_has_one_page_of_that_paper_with_its_text(self) -> None:
        for width, expected in ((300, A4), (1000, (842, 595))):
            made = rendering.pdf(drawing("Screened", width=width), title="F", page="a4")
            (page,) = pypdfium2.PdfDocument(made)
            size = round(page.get_width()), round(page.get_height())
            self.assertEqual(size, expected)
            self.assertIn("Screened", page.get_textpage().get_text_range())
            # What is drawn begins at the margin above, in the middle of the sheet.
            left, _, _, top = page.get_textpage().get_charbox(0)
            wide = min(width * 0.75, expected[0] - 2 * paper.MARGIN)
            begin = (expected[0] - wide) / 2 + 10 * wide / width
            self.assertAlmostEqual(left, begin, delta=3)
            above = expected[1] - top
            self.assertTrue(paper.MARGIN < above < paper.MARGIN + 30, above)
        with self.assertRaisesMessage(rendering.CannotRender, "5 points"):
            rendering.pdf(drawing("x", width=3000), title="F", page="a4")
