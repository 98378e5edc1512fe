from django.test import TestCase

from reviews import codings, extraction_fields
from reviews.access import WrongRole
from reviews.models import Amendment, Criterion, ExtractionField
from tests.factories import (
    create_criterion,
    create_extraction_field,
    create_record,
    create_staffed_review,
)


class CodingTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.criterion = create_criterion(review=cls.review, code="I7")
        cls.humans = create_extraction_field(
            review=cls.review, label="In humans", kind="choice", choices=["Yes", "No"]
        )
        cls.failed = create_extraction_field(
            review=cls.review, label="Failed", kind="number"
        )
        create_record(review=cls.review)

    def code(self, values: dict[int | None, list[str]], topic: str = "design") -> None:
        codings.code(self.criterion, topic=topic, values=values, by=self.cast.alice)

    def test_values_are_kept_without_an_amendment(self) -> None:
        self.code(
            {None: ["cohort", "cohort"], self.humans.pk: ["Yes"], self.failed.pk: []}
        )
        self.criterion.refresh_from_db()
        self.assertEqual(self.criterion.topic, Criterion.Topic.DESIGN)
        told = {coded.name: coded.values for coded in codings.of(self.criterion)}
        self.assertEqual(
            told, {"Design of the study": ["Cohort study"], "In humans": ["Yes"]}
        )
        self.assertFalse(Amendment.objects.exists())
        self.assertEqual(self.criterion.version, 1)

    def test_coding_the_same_again_writes_nothing(self) -> None:
        self.code({None: ["cohort"]})
        number = self.review.events.count()
        self.code({None: ["cohort"]})
        self.assertEqual(self.review.events.count(), number)
        self.code({})
        self.assertEqual(codings.standing(self.review), {})

    def test_values_that_no_study_can_have_are_refused(self) -> None:
        wrong: list[dict[int | None, list[str]]] = [
            {None: ["chart review"]},
            {self.humans.pk: ["Perhaps"]},
            {self.failed.pk: ["a few"]},
            {0: ["x"]},
        ]
        for values in wrong:
            with self.subTest(values), self.assertRaises(codings.CodingUnfit):
                self.code(values)
        with self.assertRaises(codings.CodingUnfit):
            self.code({}, topic="weather")

    def test_only_an_owner_codes(self) -> None:
        with self.assertRaises(WrongRole):
            codings.code(self.criterion, topic="", values={}, by=self.cast.bob)

    def test_a_field_is_given_its_meaning_without_an_amendment(self) -> None:
        meaning = ExtractionField.Meaning.HUMANS
        field = extraction_fields.mean(self.humans, meaning, by=self.cast.alice)
        self.assertEqual((field.meaning, field.version), ("humans", 1))
        self.assertEqual(self.review.events.latest("pk").action, "field.meant")
        number = self.review.events.count()
        extraction_fields.mean(self.humans, meaning, by=self.cast.alice)
        self.assertEqual(self.review.events.count(), number)
        with self.assertRaises(extraction_fields.FieldUnfit):
            extraction_fields.mean(self.humans, "weather", by=self.cast.alice)
