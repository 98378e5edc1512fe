from django.test import TestCase

from reviews import studies, table1, table1_columns
from reviews.access import WrongRole
from reviews.models import (
    Event,
    ExtractionField,
    SettledJudgment,
    Settlement,
    Study,
)
from tests.factories import (
    create_extraction_field,
    create_included_report,
    create_instrument,
    create_record,
    create_staffed_review,
    create_study,
)


class Table1ColumnsTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.country = create_extraction_field(review=cls.review, label="Country")
        cls.patients = create_extraction_field(
            review=cls.review, label="Participants", kind="number", unit="people"
        )
        cls.funding = create_extraction_field(
            review=cls.review, label="Funding", in_table1=False
        )
        cls.brody, cls.peters = (
            create_study(review=cls.review, label=label, design="cohort")
            for label in ("Brody 2024", "Peters 2023")
        )

    def settle(self, study: Study, field: ExtractionField, value: str) -> None:
        studies.settle_value(
            study,
            field,
            value=value,
            not_reported=False,
            field_version=1,
            settlement=Settlement.AGREEMENT,
            by=self.cast.bob,
        )

    def headings(self) -> list[str]:
        return [column.heading for column in table1.table(self.review).columns]

    def add(self, key: str) -> None:
        table1_columns.add(self.review, key, by=self.cast.alice)

    def test_the_first_change_begins_with_what_the_protocol_shows(self) -> None:
        self.add(f"field-{self.funding.pk}")
        self.assertEqual(
            self.headings(), ["Design", "Country", "Participants (people)", "Funding"]
        )

    def test_facts_are_read_off_the_reports_and_the_appraisal(self) -> None:
        record = create_record(review=self.review, year=2025)
        create_included_report(review=self.review, study=self.brody, record=record)
        instrument = create_instrument(review=self.review, key="rob2")
        target = self.brody.appraisal_targets.create(instrument=instrument)
        SettledJudgment.objects.create(
            target=target,
            domain="overall",
            judgment="high",
            settlement=Settlement.AGREEMENT,
        )
        for fact in ("citation", "authors", "year", "reports", "appraisal"):
            self.add(f"fact-{fact}")
        cells = {
            cell.column.heading: cell
            for cell in table1.table(self.review).rows[0].cells
        }
        self.assertIn("1. ", cells["Reference"].text)
        self.assertIn("\n2. ", cells["Reference"].text)
        self.assertEqual(cells["Year"].text, "2020, 2025")
        self.assertEqual(cells["Reports"].text, "2")
        self.assertIn("igh", cells["Overall appraisal"].text)

    def test_what_is_not_appraised_is_open(self) -> None:
        self.add("fact-appraisal")
        cell = table1.table(self.review).rows[0].cells[-1]
        self.assertTrue(cell.is_open)

    def test_rows_are_sorted_by_one_column_and_numbers_by_size(self) -> None:
        self.settle(self.brody, self.patients, "100")
        self.settle(self.peters, self.patients, "20")
        key = f"field-{self.patients.pk}"
        for sorts in (f"field-{self.country.pk}", key):
            table1_columns.describe(
                self.review, sorts, heading="n", sorts=True, by=self.cast.alice
            )
        rows = table1.table(self.review).rows
        self.assertEqual([row.label for row in rows], ["Peters 2023", "Brody 2024"])
        self.assertEqual(self.review.table1_columns.filter(sorts=True).count(), 1)
        self.assertIn("n (people)", self.headings())

    def test_a_column_moves_and_is_taken_away(self) -> None:
        key = f"field-{self.patients.pk}"
        table1_columns.move(self.review, key, up=True, by=self.cast.alice)
        table1_columns.remove(self.review, "fact-design", by=self.cast.alice)
        self.assertEqual(self.headings(), ["Participants (people)", "Country"])
        table1_columns.move(self.review, key, up=True, by=self.cast.alice)
        self.assertEqual(self.headings(), ["Participants (people)", "Country"])

    def test_each_change_can_be_undone_and_done_again(self) -> None:
        table1_columns.remove(self.review, "fact-design", by=self.cast.alice)
        table1_columns.undo(self.review, by=self.cast.alice)
        self.assertFalse(table1_columns.is_arranged(self.review))
        table1_columns.undo(self.review, by=self.cast.alice)
        self.assertEqual(self.headings(), ["Country", "Participants (people)"])
        self.assertEqual(Event.objects.filter(action="table1.arranged").count(), 3)

    def test_there_is_nothing_to_undo_at_first(self) -> None:
        with self.assertRaises(table1_columns.NothingToUndo):
            table1_columns.undo(self.review, by=self.cast.alice)

    def test_the_columns_of_the_protocol_come_back(self) -> None:
        before = self.headings()
        self.add("fact-year")
        table1_columns.follow_protocol(self.review, by=self.cast.alice)
        self.assertEqual(self.headings(), before)

    def test_a_field_that_was_retired_or_groups_is_no_column(self) -> None:
        self.add("fact-year")
        table1_columns.group_by(self.review, self.country, by=self.cast.alice)
        self.assertNotIn("Country", self.headings())

    def test_refuses_what_is_no_column_or_is_one_already(self) -> None:
        for key in ("", "fact-weight", "field-x", "field-", "field-" + "9" * 30):
            with self.assertRaises(table1_columns.NoSuchColumn):
                self.add(key)
        with self.assertRaises(table1_columns.UnknownField):
            self.add("field-0")
        with self.assertRaises(table1_columns.ColumnTwice):
            self.add(f"field-{self.country.pk}")
        with self.assertRaises(table1_columns.NoSuchColumn):
            table1_columns.remove(self.review, "fact-year", by=self.cast.alice)

    def test_the_last_column_stays(self) -> None:
        for key in ("fact-design", f"field-{self.country.pk}"):
            table1_columns.remove(self.review, key, by=self.cast.alice)
        with self.assertRaises(table1_columns.NoSuchColumn):
            key = f"field-{self.patients.pk}"
            table1_columns.remove(self.review, key, by=self.cast.alice)

    def test_nobody_but_an_owner_arranges(self) -> None:
        for user in (self.cast.bob, self.cast.vera, self.cast.mallory):
            with self.assertRaises(WrongRole):
                table1_columns.add(self.review, "fact-year", by=user)
