"""A day means its end; what is yet to come means today."""

from datetime import UTC, date, datetime, timedelta

from django.test import SimpleTestCase, TestCase, override_settings

from reviews import events, moments
from tests.factories import create_review, create_staffed_review

NOW = datetime(2026, 5, 31, 12, tzinfo=UTC)


class ReadingTests(SimpleTestCase):
    def test_a_day_means_its_end(self) -> None:
        found = moments.read("2026-05-30", now=NOW)
        self.assertEqual(found, datetime(2026, 5, 30, 23, 59, 59, 999999, tzinfo=UTC))

    @override_settings(TIME_ZONE="America/New_York")
    def test_a_day_is_that_of_the_instance(self) -> None:
        found = moments.read("2026-05-29", now=NOW)
        assert found
        self.assertEqual(found.astimezone(UTC).date(), date(2026, 5, 30))

    def test_a_moment_is_taken_as_it_is(self) -> None:
        wanted = datetime(2026, 5, 30, 8, tzinfo=UTC)
        for text in (
            "2026-05-30T10:00:00+02:00",
            "2026-05-30T10:00:00 02:00",
            "2026-05-30T08:00:00",
            "2026-05-30 08:00",
        ):
            self.assertEqual(moments.read(text, now=NOW), wanted)

    def test_nothing_today_and_the_future_mean_today(self) -> None:
        for text in ("", " ", "2026-05-31", "2030-01-01", "2026-06-01T00:00:00"):
            self.assertIsNone(moments.read(text, now=NOW), text)

    def test_a_day_that_has_not_come_is_told_from_today(self) -> None:
        told = {
            text: moments.is_to_come(text, now=NOW)
            for text in ("", "2026-05-30", "2026-05-31", "2026-06-01", "2099-01-01")
        }
        self.assertEqual(list(told.values()), [False, False, False, True, True])

    def test_odd_texts_are_a_day_or_are_refused(self) -> None:
        for text in (
            "\u0662\u0660\u0662\u0666-05-31",
            "2026-5-1",
            "1e9",
            "2026-05-31T25:00:00",
            "2026-05-31T10:00:00+99:00",
            "\x00",
            "-001-01-01",
            "2026-13-01",
            "%",
            "9" * 5000,
        ):
            with self.assertRaises(moments.NotADate):
                moments.read(text, now=NOW)

    def test_what_is_no_day_is_refused_in_words(self) -> None:
        for text in ("yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "2026"):
            with self.assertRaises(moments.NotADate):
                moments.read(text, now=NOW)

    def test_what_is_written_reads_back(self) -> None:
        for text in ("2026-05-30", "2026-05-30T10:00:00.123456+00:00", ""):
            self.assertEqual(moments.written(moments.read(text, now=NOW)), text)


class DaysTests(TestCase):
    def test_tells_the_days_on_which_something_happened(self) -> None:
        review, cast = create_staffed_review()
        other = create_review(owner=cast.alice)
        self.assertEqual((moments.days(review), moments.first_day(review)), ([], None))
        for hours in (0, 1, 49):
            at = NOW + timedelta(hours=hours)
            events.record(review, "record.settled", "x", by=cast.alice, at=at)
        events.record(other, "record.settled", "x", by=cast.alice, at=NOW)
        self.assertEqual(moments.days(review), ["2026-05-31", "2026-06-02"])
        self.assertEqual(moments.first_day(review), date(2026, 5, 31))

    def test_a_day_is_that_of_the_instance(self) -> None:
        review, cast = create_staffed_review()
        late = datetime(2026, 5, 31, 23, 30, tzinfo=UTC)
        events.record(review, "review.changed", "x", by=cast.alice, at=late)
        self.assertEqual(moments.days(review), ["2026-05-31"])
        with override_settings(TIME_ZONE="Europe/Rome"):
            self.assertEqual(moments.days(review), ["2026-06-01"])
