from django.test import TestCase

from reviews import access, searches
from reviews.bibliography import adding, editing, values
from reviews.duplicates import marking, splitting
from reviews.models import Event, Import, Record, Review, Search
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review


class ByHandTests(TestCase):
    review: Review
    cast: Cast
    search: Search

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="Citations", kind="citation")

    def add(self, **values: object) -> Record:
        given = {"title": "A trial found by hand", "authors": ["Dahl, P."], **values}
        return adding.add(self.search, given, by=self.cast.alice)

    def test_a_record_is_added_to_its_search_with_its_history(self) -> None:
        record = self.add(year=2020)
        self.assertEqual(self.review.records.get(), record)
        self.assertIsNone(record.source_import)
        event = Event.objects.get()
        self.assertEqual(event.action, "record.added")
        new = event.new or {}
        self.assertEqual(new["authors"], ["Dahl, P."])

    def test_a_record_needs_a_title_or_an_author(self) -> None:
        with self.assertRaises(values.Nameless):
            self.add(title="", authors=[])
        self.assertFalse(Record.objects.exists())

    def test_only_owners_add_and_edit(self) -> None:
        record = self.add()
        bob = self.cast.bob
        with self.assertRaises(access.WrongRole):
            adding.add(self.search, {"title": "T"}, by=bob)
        with self.assertRaises(access.WrongRole):
            editing.edit(record, {"title": "T"}, by=bob)
        with self.assertRaises(access.WrongRole):
            adding.take_out(record, by=bob)

    def test_adding_is_undone_and_done_again(self) -> None:
        record = self.add()
        adding.take_out(record, by=self.cast.alice)
        adding.take_out(record, by=self.cast.alice)
        self.assertFalse(self.review.records.exists())
        self.assertEqual(adding.known(self.review).get(), record)
        adding.put_back(record, by=self.cast.alice)
        self.assertEqual(self.review.records.get(), record)
        actions = list(Event.objects.order_by("pk").values_list("action", flat=True))
        self.assertEqual(
            actions, ["record.added", "record.taken_out", "record.put_back"]
        )

    def test_the_same_record_is_added_to_a_search_once(self) -> None:
        record = self.add(doi="10.1000/1")
        with self.assertRaises(adding.AlreadyAdded) as refused:
            self.add(doi="10.1000/1")
        self.assertEqual(refused.exception.record, record)
        self.add(doi="10.1000/1", year=2020)
        self.assertEqual(self.review.records.count(), 2)

    def test_what_was_taken_out_is_found_by_its_search(self) -> None:
        record = self.add()
        self.assertFalse(adding.taken_out(self.search))
        adding.take_out(record, by=self.cast.alice)
        self.assertEqual(adding.taken_out(self.search).get(), record)

    def test_a_search_stays_for_what_may_come_back(self) -> None:
        adding.take_out(self.add(), by=self.cast.alice)
        with self.assertRaises(searches.SearchInUse):
            searches.remove(self.search, by=self.cast.alice)

    def test_a_merged_record_is_taken_out_of_its_set_first(self) -> None:
        record, other = self.add(), create_record(review=self.review)
        marking.add(record, to=other, by=self.cast.alice)
        with self.assertRaises(adding.InASet):
            adding.take_out(record, by=self.cast.alice)
        record.refresh_from_db()
        splitting.split(record, by=self.cast.alice)
        adding.take_out(record, by=self.cast.alice)
        self.assertEqual(self.review.records.get(), other)

    def test_what_came_with_a_file_is_not_taken_out_by_hand(self) -> None:
        search = create_search(review=self.review)
        file = Import.objects.create(search=search, size=1, uploaded_by=self.cast.alice)
        from_file = create_record(review=self.review, search=search, source_import=file)
        with self.assertRaises(adding.FromAFile):
            adding.take_out(from_file, by=self.cast.alice)
