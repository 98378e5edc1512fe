"""A file is taken out of the review and in again, and nothing is lost."""

from datetime import timedelta
from io import StringIO
from json import loads
from typing import Any

from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from reviews import records
from reviews.duplicates import marking, splitting
from reviews.flow import counting
from reviews.imports import keeping, loading, looking, undoing
from reviews.models import (
    Event,
    Fingerprint,
    Import,
    Record,
    Review,
    Search,
    Settlement,
    Verdict,
)
from tests.cast import Cast
from tests.factories import create_search, create_staffed_review
from tests.reviews.test_imports import ris

AGREED: dict[str, Any] = {"settlement": Settlement.AGREEMENT, "counted_reason": None}


class UndoingTests(TestCase):
    review: Review
    cast: Cast
    search: Search
    made: Import

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="undo")
        cls.search = create_search(review=cls.review, name="MEDLINE")
        cls.made = cls.bring("One", "Two", "Three")

    @classmethod
    def bring(cls, *titles: str, search: Search | None = None) -> Import:
        made = looking.preview(
            search or cls.search,
            file_name="a.ris",
            data=ris(*titles),
            by=cls.cast.alice,
        )
        return loading.take_in(made, by=cls.cast.alice)

    def undo(self, made: Import | None = None) -> None:
        undoing.undo(made or self.made, by=self.cast.alice)

    def redo(self, made: Import | None = None) -> undoing.Redone:
        made = made or self.made
        made.refresh_from_db()
        return undoing.redo(made, by=self.cast.alice)

    def record(self, title: str, search: Search | None = None) -> Record:
        return Record.stored.get(search=search or self.search, title=title)

    def titles(self) -> list[str]:
        rows = self.review.records.order_by("title")
        return list(rows.values_list("title", flat=True))

    def include(self, title: str) -> None:
        by = self.cast.alice
        records.settle(self.record(title), Verdict.INCLUDE, by=by, **AGREED)

    def test_takes_every_record_out_and_keeps_it(self) -> None:
        self.include("One")
        Fingerprint.objects.create(record=self.record("Two"), marks=b"", version=1)
        self.undo()
        self.assertFalse(self.review.records.exists())
        self.assertEqual(Record.stored.count(), 3)
        self.assertEqual(self.record("One").verdict, Verdict.INCLUDE)
        self.assertFalse(Fingerprint.objects.exists())
        self.assertFalse(self.review.reports.sought().exists())
        self.made.refresh_from_db()
        self.assertEqual(self.made.state, Import.State.UNDONE)

    def test_brings_back_exactly_what_was(self) -> None:
        self.include("One")
        self.undo()
        back = self.redo()
        self.assertEqual((back.came_back, back.already_there), (3, 0))
        self.assertEqual(self.titles(), ["One", "Three", "Two"])
        self.assertEqual(self.review.reports.sought().count(), 1)

    def test_says_what_would_go_along(self) -> None:
        self.include("One")
        other = create_search(review=self.review, name="Embase")
        self.bring("One", search=other)
        marking.add(
            self.record("One", other), to=self.record("One"), by=self.cast.alice
        )
        told = undoing.forecast(self.made)
        self.assertEqual((told.leaving, told.included, told.excluded), (3, 1, 0))
        self.assertEqual([report.title for report in told.reports], ["One"])
        (change,) = told.sets
        self.assertEqual(change.goes_on, self.record("One", other).pk)
        self.assertFalse(change.remains)

    def test_another_copy_goes_on_and_goes_back(self) -> None:
        others = [create_search(review=self.review, name=name) for name in "AB"]
        for other in others:
            self.bring("One", search=other)
            copy = self.record("One", other)
            marking.add(copy, to=self.record("One"), by=self.cast.alice)
        kept, first, second = (
            self.record("One"),
            *(self.record("One", other) for other in others),
        )
        (found,) = self.review.duplicate_sets.all()
        was = (found.state, found.settled_at, found.basis)
        self.undo()
        first.refresh_from_db()
        second.refresh_from_db()
        self.assertEqual({first.duplicate_of, second.duplicate_of} - {None}, {first})
        self.assertEqual(self.review.records.to_screen().count(), 1)
        self.redo()
        for copy in (first, second):
            copy.refresh_from_db()
            self.assertEqual(copy.duplicate_of_id, kept.pk)
        found.refresh_from_db()
        self.assertEqual((found.state, found.settled_at, found.basis), was)

    def test_a_set_of_one_file_alone_comes_back_with_its_number(self) -> None:
        marking.add(self.record("Two"), to=self.record("One"), by=self.cast.alice)
        self.undo()
        self.assertFalse(self.review.duplicate_sets.exists())
        self.redo()
        found = self.review.duplicate_sets.get()
        self.assertEqual((found.number, found.state), (1, "merged"))
        self.assertEqual(self.record("Two").duplicate_of, self.record("One"))

    def test_a_set_that_changed_meanwhile_is_left_alone(self) -> None:
        other = create_search(review=self.review, name="Embase")
        self.bring("One", "Four", "Five", search=other)
        one, four, five = (self.record(t, other) for t in ("One", "Four", "Five"))
        marking.add(one, to=self.record("One"), by=self.cast.alice)
        marking.add(four, to=self.record("One"), by=self.cast.alice)
        self.undo()
        splitting.split(four, by=self.cast.alice)
        marking.add(one, to=five, by=self.cast.alice)
        self.assertEqual(self.redo().sets_left, 1)
        one.refresh_from_db()
        self.assertEqual(one.duplicate_of, five)
        self.assertIsNone(self.record("One").duplicate_set)

    def test_what_a_later_file_holds_too_stays(self) -> None:
        later = self.bring("Two", "Four")
        self.assertEqual(keeping.already_there(later).get().record.title, "Two")
        self.assertEqual(undoing.forecast(self.made).staying, 1)
        self.undo()
        self.assertEqual(self.titles(), ["Four", "Two"])
        self.undo(later)
        self.assertEqual(self.titles(), [])
        self.redo(later)
        self.assertEqual(self.titles(), ["Four", "Two"])
        back = self.redo()
        self.assertEqual((back.came_back, back.already_there), (2, 1))
        self.assertEqual(self.titles(), ["Four", "One", "Three", "Two"])

    def test_what_a_later_file_brought_anew_is_already_there(self) -> None:
        self.undo()
        later = self.bring("Two", "Four")
        self.assertEqual(later.new_count, 2)
        back = self.redo()
        self.assertEqual((back.came_back, back.already_there), (2, 1))
        self.assertEqual(self.titles(), ["Four", "One", "Three", "Two"])
        self.undo(later)
        self.assertEqual(self.titles(), ["One", "Three", "Two"])

    def test_the_same_file_again_is_offered_to_be_woken(self) -> None:
        self.undo()
        with self.assertRaises(keeping.WasTakenOut) as caught:
            self.bring("One", "Two", "Three")
        self.assertEqual(caught.exception.earlier, self.made)

    def test_only_what_is_in_goes_out_and_only_once(self) -> None:
        self.undo()
        with self.assertRaises(undoing.NotTakenIn):
            self.undo()
        self.redo()
        with self.assertRaises(undoing.NotTakenOut):
            self.redo()

    def test_the_history_tells_of_it_once_each(self) -> None:
        self.undo()
        self.redo()
        told = Event.objects.filter(action__startswith="import.").order_by("pk")
        self.assertEqual(
            [event.action for event in told],
            ["import.taken_in", "import.undone", "import.redone"],
        )
        self.assertIn("3 records", told[1].summary)

    def test_a_past_moment_is_what_it_was(self) -> None:
        start = timezone.now()
        day = timedelta(days=1)
        by = self.cast.alice
        other = create_search(review=self.review, name="Embase")
        self.bring("One", search=other)
        copy = self.record("One", other)
        marking.add(copy, to=self.record("One"), by=by, at=start + day)
        undoing.undo(self.made, by=by, at=start + 2 * day)
        undoing.redo(Import.objects.get(pk=self.made.pk), by=by, at=start + 4 * day)
        undoing.undo(Import.objects.get(pk=self.made.pk), by=by, at=start + 6 * day)
        for days, identified, duplicates in (
            (0.5, 4, 0),
            (1.5, 4, 1),
            (3, 1, 0),
            (5, 4, 1),
            (7, 1, 0),
        ):
            with self.subTest(days=days):
                flow = counting.flow(self.review, as_of=start + days * day)
                numbers = flow.numbers
                self.assertEqual(numbers["identified"], identified)
                self.assertEqual(numbers["duplicates"], duplicates)

    def run_command(self, *options: str) -> dict[str, Any]:
        out = StringIO()
        call_command(
            "undo_import", "undo", "a.ris", "--format", "json", *options, stdout=out
        )
        told: dict[str, Any] = loads(out.getvalue())
        return told

    def test_a_script_may_be_told_first_and_then_does_it(self) -> None:
        told = self.run_command("--dry-run")
        self.assertEqual((told["records_out"], told["done"]), (3, False))
        self.assertEqual(self.review.records.count(), 3)
        told = self.run_command()
        self.assertEqual((told["records_out"], told["done"]), (3, True))
        self.assertEqual(self.review.records.count(), 0)
        with self.assertRaisesRegex(CommandError, "not in the review"):
            self.run_command()
        self.assertEqual(self.run_command("--redo")["came_back"], 3)
        self.assertEqual(self.review.records.count(), 3)

    def test_it_is_told_in_lines_for_people(self) -> None:
        self.include("One")
        out = StringIO()
        call_command("undo_import", "undo", "a.ris", "--dry-run", stdout=out)
        lines = out.getvalue().splitlines()
        self.assertIn("Records out: 3", lines)
        place = lines.index("Reports dormant: 1")
        self.assertEqual(lines[place + 1 : place + 3], ["  One", "Studies: 0"])

    def test_a_script_names_a_file_that_is_there(self) -> None:
        for name, words in (
            ("b.ris", "no file b.ris"),
            ("0", "no file 0"),
            ("9" * 30, "no file 9"),
        ):
            with self.assertRaisesRegex(CommandError, words):
                call_command("undo_import", "undo", name)
