"""A text in pieces: nothing is lost, whatever is marked in it."""

import time

from django.template.loader import render_to_string
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from screening import reading
from screening.words import marking
from screening.words.marking import Look, Marks, Quoted
from screening.words.matching import Finder, Span, Wanted, without_overlap

LOOKS = [
    Look("include", "for", "green", "Good"),
    Look("exclude", "against", "red", "Bad"),
]
SPANS = st.lists(
    st.builds(
        lambda start, length, of: Span(start, start + length, of),
        st.integers(0, 30),
        st.integers(1, 10),
        st.integers(0, 1),
    ),
    max_size=8,
)
QUOTES = st.lists(
    st.builds(
        lambda start, length: Quoted(start, start + length),
        st.integers(0, 30),
        st.integers(1, 20),
    ),
    max_size=4,
)


class MarkingTests(SimpleTestCase):
    def test_an_abstract_of_very_many_parts_is_marked_soon(self) -> None:
        text = "METHODS: a b. " * 20_000
        spans = Finder([Wanted(("a", "b"))]).spans(text)
        parts = reading.parts(text)
        before = time.process_time()
        found = marking.parts(parts, Marks(spans, LOOKS))
        self.assertLess(time.process_time() - before, 5)
        marked = [piece for part in found for piece in part.text_pieces if piece.look]
        self.assertEqual(len(marked), len(spans))

    @given(st.text(max_size=40), SPANS, QUOTES)
    def test_the_pieces_put_together_are_the_text(
        self, text: str, spans: list[Span], quotes: list[Quoted]
    ) -> None:
        marks = Marks(without_overlap(spans), LOOKS, quotes)
        pieces = marks.pieces(text)
        self.assertEqual("".join(piece.text for piece in pieces), text)
        at = 0
        for piece in pieces:
            for place in range(at, at + len(piece.text)):
                quoted = any(each.start <= place < each.end for each in quotes)
                self.assertEqual(piece.quoted, quoted)
            at += len(piece.text)

    def test_a_quote_over_a_highlight_shows_both(self) -> None:
        marks = Marks([Span(0, 5, 0)], LOOKS, [Quoted(2, 8)])
        found = [(each.text, each.css) for each in marks.pieces("abcdefghij")]
        self.assertEqual(
            found,
            [
                ("ab", "tf-mark tf-mark-include tf-mark-green tf-mark-begins"),
                ("cde", "tf-mark tf-mark-include tf-mark-green tf-quoted"),
                ("fgh", "tf-quoted"),
                ("ij", ""),
            ],
        )

    def test_parts_of_an_abstract_know_where_they_stand(self) -> None:
        abstract = "  BACKGROUND: Ketamine works. METHODS:  A trial.\n"
        for part in reading.parts(abstract):
            at = part.heading_at
            self.assertEqual(abstract[at : at + len(part.heading)], part.heading)
            at = part.text_at
            self.assertEqual(abstract[at : at + len(part.text)], part.text)

    def test_marks_of_the_whole_abstract_come_to_its_parts(self) -> None:
        abstract = "METHODS: A trial. RESULTS: The trial ended."
        found = Marks(Finder([Wanted(("trial", "results"))]).spans(abstract), LOOKS)
        parts = marking.parts(reading.parts(abstract), found)
        marked = [
            piece.text
            for part in parts
            for piece in [*part.heading_pieces, *part.text_pieces]
            if piece.look
        ]
        self.assertEqual(marked, ["trial", "RESULTS", "trial"])

    def test_what_is_marked_is_escaped_as_any_text(self) -> None:
        text = "<script>alert(1)</script> & trial"
        marks = Marks(Finder([Wanted(("script", "trial"))]).spans(text), LOOKS)
        html = render_to_string(
            "screening/words/_title.html", {"title_pieces": marks.pieces(text)}
        )
        self.assertNotIn("<script", html)
        self.assertIn(">script</mark>", html)
        self.assertIn("&lt;", html)
