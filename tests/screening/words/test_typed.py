"""What may stand in a list, and the words that tell why not."""

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from screening.words import files, typed
from screening.words.typed import MOST_LINES, WordsRefused


class TypedTests(SimpleTestCase):
    def refused(self, text: str) -> str:
        with self.assertRaises(WordsRefused) as caught:
            typed.lines(text)
        return str(caught.exception)

    def test_a_line_is_a_word_and_each_stands_once(self) -> None:
        found = typed.lines("ketamine\n\n  wom?n  \nketamine\nbeta   blocker*\n")
        self.assertEqual(found, ("ketamine", "wom?n", "beta blocker*"))

    def test_a_list_has_a_word_and_not_too_many(self) -> None:
        self.assertIn("at least one", self.refused(" \n "))
        many = "\n".join(f"word{n}" for n in range(MOST_LINES + 1))
        self.assertIn("Make two lists", self.refused(many))

    def test_a_wildcard_needs_letters(self) -> None:
        self.assertIn("nearly everything", self.refused("*"))
        self.assertIn("nearly everything", self.refused("a*"))
        self.assertIn("nearly everything", self.refused("wide * word"))
        self.assertIn("wildcards", self.refused("a?b?c?d?e?f"))

    def test_a_line_is_short(self) -> None:
        self.assertIn("longer than", self.refused("x" * 101))
        self.assertIn("more than 10 words", self.refused("a " * 11))
        self.assertIn("no letter", self.refused("–"))

    def test_several_problems_are_told_a_few_at_a_time(self) -> None:
        self.assertIn(
            "And 3 more", self.refused("\n".join(f"{c}*" for c in "abcdefgh"))
        )

    @given(st.text(max_size=200))
    def test_what_is_taken_is_taken_again_as_it_is(self, text: str) -> None:
        try:
            found = typed.lines(text)
        except WordsRefused as error:
            self.assertTrue(error.problems)
        else:
            self.assertEqual(typed.lines("\n".join(found)), found)


class FileTests(SimpleTestCase):
    def test_reads_what_another_review_wrote(self) -> None:
        data = (
            b"list,meaning,colour,whole_words,matches_case,word\r\n"
            b"Designs,design,grey,yes,no,randomi?ed\r\n"
            b"Designs,design,grey,yes,no,'-adic\r\n"
            b"Short,other,red,no,yes,AIDS\r\n"
        )
        found = files.read(data)
        self.assertEqual([each.name for each in found], ["Designs", "Short"])
        self.assertEqual(found[0].words, "randomi?ed\n-adic")
        self.assertTrue(found[1].matches_case)
        self.assertFalse(found[1].whole_words)

    def test_two_columns_are_enough(self) -> None:
        (found,) = files.read(b"word,list\nketamine,Drugs\n")
        self.assertEqual((found.name, found.meaning), ("Drugs", "other"))

    def test_says_what_is_wrong_with_a_file(self) -> None:
        for data, problem in (
            (b"\xff\xfe\x00", "UTF-8"),
            (b"a,b\n1,2\n", "columns list and word"),
            (b"list,word\nA,\n", "no words"),
            (b"list,word\nA,*\n", "A: "),
            (b'list,word\nA,"open\n', "no CSV"),
        ):
            with self.assertRaisesMessage(files.UnreadableFile, problem):
                files.read(data)
