"""Quotes: exact, one's own until the record is closed, and found after an edit."""

import time

from django.db import DatabaseError, transaction
from django.test import TestCase
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase

from reviews import access
from reviews.models import Record, Review
from screening import decisions, exports, marks, quotes
from screening.models import Choice, Quote
from tests.cast import Cast
from tests.factories import (
    create_criterion,
    create_record,
    create_report,
    create_staffed_review,
)

ABSTRACT = (
    "BACKGROUND: Ketamine works.\r\nMETHODS: A trial of  ketamine. It was a trial."
)


class QuoteCase(TestCase):
    review: Review
    cast: Cast
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(
            review=cls.review, title="Ketamine in trials", abstract=ABSTRACT
        )

    def fresh(self) -> Record:
        return Record.objects.select_related("review").get(pk=self.record.pk)

    def mark(self, words: str, field: str = "abstract", **more: object) -> Quote:
        return quotes.mark(
            self.fresh(),
            field,
            words,
            person=self.cast.bob,
            **more,  # type: ignore[arg-type]  # the keywords of mark
        )

    def read(self, reader: str) -> list[str]:
        found = quotes.of(self.fresh(), getattr(self.cast, reader))
        return [quote.text for quote in found]


class MarkingTests(QuoteCase):
    def test_pasted_words_are_found_whatever_their_spaces_and_capitals(self) -> None:
        quote = self.mark("a TRIAL of ketamine")
        self.assertEqual(quote.text, "A trial of  ketamine")
        self.assertEqual(ABSTRACT[quote.start : quote.end], quote.text)
        self.assertEqual(self.mark("Ketamine in", "title").text, "Ketamine in")

    def test_words_that_are_not_there_or_not_once_are_refused(self) -> None:
        for words in ("esketamine", "", "trial"):
            with self.assertRaises(quotes.NotThere):
                self.mark(words)
        self.assertEqual(Quote.objects.count(), 0)

    def test_a_text_that_says_the_same_over_and_over_is_searched_soon(self) -> None:
        text = "a " * 300_000
        before = time.process_time()
        with self.assertRaisesMessage(quotes.NotThere, "more than once"):
            quotes.located(text, "a " * 2400 + "a", None, "")
        version = quotes.version_of(text)
        start, end = quotes.located(text, "a " * 2400 + "A", (5000, 5009), version)
        self.assertEqual(text[start:end], "a " * 2400 + "a")
        self.assertLess(abs(start - 5000), 5000)
        made = Quote(text="a " * 2400, start=5000, end=9800, field="abstract")
        (placed,) = quotes.placed_in({"abstract": text}, [made])
        self.assertTrue(placed.is_edited)
        self.assertLess(abs(placed.start - 5000), 5000)
        self.assertLess(time.process_time() - before, 5)

    def test_a_selection_is_taken_where_it_is(self) -> None:
        start = ABSTRACT.rindex("a trial")
        version = quotes.version_of(ABSTRACT)
        quote = self.mark("a  trial.", at_place=(start, start + 8), version=version)
        self.assertEqual((quote.start, quote.text), (start, "a trial."))

    def test_a_place_that_a_browser_counted_otherwise_is_found_nearby(self) -> None:
        start = ABSTRACT.rindex("trial")
        version = quotes.version_of(ABSTRACT)
        # A browser has one character for the line break.
        quote = self.mark("trial", at_place=(start - 1, start + 4), version=version)
        self.assertEqual((quote.start, quote.text), (start, "trial"))

    def test_a_place_in_an_older_version_is_not_believed(self) -> None:
        with self.assertRaises(quotes.NotThere):
            self.mark("", at_place=(0, 5), version="0" * 64)

    def test_the_same_words_are_one_quote(self) -> None:
        first = self.mark("Ketamine works")
        self.assertEqual(self.mark("Ketamine works"), first)
        more = self.mark("Ketamine works", remark="Says it works")
        self.assertEqual(more.supersedes, first)
        self.assertEqual(self.read("bob"), ["Ketamine works"])

    def test_a_criterion_is_kept_in_the_wording_of_the_day(self) -> None:
        criterion = create_criterion(review=self.review, code="E1", text="Old wording")
        quote = self.mark("Ketamine works", criterion=criterion, remark=" So ")
        assert quote.criterion is not None
        self.assertEqual((quote.criterion.text, quote.remark), ("Old wording", "So"))

    def test_what_is_taken_away_is_kept_and_comes_back(self) -> None:
        quote = self.mark("Ketamine works")
        quotes.take_away(quote, person=self.cast.bob)
        quotes.take_away(quote, person=self.cast.bob)
        self.assertEqual(self.read("bob"), [])
        quotes.put_back(quote, person=self.cast.bob)
        self.assertEqual(self.read("bob"), ["Ketamine works"])
        self.assertEqual(Quote.objects.count(), 3)
        with self.assertRaises(access.WrongRole):
            quotes.take_away(quote, person=self.cast.carol)
        with self.assertRaises(DatabaseError), transaction.atomic():
            Quote.objects.update(text="x")

    def test_only_reviewers_mark(self) -> None:
        for name in ("vera", "alice", "mallory"):
            with self.assertRaises(access.WrongRole):
                quotes.mark(
                    self.record,
                    "abstract",
                    "Ketamine works",
                    person=getattr(self.cast, name),
                )


