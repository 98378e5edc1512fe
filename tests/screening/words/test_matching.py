"""Where the words of lists stand in a text, whatever anybody types or imports."""

import tracemalloc
import unicodedata

from django.test import SimpleTestCase
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.words import wildcards
from screening.words.matching import MOST_SPANS, Finder, Span, Wanted
from screening.words.wildcards import Wildcards


def marked(text: str, *lists: Wanted) -> list[str]:
    """Return the words that are marked."""
    return [text[span.start : span.end] for span in Finder(lists).spans(text)]


def words(*lines: str, case: bool = False, whole: bool = True) -> Wanted:
    return Wanted(lines, matches_case=case, whole_words=whole)


class MatchingTests(SimpleTestCase):
    def test_marks_whole_words_whatever_their_capitals(self) -> None:
        text = "Ketamine and esketamine; KETAMINE, ketamine-like."
        self.assertEqual(
            marked(text, words("ketamine")), ["Ketamine", "KETAMINE", "ketamine"]
        )

    def test_marks_within_words_where_the_list_says_so(self) -> None:
        text = "Esketamine and norketamines"
        self.assertEqual(
            marked(text, words("ketamine", whole=False)), ["ketamine", "ketamine"]
        )

    def test_a_wildcard_stands_for_letters_and_marks_the_whole_word(self) -> None:
        text = "Randomised, randomized and randomly; women, woman, wombat"
        self.assertEqual(
            marked(text, words("randomi?ed", "wom?n")),
            ["Randomised", "randomized", "women", "woman"],
        )
        self.assertEqual(
            marked(text, words("random*")), ["Randomised", "randomized", "randomly"]
        )
        self.assertEqual(marked("esketamine", words("*ketamine")), ["esketamine"])

    def test_a_space_finds_a_hyphen_and_a_hyphen_a_space(self) -> None:
        text = "beta-blockers, beta blockers and beta–blockers; beta. Blockers"
        found = ["beta-blockers", "beta blockers", "beta–blockers"]
        self.assertEqual(marked(text, words("beta blocker*")), found)
        self.assertEqual(marked(text, words("beta-blocker*")), found)

    def test_reads_every_alphabet_and_leaves_accents_out(self) -> None:
        text = "β-blockers in Sjögren’s, depresión, λύπη and 抑郁症"
        self.assertEqual(
            marked(text, words("β-block*", "Sjogren's", "depresion", "λυπη", "抑郁症")),
            ["β-blockers", "Sjögren’s", "depresión", "λύπη", "抑郁症"],
        )

    def test_an_accent_written_apart_is_the_same_letter(self) -> None:
        text = unicodedata.normalize("NFD", "Ménière and Sjögren")
        self.assertEqual(
            marked(text, words("Ménière")), [unicodedata.normalize("NFD", "Ménière")]
        )
        self.assertEqual(
            marked(text, words("jögre", whole=False)),
            [unicodedata.normalize("NFD", "jögre")],
        )

    def test_capitals_matter_where_the_list_says_so(self) -> None:
        text = "AIDS and hearing aids"
        self.assertEqual(marked(text, words("AIDS", case=True)), ["AIDS"])
        self.assertEqual(marked(text, words("AIDS")), ["AIDS", "aids"])

    def test_a_sign_is_a_word_of_its_own(self) -> None:
        text = "CD4+ cells, CD4 cells and SF-36 (HIV/AIDS)"
        self.assertEqual(marked(text, words("CD4+")), ["CD4+"])
        self.assertEqual(
            marked(text, words("hiv/aids", "sf 36")), ["SF-36", "HIV/AIDS"]
        )

    def test_what_begins_first_is_marked_and_of_that_the_longest(self) -> None:
        text = "major depressive disorder"
        lists = [
            words("depressive disorder"),
            words("major"),
            words("major depressive"),
        ]
        self.assertEqual(Finder(lists).spans(text), [Span(0, 16, 2)])

    def test_of_two_lists_with_one_word_the_first_marks_it(self) -> None:
        lists = [words("trial*"), words("trial")]
        self.assertEqual(Finder(lists).spans("a trial"), [Span(2, 7, 0)])

    def test_what_looks_like_a_pattern_is_only_letters(self) -> None:
        text = "p (a+)+$ .* [x]"
        self.assertEqual(marked(text, words("(a+)+$")), ["(a+)+$"])
        self.assertEqual(marked(text, words(".", "[x]")), [".", "[x]"])

    def test_finds_the_same_when_each_list_is_looked_for_by_itself(self) -> None:
        text = "one two three two"
        both = Finder([words("one"), words("two")]).spans(text)
        self.assertEqual([(s.start, s.of) for s in both], [(0, 0), (4, 1), (14, 1)])


LETTERS = st.text("ab?*", min_size=1, max_size=8)
ANY = st.text(max_size=60)


