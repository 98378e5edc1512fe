from django.test import TestCase

from reviews import access
from reviews.bibliography import editing, values
from reviews.models import Event, Fingerprint, Record, Review
from tests.cast import Cast
from tests.factories import create_record, create_staffed_review


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

    def edit(self, *, seen: int | None = None, **said: object) -> Record:
        return editing.edit(self.record, said, by=self.cast.alice, seen=seen)

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
        edit = editing.edits(self.record)[0]
        self.assertIn(("Title", "A tiral", "A trial"), edit.changes)
        record = editing.take_back(self.record, edit.event.pk, by=self.cast.alice)
        self.assertEqual((record.title, record.journal), ("A tiral", ""))
        with self.assertRaises(editing.NotAnEdit):
            editing.take_back(self.record, 0, by=self.cast.alice)

    def test_an_edited_record_is_compared_with_the_others_again(self) -> None:
        Fingerprint.objects.create(record=self.record, marks=b"", version=1)
        self.edit(title="A trial")
        self.assertFalse(Fingerprint.objects.exists())

    def test_a_reviewer_pastes_a_missing_abstract_in_once(self) -> None:
        editing.add_abstract(self.record, "BACKGROUND: One.", by=self.cast.bob)
        self.record.refresh_from_db()
        self.assertEqual(self.record.abstract, "BACKGROUND: One.")
        with self.assertRaises(editing.HasAbstract):
            editing.add_abstract(self.record, "Another.", by=self.cast.carol)
        with self.assertRaises(access.WrongRole):
            editing.add_abstract(
                create_record(review=self.review), "One.", by=self.cast.vera
            )

    def test_who_pasted_an_abstract_in_takes_it_back_and_no_other_reviewer(
        self,
    ) -> None:
        editing.add_abstract(self.record, "Of another trial.", by=self.cast.bob)
        made = editing.latest(self.record)
        with self.assertRaises(access.WrongRole):
            editing.take_back(self.record, made, by=self.cast.carol)
        record = editing.take_back(self.record, made, by=self.cast.bob)
        self.assertEqual(record.abstract, "")

    def test_an_edit_that_was_overtaken_takes_nothing_back(self) -> None:
        self.edit(title="A trial")
        first = editing.latest(self.record)
        self.edit(title="The trial")
        with self.assertRaises(editing.Overtaken):
            editing.take_back(self.record, first, by=self.cast.alice)
        self.record.refresh_from_db()
        self.assertEqual(self.record.title, "The trial")
        stands = [each.stands for each in editing.edits(self.record)]
        self.assertEqual(stands, [True, False])

    def test_two_who_edit_at_once_keep_each_what_they_changed(self) -> None:
        opened = {**values.of(self.record), "journal": "Trials"}
        self.edit(title="A trial")
        record = editing.edit(self.record, opened, by=self.cast.alice, seen=0)
        self.assertEqual((record.title, record.journal), ("A trial", "Trials"))

    def test_of_two_who_change_one_field_the_later_is_asked(self) -> None:
        opened = {**values.of(self.record), "title": "Of Carol", "journal": "Trials"}
        self.edit(title="A trial", pages="1-9")
        with self.assertRaises(editing.EditedMeanwhile) as refused:
            editing.edit(self.record, opened, by=self.cast.alice, seen=0)
        clash = refused.exception
        self.assertEqual(clash.theirs, [("Title", "A trial")])
        self.assertEqual(clash.changed, {"title": "Of Carol", "journal": "Trials"})
        self.record.refresh_from_db()
        self.assertEqual((self.record.title, self.record.journal), ("A trial", ""))

    def test_two_who_write_the_same_do_not_clash(self) -> None:
        self.edit(title="A trial")
        self.edit(title="A trial", seen=0)
        self.assertEqual(Event.objects.count(), 1)
