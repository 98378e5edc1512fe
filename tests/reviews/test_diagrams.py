"""The team words its diagram; the official words stand wherever it has none."""

from typing import Any

from django.test import TestCase

from reviews import access, diagrams
from reviews.diagrams import CannotKeep, NothingSetAside
from reviews.models import Diagram
from tests.factories import (
    create_extraction_field,
    create_instrument,
    create_review,
    create_staffed_review,
)

OFFICIAL: dict[str, Any] = {
    "form": "",
    "labels": {},
    "footnotes": "",
    "monochrome": False,
}


class DiagramsTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review(slug="ketamine")

    def write(self, **wishes: Any) -> Diagram:
        by = wishes.pop("by", self.cast.alice)
        return diagrams.write(self.review, **{**OFFICIAL, **wishes}, by=by)

    def test_before_anybody_said_anything_all_is_official(self) -> None:
        self.assertIsNone(diagrams.of(self.review).pk)
        self.assertTrue(diagrams.is_official(self.review))

    def test_keeps_what_the_team_wants_with_one_event(self) -> None:
        labels = {"records_screened": " Gesichtet,\n alle ", "included": "納入"}
        self.write(form="new_v2", labels=labels, footnotes="One.\n\n Two. ")
        found = diagrams.of(self.review)
        self.assertEqual(found.form, "new_v2")
        self.assertEqual(
            found.labels, {"records_screened": "Gesichtet, alle", "included": "納入"}
        )
        self.assertEqual(found.footnotes, "One.\nTwo.")
        event = self.review.events.get(action="diagram.written")
        self.assertEqual(event.new["form"], "new_v2")
        self.assertEqual(event.old["labels"], {})

    def test_saying_the_same_again_writes_nothing(self) -> None:
        self.write(monochrome=True)
        self.write(monochrome=True)
        self.assertEqual(self.review.events.filter(action="diagram.written").count(), 1)

    def test_an_official_label_is_not_kept_as_the_teams(self) -> None:
        self.write(labels={"records_screened": "Records screened", "included": "  "})
        self.assertTrue(diagrams.is_official(self.review))

    def test_the_credit_can_be_left_to_the_caption(self) -> None:
        self.write(has_credit=False)
        self.assertFalse(diagrams.has_credit(diagrams.of(self.review)))
        self.write(has_credit=True)
        self.assertTrue(diagrams.has_credit(diagrams.of(self.review)))

    def test_refuses_what_no_diagram_has(self) -> None:
        field = create_extraction_field(review=self.review)
        instrument = create_instrument(review=self.review)
        other = create_review(owner=self.cast.alice)
        strange = create_extraction_field(review=other)
        for wishes in (
            {"labels": {"nothing": "x"}},
            {"synthesis_field": field, "synthesis_instrument": instrument},
            {"synthesis_field": strange},
        ):
            with self.subTest(wishes), self.assertRaises(CannotKeep):
                self.write(**wishes)
        self.assertFalse(self.review.events.filter(action="diagram.written").exists())

    def test_only_an_owner_may(self) -> None:
        for name in ("bob", "dan", "vera"):
            with self.subTest(name), self.assertRaises(access.WrongRole):
                self.write(monochrome=True, by=getattr(self.cast, name))
            with self.subTest(name), self.assertRaises(access.WrongRole):
                diagrams.reset(self.review, by=getattr(self.cast, name))

    def test_goes_back_to_the_official_words_and_the_history_keeps_the_others(
        self,
    ) -> None:
        field = create_extraction_field(review=self.review)
        self.write(labels={"included": "納入"}, synthesis_field=field)
        diagrams.reset(self.review, by=self.cast.alice)
        diagrams.reset(self.review, by=self.cast.alice)
        self.assertTrue(diagrams.is_official(self.review))
        event = self.review.events.get(action="diagram.reset")
        self.assertEqual(event.old["labels"], {"included": "納入"})
        self.assertEqual(event.old["synthesis_field"], field.pk)

    def test_what_was_set_aside_is_taken_up_again(self) -> None:
        instrument = create_instrument(review=self.review)
        self.write(
            form="prisma2009",
            labels={"included": "納入"},
            footnotes="Ours.",
            synthesis_instrument=instrument,
        )
        diagrams.reset(self.review, by=self.cast.alice)
        self.assertTrue(diagrams.set_aside(diagrams.of(self.review)))
        with self.assertRaises(access.WrongRole):
            diagrams.take_up(self.review, by=self.cast.dan)
        diagrams.take_up(self.review, by=self.cast.alice)
        found = diagrams.of(self.review)
        self.assertEqual(found.form, "prisma2009")
        self.assertEqual(found.labels, {"included": "納入"})
        self.assertEqual(found.footnotes, "Ours.")
        self.assertEqual(found.synthesis_instrument, instrument)
        with self.assertRaises(NothingSetAside):
            diagrams.take_up(self.review, by=self.cast.alice)

    def test_nothing_is_taken_up_where_nothing_was_set_aside(self) -> None:
        with self.assertRaises(NothingSetAside):
            diagrams.take_up(self.review, by=self.cast.alice)
        self.write(monochrome=True)
        self.write(monochrome=False)
        with self.assertRaises(NothingSetAside):
            diagrams.take_up(self.review, by=self.cast.alice)
