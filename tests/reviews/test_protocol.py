from django.test import TestCase

from reviews import access, protocol
from reviews.models import Amendment, Event
from tests.factories import create_record, create_staffed_review


class ProtocolTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()

    def describe(self, because: str = "", **facts: str) -> None:
        protocol.describe(self.review, facts, because=because, by=self.cast.alice)

    def test_is_written_freely_before_the_review_holds_records(self) -> None:
        self.describe(population="Adults", languages="English")
        self.describe(population="Adults over 60")
        self.review.protocol.refresh_from_db()
        self.assertEqual(self.review.protocol.population, "Adults over 60")
        self.assertEqual(self.review.protocol.languages, "English")
        self.assertFalse(Amendment.objects.exists())
        self.assertEqual(Event.objects.count(), 2)

    def test_is_amended_with_a_reason_once_the_review_holds_records(self) -> None:
        self.describe(population="Adults")
        create_record(review=self.review)
        with self.assertRaises(protocol.ReasonMissing):
            self.describe(population="Children")
        self.describe("Too few trials in adults.", population="Children")
        amendment = Amendment.objects.get()
        self.assertEqual(amendment.number, 1)
        self.assertEqual(amendment.what, "Population: “Children” in place of “Adults”")
        event = Event.objects.latest("pk")
        self.assertIn("Amendment 1", event.summary)
        self.assertEqual((event.new or {})["reason"], "Too few trials in adults.")

    def test_registration_and_notes_are_no_amendment(self) -> None:
        create_record(review=self.review)
        self.describe(registration="PROSPERO CRD42024000000", notes="Filed late.")
        self.assertFalse(Amendment.objects.exists())

    def test_saving_the_same_again_leaves_no_trace(self) -> None:
        create_record(review=self.review)
        self.describe(population="")
        self.assertFalse(Event.objects.exists())

    def test_amendments_are_numbered_in_order(self) -> None:
        create_record(review=self.review)
        self.describe("One.", languages="English")
        self.describe("Two.", languages="")
        told = list(self.review.amendments.order_by("number").values_list("what"))
        self.assertEqual(
            told, [("Languages: added “English”",), ("Languages: took out “English”",)]
        )

    def test_only_an_owner_writes_it(self) -> None:
        with self.assertRaises(access.WrongRole):
            protocol.describe(self.review, {"notes": "x"}, by=self.cast.bob)
