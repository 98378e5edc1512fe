from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import studies
from reviews.models import Settlement, Study
from tests.factories import (
    create_extraction_field,
    create_included_report,
    create_record,
    create_staffed_review,
    create_study,
)


class StudyPageTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        cls.review, cls.cast = create_staffed_review()
        cls.report = create_included_report(
            review=cls.review,
            record=create_record(review=cls.review, authors=["Brody, B"], year=2024),
        )
        cls.study = create_study(review=cls.review, label="Peters 2023")
        cls.field = create_extraction_field(review=cls.review, label="Country")

    def setUp(self) -> None:
        self.client.force_login(self.cast.bob)

    def url(self, name: str, *args: object) -> str:
        return reverse(f"reviews:{name}", args=[self.review.slug, *args])

    def test_the_list_proposes_a_name_for_a_report_without_study(self) -> None:
        page = self.client.get(self.url("study_list"))
        self.assertContains(page, "1 included report not yet in a study")
        self.assertContains(page, "Brody 2024")
        self.assertContains(page, "Peters 2023")

    def test_the_list_filters_by_words_design_and_state(self) -> None:
        for query, found in (
            ("text=peters", True),
            ("text=nobody", False),
            ("design=none", True),
            ("design=cohort", False),
            ("state=included", True),
            ("state=dormant", False),
        ):
            page = self.client.get(f"{self.url('study_list')}?{query}")
            check = self.assertContains if found else self.assertNotContains
            check(page, f'id="study-{self.study.pk}"')

    def test_makes_each_report_a_study_in_one_click(self) -> None:
        page = self.client.post(self.url("study_group_each"), follow=True)
        self.assertContains(page, "1 study made")
        self.assertTrue(self.review.studies.filter(label="Brody 2024").exists())

    def test_a_viewer_sees_the_studies_and_groups_nothing(self) -> None:
        self.client.force_login(self.cast.vera)
        page = self.client.get(self.url("study_list"))
        self.assertNotContains(page, "Make each")
        self.assertEqual(
            self.client.post(self.url("study_group_each")).status_code, 403
        )
        self.assertEqual(self.client.get(self.url("study_create")).status_code, 403)

    def test_the_form_begins_with_what_was_ticked(self) -> None:
        page = self.client.get(
            f"{self.url('study_create')}?report={self.report.pk}&report=x"
        )
        self.assertContains(page, 'value="Brody 2024"')
        self.assertContains(page, "checked")

    def test_makes_a_study_of_the_reports_chosen(self) -> None:
        answer = self.client.post(
            self.url("study_create"),
            {"reports": [self.report.pk], "label": "Brody", "design": "cohort"},
        )
        study = Study.objects.get(label="Brody")
        self.assertRedirects(answer, study.get_absolute_url())
        self.assertEqual(study.reports.get(), self.report)

    def test_a_name_that_is_taken_is_refused_with_the_form_kept(self) -> None:
        answer = self.client.post(
            self.url("study_create"),
            {"reports": [self.report.pk], "label": "Peters 2023", "notes": "Keep me"},
        )
        self.assertContains(answer, "has a study of this name", status_code=422)
        self.assertContains(answer, "Keep me", status_code=422)

    def test_no_report_is_refused(self) -> None:
        answer = self.client.post(self.url("study_create"), {"label": "Brody"})
        self.assertContains(answer, "Choose at least one", status_code=422)

    def test_what_is_no_key_of_a_report_is_refused(self) -> None:
        for key in ("9" * 30, "9" * 5000, "-1", "x", "\x00"):
            answer = self.client.post(
                self.url("study_create"),
                {"label": "Brody", "reports": [self.report.pk, key]},
            )
            self.assertEqual(answer.status_code, 422, key[:30])

    def test_the_page_of_a_study_tells_not_reported_from_not_settled(self) -> None:
        page = self.client.get(self.study.get_absolute_url())
        self.assertContains(page, "not settled")
        self.assertNotContains(page, "Not reported")
        studies.settle_value(
            self.study,
            self.field,
            value=None,
            not_reported=True,
            field_version=1,
            settlement=Settlement.AGREEMENT,
            by=self.cast.bob,
        )
        page = self.client.get(self.study.get_absolute_url())
        self.assertContains(page, "Not reported")
        self.assertContains(page, "By agreement")

    def test_changes_the_design(self) -> None:
        answer = self.client.post(
            self.url("study_edit", self.study.pk),
            {"label": "Peters 2023", "design": "cohort", "notes": ""},
            follow=True,
        )
        self.assertContains(answer, "Cohort study")

    def test_an_empty_name_is_refused(self) -> None:
        answer = self.client.post(
            self.url("study_edit", self.study.pk), {"label": " ", "design": ""}
        )
        self.assertEqual(answer.status_code, 422)

    def test_moves_a_report_out_and_undoes_it(self) -> None:
        report = self.study.reports.get()
        page = self.client.post(
            self.url("study_move", report.pk), {"study": ""}, follow=True
        )
        self.assertContains(page, "Undo")
        self.assertContains(page, "Not included now")
        page = self.client.post(self.url("study_undo_move", report.pk), follow=True)
        self.assertContains(page, "back where it was")
        self.assertEqual(self.study.reports.get(), report)

    def test_a_report_is_not_moved_into_a_study_of_another_review(self) -> None:
        report = self.study.reports.get()
        other = type(self.review).objects.create(
            slug="other", title="Other", created_by=self.cast.alice
        )
        elsewhere = Study.objects.create(review=other, label="Elsewhere")
        page = self.client.post(
            self.url("study_move", report.pk), {"study": elsewhere.pk}, follow=True
        )
        self.assertContains(page, "not there any more")
        self.assertEqual(self.study.reports.get(), report)

    def test_a_study_of_another_review_is_not_found(self) -> None:
        other = type(self.review).objects.create(
            slug="other", title="Other", created_by=self.cast.alice
        )
        elsewhere = Study.objects.create(review=other, label="Elsewhere")
        for name in ("study_detail", "study_edit"):
            answer = self.client.get(self.url(name, elsewhere.pk))
            self.assertEqual(answer.status_code, 404)

    def test_the_list_takes_as_many_queries_for_many_studies_as_for_one(self) -> None:
        with CaptureQueriesContext(connection) as few:
            self.client.get(self.url("study_list"))
        for _ in range(5):
            create_study(review=self.review)
            create_included_report(review=self.review)
        with self.assertNumQueries(len(few)):
            self.client.get(self.url("study_list"))
