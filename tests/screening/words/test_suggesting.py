"""Words that the protocol suggests: phrases without small words, for choosing."""

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from screening.words import suggesting, typed
from screening.words.matching import Finder, Wanted


def suggested(text: str) -> tuple[str, ...]:
    found = suggesting.suggest({"population": [text]})
    return found[0].words if found else ()


class SuggestingTests(SimpleTestCase):
    def test_takes_phrases_between_small_words(self) -> None:
        found = suggested(
            "Adults with major depressive disorder (MDD), not in children"
        )
        self.assertEqual(
            found, ("MDD", "adult*", "major depressive disorder", "children")
        )

    def test_both_spellings_and_both_numbers_are_found(self) -> None:
        (words,) = suggesting.suggest({"design": ["Randomised cross-over trials"]})
        self.assertIn("randomi?ed cross-over trial*", words.words)
        text = "A randomized cross over trial, randomised cross-over trials."
        found = Finder([Wanted(words.words)]).spans(text)
        self.assertEqual(len(found), 2)

    def test_a_word_stands_under_one_meaning(self) -> None:
        found = suggesting.suggest(
            {"population": ["depression"], "include": ["Depression"]}
        )
        self.assertEqual([each.meaning for each in found], ["population"])

    def test_small_words_alone_suggest_nothing(self) -> None:
        self.assertEqual(suggested("Patients who were not included in any other"), ())
        self.assertEqual(suggested(""), ())

    @given(st.text(max_size=300))
    def test_whatever_the_protocol_says_the_words_can_be_typed(self, text: str) -> None:
        for word in suggested(text):
            try:
                typed.lines(word)
            except typed.WordsRefused as error:
                self.fail(f"{word!r}: {error}")
