"""What nobody judged as screening stopped is said under the diagram (item 16a)."""

from datetime import UTC, datetime, timedelta

from django.test import TestCase

from reviews import overview, removals, waves
from reviews import records as settled_records
from reviews.exports import diagram
from reviews.flow import stopped
from reviews.flow.counting import flow
from reviews.models import JointRemoval, Record, Search
from tests.factories import create_record, create_search, create_staffed_review

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)
REASON = "Never screened: stop certificate 1"


class StoppedTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        search = create_search(review=cls.review)
        by_hand = create_search(review=cls.review, kind=Search.Kind.WEBSITE)
        cls.records = [
            create_record(review=cls.review, search=each, added_at=BEGIN)
            for each in (search, search, search, by_hand)
        ]

    def stop(self, removal: Record.Removal = Record.Removal.AUTOMATION) -> JointRemoval:
        return removals.remove(
            self.review,
            [each.pk for each in self.records[1:]],
            removal,
            reason=REASON,
            by=self.cast.alice,
            at=BEGIN + timedelta(days=1),
        )

    def told(self, at: datetime | None = None) -> list[str]:
        return list(stopped.footnotes(self.review, flow(self.review, as_of=at)))

    def test_says_nothing_where_everything_is_screened(self) -> None:
        self.assertEqual(self.told(), [])

    def test_says_that_no_tool_and_nobody_judged_them(self) -> None:
        self.stop()
        self.assertEqual(
            self.told(),
            [
                "2 records counted as marked as ineligible by automation tools were "
                "not judged by anybody, as screening stopped before (never screened: "
                "stop certificate 1). A tool ordered the records, and called none of "
                "them ineligible.",
                "1 record (by other methods) counted as marked as ineligible by "
                "automation tools was not judged by anybody, as screening stopped "
                "before (never screened: stop certificate 1). A tool ordered the "
                "records, and called none of them ineligible.",
            ],
        )

    def test_it_counts_what_stands_in_the_box(self) -> None:
        self.stop(Record.Removal.OTHER)
        found = flow(self.review)
        self.assertEqual(found.removed_for_other_reasons, 2)
        self.assertIn("2 records counted as removed for other", self.told()[0])
        settled_records.restore(self.records[1], by=self.cast.alice)
        self.assertIn("1 record counted as removed for other", self.told()[0])

    def test_it_is_said_of_the_moment_that_is_shown(self) -> None:
        made = self.stop()
        later = BEGIN + timedelta(days=2)
        removals.restore(made, by=self.cast.alice, because="Lifted", at=later)
        self.assertEqual(self.told(), [])
        self.assertEqual(self.told(BEGIN), [])
        self.assertEqual(len(self.told(BEGIN + timedelta(days=1, hours=1))), 2)
        self.assertEqual(self.told(later), [])

    def test_it_is_said_of_the_wave_that_is_shown(self) -> None:
        self.stop()
        waves.begin(self.review, name="Update", by=self.cast.alice)
        numbers = [
            len(stopped.footnotes(self.review, flow(self.review, wave=wave)))
            for wave in waves.in_order(self.review)
        ]
        self.assertEqual(numbers, [2, 0])

    def test_every_drawing_carries_it(self) -> None:
        self.stop()
        found = diagram.draw(self.review, flow(self.review))
        self.assertTrue(
            any("not judged by anybody" in str(note) for note in found.chart.notes)
        )

    def test_the_overview_tells_what_the_stop_does_not_cover(self) -> None:
        self.assertIsNone(overview.after_stop(self.review))
        made = self.stop()
        uncovered = overview.after_stop(self.review)
        assert uncovered is not None
        self.assertEqual(uncovered.waiting, 1)
        self.client.force_login(self.cast.alice)
        page = self.client.get(self.review.get_absolute_url())
        self.assertContains(page, "1 record waits</a> to be screened though")
        removals.restore(made, by=self.cast.alice, because="Lifted")
        self.assertIsNone(overview.after_stop(self.review))