def fits(pattern: str, word: str) -> bool:
    """Tell whether a word fulfils a pattern, by the definition of the wildcards."""
    if not pattern:
        return not word
    if pattern[0] == "*":
        return any(fits(pattern[1:], word[at:]) for at in range(len(word) + 1))
    rest = bool(word) and fits(pattern[1:], word[1:])
    return rest and pattern[0] in ("?", word[0])


class WildcardTests(SimpleTestCase):
    @given(
        st.lists(LETTERS, min_size=1, max_size=6, unique=True),
        st.text("ab", max_size=8),
    )
    def test_all_patterns_at_once_find_what_each_finds_alone(
        self, patterns: list[str], word: str
    ) -> None:
        found = list(Wildcards(patterns).of(word))
        self.assertEqual(
            found, [n for n, each in enumerate(patterns) if fits(each, word)]
        )
        first = Wildcards(patterns).first(word)
        self.assertEqual(first, found[0] if found else None)

    @given(st.sets(st.integers(0, 300)))
    def test_the_bits_of_a_number_come_back(self, bits: set[int]) -> None:
        number = wildcards.number_of(bits)
        self.assertEqual(list(wildcards.bits_of(number)), sorted(bits))
        if bits:
            self.assertEqual(wildcards.lowest(number), min(bits))


class SafetyTests(SimpleTestCase):
    @given(
        ANY,
        st.lists(
            st.tuples(st.lists(ANY, max_size=4), st.booleans(), st.booleans()),
            max_size=3,
        ),
    )
    @settings(max_examples=200)
    def test_whatever_is_typed_marks_lie_in_the_text_and_apart(
        self, text: str, typed: list[tuple[list[str], bool, bool]]
    ) -> None:
        lists = [Wanted(tuple(lines), case, whole) for lines, case, whole in typed]
        spans = Finder(lists).spans(text)
        end = 0
        for span in spans:
            self.assertLessEqual(end, span.start)
            self.assertLess(span.start, span.end)
            self.assertLessEqual(span.end, len(text))
            self.assertLess(span.of, len(lists))
            end = span.end

    @given(
        st.text("ab -", min_size=1, max_size=40), st.text("ab", min_size=1, max_size=6)
    )
    def test_a_word_of_the_text_is_always_found(self, text: str, word: str) -> None:
        placed = f"{text} {word} {text}"
        self.assertIn(word, marked(placed, words(word)))

    def test_the_work_grows_with_the_text_and_not_faster(self) -> None:
        """Counted, not timed: each letter is looked at once by all of a block."""
        nasty = ["a" * n + "*" for n in range(2, 60)] + [
            "*a?" + "a?" * n for n in range(9)
        ]
        steps = []
        for length in (1_000, 10_000):
            counted = Counted(nasty)
            list(counted.of("a" * length))
            steps.append(counted.steps / len(counted.blocks))
        self.assertEqual(steps, [1_000, 10_000])

    def test_memory_grows_with_the_lists_and_not_faster(self) -> None:
        letters = [chr(0x4E00 + number) for number in range(20_000)]
        rare = [
            "?" + "".join(letters[at : at + 40]) + "*" for at in range(0, 20000, 40)
        ]
        phrases = [f"a{at} b{at} c{at} d{at} e{at}" for at in range(2000)]
        for lines in (rare, phrases):
            with self.subTest(lines[0]):
                half, whole = memory(lines[: len(lines) // 2]), memory(lines)
                self.assertLess(whole, 2.6 * half)
                self.assertLess(whole, 12_000_000)

    def test_what_stands_in_a_later_block_is_found_as_in_the_first(self) -> None:
        lines = [f"w{number:04}x*" for number in range(600)]
        found = Wildcards([*lines, "w0003*"])
        self.assertEqual(list(found.of("w0003xy")), [3, 600])
        self.assertEqual(found.first("w0599x"), 599)
        self.assertEqual(found.first("w0600x"), None)
        phrases = tuple(f"left{number} right{number}" for number in range(2000))
        spans = Finder([Wanted(phrases)]).spans("left1999 right1999 left0 right0")
        self.assertEqual(spans, [Span(0, 18, 0), Span(19, 31, 0)])

    def test_no_more_words_are_marked_than_anybody_reads(self) -> None:
        self.assertEqual(len(Finder([words("aa")]).spans("aa " * 20_000)), MOST_SPANS)


class Counted(Wildcards):
    """Counts the letters that are looked up."""

    def __init__(self, patterns: list[str]) -> None:
        super().__init__(patterns)
        self.steps = 0
        counted = self

        class Letters(dict[str, int]):
            def get(self, letter: str, wild: int = 0) -> int:  # type: ignore[override]  # counts
                counted.steps += 1
                return super().get(letter, wild)

        for block in self.blocks:
            block.letters = Letters(block.letters)


def memory(lines: list[str]) -> int:
    """Return how many bytes the finder of some lines holds."""
    tracemalloc.start()
    try:
        finder = Finder([Wanted(tuple(lines))])
        held, _ = tracemalloc.get_traced_memory()
        del finder
        return held
    finally:
        tracemalloc.stop()
