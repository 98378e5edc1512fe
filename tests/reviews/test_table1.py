from io import BytesIO

import pandas as pd
from django.test import TestCase

from reviews import manuscripts, studies, table1, table1_columns
from reviews.access import WrongRole
from reviews.exports import characteristics
from reviews.exports.options import Options
from reviews.models import Event, ExtractionField, Settlement, Study
from tests.factories import (
    create_extraction_field,
    create_included_report,
    create_staffed_review,
    create_study,
)

EFFECTS = ["Rapid effects", "Rapid and sustained effects", "No significant effects"]


class Table1Tests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        kinds = ExtractionField.Kind
        cls.country = create_extraction_field(review=cls.review, label="Country")
        cls.patients = create_extraction_field(
            review=cls.review, label="Age", kind=kinds.NUMBER, unit="years"
        )
        cls.scales = create_extraction_field(
            review=cls.review,
            label="Scales",
            kind=kinds.MULTIPLE,
            choices=["MADRS", "HAM-D"],
        )
        cls.hidden = create_extraction_field(
            review=cls.review, label="Funding", in_table1=False
        )
        cls.effect = create_extraction_field(
            review=cls.review,
            label="Effect",
            kind=kinds.CHOICE,
            choices=EFFECTS,
            groups_table1=True,
        )
        cls.brody, cls.peters, cls.takahashi = (
            create_study(review=cls.review, label=label, design="cohort")
            for label in ("Brody 2024", "Peters 2023", "Takahashi 2021")
        )

    def settle(
        self, study: Study, field: ExtractionField, value: str | list[str] | None
    ) -> None:
        studies.settle_value(
            study,
            field,
            value=value,
            not_reported=value is None,
            field_version=1,
            settlement=Settlement.AGREEMENT,
            by=self.cast.bob,
        )

    def read_csv(self) -> pd.DataFrame:
        parts = characteristics.WRITERS["table1"][".csv"](self.review, Options())
        return pd.read_csv(BytesIO(b"".join(parts)), dtype=str, keep_default_na=False)

    def test_columns_are_those_of_the_protocol_with_their_units(self) -> None:
        self.assertEqual(
            [column.heading for column in table1.table(self.review).columns],
            ["Country", "Age (years)", "Scales"],
        )

    def test_groups_in_the_order_of_the_choices_and_the_unsettled_last(self) -> None:
        self.settle(self.takahashi, self.effect, EFFECTS[0])
        self.settle(self.brody, self.effect, EFFECTS[2])
        self.assertEqual(
            [(group.label, group.count) for group in table1.table(self.review).groups],
            [(EFFECTS[0], 1), (EFFECTS[2], 1), ("Not settled yet", 1)],
        )

    def test_tells_not_reported_from_not_settled(self) -> None:
        self.settle(self.brody, self.country, None)
        self.settle(self.brody, self.scales, ["MADRS", "HAM-D"])
        (group,) = table1.table(self.review).groups
        self.assertEqual(
            [cell.text for cell in group.rows[0].cells],
            ["NR", table1.OPEN, "MADRS; HAM-D"],
        )
        self.assertTrue(table1.table(self.review).has_not_reported)
        self.assertEqual(table1.table(self.review).open_count, 7)

    def test_a_study_that_is_not_included_is_no_row(self) -> None:
        studies.move(self.brody.reports.get(), None, by=self.cast.bob)
        labels = [row.label for row in table1.table(self.review).rows]
        self.assertEqual(labels, ["Peters 2023", "Takahashi 2021"])

    def test_takes_six_queries_however_many_studies(self) -> None:
        with self.assertNumQueries(6):
            table1.table(self.review)
        create_study(review=self.review)
        with self.assertNumQueries(6):
            table1.table(self.review)

    def test_each_study_is_cited_by_the_numbers_of_its_reports(self) -> None:
        create_included_report(review=self.review, study=self.brody)
        rows = table1.table(self.review).rows
        self.assertEqual([row.citation for row in rows], ["[1, 2]", "[3]", "[4]"])

    def test_explains_the_abbreviations_that_stand_in_it_and_no_others(self) -> None:
        manuscripts.write(
            self.review,
            citation_style="vancouver",
            abbreviations="MADRS: Montgomery–Åsberg scale\nNMDA: a receptor",
            abstract="",
            body="",
            by=self.cast.alice,
        )
        self.settle(self.brody, self.scales, ["MADRS"])
        self.assertEqual(
            table1.table(self.review).abbreviations,
            {"MADRS": "Montgomery–Åsberg scale"},
        )

    def test_the_csv_holds_texts_with_the_group_first(self) -> None:
        self.settle(self.brody, self.country, None)
        self.settle(self.brody, self.patients, "46.50")
        found = self.read_csv()
        self.assertEqual(
            list(found.columns),
            [
                "Effect",
                "Study",
                "Reference numbers",
                "Design",
                "Country",
                "Age (years)",
                "Scales",
            ],
        )
        self.assertEqual(
            found.iloc[0].tolist(),
            ["Not settled yet", "Brody 2024", "1", "Cohort study", "NR", "46.50", ""],
        )

    def test_a_design_that_is_extracted_has_no_second_column(self) -> None:
        create_extraction_field(review=self.review, label="Design", code="design")
        found = table1.table(self.review)
        self.assertFalse(found.has_design)
        self.assertEqual(found.width, len(found.columns) + 1)
        self.assertEqual(list(self.read_csv().columns).count("Design"), 1)

    def test_the_csv_of_an_empty_review_has_its_headings(self) -> None:
        for study in (self.brody, self.peters, self.takahashi):
            studies.move(study.reports.get(), None, by=self.cast.bob)
        self.assertEqual(len(self.read_csv()), 0)
        self.assertIn("Country", self.read_csv().columns)

    def test_an_owner_groups_by_another_field_or_none(self) -> None:
        table1_columns.group_by(self.review, self.country, by=self.cast.alice)
        grouped = table1.table(self.review).grouped_by
        self.assertEqual(grouped and grouped.label, "Country")
        for _ in range(2):
            table1_columns.group_by(self.review, None, by=self.cast.alice)
        self.assertIsNone(table1.table(self.review).grouped_by)
        self.assertEqual(Event.objects.filter(action="table1.grouped").count(), 2)

    def test_nobody_else_groups(self) -> None:
        for user in (self.cast.bob, self.cast.vera):
            with self.assertRaises(WrongRole):
                table1_columns.group_by(self.review, None, by=user)
