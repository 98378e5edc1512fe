from django.test import TestCase

from reviews import access, bibliography, searches
from reviews.duplicates import marking, splitting
from reviews.models import Event, Fingerprint, Import, Record, Review, Search
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
        return bibliography.add(self.search, given, by=self.cast.alice)

    def test_a_record_is_added_to_its_search_with_its_history(self) -> None:
        record = self.add(year=2020)
        self.assertEqual(self.review.records.get(), record)
        self.assertIsNone(record.source_import)
        event = Event.objects.get()
        self.assertEqual(event.action, "record.added")
        new = event.new or {}
        self.assertEqual(new["authors"], ["Dahl, P."])

    def test_a_record_needs_a_title_or_an_author(self) -> None:
        with self.assertRaises(bibliography.Nameless):
            self.add(title="", authors=[])
        self.assertFalse(Record.objects.exists())

    def test_only_owners_add_and_edit(self) -> None:
        record = self.add()
        bob = self.cast.bob
        with self.assertRaises(access.WrongRole):
            bibliography.add(self.search, {"title": "T"}, by=bob)
        with self.assertRaises(access.WrongRole):
            bibliography.edit(record, {"title": "T"}, by=bob)
        with self.assertRaises(access.WrongRole):
            bibliography.take_out(record, by=bob)

    def test_adding_is_undone_and_done_again(self) -> None:
        record = self.add()
        bibliography.take_out(record, by=self.cast.alice)
        bibliography.take_out(record, by=self.cast.alice)
        self.assertFalse(self.review.records.exists())
        self.assertEqual(bibliography.known(self.review).get(), record)
        bibliography.put_back(record, by=self.cast.alice)
        self.assertEqual(self.review.records.get(), record)
        actions = list(Event.objects.order_by("pk").values_list("action", flat=True))
        self.assertEqual(
            actions, ["record.added", "record.taken_out", "record.put_back"]
        )

    def test_a_search_stays_for_what_may_come_back(self) -> None:
        bibliography.take_out(self.add(), by=self.cast.alice)
        with self.assertRaises(searches.SearchInUse):
            searches.remove(self.search, by=self.cast.alice)

    def test_a_merged_record_is_taken_out_of_its_set_first(self) -> None:
        record, other = self.add(), create_record(review=self.review)
        marking.add(record, to=other, by=self.cast.alice)
        with self.assertRaises(bibliography.InASet):
            bibliography.take_out(record, by=self.cast.alice)
        record.refresh_from_db()
        splitting.split(record, by=self.cast.alice)
        bibliography.take_out(record, by=self.cast.alice)
        self.assertEqual(self.review.records.get(), other)


class EditTests(TestCase):
    review: Review
    cast: Cast
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.record = create_record(
            review=cls.review, title="A tiral", year=2020, original="TI  - A tiral"
        )

    def edit(self, **values: object) -> Record:
        return bibliography.edit(self.record, values, by=self.cast.alice)

    def test_the_original_stays_and_the_history_keeps_what_was_replaced(self) -> None:
        record = self.edit(title="A trial", year=2020)
        self.assertEqual(record.title, "A trial")
        self.assertEqual(record.original, "TI  - A tiral")
        event = Event.objects.get()
        self.assertEqual(event.old, {"title": "A tiral"})
        self.assertEqual(event.new, {"title": "A trial"})

    def test_without_a_difference_nothing_is_written(self) -> None:
        self.edit(title="A tiral")
        self.assertFalse(Event.objects.exists())

    def test_an_edit_is_taken_back(self) -> None:
        self.edit(title="A trial", journal="Trials")
        edit = bibliography.edits(self.record)[0]
        self.assertIn(("Title", "A tiral", "A trial"), edit.changes)
        record = bibliography.put_back_values(
            self.record, edit.event.pk, by=self.cast.alice
        )
        self.assertEqual((record.title, record.journal), ("A tiral", ""))
        with self.assertRaises(bibliography.NotAnEdit):
            bibliography.put_back_values(self.record, 0, by=self.cast.alice)

    def test_an_edited_record_is_compared_with_the_others_again(self) -> None:
        Fingerprint.objects.create(record=self.record, marks=b"", version=1)
        self.edit(title="A trial")
        self.assertFalse(Fingerprint.objects.exists())

    def test_a_reviewer_pastes_a_missing_abstract_in_once(self) -> None:
        bibliography.add_abstract(self.record, "BACKGROUND: One.", by=self.cast.bob)
        self.record.refresh_from_db()
        self.assertEqual(self.record.abstract, "BACKGROUND: One.")
        with self.assertRaises(bibliography.HasAbstract):
            bibliography.add_abstract(self.record, "Another.", by=self.cast.carol)
        with self.assertRaises(access.WrongRole):
            bibliography.add_abstract(
                create_record(review=self.review), "One.", by=self.cast.vera
            )

    def test_what_came_with_a_file_is_not_taken_out_by_hand(self) -> None:
        search = create_search(review=self.review)
        file = Import.objects.create(search=search, size=1, uploaded_by=self.cast.alice)
        from_file = create_record(review=self.review, search=search, source_import=file)
        with self.assertRaises(bibliography.FromAFile):
            bibliography.take_out(from_file, by=self.cast.alice)

    def test_a_reviewer_marks_a_duplicate_while_screening(self) -> None:
        other = create_record(review=self.review, title="A tiral: subtitle")
        found = marking.alike(self.record, marking.others(self.record))
        self.assertEqual(list(found), [other])
        made = marking.add(self.record, to=other, by=self.cast.bob)
        self.assertEqual(made.state, "merged")
        with self.assertRaises(access.WrongRole):
            marking.add(other, to=self.record, by=self.cast.vera)