class SightTests(QuoteCase):
    def test_a_quote_is_ones_own_until_the_record_is_settled(self) -> None:
        self.mark("Ketamine works")
        decisions.decide(self.fresh(), Choice.INCLUDE, reviewer=self.cast.bob)
        for name in ("carol", "dan", "alice", "vera"):
            self.assertEqual(self.read(name), [])
        decisions.decide(self.fresh(), Choice.INCLUDE, reviewer=self.cast.carol)
        self.assertEqual(self.read("carol"), ["Ketamine works"])

    def test_a_conflict_shows_both_sides_to_those_who_may_settle_it(self) -> None:
        self.mark("Ketamine works")
        decisions.decide(self.fresh(), Choice.INCLUDE, reviewer=self.cast.bob)
        decisions.decide(self.fresh(), Choice.EXCLUDE, reviewer=self.cast.carol)
        self.assertEqual(self.read("carol"), ["Ketamine works"])
        self.assertEqual(self.read("vera"), [])
        shown = marks.of_people(
            self.fresh(),
            self.cast.dan,
            quotes.of(self.fresh(), self.cast.dan),
            {self.cast.bob.pk: "First"},
        )
        by = [
            piece.quoted_by
            for part in shown["abstract"]
            for piece in part.text_pieces
            if piece.quoted
        ]
        self.assertEqual(by, ["First"])

    def test_an_edit_of_the_record_is_told_and_the_words_are_found_again(self) -> None:
        kept, gone = self.mark("Ketamine works"), self.mark("It was")
        Record.objects.filter(pk=self.record.pk).update(
            abstract="New. Ketamine works. The end."
        )
        placed = quotes.placed(self.fresh(), [kept, gone])
        self.assertEqual([each.is_edited for each in placed], [True, True])
        self.assertEqual([each.is_gone for each in placed], [False, True])
        self.assertEqual((placed[0].start, placed[0].end), (5, 19))

    def test_quotes_leave_with_the_decisions_of_a_closed_stage(self) -> None:
        self.mark("Ketamine works")
        for person in (self.cast.bob, self.cast.carol):
            decisions.decide(self.fresh(), Choice.INCLUDE, reviewer=person)
        (frame,) = exports.frames(self.review)
        said = dict(zip(frame["person"], frame["quotes"], strict=True))
        self.assertEqual(said, {"bob": "“Ketamine works”", "carol": ""})

    def test_a_full_text_has_the_abstract_of_its_record(self) -> None:
        report = create_report(review=self.review)
        record = report.records.get()
        Record.objects.filter(pk=record.pk).update(abstract="Words of it.")
        quote = quotes.mark(report, "abstract", "words of", person=self.cast.bob)
        self.assertEqual((quote.text, quote.stage), ("Words of", "full_text"))


class PageTests(QuoteCase):
    def post(self, name: str, *args: object, **data: str) -> str:
        self.client.force_login(self.cast.bob)
        url = reverse(f"screening:quote_{name}", args=[self.review.slug, *args])
        return self.client.post(url, data, follow=True).content.decode()

    def test_pasted_words_are_marked_without_a_script(self) -> None:
        page = self.post(
            "record",
            self.record.pk,
            quote_field="abstract",
            quote_words="Ketamine works",
            note="half written",
        )
        self.assertIn("half written", page)
        self.assertIn('<mark class="tf-quoted">Ketamine works</mark>', page)

    def test_what_is_wrong_is_said_and_nothing_is_lost(self) -> None:
        page = self.post(
            "record",
            self.record.pk,
            quote_field="abstract",
            quote_words="nowhere",
            note="half written",
        )
        self.assertIn("do not stand there", page)
        self.assertIn("half written", page)

    def test_a_remark_is_said_and_the_quote_taken_away(self) -> None:
        token = self.mark("Ketamine works").token
        self.post("change", token, **{f"{token}-quote_remark": "It works"})
        last = Quote.objects.standing().get()
        self.assertEqual(last.remark, "It works")
        page = self.post("take_away", token, note="half")
        self.assertIn("Put it back", page)
        self.assertEqual(Quote.objects.standing().count(), 0)

    def test_anothers_quote_is_not_there(self) -> None:
        token = self.mark("Ketamine works").token
        self.client.force_login(self.cast.carol)
        for act in ("change", "take_away", "put_back"):
            url = reverse(f"screening:quote_{act}", args=[self.review.slug, token])
            self.assertEqual(self.client.post(url).status_code, 404)


class AnyTextTests(HypothesisCase):
    @given(st.text(min_size=1, max_size=80), st.data())
    def test_any_selection_is_kept_as_it_stands(
        self, text: str, data: st.DataObject
    ) -> None:
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        try:
            found = quotes.located(text, "", (start, end), quotes.version_of(text))
        except quotes.NotThere:
            self.assertFalse(text[start:end].strip())
        else:
            self.assertEqual(text[slice(*found)], text[start:end].strip())
