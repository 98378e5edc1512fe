from django.test import TestCase
from django.urls import reverse

from reviews import studies
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

    def test_without_studies_it_says_what_to_do(self) -> None:
        studies.move(self.study.reports.get(), None, by=self.cast.bob)
        self.assertContains(self.client.get(self.url), "Open the studies")
