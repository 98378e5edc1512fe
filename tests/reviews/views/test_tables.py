from typing import Any

from django.test import TestCase
from django.urls import reverse

from reviews import manuscripts, overlap
from reviews.exports import tables
from tests.factories import (
    create_record,
    create_review,
    create_search,
    create_staffed_review,
    create_study,
)
from tests.reviews.test_flow import mark_copy


class TablePageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.medline = create_search(
            review=cls.review, name="MEDLINE", strategy="<b>1</b> exp Ketamine/"
        )
        cls.embase = create_search(review=cls.review, name="Embase")
        cls.record = create_record(review=cls.review, search=cls.medline)
        mark_copy(create_record(review=cls.review, search=cls.embase), of=cls.record)
        cls.study = create_study(review=cls.review, label="Brody 2024")

    def setUp(self) -> None:
        self.client.force_login(self.cast.vera)

    def get(self, name: str, *values: object, **query: str) -> Any:
        url = reverse(f"reviews:{name}", args=[self.review.slug, *values])
        return self.client.get(url, query)

    def test_every_table_has_its_page_and_its_files(self) -> None:
        for what in tables.SHOWN:
            page = self.get("table_page", what)
            for suffix in tables.WRITERS[what]:
                url = reverse(
                    "reviews:table_file", args=[self.review.slug, what, suffix[1:]]
                )
                self.assertContains(page, f'href="{url}"')

    def test_a_strategy_is_text_and_never_markup(self) -> None:
        page = self.get("table_page", "searches")
        self.assertContains(page, "&lt;b&gt;1&lt;/b&gt; exp Ketamine/</pre>")

    def test_a_file_has_its_name_and_its_type(self) -> None:
        answer = self.get("table_file", "characteristics", "docx")
        self.assertIn("wordprocessingml", answer["Content-Type"])
        self.assertIn(
            f'"{self.review.slug}-characteristics.docx"', answer["Content-Disposition"]
        )
        answer = self.get("table_file", "table1", "csv")
        self.assertTrue(answer.getvalue().startswith(b"\xef\xbb\xbfStudy,"))

    def test_what_is_no_table_or_no_format_is_not_found(self) -> None:
        self.assertEqual(self.get("table_page", "votes").status_code, 404)
        self.assertEqual(self.get("table_file", "votes", "csv").status_code, 404)
        self.assertEqual(self.get("table_file", "table1", "exe").status_code, 404)

    def test_a_style_that_nobody_knows_is_refused_in_words(self) -> None:
        for what, suffix in (("excluded", "docx"), ("awaiting", "csv")):
            answer = self.get("table_file", what, suffix, style="unheard-of")
            self.assertContains(answer, "There is no style", status_code=409)

    def test_a_long_table_says_that_the_page_is_not_all_of_it(self) -> None:
        for _ in range(201):
            create_record(review=self.review, search=self.medline)
        page = self.get("table_page", "unsettled")
        self.assertContains(page, "The first 200 rows of a long table")

    def test_a_number_of_the_overlap_opens_into_its_records(self) -> None:
        found = overlap.combinations(self.review)
        (both,) = [each for each in found if len(each.searches) == 2]
        page = self.get("table_page", "overlap")
        url = reverse("reviews:overlap_records", args=[self.review.slug, both.name])
        self.assertContains(page, f'<a href="{url}">1</a>')
        listed = self.client.get(url)
        self.assertContains(listed, "n = 1")
        self.assertContains(listed, self.record.title)

    def test_a_selection_of_another_review_is_not_found(self) -> None:
        other = create_review(owner=self.cast.mallory)
        theirs = create_search(review=other)
        answer = self.get("overlap_records", f"only-{theirs.pk}")
        self.assertEqual(answer.status_code, 404)
        self.client.force_login(self.cast.mallory)
        name = f"only-{self.medline.pk}"
        self.assertEqual(self.get("overlap_records", name).status_code, 404)


class ManuscriptPageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.url = reverse("reviews:manuscript_edit", args=[cls.review.slug])

    def setUp(self) -> None:
        self.client.force_login(self.cast.alice)

    def test_an_owner_says_how_it_is_written_up(self) -> None:
        said = {"citation_style": "apa", "abbreviations": "TRD: resistant depression"}
        page = self.client.post(self.url, said, follow=True)
        self.assertContains(page, "Saved.")
        self.assertEqual(manuscripts.of(self.review).citation_style, "apa")

    def test_a_line_without_a_meaning_comes_back(self) -> None:
        said = {"citation_style": "apa", "abbreviations": "TRD"}
        page = self.client.post(self.url, said)
        self.assertContains(page, "Line 1 has no meaning", status_code=422)
        self.assertEqual(self.client.post(self.url, {}).status_code, 422)
