from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from reviews.models import Settlement
from screening.extraction import values
from screening.extraction.values import Kind, Reading, Ruling
from screening.settling import State

CHOICES = ("Rapid", "Rapid and sustained", "None")


def reading(entry: int, value: values.Value | None, kind: str = Kind.TEXT) -> Reading:
    return Reading(entry, entry, value, values.key(kind, value), 1)


class SameTests(SimpleTestCase):
    def assert_same(self, kind: str, one: values.Value, other: values.Value) -> None:
        self.assertEqual(values.key(kind, one), values.key(kind, other))

    def assert_differ(
        self, kind: str, one: values.Value | None, other: values.Value | None
    ) -> None:
        self.assertNotEqual(values.key(kind, one), values.key(kind, other))

    def test_texts_are_the_same_but_for_white_space(self) -> None:
        self.assert_same(Kind.TEXT, " 3  years\nof charts ", "3 years of charts")
        self.assert_differ(Kind.TEXT, "3 years", "4 years")
        self.assert_differ(Kind.TEXT, "US", "us")

    def test_numbers_are_the_same_by_what_they_are_worth(self) -> None:
        self.assert_same(Kind.NUMBER, "46.50", "+46.5")
        self.assert_same(Kind.NUMBER, "-0", "0")
        self.assert_differ(Kind.NUMBER, "1" * 40, "1" * 39 + "2")
        self.assert_differ(Kind.TEXT, "46.50", "46.5")

    def test_choices_are_the_same_as_sets(self) -> None:
        self.assert_same(Kind.MULTIPLE, ["a", "b"], ["b", "a"])
        self.assert_differ(Kind.MULTIPLE, ["a"], ["a", "b"])

    def test_dates_are_the_same_when_they_say_as_much(self) -> None:
        self.assert_same(Kind.DATE, "2024-09", "2024-09")
        self.assert_differ(Kind.DATE, "2024-09", "2024-09-01")

    def test_not_reported_is_the_same_as_itself_alone(self) -> None:
        self.assertEqual(values.key(Kind.TEXT, None), values.key(Kind.NUMBER, None))
        self.assert_differ(Kind.TEXT, None, "Not reported")


class CleanTests(SimpleTestCase):
    def test_keeps_what_was_written(self) -> None:
        for kind, written, kept in (
            (Kind.TEXT, "  MADRS\r\nand HAM-D ", "MADRS\nand HAM-D"),
            (Kind.NUMBER, "46.50", "46.50"),
            (Kind.NUMBER, "−5", "-5"),
            (Kind.CHOICE, "Rapid", "Rapid"),
            (Kind.MULTIPLE, ["None", "Rapid", "None"], ["Rapid", "None"]),
            (Kind.DATE, "2024", "2024"),
            (Kind.DATE, "2024-02-29", "2024-02-29"),
        ):
            self.assertEqual(values.clean(kind, written, CHOICES), kept)

    def test_refuses_what_is_no_value(self) -> None:
        for kind, written in (
            (Kind.TEXT, "   "),
            (Kind.NUMBER, "1,234"),
            (Kind.NUMBER, "41 patients"),
            (Kind.NUMBER, "NaN"),
            (Kind.NUMBER, "1e400"),
            (Kind.CHOICE, "Slow"),
            (Kind.MULTIPLE, []),
            (Kind.MULTIPLE, ["Rapid", "Slow"]),
            (Kind.DATE, "2023-02-29"),
            (Kind.DATE, "29/02/2024"),
            (Kind.DATE, "0000"),
        ):
            with self.assertRaises(values.NotAValue, msg=written):
                values.clean(kind, written, CHOICES)

    @given(st.sampled_from(list(Kind)), st.text())
    def test_any_text_is_kept_or_refused_and_keeping_again_changes_nothing(
        self, kind: str, written: str
    ) -> None:
        try:
            kept = values.clean(kind, written, CHOICES)
        except values.NotAValue:
            return
        self.assertEqual(values.clean(kind, kept, CHOICES), kept)
        self.assertTrue(values.key(kind, kept))


class OutcomeTests(SimpleTestCase):
    def test_waits_for_as_many_as_the_protocol_asks_for(self) -> None:
        self.assertEqual(values.outcome([], None, required=1), values.AWAITING)
        one = [reading(1, "US")]
        self.assertEqual(values.outcome(one, None, required=2), values.AWAITING)
        settled = values.outcome(one, None, required=1)
        self.assertEqual(settled.settlement, Settlement.SINGLE)

    def test_takes_the_earliest_of_those_that_agree(self) -> None:
        two = [reading(2, "46.5", Kind.NUMBER), reading(1, "46.50", Kind.NUMBER)]
        settled = values.outcome(two, None, required=2)
        self.assertEqual(settled.value, "46.50")
        self.assertEqual(settled.settlement, Settlement.AGREEMENT)

    def test_both_may_agree_that_it_is_not_reported(self) -> None:
        two = [reading(1, None), reading(2, None)]
        settled = values.outcome(two, None, required=2)
        self.assertIs(settled.state, State.SETTLED)
        self.assertIsNone(settled.value)

    def test_a_consensus_holds_for_the_very_entries_that_it_resolved(self) -> None:
        two = [reading(1, "US"), reading(2, "UK")]
        self.assertEqual(values.outcome(two, None, required=2), values.CONFLICT)
        ruling = Ruling(3, "UK", "consensus", 1, frozenset({1, 2}))
        settled = values.outcome(two, ruling, required=2)
        self.assertEqual(settled.settlement, Settlement.CONSENSUS)
        changed = [reading(4, "IE"), reading(2, "UK")]
        self.assertEqual(values.outcome(changed, ruling, required=2), values.CONFLICT)
