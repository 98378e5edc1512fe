from typing import Any

from django.test import TestCase

from reviews import extraction_fields, protocol
from reviews.models import Amendment, ExtractionField, SettledValue, Settlement
from tests.factories import create_record, create_staffed_review, create_study

Kind = ExtractionField.Kind


class ExtractionFieldsTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.dose = cls.add(label="Dose", kind=Kind.NUMBER, unit="mg")

    @classmethod
    def add(cls, **facts: Any) -> ExtractionField:
        return extraction_fields.add(cls.review, by=cls.cast.alice, **facts)

    def change(self, field: ExtractionField, **new: Any) -> ExtractionField:
        names = (*extraction_fields.WORDING, "in_table1", "groups_table1")
        facts = {name: getattr(field, name) for name in names}
        return extraction_fields.change(field, by=self.cast.alice, **{**facts, **new})

    def test_the_first_wording_is_version_one(self) -> None:
        version = self.dose.versions.get()
        self.assertEqual((version.number, version.label), (1, "Dose"))
        self.assertEqual((version.kind, version.unit), (Kind.NUMBER, "mg"))

    def test_the_code_is_made_from_the_name_and_stands_once(self) -> None:
        self.assertEqual(self.dose.code, "dose")
        self.assertEqual(self.add(label="Dose!", kind=Kind.TEXT).code, "dose-2")

    def test_what_does_not_hold_together_is_refused_where_it_is_wrong(self) -> None:
        for facts, place in (
            ({"label": " ", "kind": Kind.TEXT}, "label"),
            ({"label": "dose", "kind": Kind.TEXT}, "label"),
            ({"label": "A", "kind": Kind.CHOICE, "choices": ["one"]}, "choices"),
            ({"label": "A", "kind": Kind.CHOICE, "choices": ["x", "X "]}, "choices"),
            ({"label": "A", "kind": Kind.TEXT, "choices": ["x", "y"]}, "choices"),
            ({"label": "A", "kind": Kind.DATE, "unit": "days"}, "unit"),
        ):
            with self.assertRaises(extraction_fields.FieldUnfit) as refused:
                self.add(**facts)
            self.assertEqual(refused.exception.field, place, facts)

    def test_before_records_a_field_is_mended_in_place(self) -> None:
        self.change(self.dose, unit="mg/kg")
        self.assertEqual(self.dose.versions.get().unit, "mg/kg")

    def test_with_records_a_new_wording_is_an_amendment_and_a_version(self) -> None:
        create_record(review=self.review)
        with self.assertRaises(protocol.ReasonMissing):
            self.change(self.dose, unit="mg/kg")
        changed = self.change(self.dose, unit="mg/kg", because="Trials say so.")
        self.assertEqual(changed.version, 2)
        self.assertIn("unit “mg/kg” in place of “mg”", Amendment.objects.get().what)

    def test_where_it_is_shown_is_no_amendment(self) -> None:
        other = self.add(label="Country", kind=Kind.TEXT)
        create_record(review=self.review)
        self.change(self.dose, in_table1=False, groups_table1=True)
        extraction_fields.move(other, up=True, by=self.cast.alice)
        self.assertFalse(Amendment.objects.exists())
        self.dose.refresh_from_db()
        self.assertEqual(self.dose.version, 1)
        labels = [each.label for each in self.review.extraction_fields.in_force()]
        self.assertEqual(labels, ["Country", "Dose"])

    def test_table_1_is_grouped_by_one_field(self) -> None:
        self.change(self.dose, groups_table1=True)
        other = self.add(label="Country", kind=Kind.TEXT, groups_table1=True)
        grouping = self.review.extraction_fields.filter(groups_table1=True)
        self.assertEqual(grouping.get(), other)
        self.change(other, groups_table1=False)
        self.assertFalse(grouping.exists())

    def test_the_kind_stays_once_there_are_studies(self) -> None:
        create_study(review=self.review)
        with self.assertRaises(extraction_fields.FieldUnfit) as refused:
            self.change(self.dose, kind=Kind.TEXT, unit="", because="Because.")
        self.assertEqual(refused.exception.field, "kind")

    def test_a_field_taken_out_keeps_its_values_and_stops_grouping(self) -> None:
        study = create_study(review=self.review)
        SettledValue.objects.create(
            study=study,
            field=self.dose,
            field_version=1,
            value="5",
            settlement=Settlement.AGREEMENT,
        )
        self.change(self.dose, groups_table1=True)
        extraction_fields.retire(self.dose, because="Not told.", by=self.cast.alice)
        self.dose.refresh_from_db()
        self.assertIsNotNone(self.dose.retired_at)
        self.assertFalse(self.dose.groups_table1)
        ((version, settled),) = extraction_fields.wordings(self.dose)
        self.assertEqual((version.number, settled), (1, 1))
        extraction_fields.reinstate(self.dose, because="Told.", by=self.cast.alice)
        self.assertEqual(self.review.extraction_fields.in_force().get(), self.dose)

    def test_before_records_a_field_leaves_only_its_event(self) -> None:
        extraction_fields.retire(self.dose, by=self.cast.alice)
        self.assertFalse(ExtractionField.objects.exists())
