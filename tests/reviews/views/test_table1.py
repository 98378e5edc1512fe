from typing import Any

from django.test import TestCase
from django.urls import reverse

from reviews import studies, table1, table1_columns
from reviews.models import ExtractionField, Settlement
from tests.factories import (
    create_extraction_field,
    create_staffed_review,
    create_study,
)


class Table1PageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.country = create_extraction_field(review=cls.review, label="Country")
        cls.age = create_extraction_field(review=cls.review, label="Age", unit="years")
        cls.study = create_study(review=cls.review, label="Brody 2024")
        cls.url = reverse("reviews:table1", args=[cls.review.slug])

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def settle(self, field: ExtractionField, value: str | None) -> None:
        studies.settle_value(
            self.study,
            field,
            value=value,
            not_reported=value is None,
            field_version=1,
            settlement=Settlement.AGREEMENT,
            by=self.cast.bob,
        )

    def test_any_member_sees_not_reported_apart_from_not_settled(self) -> None:
        self.settle(self.country, None)
        page = self.client.get(self.url)
        self.assertContains(page, "Age (years)")
        self.assertContains(page, "NR, not reported")
        self.assertContains(page, "not settled</a>")
        self.assertContains(page, f"#value-{self.age.pk}")

    def test_a_value_is_text_and_never_markup(self) -> None:
        self.settle(self.country, "<b>US</b>")
        self.assertContains(self.client.get(self.url), "&lt;b&gt;US&lt;/b&gt;")

    def test_an_owner_chooses_the_field_that_groups(self) -> None:
        self.settle(self.country, "US")
        group = reverse("reviews:table1_group", args=[self.review.slug])
        self.assertEqual(self.client.post(group).status_code, 403)
        self.client.force_login(self.cast.alice)
        page = self.client.post(group, {"field": self.country.pk}, follow=True)
        self.assertContains(page, "US (1 study)")
        page = self.client.post(group, {"field": 0}, follow=True)
        self.assertContains(page, "none of today")

    def test_citations_are_printed_in_the_style_that_is_asked_for(self) -> None:
        page = self.client.get(self.url, {"style": "apa"})
        self.assertNotContains(page, "Style of the references")
        table1_columns.add(self.review, "fact-citation", by=self.cast.alice)
        self.assertNotContains(self.client.get(self.url), "(2020)")
        page = self.client.get(self.url, {"style": "apa"})
        self.assertContains(page, "(2020)")
        self.assertContains(page, "docx?style=apa")
        self.assertContains(page, "characteristics/?style=apa")
        file = reverse("reviews:table_file", args=[self.review.slug, "table1", "html"])
        self.assertIn(b"(2020)", self.client.get(file, {"style": "apa"}).getvalue())
        long = reverse("reviews:table_page", args=[self.review.slug, "characteristics"])
        self.assertContains(self.client.get(long, {"style": "apa"}), "(2020)")
        for url in (self.url, long):
            self.assertEqual(self.client.get(url, {"style": "x"}).status_code, 404)

    def test_without_studies_it_says_what_to_do(self) -> None:
        studies.move(self.study.reports.get(), None, by=self.cast.bob)
        self.assertContains(self.client.get(self.url), "Open the studies")


class ColumnsPageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.country = create_extraction_field(review=cls.review, label="Country")
        cls.age = create_extraction_field(review=cls.review, label="Age", unit="years")
        create_study(review=cls.review, label="Brody 2024")

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def address(self, name: str, *values: object) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *values])

    def post(self, name: str, *values: object, **said: str) -> Any:
        return self.client.post(self.address(name, *values), said, follow=True)

    def headings(self) -> list[str]:
        return [each.heading for each in table1.table(self.review).columns]

    def test_an_owner_arranges_the_columns_without_a_script(self) -> None:
        self.post("table1_columns", key="fact-year")
        self.post("table1_column_move", "fact-year", direction="up")
        self.post("table1_column_remove", f"field-{self.country.pk}")
        age = f"field-{self.age.pk}"
        page = self.post("table1_column_edit", age, heading="Mean age", sorts="on")
        self.assertContains(page, "Sorts the rows")
        self.assertEqual(self.headings(), ["Design", "Year", "Mean age (years)"])
        page = self.client.get(self.address("table1"))
        self.assertContains(page, '<th scope="col">Mean age (years)</th>')

    def test_what_was_done_is_undone(self) -> None:
        self.post("table1_columns", key="fact-year")
        page = self.post("table1_columns_undo")
        self.assertContains(page, "The columns that the protocol marks")
        self.assertNotIn("Year", self.headings())

    def test_the_columns_of_the_protocol_come_back(self) -> None:
        self.post("table1_columns", key="fact-year")
        self.post("table1_columns_reset")
        self.assertEqual(self.headings(), ["Country", "Age (years)"])

    def test_what_is_no_column_is_refused(self) -> None:
        url = self.address("table1_columns")
        page = self.client.post(url, {"key": "fact-weight"})
        self.assertEqual(page.status_code, 422)
        self.assertEqual(self.client.post(url, {}).status_code, 422)
        url = self.address("table1_column_edit", "fact-year")
        self.assertEqual(self.client.get(url).status_code, 404)
        page = self.post("table1_column_remove", "fact-year")
        self.assertContains(page, "has this column no more")

    def test_a_heading_too_long_comes_back(self) -> None:
        url = self.address("table1_column_edit", "fact-design")
        page = self.client.post(url, {"heading": "x" * 201})
        self.assertEqual(page.status_code, 422)
