from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from reviews.terms import matching
from reviews.terms.asking import Term

WORDS = st.sampled_from(["a", "ab", "abc", "b2", "x"])
TEXTS = st.lists(
    st.one_of(WORDS, st.sampled_from([" ", "-", "_", ". ", "A", "AB"])), max_size=20
).map("".join)
TERMS = st.builds(
    Term, st.lists(WORDS, min_size=1, max_size=3).map(tuple), begins=st.booleans()
)


class HitsTests(TestCase):
    @given(text=TEXTS, terms=st.lists(TERMS, max_size=3))
    def test_a_plain_text_has_the_hits_of_any_other(
        self, text: str, terms: list[Term]
    ) -> None:
        plain = matching.pieces(text, terms)
        # A letter that is not plain, at the end and apart, takes the other way.
        other = matching.pieces(f"{text} é", terms)
        self.assertEqual("".join(piece.text for piece in plain), text)
        self.assertEqual(
            [piece for piece in plain if piece.is_hit],
            [piece for piece in other if piece.is_hit],
        )
