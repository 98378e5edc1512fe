from datetime import UTC, datetime

from django.test import TestCase
from django.urls import reverse

from reviews import events
from tests.factories import create_staffed_review


class EventListTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="sleep")
        cls.url = reverse("reviews:event_list", args=["sleep"])
        for number, (action, by) in enumerate(
            (("search.recorded", cls.cast.alice), ("record.settled", None)), start=1
        ):
            events.record(
                cls.review,
                action,
                f"Happening {number}",
                by=by,
                at=datetime(2026, 3, number, 12, tzinfo=UTC),
            )

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def shown(self, **asked: str | int) -> list[str]:
        response = self.client.get(self.url, asked)
        return [event.summary for event in response.context["page_obj"]]

    def test_lists_the_newest_first_with_who_did_it(self) -> None:
        self.assertEqual(self.shown(), ["Happening 2", "Happening 1"])
        response = self.client.get(self.url)
        self.assertContains(response, "Search recorded")
        self.assertContains(response, "Twofold</td>")

    def test_filters_by_action_person_period_and_text(self) -> None:
        first = ["Happening 1"]
        self.assertEqual(self.shown(action="search.recorded"), first)
        self.assertEqual(self.shown(by=self.cast.alice.pk), first)
        self.assertEqual(self.shown(until="2026-03-01"), first)
        self.assertEqual(self.shown(since="2026-03-02"), ["Happening 2"])
        self.assertEqual(self.shown(text="ning 1"), first)
        self.assertEqual(self.shown(text="nowhere"), [])

    def test_offers_only_people_of_this_review(self) -> None:
        response = self.client.get(self.url)
        self.assertNotContains(response, "Mallory")

    def test_asks_the_database_as_often_for_many(self) -> None:
        for number in range(120):
            events.record(
                self.review, "search.changed", str(number), by=self.cast.alice
            )
        self.assertEqual(len(self.shown()), 50)
        with self.assertNumQueries(9):
            self.client.get(self.url)
