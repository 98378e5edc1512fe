"""What a person wrote of a record lasts, whatever is done to the record afterwards."""

import tempfile
from pathlib import Path

from django.test import TestCase
from django.urls import reverse

from reviews.bibliography import adding, editing
from reviews.duplicates import marking, splitting
from reviews.exports import records as record_rows
from reviews.imports import loading, looking, undoing
from reviews.models import Record, Review, Search
from screening.archive import restoring, writing
from tests.cast import Cast
from tests.factories import create_record, create_search, create_staffed_review
from tests.screening.archive.whole import empty_instance

FILE = b"TY  - JOUR\nTI  - A tiral\nAU  - Dahl, P.\nAD  - Oslo\nER  - \n"
ANOTHER = FILE + b"\nTY  - JOUR\nTI  - Another\nAU  - Berg, A.\nER  - \n"


class LastingTests(TestCase):
    review: Review
    cast: Cast
    search: Search
    record: Record

    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.search = create_search(review=cls.review, name="MEDLINE")
        cls.bring(FILE)
        cls.record = cls.review.records.get()
        editing.edit(
            cls.record,
            {"title": "A trial", "doi": "10.1000/1", "abstract": "One.\nTwo."},
            by=cls.cast.alice,
        )

    @classmethod
    def bring(cls, data: bytes) -> None:
        made = looking.preview(
            cls.search, file_name="a.ris", data=data, by=cls.cast.alice
        )
        loading.take_in(made, by=cls.cast.alice)

    def assert_lasts(self) -> None:
        self.record.refresh_from_db()
        said = (self.record.title, self.record.doi, self.record.abstract)
        self.assertEqual(said, ("A trial", "10.1000/1", "One.\nTwo."))
        self.assertIn("A tiral", self.record.original)
        self.assertEqual(len(editing.edits(self.record)), 1)

    def test_a_later_export_of_the_same_search_finds_it_there(self) -> None:
        self.bring(ANOTHER)
        titles = self.review.records.order_by("pk").values_list("title", flat=True)
        self.assertEqual(list(titles), ["A trial", "Another"])
        self.assert_lasts()
        first, later = self.search.imports.order_by("pk")
        self.client.force_login(self.cast.vera)
        page = self.client.get(self.record.get_absolute_url())
        for made in (first, later):
            place = reverse("reviews:import_detail", args=[self.review.slug, made.pk])
            self.assertContains(page, place, 1)

    def test_an_import_that_is_undone_and_done_again_brings_it_back(self) -> None:
        made = self.search.imports.get()
        undoing.undo(made, by=self.cast.alice)
        self.assertFalse(self.review.records.exists())
        undoing.redo(made, by=self.cast.alice)
        self.assertTrue(self.review.records.exists())
        self.assert_lasts()

    def test_a_merge_and_a_split_leave_it(self) -> None:
        other = create_record(review=self.review, title="A trial")
        marking.add(self.record, to=other, by=self.cast.bob)
        self.assert_lasts()
        splitting.split(self.record, by=self.cast.alice)
        self.assert_lasts()

    def test_the_exports_say_what_was_written_and_what_the_source_had_besides(
        self,
    ) -> None:
        (frame,) = record_rows.frames(self.review.records.all())
        self.assertEqual(frame["title"].tolist(), ["A trial"])
        text = b"".join(record_rows.ris(self.review.records.all())).decode()
        for line in ("TI  - A trial\n", "DO  - 10.1000/1\n", "AD  - Oslo\n"):
            self.assertIn(line, text)
        self.assertNotIn("tiral", text)

    def test_the_archive_brings_it_back_with_what_was_taken_out(self) -> None:
        by_hand = adding.add(self.search, {"title": "By hand"}, by=self.cast.alice)
        adding.take_out(by_hand, by=self.cast.alice)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "archive.zip"
            with writing.write(self.review, writing.Form.OPERATOR) as file:
                path.write_bytes(file.read())
            empty_instance()
            self.review = restoring.restore(path).review
        self.search = self.review.searches.get()
        self.record = self.review.records.get()
        self.assert_lasts()
        self.assertEqual(adding.taken_out(self.search).get().title, "By hand")


class CountedTests(TestCase):
    def test_a_record_by_hand_stands_in_the_box_of_its_search(self) -> None:
        review, cast = create_staffed_review()
        self.client.force_login(cast.vera)
        for kind, box, other in (
            ("database", "databases", "other_citations"),
            ("citation", "other_citations", "databases"),
        ):
            search = create_search(review=review, name=kind, kind=kind)
            record = adding.add(search, {"title": f"By {kind}"}, by=cast.alice)
            place = record.get_absolute_url()
            pages = {
                name: self.client.get(
                    reverse("reviews:flow_box", args=[review.slug, name])
                )
                for name in (box, other)
            }
            self.assertContains(pages[box], place)
            self.assertNotContains(pages[other], place)
            adding.take_out(record, by=cast.alice)
            page = self.client.get(reverse("reviews:flow_box", args=[review.slug, box]))
            self.assertNotContains(page, place)
