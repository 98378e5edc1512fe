"""A search is read whatever was typed, and told back in words."""

from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.terms import folding, matching, parsing
from reviews.terms.asking import EVERYWHERE, OF_A_RECORD, Term

PIECES = st.sampled_from(
    ["(", ")", '"', "“", "-", "–", "*", ":", " ", "OR", "AND", "NOT", "title:", "year:",
     "doi:", "note:", "a", "ketamine", "2010-2015", ">=2010", "α",
     "\x00", "''", "%", "\\"]
)  # fmt: skip
TYPED = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=200)


def told(text: str) -> str:
    return parsing.parse(text).told


class TellingTests(SimpleTestCase):
    def test_tells_what_it_understood(self) -> None:
        for text, expected in (
            ("ketamine", "“ketamine”"),
            ("ketamine  mice", "“ketamine” and “mice”"),
            ("a b OR c", "(“a” and “b”) or “c”"),
            ("a (b OR c)", "“a” and (“b” or “c”)"),
            ("a -b", "“a” and not “b”"),
            ('-"a b"', "not “a b”"),
            ("NOT NOT a", "“a”"),
            ("well-known", "“well known”"),
            ("keta*", "“keta…”"),
            ('"major depr"*', "“major depr…”"),
            ("title:ketamine", "“ketamine” in the title"),
            ("au:(x OR y)", "“x” among the authors or “y” among the authors"),
            ("title:-x", "not “x” in the title"),
            ("year:2015", "from the year 2015"),
            ("year:2010-2015", "from 2010 to 2015"),
            ("year:-2015", "not from the year 2015"),
            ("year:..2015", "from 2015 or before"),
            ("year:>2010", "from 2011 or later"),
            ("what: is", "“what” and “is”"),
            ("doi:10.1001/x", "“10 1001 x” in the DOI"),
            ("or and not", "“or” and “and” and “not”"),
        ):  # fmt: skip
            self.assertEqual(told(text), expected, text)

    def test_tells_what_it_could_not_understand(self) -> None:
        for text, problem in (
            ('"open', "second one"),
            ("(a", "no closing one"),
            ("a)", "no opening one"),
            ("a OR", "both sides"),
            ("AND a", "both sides"),
            ("NOT", "something to exclude"),
            ("a*b p*", "at least 2 letters"),
            ("year:soon", "is no year"),
            ("?!", "no letter and no digit"),
            ("note:x", "your own decisions"),
            ("a " * 60, "first 50"),
            ("(" * 30 + "a", "20 deep"),
        ):
            problems = " ".join(parsing.parse(text).problems)
            self.assertIn(problem, problems, text)

    def test_what_is_hidden_is_not_searched(self) -> None:
        asked = parsing.parse(
            "smith author:smith",
            fields=OF_A_RECORD - {"author"},
            everywhere=tuple(each for each in EVERYWHERE if each != "author"),
        )
        self.assertNotIn("author", asked.told)
        self.assertIn("not searched", " ".join(asked.problems))

    @settings(max_examples=500, deadline=None)
    @given(TYPED)
    def test_never_fails_and_always_says_something(self, text: str) -> None:
        asked = parsing.parse(text)
        self.assertEqual(asked.node is None, asked.told == "")
        if asked.node is None and not asked.is_empty:
            self.assertTrue(asked.problems, text)
        for term in asked.marked_in("title"):
            self.assertEqual(folding.words(" ".join(term.words)), list(term.words))

    @settings(max_examples=300, deadline=None)
    @given(st.text(max_size=80), TYPED)
    def test_marking_loses_nothing(self, text: str, typed: str) -> None:
        terms = parsing.parse(typed).marked_in("title")
        pieces = matching.pieces(text, terms)
        self.assertEqual("".join(piece.text for piece in pieces), text)
        matching.excerpt(text, terms)


class MarkingTests(SimpleTestCase):
    def hits(self, text: str, typed: str) -> list[str]:
        terms = parsing.parse(typed).marked_in("title")
        return [piece.text for piece in matching.pieces(text, terms) if piece.is_hit]

    def test_marks_words_as_they_stand(self) -> None:
        self.assertEqual(
            self.hits("Müller’s COVID-19", "muller covid-19"), ["Müller", "COVID-19"]
        )
        self.assertEqual(
            self.hits("TNF-α and TNF-alpha", "tnf-α"), ["TNF-α", "TNF-alpha"]
        )
        self.assertEqual(self.hits("trial, trials", "trial*"), ["trial", "trials"])
        self.assertEqual(self.hits("a b a", "-a b"), ["b"])

    def test_an_excerpt_stands_around_the_first_hit(self) -> None:
        text = "word " * 50 + "ketamine " + "word " * 80
        terms = (Term(("ketamine",)),)
        told = "".join(piece.text for piece in matching.excerpt(text, terms))
        self.assertIn("ketamine", told)
        self.assertLess(len(told), 260)
        self.assertEqual(matching.excerpt("nothing", terms), [])
